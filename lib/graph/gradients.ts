/**
 * The gradient of every operation, as one table: a missing rule does not compile.
 *
 * A rule receives the gradient `g` of the node's output and gives the gradients of its inputs, as graph nodes, so that gradients are fused,
 * planned and differentiable like anything else. `undefined` means that no gradient flows to that input. Formulas follow PyTorch where
 * the mathematics leaves a choice (ties, kinks).
 */
import { build, source } from "./build.ts";
import { moments, normalize, undifferentiable } from "./gradients_normalize.ts";
import type { Node } from "./node.ts";
import type { Op } from "./ops.ts";
import { ownOperation } from "./own.ts";
import { sizeOf } from "./shape.ts";

/** Gradients of a node's inputs. */
export type Rule = (g: Node, node: Node) => (Node | undefined)[];

const add = (a: Node, b: Node) => build.binary("add", a, b);
const sub = (a: Node, b: Node) => build.binary("sub", a, b);
const mul = (a: Node, b: Node) => build.binary("mul", a, b);
const div = (a: Node, b: Node) => build.binary("div", a, b);
const neg = (a: Node) => build.unary("neg", a);
const number = (like: Node, v: number) => source.full(like.device, "float32", [], v);
const zeros = (like: Node) => source.full(like.device, "float32", like.shape, 0);
const compare = (op: "eq" | "gt" | "ge" | "lt" | "le", a: Node, b: Node) => build.binary(op, a, b);
const pick = (condition: Node, g: Node) => build.where(condition, g, number(g, 0));

const none: Rule = (_, node) => node.inputs.map(() => undefined);
const flat: Rule = (_, node) => [zeros(node.inputs[0]!)];

/** A rule of one input. */
const of1 = (f: (g: Node, x: Node, out: Node) => Node): Rule => (g, node) => [f(g, node.inputs[0]!, node)];

/** A rule of two broadcast inputs; each side is computed only if its gradient is wanted, and summed to that input's shape. */
const of2 =
  (left: (g: Node, a: Node, b: Node, out: Node) => Node, right: (g: Node, a: Node, b: Node, out: Node) => Node): Rule =>
  (g, node) => {
    const [a, b] = node.inputs as [Node, Node];
    return [
      a.requiresGrad ? build.sumTo(left(g, a, b, node), a.shape) : undefined,
      b.requiresGrad ? build.sumTo(right(g, a, b, node), b.shape) : undefined,
    ];
  };

/** `g` with the reduced axes back as size 1, ready to broadcast over the input. */
function unreduced(g: Node, node: Node): Node {
  const shape = node.inputs[0]!.shape.map((size, axis) => node.ints.includes(axis) ? 1 : size);
  return build.reshape(g, shape);
}

/** Maximum and minimum share a tie's gradient evenly (PyTorch's amax). */
const extreme: Rule = (g, node) => {
  const x = node.inputs[0]!;
  const hits = build.cast(compare("eq", x, unreduced(node, node)), "float32");
  return [mul(hits, unreduced(div(g, build.reduce("sum", hits, node.ints)), node))];
};

/** ∂/∂xᵢ Π x without dividing by zero: with one zero, only its own place gets a gradient; with two or more, none. */
const productOfAll: Rule = (g, node) => {
  const x = node.inputs[0]!;
  const isZero = compare("eq", x, number(x, 0));
  const zeroCount = unreduced(build.reduce("sum", build.cast(isZero, "float32"), node.ints), node);
  const nonZero = build.where(isZero, number(x, 1), x);
  const rest = unreduced(build.reduce("prod", nonZero, node.ints), node);
  const atZero = pick(compare("eq", zeroCount, number(x, 1)), rest);
  const elsewhere = pick(compare("eq", zeroCount, number(x, 0)), div(rest, nonZero));
  return [mul(unreduced(g, node), build.where(isZero, atZero, elsewhere))];
};

/** Both sides of a maximum (or minimum) share a tie evenly, as in PyTorch. */
const chosen = (op: "gt" | "lt"): Rule =>
  of2(
    (g, a, b) => build.where(compare("eq", a, b), mul(g, number(g, 0.5)), pick(compare(op, a, b), g)),
    (g, a, b) => build.where(compare("eq", a, b), mul(g, number(g, 0.5)), pick(compare(op, b, a), g)),
  );

const product = of2((g, _, b) => mul(g, b), (g, a) => mul(g, a));

/** A bound that is a number: `g` where the input was within it. */
const within = (op: "ge" | "le"): Rule => of1((g, x, node) => pick(compare(op, x, number(g, node.scalars[0]!)), g));

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

