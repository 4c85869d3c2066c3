/**
 * How far a device with 32-bit floats may be from the reference: a running error analysis. For each step it bounds the error of
 * every element written, from the errors of what was read and the roundings of the step itself. Sums of n terms are allowed
 * (8 + √n) roundings of Σ|terms|. Bounds are Infinity where nothing can be said (the sign of a result that is all rounding, a
 * comparison of values that are closer than their errors).
 */
import type {
  MomentsStep,
  NormSumsStep,
  Operand,
  RandomStep,
  ReduceStep,
  StatisticsStep,
  Step,
} from "../../lib/device/program.ts";
import { boxMuller, philox } from "../../lib/device/reference/fill.ts";
import { runStep } from "../../lib/device/reference/kernels.ts";
import { addresses, type Memory, read, sizeOf, type Storage } from "../../lib/device/reference/memory.ts";
import { pointwiseErrors } from "./tolerance_pointwise.ts";

/** Distance from 1 to the next 32-bit float. */
export const EPSILON = 2 ** -23;

/** Errors of the elements of each array; an array that is missing is exact. */
export type Errors = Map<Storage, Float64Array>;

/** What a device promises beyond the contract. */
export interface Precision {
  /** Division, square roots and transcendental functions as loose as WGSL allows in practice; subnormal numbers may be 0. */
  readonly approximate: boolean;
}

/** Runs one step on the reference memory, and brings `errors` up to date. */
export function runWithErrors(step: Step, memory: Memory, errors: Errors, precision: Precision): void {
  if (step.kernel === "pointwise") { // errors first: the step may overwrite its inputs
    const results = pointwiseErrors(step, memory, errors, precision);
    runStep(step, memory);
    step.outputs.forEach(({ operand }, i) => store(memory, errors, operand, results[i]!));
  } else {
    runStep(step, memory);
    store(memory, errors, step.output, stepErrors(step, memory, errors, precision));
  }
}

/** Errors of the elements of an operand in row-major order, or undefined if all are exact. */
export function readErrors(memory: Memory, errors: Errors, operand: Operand): Float64Array | undefined {
  const all = errors.get(memory.values[operand.value]!);
  if (!all) return undefined;
  return Float64Array.from(addresses(memory, operand), (address) => all[address]!);
}

function store(memory: Memory, errors: Errors, operand: Operand, result: Float64Array | undefined): void {
  const values = memory.values[operand.value]!;
  let all = errors.get(values);
  if (!all && !result) return;
  if (!all) errors.set(values, all = new Float64Array(values.length));
  addresses(memory, operand).forEach((address, i) => all[address] = result ? result[i]! : 0);
}

