/** Nodes of random numbers that are drawn by the elements of others. */
import type { Device } from "../device/device.ts";
import type { Node } from "../graph/node.ts";
import { type Shape, sizeOf } from "../graph/shape.ts";
import { argsort } from "../ops/sorting.ts";
import { add, binary, cast, div, mul, neg, sub, unary, where } from "../ops/pointwise.ts";
import { cumsum, reduce } from "../ops/reductions.ts";
import { drawn, float, number } from "../ops/sources.ts";
import { detach, expand, reshape, sum } from "../ops/views.ts";
import { part, places } from "./arrange.ts";
import { gather } from "./index.ts";
import type { Generator } from "./random.ts";
import { drawnData } from "./torch_random/fill.ts";

/** Numbers from [0, 1). */
export function uniforms(device: Device, shape: Shape, generator: Generator, order?: readonly number[]): Node {
  const { torch } = generator;
  if (torch) return drawnData({ device, shape, ...order ? { order } : {} }, (n) => torch.uniform(n));
  return drawn(device, "uniform", shape, generator.next());
}

/** 1 with the probabilities `p`, else 0. */
export function bernoulli(p: Node, generator: Generator, order: readonly number[]): Node {
  return cast(binary("lt", uniforms(p.device, p.shape, generator, order), detach(p)), "float32");
}

/** `count` categories of each row, by their weights. */
export function multinomial(weights: Node, count: number, replacement: boolean, generator: Generator): Node {
  const categories = weights.shape.at(-1)!, rows = sizeOf(weights.shape) / categories;
  const w = detach(reshape(weights, [rows, categories])), zero = float(w, 0);
  const drawnOnes = replacement && count > 1 ? again(w, count, generator) : once(w, count, generator);
  // A row that is no distribution asks for a category that is not there.
  const total = sum(w, [1]),
    isBad = binary("logicalOr", binary("le", total, zero), binary("ne", sub(total, total), zero));
  const bad = binary("logicalOr", isBad, reduce("any", binary("lt", w, zero), [1]));
  const asked = where(reshape(bad, [rows, 1]), number(drawnOnes, -1), drawnOnes);
  const names = expand(places(w, categories), [rows, categories]);
  return reshape(gather(names, 1, asked), [...weights.shape.slice(0, -1), count]);
}

/**
 * Without replacement: the order of times that each category takes, exponentially distributed, with rates that are the weights. The first is
 * distributed as the weights, and the others as the weights of those that are left.
 */
function once(w: Node, count: number, generator: Generator): Node {
  const u = uniforms(w.device, w.shape, generator), times = neg(unary("log1p", neg(u)));
  const speeds = div(w, where(binary("eq", times, float(w, 0)), float(w, 2 ** -25), times));
  return part(argsort(speeds, true), 1, 0, count);
}

/** With replacement: how many of the running sums of the weights a uniform number, times their total, has reached. */
function again(w: Node, count: number, generator: Generator): Node {
  const [rows, categories] = w.shape as [number, number], sums = cumsum(w, 1);
  const total = part(sums, 1, categories - 1, 1), u = mul(uniforms(w.device, [rows, count], generator), total);
  const reached = binary("ge", reshape(u, [rows, count, 1]), reshape(sums, [rows, 1, categories]));
  const index = sum(cast(reached, "int32"), [2]);
  // Rounding may reach the total: then it is the last category that has a weight.
  const has = binary("gt", w, float(w, 0)), last = reduce("max", mul(cast(has, "int32"), places(w, categories)), [1]);
  return binary("minimum", index, add(reshape(last, [rows, 1]), number(index, 0)));
}
