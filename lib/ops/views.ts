/**
 * Views, which move no data, and their linear duals: the gradient of an expand is a sum, that of a slice a scatter, and the other way round,
 * so that they live in one file.
 */
import { Attributes } from "../device/attributes.ts";
import { broadcastStrides, naturalLayout } from "../graph/layout.ts";
import { type Emission, type Node, Operation, type Ref } from "../graph/node.ts";
import { record, recordAgain } from "../graph/record.ts";
import { rowMajor, sameShape, type Shape, viewStrides } from "../graph/shape.ts";
import { Axes, keepingAxes, reduceOperation, without } from "./axes.ts";
import { full, isFull, zeros } from "./sources.ts";

// These attributes are written out: views are recorded often.

/** Axes in their new order. */
class Order extends Attributes {
  readonly key: readonly number[];

  constructor(readonly order: readonly number[]) {
    super();
    this.key = order;
  }
}

/** How far a slice steps along each axis. Where it starts is bound at run time. */
class Stepping extends Attributes {
  readonly key: readonly number[];

  constructor(readonly steps: readonly number[]) {
    super();
    this.key = steps;
  }
}

/** An index along the first axis. */
class Index extends Attributes {
  readonly key: readonly number[];

  constructor(readonly index: number) {
    super();
    this.key = [index];
  }
}

/** `ref` under another shape; copied if its elements do not lie in that order. */
function reshaped(to: Emission, ref: Ref, shape: Shape): Ref {
  const strides = viewStrides(ref.shape, ref.strides, shape);
  return strides ? { ...ref, shape, strides } : { ...to.dense(ref), shape, strides: rowMajor(shape) };
}

const PERMUTE = new Operation<Order>("permute", {
  gradient(g, _, { order }) {
    const inverse = new Array<number>(order.length);
    order.forEach((axis, i) => inverse[axis] = i);
    return [permute(g, inverse)];
  },
  look: (input, { shape }, _, { order }) => ({ ...input, shape, strides: order.map((axis) => input.strides[axis]!) }),
});

const RESHAPE = new Operation("reshape", {
  gradient: (g, node) => [reshape(g, node.inputs[0]!.shape)],
  look: (input, { shape }, to) => reshaped(to, input, shape),
});

const EXPAND = new Operation("expand", {
  gradient: (g, node) => [sumTo(g, node.inputs[0]!.shape)],
  look: (input, { shape }) => ({ ...input, shape, strides: broadcastStrides(input, shape) }),
});

const SLICE = new Operation<Stepping>("slice", {
  gradient: (g, { inputs: [x], scalars }, { steps }) => [sliceScatter(zeros(x!), g, scalars, steps)],
  look(input, node, to, { steps }) {
    const sliced = region(to, input, node, steps, node.shape);
    return { ...sliced, terms: [...input.terms, ...sliced.terms] };
  },
});

/** The part of `ref` that a slice `node` steps over, with its run-time start where it does not take all of an axis. */
function region(to: Emission, ref: Ref, node: Node, steps: readonly number[], shape: Shape): Ref {
  const terms = ref.strides.flatMap((stride, i) =>
    stride === 0 || ref.shape[i] === shape[i] ? [] : [[to.scalar(node, i), stride] as const]
  );
  return { ...ref, shape, strides: ref.strides.map((stride, i) => stride * steps[i]!), terms };
}

const SELECT = new Operation<Index>("select", {
  gradient(g, { inputs: [x] }, { index }) {
    const { shape } = x!, row = reshape(g, [1, ...shape.slice(1)]);
    return [sliceScatter(zeros(x!), row, shape.map((_, axis) => axis ? 0 : index), shape.map(() => 1))];
  },
  look(input, { shape }, to, { index }) {
    const offset = input.offset + index * input.strides[0]!;
    return reshaped(to, { ...input, offset, shape: input.shape.slice(1), strides: input.strides.slice(1) }, shape);
  },
});

const DETACH = new Operation("detach", { gradient: "none", look: (input) => input, flow: "never" });

const STRAIGHT_THROUGH = new Operation("straightThrough", {
  gradient: (g) => [undefined, g],
  look: (input) => input,
  computedInputs: 1,
  flow: "always",
});

