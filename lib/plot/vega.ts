/**
 * Vega, loaded when the first picture is drawn: 23 MB that no training run should wait for.
 *
 * @module
 */
import { textWidth } from "./text_width.ts";
import { themeConfig } from "./theme.ts";

/** A Vega-Lite specification as plain JSON. */
export type Spec = Readonly<Record<string, unknown>>;

/** The part of Vega that is used. Its own types would add all of the browser's types to every check. */
interface Vega {
  readonly Error: number;
  /** How Vega measures texts; where there is no canvas it takes every character to be as wide as a capital. */
  readonly textMetrics: { width: (item: TextItem, text: unknown) => number };
  parse(spec: unknown, config: undefined, options: { ast: true }): unknown;
  View: new (runtime: unknown, options: { renderer: "none"; logLevel: number; expr: unknown }) => {
    runAsync(): Promise<unknown>;
    resize(): { runAsync(): Promise<unknown> };
    toSVG(): Promise<string>;
    finalize(): void;
  };
}

/** A text as Vega lays it out. */
interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
  readonly limit?: number;
}

/** The width of an item's text, cut where it has a limit. */
function widthOf({ fontSize = 11, fontWeight, limit = 0 }: TextItem, text: unknown): number {
  const bold = fontWeight === "bold" || Number(fontWeight) >= 600;
  const width = textWidth(String(text ?? "").replace(MARK, ""), fontSize, bold);
  return limit > 0 ? Math.min(width, limit) : width;
}

/** Vega's interpreter of expressions: without it, they would be compiled as JavaScript, names and texts of the data in them. */
interface Interpreter {
  readonly expressionInterpreter: unknown;
}

/** The part of Vega-Lite that is used. */
interface VegaLite {
  compile(spec: unknown): { spec: unknown };
}

// Deno fetches the packages of every import that it can read in the source, taken or not. These it cannot.
const VEGA: string = "npm:vega@6";
const VEGA_LITE: string = "npm:vega-lite@6";
const VEGA_INTERPRETER: string = "npm:vega-interpreter@2";

let loading: Promise<[Vega, VegaLite, Interpreter]> | undefined;

function load(): Promise<[Vega, VegaLite, Interpreter]> {
  loading ??= Promise.all([
    import(VEGA) as Promise<Vega>,
    import(VEGA_LITE) as Promise<VegaLite>,
    import(VEGA_INTERPRETER) as Promise<Interpreter>,
  ]);
  loading.catch(() => loading = undefined);
  return loading;
}

/**
 * Texts that Vega's parser of expressions takes for names when they stand between quotes: it looks them up in an object, with what all objects inherit.
 * A title or a label of that text would be an error.
 */
const WORDS = ["if", ...Object.getOwnPropertyNames(Object.prototype)];
const WORD = new RegExp(`^(?:${WORDS.join("|")})$`), QUOTED = new RegExp(`(["'])(${WORDS.join("|")})\\1`, "g");

/** Stands behind such a text while Vega has it: a code point that is no character. */
const MARK = "\ufdd0";

/** A description whose texts Vega can read: it has no place for the separators U+2028 and U+2029 either. */
function readable(value: unknown): unknown {
  if (typeof value === "string") {
    const text = value.replace(/[\u2028\u2029]/g, " ");
    return WORD.test(text) ? text + MARK : text.replace(QUOTED, `$1$2${MARK}$1`);
  }
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, own]) => [WORD.test(key) ? key + MARK : key, readable(own)]),
  );
}

/**
 * Draws a Vega-Lite description in the project's theme.
 *
 * @returns an `<svg>` element with a `viewBox`, whose colours are CSS variables
 * @throws when the description is not valid, or when Vega cannot be loaded
 */
export async function renderSvg(spec: Spec): Promise<string> {
  const [vega, { compile }, { expressionInterpreter: expr }] = await load();
  vega.textMetrics.width = widthOf;
  const compiled = compile({ ...readable(spec) as Spec, config: themeConfig() });
  const view = new vega.View(vega.parse(compiled.spec, undefined, { ast: true }), {
    renderer: "none",
    logLevel: vega.Error,
    expr,
  });
  try {
    // Fitting a picture to its size changes its labels: fitted a second time, none is cut off or left out without need.
    await view.runAsync();
    await view.resize().runAsync();
    return (await view.toSVG()).replaceAll(MARK, "");
  } finally {
    view.finalize();
  }
}
