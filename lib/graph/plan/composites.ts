/** The code of composite operations: which operands their instructions read, and the instructions. */
import type { PointwiseOp } from "../../device/pointwise.ts";
import type { Node } from "../node.ts";
import type { CompositeOp } from "../ops.ts";
import { type Shape, sizeOf, viewStrides } from "../shape.ts";
import type { Ref } from "./lower.ts";

/** What an instruction of a composite reads: one of its numbers, or an input as it is or in part. */
export type Argument =
  | { readonly scalar: number }
  | {
    readonly input: number;
    /** Only this row of the input's first axis. */
    readonly row?: number;
    /** The axis of the result that the input, of one axis, lies along. */
    readonly along?: number;
  };

/** A composite written out: arguments, and float32 instructions over arguments and earlier results. */
export interface Expansion {
  readonly args: readonly Argument[];
  readonly code: readonly { readonly op: PointwiseOp; readonly args: readonly number[] }[];
}

/** Collects an expansion. */
class Writer implements Expansion {
  readonly args: Argument[] = [];
  readonly code: { op: PointwiseOp; args: number[] }[] = [];

  constructor(args: readonly Argument[]) {
    this.args.push(...args);
  }

  /** Adds an instruction. @returns its place among arguments and results */
  add(op: PointwiseOp, ...args: number[]): number {
    return this.args.length + this.code.push({ op, args }) - 1;
  }
}

/** One instruction over the input and the number of a node. */
const withNumber = (op: PointwiseOp) => (): Expansion => {
  const w = new Writer([{ input: 0 }, { scalar: 0 }]);
  w.add(op, 0, 1);
  return w;
};

const EXPANSIONS: { readonly [K in CompositeOp]: (node: Node) => Expansion } = {
  lerp: () => {
    const w = new Writer([{ input: 0 }, { input: 1 }, { scalar: 0 }]);
    w.add("add", 0, w.add("mul", 2, w.add("sub", 1, 0)));
    return w;
  },
  atLeast: withNumber("maximum"),
  atMost: withNumber("minimum"),
  normalize: ({ ints: [along, weighted, biased] }) => {
    const weights: Argument[] = [];
    for (let i = 0; i < weighted! + biased!; i++) {
      weights.push({ input: 2 + i, ...(along! >= 0 ? { along: along! } : {}) });
    }
    const w = new Writer([{ input: 0 }, { input: 1, row: 0 }, { input: 1, row: 2 }, ...weights]);
    let y = w.add("mul", w.add("sub", 0, 1), 2);
    if (weighted) y = w.add("mul", y, 3);
    if (biased) w.add("add", y, 3 + weighted!);
    return w;
  },
  normalizeGrad: ({ ints: [along, weighted] }) => {
    const weight: Argument[] = weighted ? [{ input: 4, ...(along! >= 0 ? { along: along! } : {}) }] : [];
    const rows: Argument[] = [{ input: 2, row: 0 }, { input: 2, row: 2 }, { input: 3, row: 0 }, { input: 3, row: 1 }];
    const w = new Writer([{ input: 0 }, { input: 1 }, ...rows, { scalar: 0 }, ...weight]);
    const normal = w.add("mul", w.add("sub", 1, 2), 3);
    const mean = w.add("mul", w.add("add", w.add("mul", normal, 5), 4), 6);
    const gradient = w.add("mul", w.add("sub", 0, mean), 3);
    if (weighted) w.add("mul", gradient, 7);
    return w;
  },
  follow: ({ ints: [row] }) => {
    const w = new Writer([{ input: 0 }, { input: 1, row: row! }, { scalar: 0 }, { scalar: 1 }]);
    const off = w.add("sub", w.add("mul", 1, 3), 0);
    w.add("add", 0, w.add("mul", 2, off));
    return w;
  },
  decay: ({ inputs: { length } }) => {
    const gradient: Argument[] = length > 1 ? [{ input: 1 }] : [];
    const w = new Writer([{ input: 0 }, { scalar: 0 }, { scalar: 1 }, ...gradient]);
    const decayed = w.add("sub", w.add("add", w.add("mul", 0, 1), 2), 2);
    if (gradient.length) w.add("add", decayed, 3);
    return w;
  },
  descend: () => {
    const w = new Writer([{ input: 0 }, { input: 1 }, { scalar: 0 }]);
    w.add("sub", 0, w.add("mul", 1, 2));
    return w;
  },
};

/** Writes out a composite node. */
export function expand(node: Node & { op: CompositeOp }): Expansion {
  return EXPANSIONS[node.op](node);
}

/** The part of an input that an argument reads, in a form that broadcasts to `shape`. */
export function argumentRef(ref: Ref, { row, along }: { row?: number; along?: number }, shape: Shape): Ref {
  if (row !== undefined) {
    const offset = ref.offset + row * ref.strides[0]!;
    const rest = ref.shape.slice(1), strides = ref.strides.slice(1);
    // A running average has one axis, its statistics those of the images with size 1.
    if (rest.length <= shape.length) return { ...ref, shape: rest, strides, offset };
    return { ...ref, shape: [sizeOf(rest)], strides: viewStrides(rest, strides, [sizeOf(rest)])!, offset };
  }
  if (along === undefined) return ref;
  const place = <T>(value: T, rest: T) => shape.map((_, axis) => axis === along ? value : rest);
  return { ...ref, shape: place(shape[along]!, 1), strides: place(ref.strides[0]!, 0) };
}
