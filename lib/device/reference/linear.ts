/** Matrix products, straight from their definition. */
import type { LINEAR } from "../steps/linear.ts";
import type { StepOf, Table } from "../steps/mod.ts";
import { type Memory, read, write } from "./memory.ts";

/** `out[b, m, n] = Σ_k a[b, m, k] · b[b, k, n]`. */
function matmul({ inputs, output }: StepOf<"matmul">, memory: Memory): void {
  const [batch, m, k] = inputs.a.shape as [number, number, number], n = inputs.b.shape[2]!;
  const a = read(memory, inputs.a), b = read(memory, inputs.b);
  const out = new Float64Array(batch * m * n);
  for (let s = 0; s < batch; s++) {
    for (let i = 0; i < m; i++) {
      for (let l = 0; l < k; l++) {
        const x = a[(s * m + i) * k + l]!;
        for (let j = 0; j < n; j++) out[(s * m + i) * n + j]! += x * b[(s * k + l) * n + j]!;
      }
    }
  }
  write(memory, output, out);
}

export const LINEAR_REFERENCE: Table<keyof typeof LINEAR, [Memory], void> = { matmul };
