/**
 * Graphviz, loaded when the first graph is drawn.
 *
 * @module
 */

/** The part of Graphviz that is used. */
interface Graphviz {
  dot(source: string, format: "svg"): string;
}

// As with Vega: a name that Deno cannot read in advance, so that nobody downloads 2 MB for a graph that is never drawn.
const GRAPHVIZ: string = "npm:@hpcc-js/wasm-graphviz@^1.16.0";

let loading: Promise<Graphviz> | undefined;

/** Lays out a graph in the DOT language. @throws when it is not valid, or Graphviz cannot be loaded */
export async function layoutDot(source: string): Promise<string> {
  loading ??= import(GRAPHVIZ).then(({ Graphviz }) => Graphviz.load() as Promise<Graphviz>);
  loading.catch(() => loading = undefined);
  return (await loading).dot(source, "svg");
}
