/**
 * A sweep's live page: it listens to the server that it came from.
 *
 * @module
 */
import { STYLE } from "../../live/page_style.ts";
import { policyOf } from "../../live/policy.ts";
import { themeStyle } from "../../plot/theme.ts";
import { SCRIPT } from "./page_script.ts";

const style = () =>
  `${themeStyle()}${STYLE}
.words{text-align:left}
td.running{color:var(--sonde-hue-0)}
td.failed{color:var(--sonde-hue-1)}
.error{white-space:normal;text-align:left;min-width:12rem}
.tall{max-height:30rem;overflow:auto}
.tall thead th{position:sticky;top:0;background:var(--sonde-ground)}
.best{margin:.75rem 0 0}
`;

/** Its content security policy, but for what it may connect to. */
export const sweepPolicy = (): Promise<string> => policyOf({ script: SCRIPT, style: style() });

/** The page as HTML. */
export const sweepPage = (): string =>
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sonde: sweep</title>' +
  '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">' +
  `<style>${style()}</style></head><body><script type="module">${SCRIPT}</script></body></html>\n`;
