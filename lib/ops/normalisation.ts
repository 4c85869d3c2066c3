/**
 * Moments and normalisation by them.
 *
 * The usual backward pass takes one fused reduction and one pointwise chain. When it is itself to be differentiated, the same formulas are
 * written out in operations that have rules of their own.
 */
import { Attributes } from "../device/attributes.ts";
import { keeping } from "../device/steps/normalisation.ts";
import { isGradEnabled } from "../graph/context.ts";
import { type Argument, type Node, Operation } from "../graph/node.ts";
import { expectFloat, record } from "../graph/record.ts";
import { sizeOf } from "../graph/shape.ts";
import { Axes, keepingAxes, rowOperands } from "./axes.ts";
import { isNearStart } from "./composites.ts";
import { Writer } from "./expansion.ts";
import { add, mul, sub } from "./pointwise.ts";
import { number } from "./sources.ts";
import { reshape, select, sum, sumTo } from "./views.ts";

/** How a normalisation is scaled and shifted. */
class Normalising extends Attributes {
  readonly key: readonly number[];

  /** @param along the axis that weight and bias, of one axis, lie along; −1 if they broadcast by the usual rule */
  constructor(
    readonly along: number,
    readonly weighted: boolean,
    readonly biased: boolean,
    readonly axes: readonly number[],
  ) {
    super();
    this.key = [along, weighted ? 1 : 0, biased ? 1 : 0, ...axes];
  }
}

/** A row of the statistics. */
class Row extends Attributes {
  readonly key: readonly number[];

  constructor(readonly row: number) {
    super();
    this.key = [row];
  }
}

const ROWS = [0, 1, 2].map((row) => new Row(row));

const scaled = (a: Node, by: number): Node => mul(a, number(a, by));

/** An input that lies along one axis of the result, or broadcasts. */
const lying = (input: number, along: number): Argument => along >= 0 ? { input, along } : { input };

const MOMENTS = new Operation<Axes>("moments", {
  /** ∂mean = 1/n, ∂variance = 2(x − mean)/n, ∂scale = −½ scale³ ∂variance. */
  gradient(g, node) {
    const x = node.inputs[0]!, kept = node.shape.slice(1), n = sizeOf(x.shape) / sizeOf(kept);
    const [mean, scale] = [select(node, 0, kept), select(node, 2, kept)];
    const cubed = mul(scale, mul(scale, scale));
    const ofVariance = add(select(g, 1, kept), scaled(mul(select(g, 2, kept), cubed), -0.5));
    const ofMean = scaled(select(g, 0, kept), 1 / n);
    return [add(ofMean, mul(sub(x, mean), scaled(ofVariance, 2 / n)))];
  },
  emit(to, node, { axes }) {
    const { inputs: [input], output, kept } = rowOperands(to, node, axes, [to.ref(node.inputs[0]!)]);
    const numbers = { eps: to.scalar(node, 0) };
    to.push({ kernel: "moments", inputs: { input: input! }, output, attributes: keeping({ kept }), numbers });
  },
});

const NORM_SUMS = new Operation<Axes>("normSums", {
  gradient: "undifferentiable",
  emit(to, node, { axes }) {
    const [g, x, moments] = [to.ref(node.inputs[0]!), to.ref(node.inputs[1]!), to.ref(node.inputs[2]!)];
    const { inputs: [ofX, ofG], output, kept, row } = rowOperands(to, node, axes, [x, g], [moments]);
    const inputs = { g: ofG!, x: ofX!, stats: row(moments) };
    to.push({ kernel: "normSums", inputs, output, attributes: keeping({ kept }), numbers: {} });
  },
});

const NORMALIZE = new Operation<Normalising>("normalize", {
  gradient: (g, node, how) => isGradEnabled() ? writtenOut(g, partsOf(node, how)) : fused(g, partsOf(node, how)),
  /** (x − mean) · (scale · weight) + bias: what is of a channel alone stands in brackets, as a device need compute it once only. */
  expand(_, { along, weighted, biased }) {
    const affine: Argument[] = [];
    if (weighted) affine.push(lying(2, along));
    if (biased) affine.push(lying(weighted ? 3 : 2, along));
    const w = new Writer({ input: 0 }, { input: 1, row: 0 }, { input: 1, row: 2 }, ...affine);
    const y = w.add("mul", w.add("sub", 0, 1), weighted ? w.add("mul", 2, 3) : 2);
    if (biased) w.add("add", y, weighted ? 4 : 3);
    return w;
  },
});

