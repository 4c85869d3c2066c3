/** What the operations of make_shaping_goldens.py are called in Sonde: a part of op_table.ts. */
import { functional as F } from "../../lib/nn/mod.ts";
import { hstack, vstack } from "../../lib/tensor/combine.ts";
import { einsum } from "../../lib/tensor/einsum.ts";
import type { Args, GoldenOp } from "./golden_op.ts";

const orderOf = (p: Args) => p === "inf" ? Infinity : p === "-inf" ? -Infinity : p;

export const SHAPING_TABLE: Record<string, GoldenOp> = {
  flip: ([x], { dims }) => x!.flip(dims),
  roll: ([x], { shifts, dims }) => x!.roll(shifts, dims),
  repeat: ([x], { counts }) => x!.repeat(counts),
  tile: ([x], { counts }) => x!.tile(...counts),
  repeatInterleave: ([x], { count, dim }) => x!.repeatInterleave(count, dim),
  split: ([x], { size, dim }) => x!.split(size, dim),
  chunk: ([x], { chunks, dim }) => x!.chunk(chunks, dim),
  unbind: ([x], { dim }) => x!.unbind(dim),
  diagonal: ([x], { offset, first, second }) => x!.diagonal(offset, first, second),
  writeDiagonal: ([x, y]) => {
    const whole = x!.clone();
    whole.diagonal(1).copy_(y!);
    return whole;
  },
  tril: ([x], { diagonal }) => x!.tril(diagonal),
  triu: ([x], { diagonal }) => x!.triu(diagonal),
  windows: ([x], { dim, size, step }) => x!.unfold(dim, size, step),
  cumprod: ([x], { dim }) => x!.cumprod(dim),
  hstack: (inputs) => hstack(inputs),
  vstack: (inputs) => vstack(inputs),

  sort: ([x], { dim, ...options }) => x!.sort(dim, options),
  argsort: ([x], { dim, ...options }) => x!.argsort(dim, options),
  topk: ([x], { k, dim, ...options }) => x!.topk(k, dim, options),
  kthvalue: ([x], { k, dim, ...options }) => x!.kthvalue(k, dim, options),
  median: ([x], { dim, keepdim = false }) =>
    dim === undefined ? x!.median() : x!.median(dim, { keepdim, indices: true }),
  quantile: ([x], { q, dim, ...options }) => x!.quantile(q, dim, options),
  maxWithIndices: ([x], { dim, keepdim }) => x!.max(dim, { keepdim, indices: true }),
  minWithIndices: ([x], { dim, keepdim }) => x!.min(dim, { keepdim, indices: true }),

  maskedFill: ([x, mask], { value }) => x!.maskedFill(mask!, value),
  together: ([x, ...index]) => x!.at(...index),
  togetherApart: ([x, i, j]) => x!.at(i!, [], j!),
  together2d: ([x, i]) => x!.at([], i!),
  oneHot: ([x], { classes }) => F.oneHot(x!, classes),
  pad: ([x], { padding, ...options }) => F.pad(x!, padding, options),
  unfold: ([x], { kernel, ...options }) => F.unfold(x!, kernel, options),
  fold: ([x], { size, kernel, ...options }) => F.fold(x!, size, kernel, options),
  interpolate: ([x], options) => F.interpolate(x!, options),

  log10: ([x]) => x!.log10(),
  tan: ([x]) => x!.tan(),
  hypot: ([a, b]) => a!.hypot(b!),
  logaddexp: ([a, b]) => a!.logaddexp(b!),
  fmod: ([a, b], { number }) => a!.fmod(b ?? number),
  floorDivide: ([a, b], { number }) => a!.floorDivide(b ?? number),
  outer: ([a, b]) => a!.outer(b!),
  addcmul: ([x, a, b], options) => x!.addcmul(a!, b!, options),
  addcdiv: ([x, a, b], options) => x!.addcdiv(a!, b!, options),
  normOf: ([x], { p, dim, keepdim = false }) => x!.norm(orderOf(p), dim, { keepdim }),
  stdMean: ([x], { dim, ...options }) => x!.stdMean(dim, options),
  einsum: (inputs, { equation }) => einsum(equation, ...inputs),
};
