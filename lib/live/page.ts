/** The live page, and the file that it becomes: one text, with its style, script and data inside. */
import { themeStyle } from "../plot/theme.ts";
import type { LiveEvent } from "./events.ts";
import { SCRIPT } from "./page_script.ts";
import { STYLE } from "./page_style.ts";
import { policyOf } from "./policy.ts";

const style = () => themeStyle() + STYLE;

/** The page's content security policy, but for what it may connect to. */
export const pagePolicy = (): Promise<string> => policyOf({ script: SCRIPT, style: style() });

/**
 * The page as HTML.
 *
 * @param events what it shows, for a file; without them it listens to the server that it came from
 * @param policy of a file; a server sends its own
 */
export function livePage(events?: readonly LiveEvent[], policy?: string): string {
  const data = JSON.stringify(events ?? null).replaceAll("<", "\\u003c");
  const meta = policy ? `<meta http-equiv="content-security-policy" content="${policy}">` : "";
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">${meta}<title>Sonde: training</title>` +
    '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">' +
    `<style>${style()}</style></head><body><script id="events" type="application/json">${data}</script>` +
    `<script type="module">${SCRIPT}</script></body></html>\n`;
}

/** The page with all that was said, for a file that opens from disk. */
export async function savedPage(events: readonly LiveEvent[]): Promise<string> {
  return livePage(events, await pagePolicy());
}
