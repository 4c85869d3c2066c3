/** Random numbers on the host in 64-bit floats, for fills that no kernel computes. */
import { tensor } from "../tensor/create.ts";
import { noGrad } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Standard normal numbers from uniform ones, by Box and Muller's transform. */
export function normalFrom(uniform: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Gives a tensor the values of `data`, in row-major order, outside gradients. */
export function fillFrom(t: Tensor, data: Float64Array): Tensor {
  return noGrad(() => t.copy_(tensor(Float32Array.from(data), { shape: t.shape, device: t.device })));
}
