/** Tables from CSV files. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { type Device, deviceOr } from "../device/device.ts";
import { checkList, checkText, isText, wrongKind } from "../device/expect.ts";
import { tensor } from "../tensor/create.ts";
import { readWhole } from "../tensor/files.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The part of csv-parse that is used. */
interface Csv {
  parse(text: string, options: {
    bom: true;
    delimiter: string;
    record_delimiter: readonly string[];
    skip_empty_lines: true;
    trim: true;
  }): string[][];
}

// Deno fetches the packages of every import that it can read in the source, taken or not. This it cannot.
const CSV: string = "npm:csv-parse@7/sync";

/** Options of {@linkcode readCsv} and {@linkcode parseCsv}. */
export interface CsvOptions {
  /** What stands between values. Default: a comma. */
  delimiter?: string;
}

/** What ends a line, each wherever it stands: files that were put together may have several. Left to itself, csv-parse takes the first for all. */
const LINE_ENDS = ["\r\n", "\n", "\r"];

const OPTIONS = optionNames<CsvOptions>({ delimiter: 1 });
const ON = optionNames<{ device?: Device }>({ device: 1 });

/**
 * A table of named columns of equal length, as {@linkcode readCsv} reads it. A column whose values are all numbers, or empty, holds numbers, empty ones
 * as NaN; any other holds texts, and so does one that is empty throughout, and one of whole numbers some of which are beyond ±(2⁵³ − 1), where
 * numbers of JavaScript would make several of them one.
 *
 * @example
 * ```ts
 * import { data } from "./mod.ts";
 * const table = await data.parseCsv("length,width,kind\n5.1,3.5,setosa\n7.0,3.2,versicolor\n");
 * const { codes, classes } = table.codes("kind");
 * const set = new data.TensorDataset(table.matrix(["length", "width"]), codes);
 * console.log(set.length, classes); // 2 [ "setosa", "versicolor" ]
 * ```
 */
export class Table {
  readonly #columns: ReadonlyMap<string, Float64Array | readonly string[]>;
  /** How many rows there are. */
  readonly length: number;

  /**
   * {@linkcode parseCsv} makes it.
   *
   * @internal
   */
  constructor(columns: ReadonlyMap<string, Float64Array | readonly string[]>, length: number) {
    this.#columns = columns;
    this.length = length;
  }

  /** The columns' names, in the order of the file. */
  get names(): readonly string[] {
    return [...this.#columns.keys()];
  }

  /** Whether a column holds numbers. @throws {RangeError} if there is no such column */
  isNumeric(name: string): boolean {
    return this.#column(name) instanceof Float64Array;
  }

  /** A column of numbers; NaN where a value was empty. @throws {TypeError} for a column of texts */
  numbers(name: string): Float64Array {
    const column = this.#column(name);
    if (column instanceof Float64Array) return column;
    const odd = column.findIndex((text) => text !== "" && !isNumber(text)), long = column.findIndex(isLong);
    const row = odd < 0 ? long : odd;
    throw new TypeError(
      `Cannot take "${name}" as numbers: ${
        row < 0
          ? `of its ${column.length} rows none has a value. Leave it out`
          : `row ${row + 1} has ${JSON.stringify(column[row])}${
            odd < 0 ? ", which is beyond 2⁵³" : ""
          }. Use texts() or codes() for it`
      }`,
    );
  }

  /** A column of texts; one of numbers as they are written by JavaScript, empty for NaN. */
  texts(name: string): readonly string[] {
    const column = this.#column(name);
    return column instanceof Float64Array ? Array.from(column, (x) => Number.isNaN(x) ? "" : String(x)) : column;
  }

  /**
   * Columns of numbers side by side: float32 [rows, columns].
   *
   * @param names which. Default: all columns of numbers
   */
  matrix(names?: readonly string[], options: { device?: Device } = {}): Tensor {
    checkOptions("matrix", options, ON);
    if (names !== undefined) checkList("matrix", "names", names, "an array of columns' names", isText);
    const chosen = names ?? this.names.filter((name) => this.isNumeric(name));
    if (chosen.length === 0) {
      throw new RangeError("Cannot make a matrix of no columns: none of the table holds numbers");
    }
    const columns = chosen.map((name) => this.numbers(name)), values = new Float32Array(this.length * columns.length);
    columns.forEach((column, c) => column.forEach((value, row) => values[row * columns.length + c] = value));
    return tensor(values, { shape: [this.length, columns.length], device: deviceOr(options.device) });
  }

  /** A column as class numbers, int32 [rows], in the sorted order of its texts; numbers sort as numbers. What is empty comes first. */
  codes(name: string, options: { device?: Device } = {}): { codes: Tensor; classes: readonly string[] } {
    checkOptions("codes", options, ON);
    const texts = this.texts(name), classes = [...new Set(texts)];
    const isNumeric = this.isNumeric(name);
    classes.sort((a, b) => isNumeric && a !== "" && b !== "" ? Number(a) - Number(b) : a < b ? -1 : 1);
    const codeOf = new Map(classes.map((text, code) => [text, code]));
    const codes = Int32Array.from(texts, (text) => codeOf.get(text)!);
    return { codes: tensor(codes, { dtype: "int32", device: deviceOr(options.device) }), classes };
  }

  #column(name: string): Float64Array | readonly string[] {
    const column = this.#columns.get(name);
    if (column) return column;
    throw new RangeError(`Cannot take column ${JSON.stringify(name)}: the table has ${this.names.join(", ")}`);
  }
}

