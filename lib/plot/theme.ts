/**
 * Colours and type of every chart, in light and dark.
 *
 * Charts name colours as CSS variables with a light fallback, so that one picture suits both: a page or the SVG itself
 * says what the variables are.
 *
 * @module
 */
import { checkText, textOf } from "../device/expect.ts";

/** A colour for each scheme. */
interface Shade {
  readonly light: string;
  readonly dark: string;
}

const SHADES = {
  ink: { light: "#1d232b", dark: "#e6e9ee" },
  muted: { light: "#667080", dark: "#97a1b1" },
  rule: { light: "#e3e7ec", dark: "#2c343f" },
  ground: { light: "#ffffff", dark: "#1a2027" },
} as const satisfies Record<string, Shade>;

// Eight hues told apart by people with colour-blindness too (after Okabe and Ito), lighter where the ground is dark.
const HUES: readonly Shade[] = [
  { light: "#0072b2", dark: "#56a8e0" },
  { light: "#d55e00", dark: "#f08a3c" },
  { light: "#00875f", dark: "#2fc297" },
  { light: "#b0559c", dark: "#dc8fc8" },
  { light: "#8a6d00", dark: "#d9b930" },
  { light: "#2f8fbf", dark: "#7fd0f5" },
  { light: "#7a4fc0", dark: "#b39af0" },
  { light: "#5d6773", dark: "#aab4c0" },
];

/**
 * The colour of the n-th thing shown, for a chart or a style sheet; after eight they begin again.
 *
 * @param n from 0
 * @throws {RangeError} unless it is a whole number from 0
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * console.log(plot.hue(0)); // var(--sonde-hue-0, #0072b2)
 * console.log(plot.hue(8) === plot.hue(0)); // true
 * ```
 */
export function hue(n: number): string {
  if (!(Number.isInteger(n) && n >= 0)) throw new RangeError(`Cannot take hue ${textOf(n)}: they are numbered from 0`);
  const i = n % HUES.length;
  return `var(--sonde-hue-${i}, ${HUES[i]!.light})`;
}

/**
 * A colour by its part: `ink` for text, `muted` for axes and captions, `rule` for grids, `ground` for what is behind.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * console.log(plot.shade("ink")); // var(--sonde-ink, #1d232b)
 * ```
 */
export function shade(name: "ink" | "muted" | "rule" | "ground"): string {
  if (typeof name !== "string" || !Object.hasOwn(SHADES, name)) {
    throw new RangeError(`Cannot take shade "${textOf(name)}": there are ${Object.keys(SHADES).join(", ")}`);
  }
  return `var(--sonde-${name}, ${SHADES[name].light})`;
}

function declarations(scheme: keyof Shade): string {
  return [
    ...Object.entries(SHADES).map(([name, value]) => `--sonde-${name}:${value[scheme]}`),
    ...HUES.map((value, i) => `--sonde-hue-${i}:${value[scheme]}`),
  ].join(";");
}

/** By what pages of notebooks say which theme is chosen there, whatever the system's is: JupyterLab and nbconvert, VS Code. */
const THEMES = {
  light: ['body[data-jp-theme-light="true"]', "body.vscode-light", "body.vscode-high-contrast-light"],
  dark: ['body[data-jp-theme-light="false"]', "body.vscode-dark", "body.vscode-high-contrast"],
} as const;

/** A rule for what a selector names on pages of one theme. */
function inTheme(scheme: keyof Shade, selector: string, rule: string): string {
  return `${THEMES[scheme].map((page) => `${page} ${selector}`).join(",")}{${rule}}`;
}

/** A style sheet by which images follow the theme of the notebook that they stand in: what is in them goes by their colour scheme. */
export function imageStyle(selector: string): string {
  return inTheme("light", selector, "color-scheme:light") + inTheme("dark", selector, "color-scheme:dark");
}

/**
 * A style sheet that sets the variables for both schemes, for the whole page or what a selector names. What a selector names follows the theme
 * of a Jupyter or VS Code notebook that it stands in, everything else the system's.
 *
 * @param selector default `:root`, the whole page
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * console.log(plot.themeStyle(".sonde").includes("@media(prefers-color-scheme:dark){.sonde{")); // true
 * ```
 */
export function themeStyle(selector = ":root"): string {
  checkText("themeStyle", "the selector", selector);
  const system = `${selector}{color-scheme:light dark;${declarations("light")}}` +
    `@media(prefers-color-scheme:dark){${selector}{${declarations("dark")}}}`;
  if (selector === ":root") return system;
  return system + inTheme("light", selector, declarations("light")) + inTheme("dark", selector, declarations("dark"));
}

/**
 * A text with the colours of one scheme in place of the variables, for programs that know none.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * console.log(plot.inScheme(`fill: ${plot.hue(0)}`, "dark")); // fill: #56a8e0
 * ```
 */
export function inScheme(text: string, scheme: "light" | "dark"): string {
  checkText("inScheme", "its argument", text);
  const colors = new Map(
    [...Object.entries(SHADES), ...HUES.entries()].map(([key, value]) => [
      `--sonde-${typeof key === "number" ? "hue-" : ""}${key}`,
      value[scheme],
    ]),
  );
  return text.replaceAll(/var\((--sonde-[\w-]+), ([^)]*)\)/g, (_, name, fallback) => colors.get(name) ?? fallback);
}

/** The font of charts and pages: the reader's own. */
export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** Vega-Lite's `config` for every chart. */
export function themeConfig(): Record<string, unknown> {
  const axis = { labelColor: shade("muted"), titleColor: shade("muted"), gridColor: shade("rule") };
  return {
    background: null,
    font: FONT,
    view: { stroke: null },
    axis: {
      ...axis,
      domain: false,
      ticks: false,
      labelFontSize: 11,
      labelPadding: 6,
      titleFontSize: 11,
      titleFontWeight: "normal",
      titlePadding: 8,
    },
    // Room for any label, so that charts in a column stand flush.
    // Labels at its ends stay inside: where only some charts of a row had one that reaches beyond, their titles would not stand on one line.
    axisY: { minExtent: 34, labelFlush: 9 },
    title: { color: shade("ink"), fontSize: 13, fontWeight: 600, anchor: "start", offset: 10 },
    legend: { labelColor: shade("muted"), titleColor: shade("muted"), labelFontSize: 11, symbolStrokeWidth: 2 },
    line: { strokeWidth: 1.75, strokeJoin: "round", strokeCap: "round" },
  };
}