/** Result of the step if the given operands held other contents. */
function rerun(
  step: Exclude<Step, { kernel: "pointwise" }>,
  memory: Memory,
  contents: [Operand, Float64Array][],
): Float64Array {
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

const magnitude = (values: Float64Array) => values.map(Math.abs);
const sum = (a: Float64Array, b: Float64Array | undefined) => b ? a.map((x, i) => x + b[i]!) : a;
const everywhere = (shape: readonly number[], error: number) => new Float64Array(sizeOf(shape)).fill(error);

/** For sums of products of operands: `terms` roundings-worth of Σ|terms|, and what the operands' own errors add to it. */
function linear(
  step: Exclude<Step, { kernel: "pointwise" }>,
  memory: Memory,
  errors: Errors,
  operands: readonly Operand[],
  terms: number,
): Float64Array {
  const sizes = operands.map((operand) => magnitude(read(memory, operand)));
  const own = operands.map((operand) => readErrors(memory, errors, operand));
  const total = rerun(step, memory, operands.map((operand, i) => [operand, sizes[i]!]));
  const bounds = total.map((x) => x * EPSILON * (8 + Math.sqrt(terms)) + 2 ** -126);
  if (own.every((error) => !error)) return bounds;
  const grown = rerun(step, memory, operands.map((operand, i) => [operand, sum(sizes[i]!, own[i])]));
  return bounds.map((bound, i) => bound + grown[i]! - total[i]!);
}

function stepErrors(
  step: Exclude<Step, { kernel: "pointwise" }>,
  memory: Memory,
  errors: Errors,
  precision: Precision,
): Float64Array | undefined {
  const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
  switch (step.kernel) {
    case "reduce":
      return reduceErrors(step, memory, errors);
    case "matmul":
      return linear(step, memory, errors, [step.a, step.b], step.a.shape[2]!);
    case "conv2d":
      return linear(step, memory, errors, [step.a, step.b], product(step.b.shape.slice(1)));
    case "conv2dInputGrad":
      return linear(step, memory, errors, [step.a, step.b], product(step.b.shape) / step.b.shape[1]!);
    case "conv2dWeightGrad":
      return linear(step, memory, errors, [step.a, step.b], product(step.b.shape) / step.b.shape[1]!);
    case "avgPool2d":
    case "avgPool2dGrad":
      return linear(step, memory, errors, [step.input], 16);
    case "maxPool2d":
    case "maxPool2dIndices":
      // Of values that are not exact, another element may be the largest.
      return readErrors(memory, errors, step.input)?.some((x) => x > 0)
        ? everywhere(step.output.shape, Infinity)
        : undefined;
    case "maxPool2dGrad":
      if (readErrors(memory, errors, step.input)?.some((x) => x > 0)) return everywhere(step.output.shape, Infinity);
      return linear(step, memory, errors, [step.g], product(step.pooling.kernelSize));
    case "scatterAdd":
      if (readErrors(memory, errors, step.index)?.some((x) => x > 0)) return everywhere(step.output.shape, Infinity);
      return linear(step, memory, errors, [step.source], step.index.shape[step.axis]!);
    case "gather": {
      if (readErrors(memory, errors, step.index)?.some((x) => x > 0)) return everywhere(step.output.shape, Infinity);
      const own = readErrors(memory, errors, step.input);
      return own && rerun(step, memory, [[step.input, own]]);
    }
    case "softmax":
    case "logSoftmax":
    case "crossEntropy":
    case "crossEntropyGrad":
      return rowErrors(step, memory, errors);
    case "takeBytes": {
      const scale = Math.abs(memory.scalars[step.scale]!), shift = Math.abs(memory.scalars[step.shift]!);
      const scalars = Float64Array.from(memory.scalars);
      [scalars[step.scale], scalars[step.shift]] = [scale, shift];
      return rerun(step, { ...memory, scalars }, []).map((x) => 2 * EPSILON * x);
    }
    case "own": // sums
      return linear(step, memory, errors, step.inputs, step.inputs[0]!.shape[1]!);
    case "histogram":
      return readErrors(memory, errors, step.input)?.some((x) => x > 0)
        ? everywhere(step.output.shape, Infinity)
        : undefined;
    case "statistics":
      return statisticsErrors(step, memory, errors, precision);
    case "moments":
      return momentsErrors(step, memory, errors, precision);
    case "normSums":
      return normSumsErrors(step, memory, errors);
    case "random":
      return step.distribution === "normal" ? normalErrors(step, memory, precision) : undefined;
    case "arange": {
      if (step.dtype === "int32") return undefined;
      const start = Math.abs(memory.scalars[step.start]!), by = Math.abs(memory.scalars[step.step]!);
      return everywhere(step.output.shape, 0).map((_, i) => 2 * EPSILON * (start + i * by));
    }
  }
}

function reduceErrors(step: ReduceStep, memory: Memory, errors: Errors): Float64Array | undefined {
  const own = readErrors(memory, errors, step.input);
  const length = sizeOf(step.input.shape.slice(step.kept));
  if (step.op === "sum" && step.dtype === "float32") return linear(step, memory, errors, [step.input], length);
  if (step.op === "prod" && step.dtype === "float32") {
    const sizes = magnitude(read(memory, step.input));
    const total = rerun(step, memory, [[step.input, sizes]]);
    const bounds = total.map((x) => x * EPSILON * (2 + length) + 2 ** -126);
    if (!own) return bounds;
    const grown = rerun(step, memory, [[step.input, sum(sizes, own)]]);
    return bounds.map((bound, i) => bound + grown[i]! - total[i]!);
  }
  if (!own) return undefined;
  const worst = rerun({ ...step, op: "max", dtype: "float32" }, memory, [[step.input, own]]);
  if (step.dtype === "float32" && (step.op === "max" || step.op === "min")) return worst;
  return worst.map((x) => x > 0 ? Infinity : 0); // an extreme's index, a truth value, a wrapping sum
}

/** Softmax family. Errors d of a row's logits change a probability by a factor of at most e^(2d). */
function rowErrors(
  step: Extract<Step, { kernel: "softmax" | "logSoftmax" | "crossEntropy" | "crossEntropyGrad" }>,
  memory: Memory,
  errors: Errors,
): Float64Array {
  const operand = "logits" in step ? step.logits : step.input;
  const [rows, columns] = operand.shape as [number, number];
  const logits = read(memory, operand), logitErrors = readErrors(memory, errors, operand);
  const labels = "labels" in step ? read(memory, step.labels) : undefined;
  const labelErrors = "labels" in step ? readErrors(memory, errors, step.labels) : undefined;
  const g = "g" in step ? read(memory, step.g) : undefined,
    gErrors = "g" in step ? readErrors(memory, errors, step.g) : undefined;
  const result = new Float64Array(sizeOf(step.output.shape));
  for (let r = 0; r < rows; r++) {
    const row = logits.subarray(r * columns, (r + 1) * columns);
    const max = row.reduce((a, x) => Math.max(a, x), -Infinity);
    const total = Math.log(row.reduce((s, x) => s + Math.exp(x - max), 0));
    const given = logitErrors?.subarray(r * columns, (r + 1) * columns).reduce((a, x) => Math.max(a, x), 0) ?? 0;
    const terms = EPSILON * (8 + Math.sqrt(columns));
    const depth = (x: number) => Math.abs(x) + Math.abs(max) + Math.abs(total); // what is rounded when x − max − total is formed
    for (let c = 0; c < columns; c++) {
      const probability = Math.exp(row[c]! - max - total);
      // The exponent's roundings count as the sizes of max − x and of the logarithm, not of x: max − x is rounded once.
      const relative = terms + 4 * EPSILON * (max - row[c]!) + 2 * EPSILON * Math.abs(max + total);
      const softmaxError = probability * (relative + Math.expm1(2 * given)) + 2 ** -126;
      const at = r * columns + c;
      if (step.kernel === "softmax") result[at] = softmaxError;
      else if (step.kernel === "logSoftmax") result[at] = terms + 2 * given + 2 * EPSILON * depth(row[c]!);
      else if (step.kernel === "crossEntropyGrad") {
        const exact = probability - (c === labels![r] ? 1 : 0), wrong = gErrors?.[r] ?? 0;
        result[at] = (softmaxError + EPSILON * Math.abs(exact)) * (Math.abs(g![r]!) + wrong) + wrong * Math.abs(exact);
        if (labelErrors?.[r]) result[at] = Infinity;
      } else if (c === labels![r]) result[r] = terms + 2 * given + 2 * EPSILON * depth(row[c]!);
    }
    if (step.kernel === "crossEntropy" && labelErrors?.[r]) result[r] = Infinity;
  }
  return result;
}

/**
 * Mean and deviation are right to a few roundings of the sizes that they are made of: nothing grows with the number of elements, nor, for
 * the deviation, with the distance from 0. Counts are exact.
 */
function statisticsErrors(
  step: StatisticsStep,
  memory: Memory,
  errors: Errors,
  { approximate }: Precision,
): Float64Array {
  const own = readErrors(memory, errors, step.input)?.some((x) => x > 0);
  if (own) return everywhere(step.output.shape, Infinity);
  const values = read(memory, step.input), sizes = magnitude(values), n = values.length;
  const [, deviation] = read(memory, step.output) as unknown as [number, number];
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0), size = sizes.reduce((a, b) => a + b, 0) / n;
  const result = new Float64Array(step.output.shape[0]!);
  // The deviation of equal numbers is 0, for the reference perhaps a rounding of 64-bit sums.
  if (!approximate) result.set([EPSILON * size, EPSILON * deviation + 2 ** -36 * largest]);
  // Squares in 32 bits may overflow, or be lost below the smallest normal number.
  else if (largest > 1e17) result.set([Infinity, Infinity]);
  else result.set([4 * EPSILON * size, 16 * EPSILON * deviation + 2 ** -60]);
  // Of infinities and NaN the result is one of them, and exactly that.
  for (let i = 0; i < 2; i++) if (Number.isNaN(result[i]!) || largest === Infinity) result[i] = 0;
  return result;
}

