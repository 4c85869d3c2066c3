/** Moments of groups of elements, and the sums that the gradient of a normalisation needs. */
import type { StepOf, Table } from "../steps/mod.ts";
import type { NORMALISATION } from "../steps/normalisation.ts";
import { type Memory, read, sizeOf, write } from "./memory.ts";

/** Mean, biased variance and 1/√(variance + eps) of each row of `[...kept, ...reduced]`. */
function moments({ inputs, output, attributes, numbers }: StepOf<"moments">, memory: Memory): void {
  const input = read(memory, inputs.input), rows = sizeOf(inputs.input.shape.slice(0, attributes.kept));
  const n = input.length / rows, eps = memory.scalars[numbers.eps]!, out = new Float64Array(3 * rows);
  for (let r = 0; r < rows; r++) {
    const row = input.subarray(r * n, (r + 1) * n);
    const mean = row.reduce((sum, x) => sum + x, 0) / n;
    const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
    out[r] = mean;
    out[rows + r] = variance;
    out[2 * rows + r] = 1 / Math.sqrt(variance + eps);
  }
  write(memory, output, out);
}

/** Σg and Σg·(x − mean)·scale of each row. */
function normSums({ inputs, output, attributes }: StepOf<"normSums">, memory: Memory): void {
  const g = read(memory, inputs.g), x = read(memory, inputs.x), stats = read(memory, inputs.stats);
  const rows = sizeOf(inputs.x.shape.slice(0, attributes.kept)), n = x.length / rows, out = new Float64Array(2 * rows);
  for (let r = 0; r < rows; r++) {
    for (let i = r * n; i < (r + 1) * n; i++) {
      out[r]! += g[i]!;
      out[rows + r]! += g[i]! * (x[i]! - stats[r]!) * stats[2 * rows + r]!;
    }
  }
  write(memory, output, out);
}

export const NORMALISATION_REFERENCE: Table<keyof typeof NORMALISATION, [Memory], void> = { moments, normSums };
