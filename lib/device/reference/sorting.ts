/** The order of numbers, by JavaScript's own sort, which is stable. */
import type { SORTING } from "../steps/sorting.ts";
import type { StepOf, Table } from "../steps/mod.ts";
import { type Memory, read, write } from "./memory.ts";

/** Below 0 if `a` comes before `b`; NaN comes last. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

function argsort({ inputs: { input }, output, attributes: { descending } }: StepOf<"argsort">, memory: Memory): void {
  const values = read(memory, input), n = input.shape[1]!, out = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += n) {
    const row = values.subarray(start, start + n), order = Array.from(row, (_, i) => i);
    order.sort((a, b) => descending ? compare(row[b]!, row[a]!) : compare(row[a]!, row[b]!));
    out.set(order, start);
  }
  write(memory, output, out);
}

export const SORTING_REFERENCE: Table<keyof typeof SORTING, [Memory], void> = { argsort };
