/** The live page, and the file that it becomes: one text, with its style, script and data inside. */
import { themeStyle } from "../plot/theme.ts";
import type { LiveEvent } from "./events.ts";
import { LONGEST, pack } from "./packing.ts";
import { STYLE } from "./page_style.ts";
import { pageText } from "./page_text.ts";
import { policyOf } from "./policy.ts";

const style = () => themeStyle() + STYLE;

/** The page's script: a large text, which is read once a page is wanted, and not by every program that trains. */
const script = async () => (await import("./page_script.ts")).SCRIPT;

/** The page's content security policy, but for what it may connect to. */
export async function pagePolicy(): Promise<string> {
  return await policyOf({ script: await script(), style: style() });
}

/** The page that listens to the server that it came from. */
export async function livePage(): Promise<string> {
  return pageText({ style: style(), script: await script(), policy: await pagePolicy(), packed: "" });
}

/**
 * The page with all that was said, for a file that opens from disk.
 *
 * @param longest how long its data may be where thinning statistics helps
 */
export async function savedPage(events: readonly LiveEvent[], longest: number = LONGEST): Promise<string> {
  const [policy, packed] = await Promise.all([pagePolicy(), pack(events, longest)]);
  return pageText({ style: style(), script: await script(), policy, packed });
}
