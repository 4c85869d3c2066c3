/**
 * The scalar functions of pointwise chains: one name and one entry a function, read by all devices.
 *
 * Arguments share one dtype, except `where`, whose first is bool. All follow IEEE 754 and PyTorch: `maximum`, `minimum` and `relu` pass NaN
 * on; `round` goes to even; `remainder` has the divisor's sign; comparisons give bool; `sign(0)` is 0; `cast` from float to int truncates
 * towards zero, to bool is `x != 0`. Of bools, `add` and `maximum` are "or", `mul` and `minimum` are "and". A result that int32 cannot hold raises
 * the fault flag.
 */
import { erf, power, remainder, roundHalfToEven } from "./scalar_math.ts";

/** The functions' names, by number of arguments. */
// deno-fmt-ignore: a name a line would be longer than the functions themselves
interface Names {
  readonly 1:
    | "copy" | "cast" | "neg" | "abs" | "sign" | "exp" | "expm1" | "log" | "log1p" | "sqrt" | "rsqrt" | "reciprocal"
    | "sin" | "cos" | "tanh" | "sigmoid" | "erf" | "relu" | "floor" | "ceil" | "round" | "isnan" | "logicalNot" | "log2";
  readonly 2:
    | "add" | "sub" | "mul" | "div" | "pow" | "maximum" | "minimum" | "remainder" | "leakyRelu"
    | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "logicalAnd" | "logicalOr" | "logicalXor";
  readonly 3: "where";
}

/** The name of a function. */
export type PointwiseOp = Names[1 | 2 | 3];

/** Functions of so many arguments. */
export type PointwiseOpOf<A extends 1 | 2 | 3> = Names[A];

/** A function of up to three numbers; those it does not need are ignored. */
export type ScalarFunction = (x: number, y: number, z: number) => number;

/**
 * WGSL of a function, for one element or four: an expression of `$x`, `$y`, `$z` and of `$0`, `$1`, those numbers in the arguments' type; or
 * `math`, the name of a function of math.wgsl (`…Of`) or integers.wgsl (`…Integer`), which is called lane by lane.
 */
export type Wgsl = string | { readonly math: string };

/** What the devices know of a function. */
export interface PointwiseFunction {
  readonly arity: 1 | 2 | 3;
  /** The function itself, in 64 bits: the reference device, and what the others are tested against. */
  readonly scalar: ScalarFunction;
  /** Whether the devices get it with float32 arguments only: others are converted first. */
  readonly floats?: true;
  /**
   * Nanoseconds that an element of float32 costs the cpu beyond what a light function does, where that is worth counting: one thread, blocks in
   * the L1 cache. It decides how work is shared between threads, and whether the loop over a block is unrolled.
   */
  readonly ns?: number;
  /** Whether the result is bool, whatever the arguments are; default: it has their type. */
  readonly predicate?: true;
  /** Of float32 arguments; where it is missing, the code generator has a case for this function. */
  readonly float?: Wgsl;
  /** Of int32 arguments; where it is missing, as for float32. */
  readonly int?: Wgsl;
  /** Of bool arguments; where it is missing, as for int32. */
  readonly bool?: Wgsl;
}

const flag = (condition: boolean): number => condition ? 1 : 0;

const SIGN = "(select($0, $1, $x > $0) - select($0, $1, $x < $0))";

/** How many arguments a function takes. */
type ArityOf<K extends PointwiseOp> = { [A in 1 | 2 | 3]: K extends Names[A] ? A : never }[1 | 2 | 3];

