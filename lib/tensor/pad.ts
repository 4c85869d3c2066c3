/** Padding. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList, found } from "../device/expect.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { cast } from "../ops/pointwise.ts";
import { full } from "../ops/sources.ts";
import { expand, sliceScatter } from "../ops/views.ts";
import { flipped, joined, part } from "./arrange.ts";
import { nodeOf } from "./expect.ts";
import type { TensorHandle } from "./handle.ts";
import { Tensor } from "./tensor.ts";

/** What stands in the padding: a number; the elements mirrored at the edge, without it; those at the edge; or those of the other end. */
export type PadMode = "constant" | "reflect" | "replicate" | "circular";

/** Options of {@linkcode pad}. */
export interface PadOptions {
  /** What stands in the padding. Default "constant". */
  mode?: PadMode;
  /** The number of "constant". Default 0. */
  value?: number;
}

const OPTIONS = optionNames<PadOptions>({ mode: 1, value: 1 });

/** What is put before and behind the elements of an axis; below 0, how much is cut off. */
interface Edge {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

/**
 * Elements put around a tensor: `padding` has two numbers for each axis, before and behind it, the last axis first, as in PyTorch; below 0 they
 * say how much is cut off.
 *
 * @param padding [left, right] of the last axis, [left, right, top, bottom] of the last two, and so on
 * @throws {ShapeError} for more numbers than sides, for a result smaller than nothing, or for "reflect" and "circular" by more than there is;
 *   {@linkcode RangeError} for numbers that are not whole, or an unknown mode
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * const x = tensor([1, 2, 3]);
 * console.log(await F.pad(x, [1, 0], { value: 9 }).array()); // [ 9, 1, 2, 3 ]
 * console.log(await F.pad(x, [2, 1], { mode: "reflect" }).array()); // [ 3, 2, 1, 2, 3, 2 ]
 * ```
 */
export function pad(x: TensorHandle, padding: readonly number[], options: PadOptions = {}): Tensor {
  checkOptions("pad", options, OPTIONS);
  const given = nodeOf("pad", "the input", x), { mode = "constant", value = 0 } = options, { shape } = given;
  const node = given.dtype === "uint8" ? cast(given, "int32") : given;
  checkList("pad", "the padding", padding, "an array of numbers", (n) => typeof n === "number");
  const refuse = (why: string) =>
    new ShapeError(`Cannot pad ${showShape(shape)} by ${showShape(padding)}: ${why}`, [shape]);
  if (!padding.every(Number.isInteger)) throw new RangeError(`Cannot pad by ${showShape(padding)}: give whole numbers`);
  if (padding.length % 2 || padding.length > 2 * shape.length) {
    throw refuse("give two numbers for each axis, the last axis first");
  }
  const edges = Array.from({ length: padding.length / 2 }, (_, i): Edge => {
    const axis = shape.length - 1 - i, before = padding[2 * i]!, after = padding[2 * i + 1]!;
    if (shape[axis]! + before + after < 0) throw refuse(`axis ${axis} has ${shape[axis]} elements`);
    return { axis, before, after };
  });
  if (mode === "constant") return new Tensor(surrounded(edges.reduce(cropped, node), edges, value));
  const border = BORDERS[mode] as Border | undefined;
  if (!Object.hasOwn(BORDERS, mode) || !border) {
    throw new RangeError(`Cannot pad by mode ${found(mode)}: it is "constant", "reflect", "replicate" or "circular"`);
  }
  // What is cut off still shows in a mirror, but does not come in at the other end.
  const early = mode === "circular" ? edges.reduce(cropped, node) : node;
  const padded = edges.reduce((y, { axis, before, after }) => {
    const size = y.shape[axis]!, [first, last] = [Math.max(0, before), Math.max(0, after)], most = border.most(size);
    if (first + last === 0) return y;
    if (first > most || last > most) throw refuse(`${mode} of ${size} elements gives at most ${most} on a side`);
    const sides = [first && border.before(y, axis, first), y, last && border.after(y, axis, last)];
    return joined(sides.filter((side) => side !== 0), axis);
  }, early);
  return new Tensor(mode === "circular" ? padded : edges.reduce(cropped, padded));
}

/** Without what negative padding cuts off. */
function cropped(x: Node, { axis, before, after }: Edge): Node {
  const start = Math.max(0, -before), length = x.shape[axis]! - start - Math.max(0, -after);
  if (length === x.shape[axis]) return x;
  return part(x, axis, length < 0 ? 0 : start, Math.max(0, length));
}

function surrounded(x: Node, edges: readonly Edge[], value: number): Node {
  const shape = [...x.shape], starts = shape.map(() => 0);
  for (const { axis, before, after } of edges) {
    starts[axis] = Math.max(0, before);
    shape[axis]! += Math.max(0, before) + Math.max(0, after);
  }
  return sliceScatter(full(x.device, x.dtype, shape, value), x, starts, shape.map(() => 1));
}

interface Border {
  /** How many elements a side may have. */
  most(size: number): number;
  before(x: Node, axis: number, count: number): Node;
  after(x: Node, axis: number, count: number): Node;
}

/** One element of an axis, `count` times. */
const spread = (x: Node, axis: number, at: number, count: number): Node =>
  expand(part(x, axis, at, 1), x.shape.with(axis, count));

const BORDERS: { readonly [K in Exclude<PadMode, "constant">]: Border } = {
  reflect: {
    most: (size) => Math.max(0, size - 1),
    before: (x, axis, count) => flipped(part(x, axis, 1, count), [axis]),
    after: (x, axis, count) => flipped(part(x, axis, x.shape[axis]! - 1 - count, count), [axis]),
  },
  replicate: {
    most: (size) => size ? Infinity : 0,
    before: (x, axis, count) => spread(x, axis, 0, count),
    after: (x, axis, count) => spread(x, axis, x.shape[axis]! - 1, count),
  },
  circular: {
    most: (size) => size,
    before: (x, axis, count) => part(x, axis, x.shape[axis]! - count, count),
    after: (x, axis, count) => part(x, axis, 0, count),
  },
};
