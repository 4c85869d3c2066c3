/**
 * Gradients of moments and of normalisation.
 *
 * The usual backward pass takes one fused reduction and one pointwise chain. When it is itself to be differentiated, the same formulas are
 * written out in operations that have rules of their own.
 */
import { build } from "./build.ts";
import { isGradEnabled } from "./context.ts";
import type { Rule } from "./gradients.ts";
import type { Node } from "./node.ts";
import { sizeOf } from "./shape.ts";

const add = (a: Node, b: Node) => build.binary("add", a, b);
const sub = (a: Node, b: Node) => build.binary("sub", a, b);
const mul = (a: Node, b: Node) => build.binary("mul", a, b);
const scaled = (a: Node, by: number) => mul(a, build.number(a, by));

/** For operations that are only recorded where no gradient is. */
export const undifferentiable: Rule = (_, node) => {
  throw new Error(`Cannot differentiate ${node.describe()}: a defect of its gradient rule`);
};

/** ∂mean = 1/n, ∂variance = 2(x − mean)/n, ∂scale = −½ scale³ ∂variance. */
export const moments: Rule = (g, node) => {
  const x = node.inputs[0]!, kept = node.shape.slice(1), n = sizeOf(x.shape) / sizeOf(kept);
  const [mean, scale] = [build.part(node, 0, kept), build.part(node, 2, kept)];
  const cubed = mul(scale, mul(scale, scale));
  const ofVariance = add(build.part(g, 1, kept), scaled(mul(build.part(g, 2, kept), cubed), -0.5));
  const ofMean = scaled(build.part(g, 0, kept), 1 / n);
  return [add(ofMean, mul(sub(x, mean), scaled(ofVariance, 2 / n)))];
};

/** What {@linkcode build.normalize} recorded. */
function partsOf(node: Node) {
  const [along, weighted, biased, ...axes] = node.ints as [number, number, number, ...number[]];
  const [x, stats] = node.inputs as [Node, Node];
  const weight = weighted ? node.inputs[2] : undefined, bias = biased ? node.inputs[2 + weighted] : undefined;
  return { x, stats, weight, bias, along, axes };
}

/** Gradients in the order of the inputs. */
function inOrder(node: Node, x: Node | undefined, weight: () => Node, bias: () => Node): (Node | undefined)[] {
  const parts = partsOf(node), out = [x, undefined];
  if (parts.weight) out.push(parts.weight.requiresGrad ? weight() : undefined);
  if (parts.bias) out.push(parts.bias.requiresGrad ? bias() : undefined);
  return out;
}

export const normalize: Rule = (g, node) => {
  if (isGradEnabled()) return writtenOut(g, node);
  const { x, stats, weight, bias, along, axes } = partsOf(node);
  if (!weight || along >= 0) {
    // A weight is one number for everything that is reduced, so that it can wait: its own gradient is a sum that is needed anyway.
    const sums = build.normSums(g, x, stats, axes), kept = stats.shape.slice(1);
    const dx = x.requiresGrad ? build.normalizeGrad(g, x, stats, sums, along, weight) : undefined;
    const others = kept.map((_, axis) => axis).filter((axis) => axis !== along && kept[axis] !== 1);
    const total = (row: number, like: Node) => {
      if (along < 0) return build.sumTo(g, like.shape); // a bias alone
      if (!others.length) return build.part(sums, row, like.shape);
      return build.reshape(build.reduce("sum", build.part(sums, row, kept), others), like.shape);
    };
    return inOrder(node, dx, () => total(1, weight!), () => total(0, bias!));
  }
  const toX = () => {
    const weighted = mul(g, weight);
    return build.normalizeGrad(weighted, x, stats, build.normSums(weighted, x, stats, axes), -1);
  };
  return inOrder(
    node,
    x.requiresGrad ? toX() : undefined,
    () => build.sumTo(mul(g, build.normalize(x, stats, axes, -1)), weight.shape),
    () => build.sumTo(g, bias!.shape),
  );
};

/** The same in differentiable operations, the moments included. */
function writtenOut(g: Node, node: Node): (Node | undefined)[] {
  const { x, stats, weight, bias, along, axes } = partsOf(node);
  const own = build.moments(x, axes, stats.scalars[0]!), kept = stats.shape.slice(1);
  const n = sizeOf(x.shape) / sizeOf(kept), scale = build.part(own, 2, kept);
  const normal = mul(sub(x, build.part(own, 0, kept)), scale);
  const spread = (w: Node) => along < 0 ? w : build.reshape(w, x.shape.map((size, axis) => axis === along ? size : 1));
  const gather = (d: Node, like: Node) => build.reshape(build.sumTo(d, spread(like).shape), like.shape);
  const mean = (d: Node) => scaled(build.reshape(build.reduce("sum", d, axes), kept), 1 / n);
  const toX = () => {
    const d = weight ? mul(g, spread(weight)) : g;
    return mul(sub(sub(d, mean(d)), mul(normal, mean(mul(d, normal)))), scale);
  };
  return inOrder(
    node,
    x.requiresGrad ? toX() : undefined,
    () => gather(mul(g, normal), weight!),
    () => gather(g, bias!),
  );
}
