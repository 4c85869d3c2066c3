/** Random numbers on the host in 64-bit floats, for fills that no kernel computes. */
import { tensor } from "../tensor/create.ts";
import { erf, noGrad } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Standard normal numbers from uniform ones, by Box and Muller's transform. */
export function normalFrom(uniform: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** The number whose error function is `y`; ±∞ for ±1. By Newton's method from Winitzki's approximation (2008). */
export function erfinv(y: number): number {
  if (Math.abs(y) === 1) return y * Infinity;
  const log = Math.log1p(-y * y), half = 2 / (0.147 * Math.PI) + log / 2;
  let x = Math.sign(y) * Math.sqrt(Math.sqrt(half * half - log / 0.147) - half);
  for (let i = 0; i < 4; i++) x -= (erf(x) - y) * Math.sqrt(Math.PI) / 2 * Math.exp(x * x);
  return x;
}

/** Gives a tensor the values of `data`, in row-major order, outside gradients. */
export function fillFrom(t: Tensor, data: Float64Array): Tensor {
  return noGrad(() => t.copy_(tensor(Float32Array.from(data), { shape: t.shape, device: t.device })));
}