/** A number as CSV files have them; what JavaScript takes for one beyond that (hexadecimal, blanks) is a text. */
const isNumber = (text: string) => /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$|^[-+]?(nan|inf(inity)?)$/i.test(text);

/** A whole number, in digits, that numbers of JavaScript cannot tell from its neighbours. */
const isLong = (text: string) => /^[-+]?\d+$/.test(text) && !Number.isSafeInteger(Number(text));

/** Whether a column is one of numbers: long ones among whole ones are names of something, such as accounts. */
function areNumbers(texts: readonly string[]): boolean {
  const values = texts.filter((text) => text !== "");
  if (values.length === 0 || !values.every(isNumber)) return false;
  return !values.some(isLong) || values.some((text) => !/^[-+]?\d+$/.test(text));
}

function numberOf(text: string): number {
  if (text === "" || /^[-+]?nan$/i.test(text)) return NaN;
  return /inf/i.test(text) ? (text.startsWith("-") ? -Infinity : Infinity) : Number(text);
}

/**
 * Reads a table from CSV text whose first line names the columns (RFC 4180: quotes, doubled quotes, line breaks within quotes). Empty lines are
 * skipped, blanks around values removed.
 *
 * @throws {SyntaxError} that names the line, for a row with more or fewer values than there are columns, or a quote that is not closed
 *
 * @example
 * ```ts
 * import { data } from "./mod.ts";
 * const table = await data.parseCsv('name;weight\n"a; b";1.5\nc;\n', { delimiter: ";" });
 * console.log(table.texts("name"), [...table.numbers("weight")]); // [ "a; b", "c" ] [ 1.5, NaN ]
 * ```
 */
export async function parseCsv(text: string, options: CsvOptions = {}): Promise<Table> {
  checkText("parseCsv", "text", text);
  checkOptions("parseCsv", options, OPTIONS);
  const { delimiter = "," } = options;
  if (!isText(delimiter) || delimiter === "" || /["\r\n]/.test(delimiter)) {
    throw wrongKind("parseCsv", "delimiter", "a text that is not empty, without quotes and line breaks", delimiter);
  }
  const { parse } = await import(CSV) as Csv;
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, delimiter, record_delimiter: LINE_ENDS, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new SyntaxError(`Cannot read the table: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  const [names, ...body] = rows;
  if (!names) throw new SyntaxError("Cannot read the table: it is empty, and its first line should name the columns");
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new SyntaxError(`Cannot read the table: two columns are named ${JSON.stringify(twice)}`);
  }
  const columns = names.map((name, c) => {
    const texts = body.map((row) => row[c]!);
    return [name, areNumbers(texts) ? Float64Array.from(texts, numberOf) : texts] as const;
  });
  return new Table(new Map(columns), body.length);
}

/** Bytes as text. Bytes that are no UTF-8 would all become one and the same letter, and different texts the same. */
function utf8(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const { line, byte } = firstOdd(bytes);
    throw new SyntaxError(
      `Cannot read the table ${path}: it must be UTF-8 text, found byte 0x${byte} in line ${line}. Save it as UTF-8, or decode it and ` +
        'call parseCsv(): new TextDecoder("windows-1252").decode(bytes)',
      { cause },
    );
  }
}

/** The first line that is no UTF-8, and the byte in it at which its text breaks off. */
function firstOdd(bytes: Uint8Array): { line: number; byte: string } {
  for (let start = 0, line = 1; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start) + 1 || bytes.length, text = bytes.subarray(start, end);
    const shown = new TextDecoder("utf-8", { ignoreBOM: true }).decode(text),
      sure = shown.slice(0, shown.indexOf("\ufffd"));
    const at = new TextEncoder().encode(sure).length;
    if (shown.includes("\ufffd")) return { line, byte: (text[at] ?? 0).toString(16).padStart(2, "0") };
    start = end;
  }
  return { line: 1, byte: "00" };
}

/**
 * {@linkcode parseCsv} of a file.
 *
 * @param path a file of UTF-8 text, or its address
 * @throws {Deno.errors.NotFound} if there is no such file; {@linkcode SyntaxError} as {@linkcode parseCsv} does, and for a file in another encoding
 *
 * @example
 * ```ts
 * import { data } from "./mod.ts";
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "x,y\n1,2\n3,4\n");
 * console.log(await (await data.readCsv(path)).matrix().array()); // [ [ 1, 2 ], [ 3, 4 ] ]
 * ```
 */
export async function readCsv(path: string, options: CsvOptions = {}): Promise<Table> {
  checkText("readCsv", "path", path);
  checkOptions("readCsv", options, OPTIONS);
  return await parseCsv(utf8(await readWhole(path, "table"), path), options);
}