/** As for statistics; the scale's error follows from the variance's. */
function momentsErrors(step: MomentsStep, memory: Memory, errors: Errors, { approximate }: Precision): Float64Array {
  if (readErrors(memory, errors, step.input)?.some((x) => x > 0)) return everywhere(step.output.shape, Infinity);
  const sizes = magnitude(read(memory, step.input)), out = read(memory, step.output);
  const rows = out.length / 3, n = sizes.length / rows, eps = memory.scalars[step.eps]!;
  const result = new Float64Array(out.length);
  for (let r = 0; r < rows; r++) {
    const row = sizes.subarray(r * n, (r + 1) * n), variance = out[rows + r]!;
    const largest = row.reduce((a, b) => Math.max(a, b), 0), size = row.reduce((a, b) => a + b, 0) / n;
    const overflow = approximate && largest > 1e17; // squares in 32 bits
    const off = overflow
      ? Infinity
      : (approximate ? 32 : 1) * EPSILON * variance + (approximate ? 2 ** -60 : 0) + (2 ** -48 * largest) ** 2 +
        2 ** -126;
    // In 32 bits what is summed is the distance from the first element, which may be an outlier.
    result[r] = overflow ? Infinity : EPSILON * (approximate ? 4 * size + 4 * row[0]! : size) + 2 ** -126;
    result[rows + r] = off;
    const scale = out[2 * rows + r]!;
    result[2 * rows + r] = scale * ((approximate ? 8 : 1) * EPSILON + off / (variance + eps)) + 2 ** -126;
  }
  return result;
}