const NORMALIZE_GRAD = new Operation<Normalising>("normalizeGrad", {
  gradient: "undifferentiable",
  /** (g − ((x − mean) · (scale · Σg·x̂/n) + (Σg/n))) · (scale · weight). */
  expand(_, { along, weighted }) {
    const weight: Argument[] = weighted ? [lying(4, along)] : [];
    const rows: Argument[] = [{ input: 2, row: 0 }, { input: 2, row: 2 }, { input: 3, row: 0 }, { input: 3, row: 1 }];
    const w = new Writer({ input: 0 }, { input: 1 }, ...rows, { scalar: 0 }, ...weight);
    const slope = w.add("mul", w.add("mul", 5, 6), 3), mean = w.add("mul", 4, 6);
    const explained = w.add("add", w.add("mul", w.add("sub", 1, 2), slope), mean);
    w.add("mul", w.add("sub", 0, explained), weighted ? w.add("mul", 3, 7) : 3);
    return w;
  },
});

const EMA_UPDATE = new Operation<Row>("emaUpdate", {
  gradient: "undifferentiable",
  expand(_, { row }) {
    const w = new Writer({ input: 0 }, { input: 1, row }, { scalar: 0 }, { scalar: 1 });
    const off = w.add("sub", w.add("mul", 1, 3), 0);
    w.add("add", 0, w.add("mul", 2, off));
    return w;
  },
});

/** The same from the other end, so that a momentum of 1 gives the new value itself. */
const EMA_UPDATE_TO_END = new Operation<Row>("emaUpdateToEnd", {
  gradient: "undifferentiable",
  expand(_, { row }) {
    const w = new Writer({ input: 0 }, { input: 1, row }, { scalar: 0 }, { scalar: 1 });
    const value = w.add("mul", 1, 3);
    w.add("sub", value, w.add("mul", 2, w.add("sub", value, 0)));
    return w;
  },
});

/** What {@linkcode normalize} recorded. */
function partsOf(node: Node, { along, weighted, biased, axes }: Normalising) {
  const [x, stats, third, fourth] = node.inputs as [Node, Node, Node | undefined, Node | undefined];
  return {
    x,
    stats,
    weight: weighted ? third : undefined,
    bias: biased ? weighted ? fourth : third : undefined,
    along,
    axes,
  };
}

type NormalizeParts = ReturnType<typeof partsOf>;

/** Gradients in the order of the inputs; those of weight and bias are made only if they are wanted. */
function inOrder(
  { weight, bias }: { weight: Node | undefined; bias: Node | undefined },
  x: Node | undefined,
  toWeight: (weight: Node) => Node,
  toBias: (bias: Node) => Node,
): (Node | undefined)[] {
  const out = [x, undefined];
  if (weight) out.push(weight.requiresGrad ? toWeight(weight) : undefined);
  if (bias) out.push(bias.requiresGrad ? toBias(bias) : undefined);
  return out;
}

/** The gradient as one reduction and one chain. */
function fused(g: Node, parts: NormalizeParts): (Node | undefined)[] {
  const { x, stats, weight, along, axes } = parts;
  if (!weight || along >= 0) {
    // A weight is one number for everything that is reduced, so that it can wait: its own gradient is a sum that is needed anyway.
    const sums = normSums(g, x, stats, axes), kept = stats.shape.slice(1);
    const dx = x.requiresGrad ? normalizeGrad(g, x, stats, sums, along, weight) : undefined;
    const others = kept.map((_, axis) => axis).filter((axis) => axis !== along && kept[axis] !== 1);
    const total = (row: number, like: Node) => {
      if (along < 0) return sumTo(g, like.shape); // a bias alone
      if (!others.length) return select(sums, row, like.shape);
      return reshape(sum(select(sums, row, kept), others), like.shape);
    };
    return inOrder(parts, dx, (weight) => total(1, weight), (bias) => total(0, bias));
  }
  const toX = () => {
    const weighted = mul(g, weight);
    return normalizeGrad(weighted, x, stats, normSums(weighted, x, stats, axes), -1);
  };
  return inOrder(
    parts,
    x.requiresGrad ? toX() : undefined,
    (weight) => sumTo(mul(g, normalize(x, stats, axes, -1)), weight.shape),
    (bias) => sumTo(g, bias.shape),
  );
}