/** One rule an operation. */
export const GRADIENTS: { readonly [K in Op]: Rule } = {
  // Sources
  source: none,
  full: none,
  arange: none,
  uniform: none,
  normal: none,

  // Views
  permute: (g, node) => {
    const inverse = new Array<number>(node.ints.length);
    node.ints.forEach((axis, i) => inverse[axis] = i);
    return [build.permute(g, inverse)];
  },
  reshape: of1((g, x) => build.reshape(g, x.shape)),
  expand: of1((g, x) => build.sumTo(g, x.shape)),
  slice: of1((g, x, node) => build.sliceWrite(zeros(x), g, node.scalars, node.ints)),
  part: of1((g, x, node) => {
    const row = build.reshape(g, [1, ...x.shape.slice(1)]), ones = x.shape.map(() => 1);
    return build.sliceWrite(zeros(x), row, x.shape.map((_, axis) => axis ? 0 : node.ints[0]!), ones);
  }),
  detach: none,
  graft: (g) => [undefined, g],
  sliceWrite: (g, node) => [
    build.sliceWrite(g, zeros(node.inputs[1]!), node.scalars, node.ints),
    build.slice(g, node.scalars, node.ints, node.inputs[1]!.shape),
  ],

  // Pointwise, one input
  copy: of1((g) => g),
  cast: of1((g) => g),
  neg: of1(neg),
  abs: of1((g, x) => mul(g, build.unary("sign", x))),
  sign: flat,
  exp: of1((g, _, out) => mul(g, out)),
  expm1: of1((g, _, out) => mul(g, add(out, number(g, 1)))),
  log: of1((g, x) => div(g, x)),
  log1p: of1((g, x) => div(g, add(x, number(g, 1)))),
  sqrt: of1((g, _, out) => div(g, mul(out, number(g, 2)))),
  rsqrt: of1((g, _, out) => mul(mul(g, number(g, -0.5)), mul(out, mul(out, out)))),
  reciprocal: of1((g, _, out) => neg(mul(g, mul(out, out)))),
  sin: of1((g, x) => mul(g, build.unary("cos", x))),
  cos: of1((g, x) => neg(mul(g, build.unary("sin", x)))),
  tanh: of1((g, _, out) => mul(g, sub(number(g, 1), mul(out, out)))),
  sigmoid: of1((g, _, out) => mul(g, mul(out, sub(number(g, 1), out)))),
  erf: of1((g, x) => mul(mul(g, number(g, TWO_OVER_SQRT_PI)), build.unary("exp", neg(mul(x, x))))),
  relu: of1((g, _, out) => build.where(compare("le", out, number(g, 0)), number(g, 0), g)),
  floor: flat,
  ceil: flat,
  round: flat,
  isnan: none,
  logicalNot: none,

  // Pointwise, two inputs
  add: of2((g) => g, (g) => g),
  sub: of2((g) => g, neg),
  mul: (g, node) => {
    const [a, b] = node.inputs;
    if (a !== b) return product(g, node);
    const half = mul(g, a!); // a square: both sides are the same
    return [add(half, half), undefined];
  },
  div: of2((g, _, b) => div(g, b), (g, _, b, out) => neg(div(mul(g, out), b))),
  pow: of2(
    // d xᵖ = p·xᵖ⁻¹, and 0 where p = 0 whatever x is
    (g, a, p) =>
      build.where(
        compare("eq", p, number(g, 0)),
        number(g, 0),
        mul(g, mul(p, build.binary("pow", a, sub(p, number(g, 1))))),
      ),
    // d xᵖ = xᵖ ln x, and 0 where x = 0 and p ≥ 0
    (g, a, p, out) => {
      const vanishes = build.binary("logicalAnd", compare("eq", a, number(g, 0)), compare("ge", p, number(g, 0)));
      return build.where(vanishes, number(g, 0), mul(g, mul(out, build.unary("log", a))));
    },
  ),
  maximum: chosen("gt"),
  minimum: chosen("lt"),
  remainder: of2((g) => g, (g, a, b) => neg(mul(g, build.unary("floor", div(a, b))))),
  leakyRelu: of2(
    (g, a, slope) => build.where(compare("gt", a, number(g, 0)), g, mul(g, slope)),
    (g, a) => pick(compare("le", a, number(g, 0)), mul(g, a)),
  ),
  eq: none,
  ne: none,
  lt: none,
  le: none,
  gt: none,
  ge: none,
  logicalAnd: none,
  logicalOr: none,
  logicalXor: none,
  where: (g, node) => {
    const [condition, a, b] = node.inputs as [Node, Node, Node];
    return [
      undefined,
      a.requiresGrad ? build.sumTo(pick(condition, g), a.shape) : undefined,
      b.requiresGrad ? build.sumTo(build.where(condition, number(g, 0), g), b.shape) : undefined,
    ];
  },

  // Composites
  lerp: (g, node) => {
    const [start, end] = node.inputs as [Node, Node], share = mul(g, number(g, node.scalars[0]!));
    return [
      start.requiresGrad ? build.sumTo(sub(g, share), start.shape) : undefined,
      end.requiresGrad ? build.sumTo(share, end.shape) : undefined,
    ];
  },
  atLeast: within("ge"),
  atMost: within("le"),

  // Reductions
  sum: of1((g, x, node) => build.expand(unreduced(g, node), x.shape)),
  prod: productOfAll,
  max: extreme,
  min: extreme,
  any: none,
  all: none,
  argmax: none,
  argmin: none,

  // Linear algebra and images: each is linear in each input, so that the rules call each other
  matmul: (g, node) => {
    const [a, b] = node.inputs as [Node, Node];
    return [
      a.requiresGrad ? build.matmul(g, build.permute(b, [0, 2, 1])) : undefined,
      b.requiresGrad ? build.matmul(build.permute(a, [0, 2, 1]), g) : undefined,
    ];
  },
  conv2d: (g, node) => {
    const [x, w] = node.inputs as [Node, Node];
    return [
      x.requiresGrad ? build.conv2dInputGrad(g, w, node.ints, x.shape) : undefined,
      w.requiresGrad ? build.conv2dWeightGrad(x, g, node.ints, w.shape) : undefined,
    ];
  },
  conv2dInputGrad: (h, node) => {
    const [g, w] = node.inputs as [Node, Node];
    return [
      g.requiresGrad ? build.conv2d(h, w, node.ints) : undefined,
      w.requiresGrad ? build.conv2dWeightGrad(h, g, node.ints, w.shape) : undefined,
    ];
  },
  conv2dWeightGrad: (h, node) => {
    const [x, g] = node.inputs as [Node, Node];
    return [
      x.requiresGrad ? build.conv2dInputGrad(g, h, node.ints, x.shape) : undefined,
      g.requiresGrad ? build.conv2d(x, h, node.ints) : undefined,
    ];
  },
  avgPool2d: of1((g, x, node) => build.avgPool2dGrad(g, node.ints, x.shape)),
  avgPool2dGrad: of1((h, g, node) => build.avgPool2d(h, node.ints, g.shape)),
  maxPool2d: of1((g, x, node) => build.maxPool2dGrad(x, g, node.ints)),
  maxPool2dIndices: none,
  maxPool2dGrad: (h, node) => {
    const [x, g] = node.inputs as [Node, Node], [n, c, height, width] = x.shape as [number, number, number, number];
    const flat = (windows: Node) => build.reshape(windows, [n, c, sizeOf(g.shape.slice(2))]);
    const places = flat(build.maxPool2dIndices(x, node.ints, g.shape));
    return [undefined, build.reshape(build.gather(build.reshape(h, [n, c, height * width]), 2, places), g.shape)];
  },

  // Rows
  softmax: of1((g, _, p) => mul(p, sub(g, build.reshape(build.reduce("sum", mul(g, p), [1]), [p.shape[0]!, 1])))),
  logSoftmax: of1((g, _, out) =>
    sub(g, mul(build.unary("exp", out), build.reshape(build.reduce("sum", g, [1]), [out.shape[0]!, 1])))
  ),
  crossEntropy: (g, node) => [build.crossEntropyGrad(node.inputs[0]!, node.inputs[1]!, g), undefined],
  crossEntropyGrad: (h, node) => {
    const [logits, labels, g] = node.inputs as [Node, Node, Node];
    const column = (x: Node) => build.reshape(x, [logits.shape[0]!, 1]);
    const toLogits = () => {
      const p = build.rows("softmax", logits);
      return mul(mul(p, column(g)), sub(h, column(build.reduce("sum", mul(h, p), [1]))));
    };
    const toG = () => {
      const ones = source.full(g.device, "float32", g.shape, 1);
      return build.reduce("sum", mul(h, build.crossEntropyGrad(logits, labels, ones)), [1]);
    };
    return [logits.requiresGrad ? toLogits() : undefined, undefined, g.requiresGrad ? toG() : undefined];
  },

  // Indexing
  gather: (g, node) => [build.scatterAdd(node.ints[0]!, node.inputs[1]!, g, node.inputs[0]!.shape), undefined],
  scatterAdd: (g, node) => [undefined, build.gather(g, node.ints[0]!, node.inputs[0]!)],
  takeBytes: none,
  histogram: none,
  statistics: none,

  // Normalisation
  moments,
  normalize,
  normSums: undifferentiable,
  normalizeGrad: undifferentiable,
  follow: undifferentiable,

  // What users define
  own: (g, node) => ownOperation(node).gradient(g, node),

  // Updates of an optimiser
  decay: undifferentiable,
  descend: undifferentiable,
};
