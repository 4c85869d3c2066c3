/**
 * Vega, loaded when the first picture is drawn: 23 MB that no training run should wait for.
 *
 * @module
 */
import { themeConfig } from "./theme.ts";

/** A Vega-Lite specification as plain JSON. */
export type Spec = Readonly<Record<string, unknown>>;

/** The part of Vega that is used. Its own types would add all of the browser's types to every check. */
interface Vega {
  readonly Error: number;
  parse(spec: unknown): unknown;
  View: new (runtime: unknown, options: { renderer: "none"; logLevel: number }) => {
    runAsync(): Promise<unknown>;
    resize(): { runAsync(): Promise<unknown> };
    toSVG(): Promise<string>;
    finalize(): void;
  };
}

/** The part of Vega-Lite that is used. */
interface VegaLite {
  compile(spec: unknown): { spec: unknown };
}

// Deno fetches the packages of every import that it can read in the source, taken or not. These it cannot.
const VEGA: string = "npm:vega@6";
const VEGA_LITE: string = "npm:vega-lite@6";

let loading: Promise<[Vega, VegaLite]> | undefined;

function load(): Promise<[Vega, VegaLite]> {
  loading ??= Promise.all([import(VEGA) as Promise<Vega>, import(VEGA_LITE) as Promise<VegaLite>]);
  loading.catch(() => loading = undefined);
  return loading;
}

/**
 * Draws a Vega-Lite description in the project's theme.
 *
 * @returns an `<svg>` element with a `viewBox`, whose colours are CSS variables
 * @throws when the description is not valid, or when Vega cannot be loaded
 */
export async function renderSvg(spec: Spec): Promise<string> {
  const [vega, { compile }] = await load();
  const compiled = compile({ ...spec, config: themeConfig() });
  const view = new vega.View(vega.parse(compiled.spec), { renderer: "none", logLevel: vega.Error });
  try {
    // Fitting a picture to its size changes its labels: fitted a second time, none is cut off or left out without need.
    await view.runAsync();
    await view.resize().runAsync();
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