/** The same in differentiable operations, the moments included. */
function writtenOut(g: Node, parts: NormalizeParts): (Node | undefined)[] {
  const { x, stats, weight, along, axes } = parts;
  const own = moments(x, axes, stats.scalars[0]!), kept = stats.shape.slice(1);
  const n = sizeOf(x.shape) / sizeOf(kept), scale = select(own, 2, kept);
  const normal = mul(sub(x, select(own, 0, kept)), scale);
  const spread = (w: Node) => along < 0 ? w : reshape(w, x.shape.map((size, axis) => axis === along ? size : 1));
  const gathered = (d: Node, like: Node) => reshape(sumTo(d, spread(like).shape), like.shape);
  const mean = (d: Node) => scaled(reshape(sum(d, axes), kept), 1 / n);
  const toX = () => {
    const d = weight ? mul(g, spread(weight)) : g;
    return mul(sub(sub(d, mean(d)), mul(normal, mean(mul(d, normal)))), scale);
  };
  return inOrder(
    parts,
    x.requiresGrad ? toX() : undefined,
    (weight) => gathered(mul(g, normal), weight),
    (bias) => gathered(g, bias),
  );
}

/** Mean, biased variance and 1/√(variance + eps) over `axes` (sorted, from 0; kept with size 1): [3, …]. */
export function moments(x: Node, axes: readonly number[], eps: number): Node {
  expectFloat("take the moments of", x);
  return record(MOMENTS, "float32", [3, ...keepingAxes(x.shape, axes)], [x], new Axes(axes), [eps]);
}

/**
 * `(x − mean) · scale · weight + bias`, with rows 0 and 2 of `stats`, the moments of `x` itself over `axes`. `stats` is recorded without
 * gradient: the rule of this operation knows how they depend on `x`.
 *
 * @param along the axis of `x` that weight and bias, of one axis, lie along; −1 if they broadcast by the usual rule
 */
export function normalize(
  x: Node,
  stats: Node,
  axes: readonly number[],
  along: number,
  weight?: Node,
  bias?: Node,
): Node {
  const inputs = [x, stats];
  if (weight) inputs.push(weight);
  if (bias) inputs.push(bias);
  expectFloat("normalize", ...inputs);
  const attributes = new Normalising(along, weight !== undefined, bias !== undefined, axes);
  return record(NORMALIZE, "float32", x.shape, inputs, attributes);
}

/** Σg and Σg·x̂ over `axes`, which stay with size 1: [2, …]. */
function normSums(g: Node, x: Node, stats: Node, axes: readonly number[]): Node {
  return record(NORM_SUMS, "float32", [2, ...stats.shape.slice(1)], [g, x, stats], new Axes(axes));
}

/** The gradient of {@linkcode normalize} for `x`. */
function normalizeGrad(g: Node, x: Node, stats: Node, sums: Node, along: number, weight?: Node): Node {
  const inputs = weight ? [g, x, stats, sums, weight] : [g, x, stats, sums];
  const reduced = sizeOf(x.shape) / (sizeOf(stats.shape) / 3);
  const attributes = new Normalising(along, weight !== undefined, false, []);
  return record(NORMALIZE_GRAD, "float32", x.shape, inputs, attributes, [1 / reduced]);
}

/** `average + momentum · (scale · stats[row] − average)`: a running average's next value. Not differentiable. */
export function emaUpdate(average: Node, stats: Node, row: number, momentum: number, scale: number): Node {
  const near = isNearStart(momentum), numbers = [near ? momentum : 1 - momentum, scale];
  const op = near ? EMA_UPDATE : EMA_UPDATE_TO_END;
  return record(op, "float32", average.shape, [average, stats], ROWS[row]!, numbers);
}
