/** The live page as text; a page writes itself in the same way when it is saved. */

/** What a page is made of. */
export interface PageParts {
  readonly style: string;
  readonly script: string;
  /** Content security policy of a file. */
  readonly policy: string;
  /** Its events, packed; empty for a page that listens to the server that it came from. */
  readonly packed: string;
}

/** An element. The page's script has this function inside, so it must not have the end of a script in its text. */
const element = (tag: string, attributes: string, content: string) => `<${tag}${attributes}>${content}</${tag}>`;

/** The page as HTML. Only a file has its policy in it: a server sends another one, by which the page may connect to it. */
export function pageText({ style, script, policy, packed }: PageParts): string {
  const meta = packed ? `<meta http-equiv="content-security-policy" content="${policy}">` : "";
  const head = `<meta charset="utf-8">${meta}<title>Sonde: training</title>` +
    '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">' +
    element("style", "", style);
  const body = element("script", ` id="events" type="text/plain" data-policy="${policy}"`, packed) +
    element("script", ' type="module"', script);
  return `<!doctype html>${element("html", ' lang="en"', element("head", "", head) + element("body", "", body))}\n`;
}
