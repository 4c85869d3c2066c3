/**
 * Layouts: how a command of the wasm kernels lies in memory, as named fields. The encoders write by them, and `deno task kernels` makes the
 * classes that the kernels read by, so that a position is known in one place.
 *
 * A command is a row of 32-bit words: the {@linkcode HEADER} that all have, then its fields. Rows of tables, such as
 * a convolution's phases, have layouts too, without a header.
 */
import type { Operand } from "../operand.ts";

/** Where an operand begins: all of it that a kernel reads by itself. */
export type Start = Pick<Operand, "value" | "offset" | "dynamic">;

/** What a field holds: a whole number, yes or no, an operand's start (of 4-byte elements, or of halves), a table of whole numbers, the slot of a run-time scalar, or three words that the kernel writes. */
export type Kind = "word" | "flag" | "operand" | "halves" | "table" | "scalar" | "note";

/** What encoders give for a field of a kind. */
interface ValueOf {
  readonly word: number;
  readonly flag: boolean;
  readonly operand: Start;
  readonly halves: Start;
  readonly table: ArrayLike<number>;
  readonly scalar: number;
  readonly note: 0;
}

/** Words that a field takes. */
export const WORDS: { readonly [K in Kind]: number } = {
  word: 1,
  flag: 1,
  operand: 3,
  halves: 3,
  table: 1,
  scalar: 1,
  note: 3,
};

/** One field. */
export interface Field<K extends Kind = Kind> {
  readonly kind: K;
  /** What it is, for whoever reads the kernels. */
  readonly comment: string;
}

const field = <K extends Kind>(kind: K) => (comment: string): Field<K> => ({ kind, comment });

export const word = field("word");
export const flag = field("flag");
export const operand = field("operand");
export const halves = field("halves");
export const table = field("table");
export const scalar = field("scalar");
export const note = field("note");

/** Fields by name, in the order in which they lie in memory. */
export type Fields = { readonly [name: string]: Field };

/** All fields of a layout, by name. */
export type ValuesOf<F extends Fields> = { readonly [N in keyof F]: ValueOf[F[N]["kind"]] };

/** The values of a layout's fields. */
export type RowOf<L extends Layout> = ValuesOf<L["fields"]>;

/** A named row of words. */
export interface Layout<F extends Fields = Fields> {
  /** Of a command: the kernel's. */
  readonly name: string;
  readonly fields: F;
  /** Words before the fields. */
  readonly header: number;
  /** Words of a whole command, or row. */
  readonly length: number;
  /** The fields' names and kinds, for those who write many. */
  readonly kinds: readonly (readonly [name: string, kind: Kind])[];
}

function layout<F extends Fields>(name: string, fields: F, header: number): Layout<F> {
  const kinds = Object.entries(fields).map(([name, { kind }]) => [name, kind] as const);
  return { name, fields, header, length: kinds.reduce((sum, [, kind]) => sum + WORDS[kind], header), kinds };
}

/** The layout of a kernel's commands. */
export function command<const F extends Fields>(name: string, fields: F): Layout<F> {
  return layout(name, fields, HEADER.length);
}

/** The layout of the rows of a table. */
export function row<const F extends Fields>(name: string, fields: F): Layout<F> {
  return layout(name, fields, 0);
}

/** What every command begins with. */
export const HEADER = row("header", {
  code: word("the kernel's number in the function table"),
  length: word("words of the command"),
  chunks: word("independent pieces of its work"),
  shared: flag("whether threads share them"),
  inner: word("words of the commands after it that it runs itself"),
  fault: note("1 once an index was out of range, until the host has read it; that index; how many there were"),
});

/** Where each field begins, in words. */
export function positions({ fields, header }: Layout): Map<string, number> {
  let at = header;
  const found = new Map<string, number>();
  for (const [name, { kind }] of Object.entries(fields)) {
    found.set(name, at);
    at += WORDS[kind];
  }
  return found;
}

/** Stores a table, and says where. */
export type TableAt = (values: ArrayLike<number>) => number;

/** How values become words: total over the kinds. */
const WRITE: { readonly [K in Kind]: (words: number[], value: ValueOf[K], tableAt: TableAt) => void } = {
  word: (words, value) => void words.push(value),
  flag: (words, value) => void words.push(value ? 1 : 0),
  operand: (words, { value, offset, dynamic }) => void words.push(value, offset, dynamic),
  halves: (words, { value, offset, dynamic }) => void words.push(value, offset, dynamic),
  table: (words, value, tableAt) => void words.push(tableAt(value)),
  scalar: (words, slot) => void words.push(slot),
  note: (words) => void words.push(0, 0, 0),
};

function writeField<K extends Kind>(words: number[], kind: K, value: ValueOf[K], tableAt: TableAt): void {
  WRITE[kind](words, value, tableAt);
}

/** Appends the words of a layout's fields. */
export function writeFields<F extends Fields>(
  words: number[],
  { kinds }: Layout<F>,
  values: ValuesOf<F>,
  tableAt: TableAt,
): void {
  for (const [name, kind] of kinds) writeField(words, kind, values[name as keyof F], tableAt);
}
