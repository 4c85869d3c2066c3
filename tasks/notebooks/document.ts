/**
 * Notebook files: reading and writing them, and telling whether their outputs are those of their code.
 *
 * @module
 */

import { svgImage } from "../../lib/plot/notebook.ts";

/** What a cell showed, as Jupyter stores it. */
export interface Output {
  readonly output_type: "stream" | "display_data" | "execute_result" | "error";
  readonly name?: string;
  readonly text?: string | readonly string[];
  data?: Readonly<Record<string, unknown>>;
  readonly ename?: string;
  readonly evalue?: string;
  readonly traceback?: readonly string[];
  [key: string]: unknown;
}

/** A cell of a notebook. */
export interface Cell {
  id?: string;
  readonly cell_type: "code" | "markdown" | "raw";
  readonly source: string | readonly string[];
  metadata: Record<string, unknown>;
  execution_count?: number | null;
  outputs?: Output[];
}

/** What a notebook's cells run on. */
export interface Library {
  /** The text of `notebooks/setup.ts`, which every notebook imports; empty if there is none. */
  readonly setup: string;
  /** The library's version, as deno.json has it. */
  readonly version: string;
}

/** What a notebook remembers of the run that its outputs are from. Those stored before there was an entry lack it. */
export interface Stored {
  /** Hash of the sources of its code cells. */
  readonly code: string;
  /** Hash of its outputs. */
  readonly outputs: string;
  /** Hash of `notebooks/setup.ts`. */
  readonly setup?: string;
  /** The version of the library that made the outputs. */
  readonly version?: string;
}

/** A notebook file. */
export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown> & { sonde?: Stored };
  nbformat: number;
  nbformat_minor: number;
}

/** Greatest size of a notebook's file. */
export const MOST_BYTES = 1_500_000;

const text = (source: string | readonly string[] | undefined) =>
  typeof source === "string" ? source : source?.join("") ?? "";

/** A cell's source. */
export const sourceOf = (cell: Cell): string => text(cell.source);

/** Cells that are executed. */
export const codeCells = ({ cells }: Notebook): Cell[] =>
  cells.filter((cell) => cell.cell_type === "code" && sourceOf(cell).trim() !== "");

async function hash(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex().slice(0, 16);
}

/** What a notebook would remember if its outputs had been made just now. */
export async function stamp(notebook: Notebook, { setup, version }: Library): Promise<Required<Stored>> {
  const cells = codeCells(notebook);
  return {
    code: await hash(cells.map(sourceOf)),
    outputs: await hash(cells.map(({ outputs }) => outputs ?? [])),
    setup: await hash(setup),
    version,
  };
}

/** Why a notebook's stored outputs cannot be trusted to be those of its code and of this version; undefined if they can. */
export async function mismatch(notebook: Notebook, library: Library): Promise<string | undefined> {
  const { sonde } = notebook.metadata;
  if (!sonde) return "it was never executed";
  const now = await stamp(notebook, library);
  if (now.code !== sonde.code) return "its code was changed since it was executed";
  if (now.outputs !== sonde.outputs) return "its outputs were changed by something else";
  if (sonde.setup === undefined || sonde.version === undefined) {
    return "it does not say which setup.ts and which version of the library made its outputs";
  }
  if (now.version !== sonde.version) {
    return `its outputs were made by version ${sonde.version} of the library, and this is ${now.version}`;
  }
  if (now.setup !== sonde.setup) return "setup.ts was changed since it was executed";
  return undefined;
}

const KERNEL = { display_name: "Deno", language: "typescript", name: "deno" };
const LANGUAGE = { file_extension: ".ts", mimetype: "text/x.typescript", name: "typescript" };

/** What is stored of a result in several formats. Others, such as Vega-Lite, say the same again. */
const FORMATS = ["image/png", "text/html", "text/markdown", "text/plain"];

/** A picture without HTML of its own becomes an HTML image, which all viewers show. */
function viewable(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { ["image/svg+xml"]: svg, ...rest } = data;
  if (svg === undefined || rest["text/html"] !== undefined) return rest;
  return { ...rest, "text/html": String(svgImage(text(svg as string), text(data["text/plain"] as string))) };
}

/** Text in lines, as Jupyter stores it. */
function lines(value: unknown): unknown {
  if (typeof value !== "string" && !Array.isArray(value)) return value;
  return text(value as string | string[]).match(/[^\n]*\n|[^\n]+/g) ?? [];
}

/** An output without what differs from run to run or from place to place. */
function normalised(output: Output, root: string): Output {
  const plain = (value: unknown): unknown =>
    lines(typeof value === "string" || Array.isArray(value) ? text(value as string).replaceAll(root, "") : value);
  const { output_type } = output;
  if (output_type === "stream") return { output_type, name: output.name!, text: plain(output.text) as string[] };
  if (output_type === "error") return output;
  const all = viewable(output.data ?? {});
  const data = Object.fromEntries(
    FORMATS.filter((format) => all[format] !== undefined).map((format) => [format, plain(all[format])]),
  );
  const count = output_type === "execute_result" ? { execution_count: output.execution_count } : {};
  return { output_type, ...count, data, metadata: {} };
}

/** Outputs with neighbouring texts of one stream in one. */
function joined(outputs: readonly Output[]): Output[] {
  const all: Output[] = [];
  for (const output of outputs) {
    const last = all.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      all[all.length - 1] = { ...last, text: text(last.text) + text(output.text) };
    } else all.push(output);
  }
  return all;
}

/**
 * Puts outputs into a notebook, in the form in which it is stored: no times, no colours, cells with lasting ids, numbers from 1, and the stamp
 * by which {@linkcode mismatch} knows them.
 *
 * @param outputs of each executed cell, by its place in the notebook
 * @param library what the cells ran on
 * @param root the URL of the project's folder: it shows in no output
 */
export async function store(
  notebook: Notebook,
  outputs: ReadonlyMap<number, readonly Output[]>,
  library: Library,
  root: string,
): Promise<Notebook> {
  let count = 0;
  const taken = new Set<string>();
  const cells = await Promise.all(
    notebook.cells.map(async (cell) => ({ cell, own: cell.id ?? (await hash(sourceOf(cell))).slice(0, 8) })),
  );
  const stored: Notebook = {
    cells: cells.map(({ cell, own }, index) => {
      let id = own;
      for (let n = 2; taken.has(id); n++) id = `${own}-${n}`;
      taken.add(id);
      const { cell_type } = cell;
      const source = lines(sourceOf(cell)) as string[];
      if (cell_type !== "code") return { cell_type, id, metadata: {}, source };
      const shown = outputs.get(index);
      const execution_count = shown ? ++count : null;
      const own_outputs = joined(shown ?? []).map((output) => ({
        ...normalised(output, root),
        ...(output.output_type === "execute_result" ? { execution_count } : {}),
      }));
      return { cell_type, execution_count, id, metadata: {}, outputs: own_outputs, source };
    }),
    metadata: { kernelspec: KERNEL, language_info: LANGUAGE },
    nbformat: 4,
    nbformat_minor: 5,
  };
  stored.metadata.sonde = await stamp(stored, library);
  return stored;
}

/** A notebook's file as text, in Jupyter's own layout. */
export const serialised = (notebook: Notebook): string => JSON.stringify(notebook, null, 1) + "\n";
