/** The scalar functions of pointwise chains. */

/**
 * Scalar functions of a pointwise chain. Arguments share one dtype (`of`), except `where`, whose first is bool.
 * All follow IEEE 754 and PyTorch: `maximum`/`minimum` and `relu` pass NaN on; `round` goes to even; `remainder` has the sign of the
 * divisor; comparisons give bool; `sign(0)` is 0; `cast` from float to int truncates towards zero; to bool is `x != 0`.
 * `leakyRelu(x, a)` is `x > 0 ? x : a·x` (NaN stays NaN). `copy` is the identity.
 */
export const POINTWISE_OPS = [
  "copy",
  "cast",
  "neg",
  "abs",
  "sign",
  "exp",
  "expm1",
  "log",
  "log1p",
  "sqrt",
  "rsqrt",
  "reciprocal",
  "sin",
  "cos",
  "tanh",
  "sigmoid",
  "erf",
  "relu",
  "floor",
  "ceil",
  "round",
  "isnan",
  "logicalNot",
  "add",
  "sub",
  "mul",
  "div",
  "pow",
  "maximum",
  "minimum",
  "remainder",
  "leakyRelu",
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "logicalAnd",
  "logicalOr",
  "logicalXor",
  "where",
] as const;

export type PointwiseOp = typeof POINTWISE_OPS[number];
