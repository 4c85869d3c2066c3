/**
 * The form of a notebook's file.
 *
 * @module
 */
import * as v from "npm:valibot@1";
import { parse, parseJson } from "../../lib/sweep/boundary/parse.ts";
import type { Cell, Notebook, Output, Stored } from "./document.ts";

const lines = v.union([v.string(), v.array(v.string())]);

/** An entry of an output's data: formats of texts are texts, other formats are JSON. */
const data = v.pipe(
  v.record(v.string(), v.unknown()),
  v.check(
    (all) => Object.entries(all).every(([format, value]) => !/^(text|image)\//.test(format) || v.is(lines, value)),
    "a text for every format of text and images",
  ),
);

const output: v.GenericSchema<unknown, Output> = v.looseObject({
  output_type: v.picklist(["stream", "display_data", "execute_result", "error"]),
  name: v.exactOptional(v.string()),
  text: v.exactOptional(lines),
  data: v.exactOptional(data),
  ename: v.exactOptional(v.string()),
  evalue: v.exactOptional(v.string()),
  traceback: v.exactOptional(v.array(v.string())),
});

const cell: v.GenericSchema<unknown, Cell> = v.looseObject({
  id: v.exactOptional(v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/))),
  cell_type: v.picklist(["code", "markdown", "raw"]),
  source: lines,
  metadata: v.record(v.string(), v.unknown()),
  execution_count: v.exactOptional(v.nullable(v.number())),
  outputs: v.exactOptional(v.array(output)),
});

const stamp: v.GenericSchema<unknown, Stored> = v.strictObject({
  code: v.string(),
  outputs: v.string(),
  setup: v.exactOptional(v.string()),
  version: v.exactOptional(v.string()),
});

const notebook: v.GenericSchema<unknown, Notebook> = v.looseObject({
  cells: v.array(cell),
  metadata: v.looseObject({ sonde: v.exactOptional(stamp) }),
  nbformat: v.number(),
  nbformat_minor: v.number(),
});

function assertNotebook(value: unknown, path: string): asserts value is Notebook {
  parse(notebook, value, path);
}

/**
 * Reads a notebook's file.
 *
 * @param text what is in it
 * @param path what errors call it
 * @throws {TypeError} with the file and the place in it that has another form
 */
export function parseNotebook(text: string, path: string): Notebook {
  const value = parseJson(v.unknown(), text, path);
  assertNotebook(value, path);
  return value; // as it was written: the order of its keys is part of its hash
}
