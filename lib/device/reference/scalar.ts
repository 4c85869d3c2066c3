/** The scalar functions of pointwise chains in 64-bit floats. */
import type { PointwiseOp } from "../pointwise.ts";
import type { Instruction } from "../steps/pointwise.ts";

/** A function of up to three numbers; the ones it does not need are ignored. */
export type ScalarFunction = (x: number, y: number, z: number) => number;

/** Rounds to the nearest whole number, halves to the even one. */
export function roundHalfToEven(x: number): number {
  const below = Math.floor(x), rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? below : Math.ceil(x);
  return below % 2 === 0 ? below : below + 1;
}

/**
 * The error function 2/√π ∫₀ˣ e^(−t²) dt, within a few units of the last place.
 * Small x: the series 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!, whose terms have one sign. Large x: one minus the continued
 * fraction of erfc (Abramowitz & Stegun 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return NaN;
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x); // erfc(6) = 2e-17
  if (a < 3) {
    let term = x, sum = x;
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
  let fraction = a;
  for (let k = 80; k >= 1; k--) fraction = a + k / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / fraction);
}

/** C's pow: unlike JavaScript's, 1 to any power is 1, and so is −1 to an infinite power. */
export function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1;
  return Math.pow(x, y);
}

/** Remainder with the sign of the divisor, as PyTorch computes it: fmod, then one divisor added if the signs differ. */
export function remainder(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && (rest < 0) !== (y < 0) ? rest + y : rest;
}

const truth = (condition: boolean): number => condition ? 1 : 0;

/** Exhaustive: an operation without a function does not compile. */
const FUNCTIONS: { readonly [K in PointwiseOp]: ScalarFunction } = {
  copy: (x) => x,
  cast: (x) => x, // the conversion itself is by type, in scalarFunction
  neg: (x) => -x,
  abs: Math.abs,
  sign: (x) => x > 0 ? 1 : x < 0 ? -1 : 0, // NaN gives 0, as in PyTorch
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  reciprocal: (x) => 1 / x,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  erf,
  relu: (x) => x < 0 ? 0 : x,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfToEven,
  isnan: (x) => truth(Number.isNaN(x)),
  logicalNot: (x) => truth(x === 0),
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  pow: power,
  maximum: (x, y) => Math.max(x, y),
  minimum: (x, y) => Math.min(x, y),
  remainder,
  leakyRelu: (x, slope) => x > 0 ? x : slope * x,
  eq: (x, y) => truth(x === y),
  ne: (x, y) => truth(x !== y),
  lt: (x, y) => truth(x < y),
  le: (x, y) => truth(x <= y),
  gt: (x, y) => truth(x > y),
  ge: (x, y) => truth(x >= y),
  logicalAnd: (x, y) => truth(x !== 0 && y !== 0),
  logicalOr: (x, y) => truth(x !== 0 || y !== 0),
  logicalXor: (x, y) => truth((x !== 0) !== (y !== 0)),
  where: (condition, x, y) => condition !== 0 ? x : y,
};

/** The function of one instruction, with its result brought to the instruction's type. */
export function scalarFunction({ op, dtype, of }: Pick<Instruction, "op" | "dtype" | "of">): ScalarFunction {
  if (dtype === "int32") {
    if (op === "mul" && of === "int32") return Math.imul; // an exact product need not fit 53 bits
    const compute = FUNCTIONS[op];
    return (x, y, z) => compute(x, y, z) | 0;
  }
  if (dtype === "bool" && (op === "cast")) return (x) => truth(x !== 0);
  return FUNCTIONS[op];
}