const SLICE_SCATTER = new Operation<Stepping>("sliceScatter", {
  gradient: (g, { inputs: [, value], scalars }, { steps }) => [
    sliceScatter(g, zeros(value!), scalars, steps),
    slice(g, scalars, steps, value!.shape),
  ],
  emptyGivesZeros: false,
  emit(to, node, { steps }) {
    const [base, value] = node.inputs as [Node, Node], from = to.stored(base);
    const out = to.define(node.dtype, node.shape, naturalLayout(node.shape, [from]));
    if (base.op.isNumber && !base.value) to.fillWith(base, out);
    else to.copy(from, out);
    to.copy(to.stored(value), region(to, out, node, steps, value.shape));
    to.assign(node, out);
  },
});

const SUM = reduceOperation("sum", (g, { inputs: [x] }, { axes }) => [expand(unreduced(g, x!, axes), x!.shape)], 0);

/** `y`, of the shape of `x` reduced over `axes`, with those back as size 1: ready to broadcast over `x`. */
export function unreduced(y: Node, x: Node, axes: readonly number[]): Node {
  return reshape(y, keepingAxes(x.shape, axes));
}

/** Axes in another order. */
export function permute(x: Node, order: readonly number[]): Node {
  const shape = order.map((axis) => x.shape[axis]!);
  if (isFull(x)) return full(x.device, x.dtype, shape, x.scalars[0]!);
  return record(PERMUTE, x.dtype, shape, [x], new Order(order));
}

/** The same elements, in row-major order, under another shape. */
export function reshape(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  return isFull(x) ? full(x.device, x.dtype, shape, x.scalars[0]!) : record(RESHAPE, x.dtype, shape, [x]);
}

/** Broadcast to `shape`. */
export function expand(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  return isFull(x) ? full(x.device, x.dtype, shape, x.scalars[0]!) : record(EXPAND, x.dtype, shape, [x]);
}

/** Elements `starts + i · steps`, `sizes` of them along each axis. Starts are bound at run time. */
export function slice(x: Node, starts: readonly number[], steps: readonly number[], sizes: Shape): Node {
  if (isFull(x)) return full(x.device, x.dtype, sizes, x.scalars[0]!);
  return record(SLICE, x.dtype, sizes, [x], new Stepping(steps), starts);
}

/** `x[index]`, under another shape. The index is part of the structure, unlike a {@linkcode slice}'s start. */
export function select(x: Node, index: number, shape: Shape): Node {
  return record(SELECT, x.dtype, shape, [x], new Index(index));
}

/** The same value, without its history. */
export function detach(x: Node): Node {
  return record(DETACH, x.dtype, x.shape, [x]);
}

/** `value`, with the gradients going to `history`: a straight-through estimator. */
export function straightThrough(value: Node, history: Node): Node {
  return record(STRAIGHT_THROUGH, value.dtype, value.shape, [value, history]);
}

/** Whether a node shows all elements of its input, in their order. */
export const showsAll = ({ op }: Node): boolean => op === RESHAPE || op === DETACH;

/** A node of its own with the contents and history of `x`. */
export function alias(x: Node): Node {
  return record(RESHAPE, x.dtype, x.shape, [x]);
}

/** The same view of another node, which has the shape that `view`'s input has. */
export function viewOf(x: Node, view: Node): Node {
  return recordAgain(view, x.dtype, [x]);
}

/** `base` with the elements that {@linkcode slice} would read replaced by `value`, of the type of `base`. */
export function sliceScatter(base: Node, value: Node, starts: readonly number[], steps: readonly number[]): Node {
  return record(SLICE_SCATTER, base.dtype, base.shape, [base, value], new Stepping(steps), starts);
}

/** Sums `axes` (sorted, from 0) of numbers, which disappear from the shape. */
export function sum(x: Node, axes: readonly number[]): Node {
  return record(SUM, x.dtype, without(x.shape, axes), [x], new Axes(axes));
}

/** Sums `x` over the axes along which `shape` was broadcast to it. */
export function sumTo(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  const extra = x.shape.length - shape.length;
  const axes: number[] = [];
  for (let i = 0; i < x.shape.length; i++) if (i < extra || (shape[i - extra] === 1 && x.shape[i] !== 1)) axes.push(i);
  return reshape(axes.length ? sum(x, axes) : x, shape);
}
