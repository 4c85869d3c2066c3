/**
 * The operations that graph nodes stand for.
 *
 * Families: *sources* hold or make data; *pointwise* ones follow broadcasting and fuse; *composites* are a few pointwise instructions recorded
 * as one node; *views* move no data; *reductions* drop axes; the rest are kernels of their own. Structure (`ints`) is part of a plan's key; numbers (`scalars`) are bound at run time.
 */
import { POINTWISE_OPS, type PointwiseOp } from "../device/pointwise.ts";

const SOURCE_OPS = ["source", "full", "arange", "uniform", "normal"] as const;
const VIEW_OPS = ["permute", "reshape", "expand", "slice", "part", "detach", "graft"] as const;
const REDUCE_OPS = ["sum", "prod", "max", "min", "any", "all", "argmax", "argmin"] as const;
const COMPOSITE_OPS = [
  "lerp",
  "atLeast",
  "atMost",
  "normalize",
  "normalizeGrad",
  "follow",
  "decay",
  "descend",
] as const;
const KERNEL_OPS = [
  "sliceWrite",
  "matmul",
  "conv2d",
  "conv2dInputGrad",
  "conv2dWeightGrad",
  "softmax",
  "logSoftmax",
  "crossEntropy",
  "crossEntropyGrad",
  "gather",
  "scatterAdd",
  "takeBytes",
  "avgPool2d",
  "avgPool2dGrad",
  "maxPool2d",
  "maxPool2dIndices",
  "maxPool2dGrad",
  "histogram",
  "statistics",
  "moments",
  "normSums",
  "own",
] as const;

/** Names of all operations. */
export const OPS = [
  ...SOURCE_OPS,
  ...VIEW_OPS,
  ...POINTWISE_OPS,
  ...COMPOSITE_OPS,
  ...REDUCE_OPS,
  ...KERNEL_OPS,
] as const;

/** An operation. */
export type Op = typeof OPS[number];
/** An operation that makes a view of its first input. */
export type ViewOp = typeof VIEW_OPS[number];
/** An operation that becomes several pointwise instructions. */
export type CompositeOp = typeof COMPOSITE_OPS[number];
/** An operation that drops axes. */
export type ReduceOpName = typeof REDUCE_OPS[number];

/** Small number of each operation, for plan keys. */
export const OP_CODE: Readonly<Record<Op, number>> = Object.fromEntries(OPS.map((op, i) => [op, i])) as Record<
  Op,
  number
>;

const pointwise: ReadonlySet<string> = new Set(POINTWISE_OPS);
const composites: ReadonlySet<string> = new Set(COMPOSITE_OPS);
const views: ReadonlySet<string> = new Set(VIEW_OPS);
const reductions: ReadonlySet<string> = new Set(REDUCE_OPS);

/** Whether the operation computes each element of its result from elements of its inputs, and so may run in one kernel with others. */
export function isFusible(op: Op): op is PointwiseOp | CompositeOp {
  return pointwise.has(op) || composites.has(op);
}

/** Whether the operation becomes several pointwise instructions. */
export function isComposite(op: Op): op is CompositeOp {
  return composites.has(op);
}

/** Whether the operation moves no data. */
export function isView(op: Op): op is ViewOp {
  return views.has(op);
}

/** Whether the operation drops axes. */
export function isReduction(op: Op): op is ReduceOpName {
  return reductions.has(op);
}
