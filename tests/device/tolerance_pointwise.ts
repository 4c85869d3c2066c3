/**
 * Running error analysis of pointwise chains, by perturbation: an instruction's result may be off by as much as it changes when its
 * arguments move by their errors, plus the rounding of the instruction itself. Steps and poles need no special case: a perturbed
 * argument that crosses one shows.
 */
import type { Instruction, PointwiseOp, PointwiseStep } from "../../lib/device/program.ts";
import { addresses, type Memory, sizeOf } from "../../lib/device/reference/memory.ts";
import { scalarInput } from "../../lib/device/reference/pointwise.ts";
import { scalarFunction } from "../../lib/device/reference/scalar.ts";
import { EPSILON, type Errors, type Precision, readErrors } from "./tolerance.ts";

const FLOAT_MAX = 3.4028234663852886e38;
const SMALLEST_NORMAL = 2 ** -126;

/** Operations whose result is one of their arguments, or exact: no rounding of their own. */
const EXACT: ReadonlySet<PointwiseOp> = new Set<PointwiseOp>([
  ...["copy", "neg", "abs", "sign", "relu", "floor", "ceil", "round", "maximum", "minimum", "where"] as const,
]);

/** Operations made of exponentials, which may give up a little before the smallest normal number. */
const VANISHING: ReadonlySet<PointwiseOp> = new Set<PointwiseOp>(["exp", "sigmoid", "pow"]);

/** Error of the operation itself in units of {@linkcode EPSILON}, absolute: for results in float32. */
function ownError(op: PointwiseOp, out: number, x: number, y: number, approximate: boolean): number {
  const size = Math.abs(out);
  switch (op) {
    case "exp":
      return size * (approximate ? 4 + 2 * Math.abs(x) : 4 + Math.abs(x));
    case "expm1":
      return size * (approximate ? 16 + 2 * Math.abs(x) : 8 + Math.abs(x));
    case "log":
      return 4 * size + (approximate ? 4 : 1);
    case "log1p":
      return (approximate ? 16 : 8) * size;
    case "sin":
    case "cos": // range reduction in 32 bits
      return (approximate ? 16 : 2) + (approximate ? 4 : 2) * Math.abs(x);
    case "tanh":
    case "erf":
      return approximate ? 48 : 8 * size + 1;
    case "sigmoid":
      return approximate ? 16 : 4 * size + size * Math.min(Math.abs(x), 100);
    case "pow":
      return size * (approximate ? 8 : 4) * (1 + Math.abs(y * Math.log(Math.abs(x) || 1)));
    case "div":
    case "reciprocal":
    case "sqrt":
    case "rsqrt":
      return size * (approximate ? 4 : 1);
    default:
      return EXACT.has(op) ? 0 : size;
  }
}

type Compute = (x: number, y: number, z: number) => number;

/** Where an argument may be, but for its own place. */
function moves(x: number, error: number): number[] {
  if (error === 0) return [];
  return Math.abs(x) <= error ? [x - error, x + error, 0] : [x - error, x + error]; // it may have vanished altogether
}

/** How far `compute` moves when its arguments move by their errors: each alone, and the first two together. */
function sensitivity(compute: Compute, args: number[], errors: number[], out: number): number {
  let total = 0;
  for (let i = 0; i < args.length; i++) {
    if (errors[i] === Infinity) return Infinity;
    for (const moved of moves(args[i]!, errors[i]!)) {
      const [x, y, z] = args.with(i, moved) as [number, number, number];
      const result = compute(x, y, z);
      if (Object.is(result, out)) continue;
      const change = Math.abs(result - out);
      if (!(change < Infinity)) return Infinity;
      total += change; // both directions: a margin for curvature
    }
  }
  if (!(errors[0]! > 0 && errors[1]! > 0)) return total;
  let together = 0;
  for (const x of [args[0]! - errors[0]!, args[0]! + errors[0]!]) {
    for (const y of [args[1]! - errors[1]!, args[1]! + errors[1]!]) {
      const result = compute(x, y, 0);
      if (!Object.is(result, out)) together = Math.max(together, Math.abs(result - out));
    }
  }
  return total + together;
}

/** Whether a whole number or truth value stays what it is wherever its arguments may be, together. */
function isCertain(compute: Compute, args: number[], errors: number[], out: number): boolean {
  if (errors.includes(Infinity)) return false;
  const [xs, ys] = [0, 1].map((i) => i < args.length ? [args[i]!, ...moves(args[i]!, errors[i]!)] : [0]);
  return xs!.every((x) => ys!.every((y) => compute(x, y, 0) === out));
}

