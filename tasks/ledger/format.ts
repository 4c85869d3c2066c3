/**
 * Figures and tables as the ledger writes them.
 *
 * @module
 */
import type { Figures } from "../../lib/lessons/types.ts";
import { median } from "./figures.ts";

/** A loss: `0.412`, `1.8e4`, `NaN` for one that is not finite. */
export function lossText(loss: number): string {
  if (!Number.isFinite(loss)) return "NaN";
  return Math.abs(loss) < 1e4 ? loss.toFixed(3) : loss.toExponential(1).replace("e+", "e");
}

/** An accuracy with four decimals; a dash for none. */
export const accuracyText = (x: number) => Number.isNaN(x) ? "–" : x.toFixed(4);

/** The median with the least and the most: `0.412 (0.401–0.433)`. Not finite counts as the most. */
function spread(values: readonly number[]): string {
  const sorted = values.map((x) => Number.isFinite(x) ? x : Infinity).sort((a, b) => a - b);
  const text = lossText(median(sorted)), least = lossText(sorted[0]!), most = lossText(sorted.at(-1)!);
  return least === most ? text : `${text} (${least}–${most})`;
}

/** Accuracy / loss of several seeds, each as the median with the least and the most; a dash for none. */
export function spreadText(rows: readonly Figures[]): string {
  if (rows.length === 0) return "–";
  return `${spread(rows.map(({ accuracy }) => accuracy))} / ${spread(rows.map(({ loss }) => loss))}`;
}

const row = (texts: readonly string[]) => `| ${texts.join(" | ")} |`;

/** A table in Markdown. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(columns), row(columns.map(() => "---")), ...rows.map(row)].join("\n");
}
