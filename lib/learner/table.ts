/** Text tables whose lines can be printed one by one. */

/** Least width of a column. */
const WIDTH = 8;

/**
 * One line of a table: a row's values under their columns, or without a row the columns' names.
 *
 * Numbers that are not whole have three decimals. Widths depend on the names alone, so that lines printed at different times align.
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
  return name === "epoch" ? String(value) : value.toFixed(3);
}