/** A quotient that is rounded may be one off, and an error may carry the remainder over to the other end of its range. */
function remainderError(x: number, y: number, [ofX, ofY]: number[], out: number): number {
  const moved = ofX! + Math.abs(x / y) * ofY! + EPSILON * (4 * Math.abs(x) + Math.abs(y)) + 2 ** -149;
  const toEnd = Math.min(Math.abs(out), Math.abs(y) - Math.abs(out));
  if (ofY! >= Math.abs(y)) return Infinity; // the divisor may be 0
  return moved < toEnd ? moved : Math.abs(y) + ofY! + moved;
}

function instructionError(
  { op, dtype, of }: Instruction,
  compute: Compute,
  args: number[],
  errors: number[],
  out: number,
  approximate: boolean,
): number {
  if (op === "where") {
    const chosen = errors[args[0] !== 0 ? 1 : 2]!;
    if (errors[0] === 0) return chosen;
    const apart = Object.is(args[1], args[2]) ? 0 : Math.abs(args[1]! - args[2]!);
    return Number.isNaN(apart) ? Infinity : apart + Math.max(errors[1]!, errors[2]!);
  }
  if (dtype !== "float32") {
    // Converting what no int32 holds gives anything.
    if (op === "cast" && of === "float32" && dtype === "int32" && !(Math.abs(args[0]!) < 2 ** 31)) return Infinity;
    if (errors.every((error) => error === 0)) return 0;
    return isCertain(compute, args, errors, out) ? 0 : Infinity;
  }
  // The sign of a zero decides between infinities, and no device has to keep it through a chain.
  const divisor = op === "div" || op === "pow" || op === "remainder" ? args[1] : args[0];
  const pole = op === "div" || op === "reciprocal" || op === "rsqrt" || op === "pow";
  if (pole && (Object.is(divisor, -0) || (op === "pow" && Object.is(args[0], -0)))) return Infinity;
  if (op === "pow" && args[0]! < 0 && errors[1]! > 0) return Infinity; // only a whole exponent gives a number
  if (op === "remainder" && args.every(Number.isFinite) && args[1] !== 0) {
    return remainderError(args[0]!, args[1]!, errors, out);
  }
  const given = sensitivity(compute, args, errors, out);
  if (!Number.isFinite(out)) return given;
  if (Math.abs(out) > FLOAT_MAX * (1 - 64 * EPSILON)) return Infinity; // infinite on the device, or nearly
  const own = EPSILON * ownError(op === "cast" && of !== "int32" ? "copy" : op, out, args[0]!, args[1]!, approximate);
  const underflow = Math.abs(out) < SMALLEST_NORMAL && out !== 0 && approximate ? Math.abs(out) : 0;
  return given + own + underflow + (EXACT.has(op) ? 0 : VANISHING.has(op) ? 2 ** -124 : 2 ** -149);
}

/** Errors of each output of a pointwise step in row-major order; undefined where a whole output is exact. */
export function pointwiseErrors(
  step: PointwiseStep,
  memory: Memory,
  errors: Errors,
  { approximate }: Precision,
): (Float64Array | undefined)[] {
  const inputs = step.inputs.map((input) => {
    if (input.kind === "tensor") {
      return {
        values: memory.values[input.operand.value]!,
        at: addresses(memory, input.operand),
        errors: readErrors(memory, errors, input.operand),
      };
    }
    const value = scalarInput(memory.scalars[input.slot]!, input.dtype);
    return { value, error: input.dtype === "float32" ? Math.abs(value - Math.fround(value)) : 0 };
  });
  const code = step.code.map((instruction) => ({ instruction, compute: scalarFunction(instruction) }));
  const size = sizeOf(step.shape), values = new Float64Array(inputs.length + code.length), bounds = values.slice();
  const results = step.outputs.map(() => new Float64Array(size));
  for (let i = 0; i < size; i++) {
    inputs.forEach((input, r) => {
      values[r] = input.at ? input.values[input.at[i]!]! : input.value;
      bounds[r] = input.at ? input.errors?.[i] ?? 0 : input.error;
      const subnormal = values[r] !== 0 && Math.abs(values[r]!) < SMALLEST_NORMAL;
      if (approximate && subnormal) bounds[r]! += Math.abs(values[r]!);
    });
    code.forEach(({ instruction, compute }, j) => {
      const args = instruction.args.map((arg) => values[arg]!), own = instruction.args.map((arg) => bounds[arg]!);
      const r = inputs.length + j;
      values[r] = compute(args[0]!, args[1]!, args[2]!);
      const bound = instructionError(instruction, compute, args, own, values[r]!, approximate);
      bounds[r] = Number.isNaN(bound) ? Infinity : bound;
    });
    step.outputs.forEach(({ register }, j) => results[j]![i] = bounds[register]!);
  }
  return results.map((result) => result.some((x) => x !== 0) ? result : undefined);
}