/** All functions. Random tests are seeded by a function's place: a new one comes last of its arity. */
export const POINTWISE = {
  copy: { arity: 1, scalar: (x) => x, float: "$x" },
  cast: { arity: 1, scalar: (x) => x }, // the conversion itself is by type
  neg: { arity: 1, scalar: (x) => -x, float: "(-$x)", int: { math: "negInteger" } },
  abs: { arity: 1, scalar: Math.abs, float: "abs($x)", int: { math: "absInteger" } },
  sign: { arity: 1, scalar: (x) => x > 0 ? 1 : x < 0 ? -1 : 0, float: SIGN }, // NaN gives 0, as in PyTorch
  exp: { arity: 1, floats: true, scalar: Math.exp, float: { math: "expOf" }, ns: 0.5 },
  expm1: { arity: 1, floats: true, scalar: Math.expm1, float: { math: "expm1Of" }, ns: 0.7 },
  log: { arity: 1, floats: true, scalar: Math.log, float: { math: "logOf" }, ns: 0.8 },
  log1p: { arity: 1, floats: true, scalar: Math.log1p, float: { math: "log1pOf" }, ns: 1 },
  sqrt: { arity: 1, floats: true, scalar: Math.sqrt, float: "sqrt($x)" },
  rsqrt: { arity: 1, floats: true, scalar: (x) => 1 / Math.sqrt(x), float: "($1 / sqrt($x))" },
  reciprocal: { arity: 1, floats: true, scalar: (x) => 1 / x, float: "($1 / $x)" },
  sin: { arity: 1, floats: true, scalar: Math.sin, float: { math: "sinOf" }, ns: 3 },
  cos: { arity: 1, floats: true, scalar: Math.cos, float: { math: "cosOf" }, ns: 3 },
  tanh: { arity: 1, floats: true, scalar: Math.tanh, float: { math: "tanhOf" }, ns: 1 },
  sigmoid: { arity: 1, floats: true, scalar: (x) => 1 / (1 + Math.exp(-x)), float: { math: "sigmoidOf" }, ns: 0.7 },
  erf: { arity: 1, floats: true, scalar: erf, float: { math: "erfOf" }, ns: 1.2 },
  relu: { arity: 1, scalar: (x) => x < 0 ? 0 : x, int: "select($x, $0, $x < $0)" },
  floor: { arity: 1, scalar: Math.floor, float: "floor($x)", int: "$x" },
  ceil: { arity: 1, scalar: Math.ceil, float: "ceil($x)", int: "$x" },
  round: { arity: 1, scalar: roundHalfToEven, float: "round($x)", int: "$x" },
  isnan: { arity: 1, floats: true, scalar: (x) => flag(Number.isNaN(x)), predicate: true, int: "($x != $x)" },
  logicalNot: { arity: 1, scalar: (x) => flag(x === 0), predicate: true },
  log2: { arity: 1, floats: true, scalar: Math.log2, float: { math: "log2Of" }, ns: 0.9 },

  add: { arity: 2, scalar: (x, y) => x + y, float: "($x + $y)", int: { math: "addInteger" }, bool: "($x | $y)" },
  sub: { arity: 2, scalar: (x, y) => x - y, int: { math: "subInteger" } },
  mul: { arity: 2, scalar: (x, y) => x * y, float: "($x * $y)", int: { math: "mulInteger" }, bool: "($x & $y)" },
  div: { arity: 2, scalar: (x, y) => x / y, float: "($x / $y)" },
  pow: { arity: 2, scalar: power, float: { math: "powOf" }, int: { math: "powInteger" }, ns: 10 },
  maximum: {
    arity: 2,
    scalar: (x, y) => Math.max(x, y),
    float: { math: "maximumOf" },
    int: "max($x, $y)",
    bool: "($x | $y)",
  },
  minimum: {
    arity: 2,
    scalar: (x, y) => Math.min(x, y),
    float: { math: "minimumOf" },
    int: "min($x, $y)",
    bool: "($x & $y)",
  },
  remainder: { arity: 2, scalar: remainder, float: { math: "remainderOf" }, int: { math: "remainderInteger" }, ns: 10 },
  /** `x > 0 ? x : slope · x`; NaN stays NaN. */
  leakyRelu: {
    arity: 2,
    floats: true,
    scalar: (x, slope) => x > 0 ? x : slope * x,
    float: "select($y * $x, $x, $x > $0)",
  },
  eq: { arity: 2, scalar: (x, y) => flag(x === y), predicate: true, float: "($x == $y)" },
  ne: { arity: 2, scalar: (x, y) => flag(x !== y), predicate: true, float: "(!($x == $y))" }, // so that NaN differs from everything
  lt: { arity: 2, scalar: (x, y) => flag(x < y), predicate: true, float: "($x < $y)" },
  le: { arity: 2, scalar: (x, y) => flag(x <= y), predicate: true, float: "($x <= $y)" },
  gt: { arity: 2, scalar: (x, y) => flag(x > y), predicate: true, float: "($x > $y)" },
  ge: { arity: 2, scalar: (x, y) => flag(x >= y), predicate: true, float: "($x >= $y)" },
  logicalAnd: { arity: 2, scalar: (x, y) => flag(x !== 0 && y !== 0), predicate: true },
  logicalOr: { arity: 2, scalar: (x, y) => flag(x !== 0 || y !== 0), predicate: true },
  logicalXor: { arity: 2, scalar: (x, y) => flag((x !== 0) !== (y !== 0)), predicate: true },

  where: { arity: 3, scalar: (condition, x, y) => condition !== 0 ? x : y, float: "select($z, $y, $x)" },
} satisfies { readonly [K in PointwiseOp]: PointwiseFunction & { readonly arity: ArityOf<K> } };

/** All names. */
export const POINTWISE_OPS = Object.keys(POINTWISE) as PointwiseOp[];
