/**
 * Builders: the one way to make graph nodes. Each checks shapes and dtypes at the call, so that a mistake is thrown where it was made.
 */
import { takeBytes } from "./build/bytes.ts";
import { gather, scatterAdd, sliceWrite } from "./build/indexing.ts";
import { conv2d, conv2dInputGrad, conv2dWeightGrad, matmul } from "./build/linear.ts";
import { follow, moments, normalize, normalizeGrad, normSums } from "./build/normalisation.ts";
import { own } from "./build/own.ts";
import { binary, bounded, cast, lerp, unary, where } from "./build/pointwise.ts";
import { avgPool2d, avgPool2dGrad, maxPool2d, maxPool2dGrad, maxPool2dIndices } from "./build/pooling.ts";
import { reduce, sumTo } from "./build/reductions.ts";
import { crossEntropy, crossEntropyGrad, rows } from "./build/rows.ts";
import { source } from "./build/source.ts";
import { histogram, statistics } from "./build/statistics.ts";
import { decay, descend } from "./build/updates.ts";
import { alias, detach, expand, graft, part, permute, reshape, slice } from "./build/views.ts";
import { NO_NUMBERS, type Node } from "./node.ts";

export { source };

/** All builders of computed nodes. */
export const build = {
  cast,
  unary,
  binary,
  where,
  lerp,
  bounded,
  permute,
  reshape,
  expand,
  slice,
  sliceWrite,
  part,
  detach,
  graft,
  alias,
  reduce,
  sumTo,
  matmul,
  conv2d,
  conv2dInputGrad,
  conv2dWeightGrad,
  rows,
  crossEntropy,
  crossEntropyGrad,
  gather,
  scatterAdd,
  takeBytes,
  avgPool2d,
  avgPool2dGrad,
  maxPool2d,
  maxPool2dIndices,
  maxPool2dGrad,
  histogram,
  statistics,
  moments,
  normalize,
  normSums,
  normalizeGrad,
  follow,
  decay,
  descend,
  own,
  /** A number as a 0-d node of the type that keeps `like`'s: int32 for whole numbers beside integers, else float32. */
  number(like: Node, value: number): Node {
    const integral = like.dtype === "int32" || like.dtype === "bool";
    return source.full(like.device, integral && Number.isInteger(value) ? "int32" : "float32", NO_NUMBERS, value);
  },
};
