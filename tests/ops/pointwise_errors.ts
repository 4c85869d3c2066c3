/**
 * Running error analysis of pointwise chains, by perturbation: an instruction's result may be off by as much as it changes when its
 * arguments move by their errors, plus the rounding of the instruction itself. Steps and poles need no special case: a perturbed
 * argument that crosses one shows.
 */
import type { PointwiseOp } from "../../lib/device/pointwise.ts";
import { addresses, sizeOf } from "../../lib/device/reference/memory.ts";
import { scalarInput } from "../../lib/device/reference/pointwise.ts";
import { scalarFunction } from "../../lib/device/reference/scalar.ts";
import type { Instruction, PointwiseStep } from "../../lib/device/steps/pointwise.ts";
import { type Analysis, type Bounds, EPSILON, readErrors, SMALLEST_NORMAL } from "../device/tolerance.ts";

const FLOAT_MAX = 3.4028234663852886e38;

/** Where an operation's own error is worked out: its result and first two arguments, and whether the device is approximate. */
interface At {
  /** Size of the result. */
  readonly size: number;
  readonly x: number;
  readonly y: number;
  readonly approximate: boolean;
}

/** Error of an operation itself in units of {@linkcode EPSILON}, absolute, for a result in float32. */
type OwnError = (at: At) => number;

/** The result is one of the arguments, exact for another reason, or no float at all. */
const exact: OwnError = () => 0;
/** One rounding. */
const rounded: OwnError = ({ size }) => size;
/** One rounding on the cpu; WGSL allows 2.5 units for divisions, and roots are made of them. */
const divided: OwnError = ({ size, approximate }) => size * (approximate ? 4 : 1);
/** Reduction of the argument's range in 32 bits. */
const periodic: OwnError = ({ x, approximate }) => (approximate ? 16 : 2) + (approximate ? 4 : 2) * Math.abs(x);
const bounded: OwnError = ({ size, approximate }) => approximate ? 48 : 8 * size + 1;

/** Every operation's own error. */
const OWN_ERRORS: { readonly [K in PointwiseOp]: OwnError } = {
  copy: exact,
  cast: rounded, // of an int32 that float32 cannot hold
  neg: exact,
  abs: exact,
  sign: exact,
  exp: ({ size, x, approximate }) => size * (approximate ? 4 + 2 * Math.abs(x) : 4 + Math.abs(x)),
  expm1: ({ size, x, approximate }) => size * (approximate ? 16 + 2 * Math.abs(x) : 8 + Math.abs(x)),
  log: ({ size, approximate }) => 4 * size + (approximate ? 4 : 1),
  log2: ({ size, approximate }) => 4 * size + (approximate ? 4 : 1),
  log1p: ({ size, approximate }) => (approximate ? 16 : 8) * size,
  sqrt: divided,
  rsqrt: divided,
  reciprocal: divided,
  sin: periodic,
  cos: periodic,
  tanh: bounded,
  sigmoid: ({ size, x, approximate }) => approximate ? 16 : 4 * size + size * Math.min(Math.abs(x), 100),
  erf: bounded,
  relu: exact,
  floor: exact,
  ceil: exact,
  round: exact,
  isnan: exact,
  logicalNot: exact,
  add: rounded,
  sub: rounded,
  mul: rounded,
  div: divided,
  pow: ({ size, x, y, approximate }) => size * (approximate ? 8 : 4) * (1 + Math.abs(y * Math.log(Math.abs(x) || 1))),
  maximum: exact,
  minimum: exact,
  remainder: rounded,
  leakyRelu: rounded,
  eq: exact,
  ne: exact,
  lt: exact,
  le: exact,
  gt: exact,
  ge: exact,
  logicalAnd: exact,
  logicalOr: exact,
  logicalXor: exact,
  where: exact,
};

/** Operations made of exponentials, which may give up a little before the smallest normal number. */
const VANISHING: ReadonlySet<PointwiseOp> = new Set<PointwiseOp>(["exp", "sigmoid", "pow"]);

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
  const ownError = op === "cast" && of !== "int32" ? exact : OWN_ERRORS[op];
  const own = EPSILON * ownError({ size: Math.abs(out), x: args[0]!, y: args[1]!, approximate });
  const underflow = Math.abs(out) < SMALLEST_NORMAL && out !== 0 && approximate ? Math.abs(out) : 0;
  return given + own + underflow + (OWN_ERRORS[op] === exact ? 0 : VANISHING.has(op) ? 2 ** -124 : 2 ** -149);
}

/** Errors of each output of a pointwise step in row-major order; undefined where a whole output is exact. */
export function pointwiseErrors(
  step: PointwiseStep,
  analysis: Analysis,
): Bounds[] {
  const { memory, precision: { approximate } } = analysis;
  const inputs = step.inputs.map((input) => {
    if (input.kind === "tensor") {
      return {
        values: memory.values[input.operand.value]!,
        at: addresses(memory, input.operand),
        errors: readErrors(analysis, input.operand),
      };
    }
    const value = scalarInput(memory.scalars[input.slot]!, input.dtype);
    return { value, error: input.dtype === "float32" ? Math.abs(value - Math.fround(value)) : 0 };
  });
  const code = step.code.map((instruction) => ({ instruction, compute: scalarFunction(instruction, () => {}) }));
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
