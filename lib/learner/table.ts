/** Text tables whose lines can be printed one by one. */
import { formatFigure } from "../plot/format.ts";

/** Least width of a column. */
const WIDTH = 8;

/**
 * One line of a table: a row's values under their columns, or without a row the columns' names.
 *
 * Numbers have three decimals, small ones three digits, and an exponent where they would be wider than a column. Widths depend on the names alone, so that lines
 * printed at different times align.
 */
export function tableLine(columns: readonly string[], row?: Readonly<Record<string, number | string>>): string {
  return columns.map((name) => (row ? tableCell(name, row[name]) : name).padEnd(Math.max(WIDTH, name.length))).join(
    "  ",
  )
    .trimEnd();
}

/** A value as the table shows it. */
export function tableCell(name: string, value: number | string | undefined): string {
  if (typeof value !== "number") return value ?? "";
  if (name === "epoch") return String(value);
  const text = formatFigure(value);
  return text.length > WIDTH ? value.toExponential(2).replace("e+", "e") : text;
}