/** Sums of g, and of g·x̂, each x̂ being right to a few roundings of its parts. */
function normSumsErrors(step: NormSumsStep, memory: Memory, errors: Errors): Float64Array {
  for (const operand of [step.g, step.x, step.stats]) {
    if (readErrors(memory, errors, operand)?.some((x) => x > 0)) return everywhere(step.output.shape, Infinity);
  }
  const n = sizeOf(step.x.shape.slice(step.kept));
  const [g, x] = [magnitude(read(memory, step.g)), magnitude(read(memory, step.x))];
  const stats = magnitude(read(memory, step.stats)), rows = stats.length / 3;
  for (let r = 0; r < rows; r++) stats[r]! *= -1; // |x| + |mean|
  return rerun(step, memory, [[step.g, g], [step.x, x], [step.stats, stats]])
    .map((size) => size * EPSILON * (8 + Math.sqrt(n)) + 2 ** -126);
}

function normalErrors(step: RandomStep, memory: Memory, { approximate }: Precision): Float64Array {
  const [seedLow, seedHigh, counterLow, counterHigh] = step.state.map((slot) => memory.scalars[slot]! >>> 0);
  const result = new Float64Array(sizeOf(step.output.shape));
  for (let i = 0; i < result.length; i++) {
    const lanes = philox([i >>> 2, 0, counterLow!, counterHigh!], [seedLow!, seedHigh!]);
    const { radius } = boxMuller(lanes[i & 2]!, lanes[(i & 2) | 1]!);
    // r² = −2 ln u: near u = 1 an absolute error of the logarithm counts in full.
    const logarithm = (approximate ? 4 : 1) * EPSILON;
    const ofRadius = radius > 1e-3 ? logarithm / radius : Math.sqrt(2 * logarithm);
    result[i] = ofRadius + radius * (approximate ? 32 : 8) * EPSILON;
  }
  return result;
}
