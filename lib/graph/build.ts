/** Bridge for callers that have not moved to lib/ops yet. */
import { convolution } from "../device/steps/conv.ts";
import { maxPooling } from "../device/steps/max_pool.ts";
import { ADAPTIVE, avgPooling } from "../device/steps/pool.ts";
import type { ReduceOp } from "../device/steps/reductions.ts";
import { takeBytes } from "../ops/bytes.ts";
import { clampMax, clampMin, lerp } from "../ops/composites.ts";
import { conv2d } from "../ops/conv.ts";
import { custom } from "../ops/custom.ts";
import { gather, scatterAdd } from "../ops/indexing.ts";
import { matmul } from "../ops/linear.ts";
import { maxPool2d } from "../ops/max_pool.ts";
import { emaUpdate, moments, normalize } from "../ops/normalisation.ts";
import { binary, type BinaryOp, cast, unary, type UnaryOp, where } from "../ops/pointwise.ts";
import { avgPool2d } from "../ops/pool.ts";
import { reduce } from "../ops/reductions.ts";
import { crossEntropy, logSoftmax, softmax } from "../ops/rows.ts";
import { arange, data, drawn, full, inMemory, number } from "../ops/sources.ts";
import { histogram, statistics } from "../ops/statistics.ts";
import { momentumUpdate, sgdStep } from "../ops/updates.ts";
import {
  alias,
  detach,
  expand,
  permute,
  reshape,
  select,
  slice,
  sliceScatter,
  straightThrough,
  sumTo,
} from "../ops/views.ts";
import type { PointwiseOp } from "../device/pointwise.ts";
import type { Node } from "./node.ts";
import { type OwnOperation, ownOperations } from "./own.ts";
import type { Shape } from "./shape.ts";

export const source = { data, memory: inMemory, full, arange, random: drawn };

type Four = [number, number, number, number];

export const build = {
  cast,
  unary: (op: PointwiseOp, x: Node) => unary(op as UnaryOp, x),
  binary: (op: PointwiseOp, a: Node, b: Node) => binary(op as BinaryOp, a, b),
  where,
  lerp,
  bounded: (op: "atLeast" | "atMost", x: Node, bound: number) =>
    op === "atLeast" ? clampMin(x, bound) : clampMax(x, bound),
  permute,
  reshape,
  expand,
  slice,
  sliceWrite: (base: Node, value: Node, starts: readonly number[], steps: readonly number[]) =>
    sliceScatter(base, cast(value, base.dtype), starts, steps),
  part: select,
  detach,
  graft: straightThrough,
  alias,
  reduce: (op: ReduceOp, x: Node, axes: readonly number[]) => reduce(op, x, axes),
  sumTo,
  matmul,
  conv2d(x: Node, w: Node, geometry: readonly number[]) {
    const [a, b, c, d] = geometry as Four;
    return conv2d(x, w, convolution({ stride: [a, b], padding: [c, d] }));
  },
  rows: (op: "softmax" | "logSoftmax", x: Node) => op === "softmax" ? softmax(x) : logSoftmax(x),
  crossEntropy,
  gather,
  scatterAdd,
  takeBytes,
  avgPool2d(x: Node, pooling: readonly number[], shape: Shape) {
    const [mode, a, b, c, d, e, f, count] = pooling as [number, ...Four, number, number, number];
    return avgPool2d(
      x,
      mode === 0 ? ADAPTIVE : avgPooling({
        adaptive: false,
        kernelSize: [a, b],
        stride: [c, d],
        padding: [e, f],
        countIncludePad: count === 1,
      }),
      shape,
    );
  },
  maxPool2d(x: Node, pooling: readonly number[], shape: Shape) {
    const [a, b, c, d, e, f, g, h] = pooling as [...Four, ...Four];
    return maxPool2d(x, maxPooling({ kernelSize: [a, b], stride: [c, d], padding: [e, f], dilation: [g, h] }), shape);
  },
  histogram,
  statistics,
  moments,
  normalize,
  follow: emaUpdate,
  decay: momentumUpdate,
  descend: sgdStep,
  own: (
    id: number,
    _: string,
    inputs: readonly Node[],
    shape: Shape,
    invocations: number,
    numbers: readonly number[],
  ) => custom(ownOperations[id]!, inputs, shape, invocations, numbers),
  number,
};
export type { OwnOperation };
