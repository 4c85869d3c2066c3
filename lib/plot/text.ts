/**
 * Tables for a terminal.
 *
 * @module
 */
import { checkList, isText } from "../device/expect.ts";

/** How a column stands: numbers to the right, words to the left. */
export type Align = "left" | "right";

/** Columns a text takes in a terminal; letters with accents and signs such as ± and × take one. */
const width = (text: string) => [...text.normalize("NFC")].length;

/** Whether all cells are numbers, with what may stand behind one; `1 ReLU` is a name, and `0.1` is one only where a caller says so. */
export function isNumeric(cells: readonly string[]): boolean {
  return cells.every((cell) => /^–?$|^NaN|^[-−.\d](?!.* [A-Z])/.test(cell));
}

/**
 * Lines of a plain table: a header, and columns as wide as their widest cell, two spaces apart.
 *
 * @param columns titles
 * @param rows cells, as many as there are titles
 * @param align how each column stands; by default to the right where every cell begins with a number that is not part of a name, as in `1 ReLU`
 * @throws {RangeError} for a row of another length
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * console.log(plot.textTable(["run", "loss"], [["A1", "2.3"], ["A10", "10.1"]])); // [ "run  loss", "A1    2.3", "A10  10.1" ]
 * ```
 */
export function textTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  align?: readonly Align[],
): string[] {
  checkList("textTable", "columns", columns, "an array of names", isText);
  checkList(
    "textTable",
    "rows",
    rows,
    "an array of rows, each an array of texts",
    (row) => Array.isArray(row) && row.every(isText),
  );
  const sides = align ??
    columns.map((_, i) => isNumeric(rows.map((row) => row[i] ?? "")) ? "right" : "left");
  const odd = rows.find((row) => row.length !== columns.length);
  if (odd) throw new RangeError(`Cannot put a row of ${odd.length} cells into a table of ${columns.length} columns`);
  const lines = [columns, ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => width(line[i]!))));
  return lines.map((line) =>
    line.map((cell, i) => {
      const gap = " ".repeat(widths[i]! - width(cell));
      return sides[i] === "right" ? gap + cell : cell + gap;
    }).join("  ").trimEnd()
  );
}
