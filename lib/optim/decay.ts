/** Decay of velocities. */
import type { Tensor } from "../tensor/tensor.ts";

/** Far below anything that moves a weight, far above the smallest normal float32 (1.2e-38). */
const TINY = 1e-30;

/**
 * Multiplies `velocity` by `factor` in place, and lets what is nothing be 0.
 *
 * The velocity of a parameter without gradient (a dead unit's) halves every few steps until it is subnormal, where it stays: 0.85 times the smallest
 * subnormal rounds to itself. Arithmetic on subnormals takes a CPU a hundred times as long; measured on model A at batch 2, it doubled
 * the time of a step. Adding and subtracting a tiny number rounds such values to 0 and leaves those above 1e-22 as they are.
 */
export function decay_(velocity: Tensor, factor: number): Tensor {
  return velocity.mul_(factor).add_(TINY).sub_(TINY);
}
