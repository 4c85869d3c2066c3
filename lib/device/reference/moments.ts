/** Moments of groups of elements, and the sums that the gradient of a normalisation needs. */
import type { MomentsStep, NormSumsStep } from "../program.ts";
import { type Memory, read, sizeOf, write } from "./memory.ts";

/** Mean, biased variance and 1/√(variance + eps) of each row of `[...kept, ...reduced]`. */
export function moments(step: MomentsStep, memory: Memory): void {
  const input = read(memory, step.input), rows = sizeOf(step.input.shape.slice(0, step.kept));
  const n = input.length / rows, eps = memory.scalars[step.eps]!, out = new Float64Array(3 * rows);
  for (let r = 0; r < rows; r++) {
    const row = input.subarray(r * n, (r + 1) * n);
    const mean = row.reduce((sum, x) => sum + x, 0) / n;
    const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
    out[r] = mean;
    out[rows + r] = variance;
    out[2 * rows + r] = 1 / Math.sqrt(variance + eps);
  }
  write(memory, step.output, out);
}

/** Σg and Σg·(x − mean)·scale of each row. */
export function normSums(step: NormSumsStep, memory: Memory): void {
  const g = read(memory, step.g), x = read(memory, step.x), stats = read(memory, step.stats);
  const rows = sizeOf(step.x.shape.slice(0, step.kept)), n = x.length / rows, out = new Float64Array(2 * rows);
  for (let r = 0; r < rows; r++) {
    for (let i = r * n; i < (r + 1) * n; i++) {
      out[r]! += g[i]!;
      out[rows + r]! += g[i]! * (x[i]! - stats[r]!) * stats[2 * rows + r]!;
    }
  }
  write(memory, step.output, out);
}
