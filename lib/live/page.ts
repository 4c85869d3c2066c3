/** The live page, and the file that it becomes: one text, with its style, script and data inside. */
import { themeStyle } from "../plot/theme.ts";
import type { LiveEvent } from "./events.ts";
import { SCRIPT } from "./page_script.ts";
import { STYLE } from "./page_style.ts";

/** What pages differ in. */
export interface PageParts {
  readonly title: string;
  readonly style: string;
  readonly script: string;
}

/** The page of fits. */
export const FITS: PageParts = { title: "Sonde: training", style: themeStyle() + STYLE, script: SCRIPT };

/** A page's content security policy, but for what it may connect to: its own style and script, known by their hashes, and nothing else. */
export async function pagePolicy({ script, style }: PageParts): Promise<string> {
  const [ofScript, ofStyle] = await Promise.all([hash(script), hash(style)]);
  return `default-src 'none'; script-src '${ofScript}'; style-src '${ofStyle}'; img-src data:; base-uri 'none'; form-action 'none'`;
}

async function hash(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}

/**
 * A page as HTML.
 *
 * @param data what it shows, for a file; with null it listens to the server that it came from
 * @param policy of a file; a server sends its own
 */
export function documentOf({ title, style, script }: PageParts, data: unknown, policy?: string): string {
  const text = JSON.stringify(data).replaceAll("<", "\\u003c");
  const meta = policy ? `<meta http-equiv="content-security-policy" content="${policy}">` : "";
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">${meta}<title>${title}</title>` +
    '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">' +
    `<style>${style}</style></head><body><script id="events" type="application/json">${text}</script>` +
    `<script type="module">${script}</script></body></html>\n`;
}

/** The page of fits with all that was said, for a file that opens from disk. */
export async function savedPage(events: readonly LiveEvent[]): Promise<string> {
  return documentOf(FITS, events, await pagePolicy(FITS));
}
