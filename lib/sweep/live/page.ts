/**
 * A sweep's live page.
 *
 * @module
 */
import type { PageParts } from "../../live/page.ts";
import { STYLE } from "../../live/page_style.ts";
import { themeStyle } from "../../plot/theme.ts";
import { SCRIPT } from "./page_script.ts";

const MORE = `
td.running{color:var(--sonde-hue-0)}
td.failed{color:var(--sonde-hue-1)}
td.error,th.error{white-space:normal;text-align:left;min-width:12rem}
.tall{max-height:30rem;overflow:auto}
.tall thead th{position:sticky;top:0;background:var(--sonde-ground)}
.best{margin:.75rem 0 0}
`;

/** The page, which listens to the server that it came from. */
export const SWEEP: PageParts = { title: "Sonde: sweep", style: themeStyle() + STYLE + MORE, script: SCRIPT };
