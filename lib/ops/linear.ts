/** Matrix products. */
import { kernelOperation } from "../graph/emission.ts";
import type { Node } from "../graph/node.ts";
import { expectFloat, record } from "../graph/record.ts";
import { permute } from "./views.ts";

const TRANSPOSED = [0, 2, 1];

const MATMUL = kernelOperation("matmul", {
  halves: [true, true],
  gradient: (g, [a, b]) => [
    a.requiresGrad ? matmul(g, permute(b, TRANSPOSED)) : undefined,
    b.requiresGrad ? matmul(permute(a, TRANSPOSED), g) : undefined,
  ],
});

/** `a [B, m, k] · b [B, k, n]`. */
export function matmul(a: Node, b: Node): Node {
  expectFloat("matmul", a, b);
  return record(MATMUL, "float32", [a.shape[0]!, a.shape[1]!, b.shape[2]!], [a, b]);
}
