/**
 * How far a device with 32-bit floats may be from the reference: a running error analysis. For each step it bounds the error of every
 * element written, from the errors of what was read and the roundings of the step itself. A sum of n terms is allowed (8 + √n) roundings
 * of Σ|terms|. Bounds are Infinity where nothing can be said: the sign of a result that is all rounding, or a comparison of values that
 * are closer than their errors.
 *
 * This file is what the families' bounds (`tests/ops`) are made of.
 */
import type { Operand } from "../../lib/device/operand.ts";
import { runStep } from "../../lib/device/reference/kernels.ts";
import { addresses, type Memory, read, sizeOf, type Storage } from "../../lib/device/reference/memory.ts";
import type { Kernel, StepOf } from "../../lib/device/steps/mod.ts";

/** Distance from 1 to the next 32-bit float. */
export const EPSILON = 2 ** -23;

/** Smallest 32-bit float that is not subnormal. */
export const SMALLEST_NORMAL = 2 ** -126;

/** Errors of the elements of each array; an array that is missing is exact. */
export type Errors = Map<Storage, Float64Array>;

/** What a device promises beyond the contract. */
export interface Precision {
  /** Division, square roots and transcendental functions as loose as WGSL allows in practice; subnormal numbers may be 0. */
  readonly approximate: boolean;
}

/** What a step's bound is worked out from: memory after the step on the reference, the errors of what it holds, the device's promises. */
export interface Analysis {
  readonly memory: Memory;
  readonly errors: Errors;
  readonly precision: Precision;
}

/** Bounds for the elements of an output in row-major order; undefined if all of them are exact. */
export type Bounds = Float64Array | undefined;

/** Kernels with one output. Pointwise chains may have several, and with them fused steps. */
export type SingleKernel = Exclude<Kernel, "pointwise" | "fused">;

/** A step with one output. */
export type SingleStep = StepOf<SingleKernel>;

/** Errors of the elements of an operand in row-major order, or undefined if all are exact. */
export function readErrors({ memory, errors }: Analysis, operand: Operand): Bounds {
  const all = errors.get(memory.values[operand.value]!);
  if (!all) return undefined;
  return Float64Array.from(addresses(memory, operand), (address) => all[address]!);
}

/** Whether every element of the operands is what the reference has. */
export function areExact(analysis: Analysis, ...operands: readonly Operand[]): boolean {
  return !operands.some((operand) => readErrors(analysis, operand)?.some((x) => x > 0));
}

/** The result of a step if these operands held other contents. */
export function rerun(step: SingleStep, memory: Memory, contents: readonly [Operand, Float64Array][]): Float64Array {
  const values = [...memory.values];
  const put = (operand: Operand, elements?: Float64Array) => {
    const storage = new Float64Array(values[operand.value]!.length);
    if (elements) addresses(memory, operand).forEach((address, i) => storage[address] = elements[i]!);
    values[operand.value] = storage;
  };
  for (const [operand, elements] of contents) put(operand, elements);
  put(step.output);
  const changed: Memory = { ...memory, values, fault: () => {} };
  runStep(step, changed);
  return read(changed, step.output);
}

/** The sizes of an operand's elements. */
export function sizesOf(memory: Memory, operand: Operand): Float64Array {
  return read(memory, operand).map(Math.abs);
}

/** One bound for all elements. */
export function everywhere(shape: readonly number[], error: number): Float64Array {
  return new Float64Array(sizeOf(shape)).fill(error);
}

/** Elementwise sum; what is missing is 0. */
export function plus(a: Float64Array, b: Bounds): Float64Array {
  return b ? a.map((x, i) => x + b[i]!) : a;
}

/**
 * Bounds for a step that adds or multiplies: `relative` of the result that it would have of the operands' sizes, and what the operands' own
 * errors may add to that.
 */
export function scaled(
  step: SingleStep,
  analysis: Analysis,
  operands: readonly Operand[],
  relative: number,
): Float64Array {
  const { memory } = analysis;
  const sizes = operands.map((operand) => sizesOf(memory, operand));
  const given = operands.map((operand) => readErrors(analysis, operand));
  const total = rerun(step, memory, operands.map((operand, i) => [operand, sizes[i]!]));
  const bounds = total.map((x) => x * relative + SMALLEST_NORMAL);
  if (given.every((error) => !error)) return bounds;
  const grown = rerun(step, memory, operands.map((operand, i) => [operand, plus(sizes[i]!, given[i])]));
  return bounds.map((bound, i) => bound + grown[i]! - total[i]!);
}

/** Bounds for sums of `terms` products of operands. */
export function linear(
  step: SingleStep,
  analysis: Analysis,
  operands: readonly Operand[],
  terms: number,
): Float64Array {
  return scaled(step, analysis, operands, EPSILON * (8 + Math.sqrt(terms)));
}
