/** The live page, and the file that it becomes: one text, with its style, script and data inside. */
import { themeStyle } from "../plot/theme.ts";
import type { LiveEvent } from "./events.ts";
import { LONGEST, pack } from "./packing.ts";
import { SCRIPT } from "./page_script.ts";
import { STYLE } from "./page_style.ts";
import { pageText } from "./page_text.ts";

const style = () => themeStyle() + STYLE;

/** The page's content security policy, but for what it may connect to: its own style and script, known by their hashes, and nothing else. */
export async function pagePolicy(): Promise<string> {
  const [ofScript, ofStyle] = await Promise.all([hash(SCRIPT), hash(style())]);
  return `default-src 'none'; script-src '${ofScript}'; style-src '${ofStyle}'; img-src data:; base-uri 'none'; form-action 'none'`;
}

async function hash(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}

/** The page that listens to the server that it came from. */
export async function livePage(): Promise<string> {
  return pageText({ style: style(), script: SCRIPT, policy: await pagePolicy(), packed: "" });
}

/**
 * The page with all that was said, for a file that opens from disk.
 *
 * @param longest how long its data may be where thinning statistics helps
 */
export async function savedPage(events: readonly LiveEvent[], longest: number = LONGEST): Promise<string> {
  const [policy, packed] = await Promise.all([pagePolicy(), pack(events, longest)]);
  return pageText({ style: style(), script: SCRIPT, policy, packed });
}
