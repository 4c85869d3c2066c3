/** Shapes, strides and views, by PyTorch's rules. */
import type { Instruction } from "./program.ts";

/** Sizes of axes, or their strides. */
export type Shape = readonly number[];

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Strides of a row-major tensor. */
export function rowMajor(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= Math.max(1, shape[axis]!);
  }
  return strides;
}

/** Whether it is row-major for certain. */
export function isRowMajor(
  { shape, strides }: { readonly shape: Shape; readonly strides: Shape | undefined },
): boolean {
  if (!strides) return false;
  if (sizeOf(shape) === 0) return true;
  const plain = rowMajor(shape);
  return shape.every((n, axis) => n === 1 || strides[axis] === plain[axis]);
}

/** The common shape of a broadcast, if there is one. */
export function broadcast(a: Shape, b: Shape): number[] | undefined {
  const out: number[] = [];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const x = a[a.length - 1 - i] ?? 1, y = b[b.length - 1 - i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return undefined;
    out.unshift(x === 1 ? y : x);
  }
  return out;
}

/** What a view looks like. */
export interface View {
  readonly shape: Shape;
  readonly strides: Shape | undefined;
  /** It repeats elements. */
  readonly expanded?: boolean;
  /** It is a view or a copy: the layout, which is not known, decides. */
  readonly perhaps?: boolean;
}

/** The view of a tensor that an instruction makes; undefined if it is not allowed. */
export function viewOf(
  i: Instruction & { op: "view" },
  x: { readonly shape: Shape; readonly strides: Shape | undefined },
): View | undefined {
  const { shape, strides } = x, [a, b, c, d] = i.args as [number, number, number, number];
  const rest = <T>(
    list: readonly T[],
    axis: number,
    ...items: T[]
  ) => [...list.slice(0, axis), ...items, ...list.slice(axis + 1)];
  switch (i.f) {
    case "permute": {
      if (i.args.length !== shape.length || [...i.args].sort().some((axis, k) => axis !== k)) return undefined;
      return { shape: i.args.map((axis) => shape[axis]!), strides: strides && i.args.map((axis) => strides[axis]!) };
    }
    case "slice": {
      if (a >= shape.length || b > shape[a]! || c > shape[a]! || b > c) return undefined;
      return { shape: rest(shape, a, Math.ceil((c - b) / d)), strides: strides && rest(strides, a, strides[a]! * d) };
    }
    case "narrow":
      if (a >= shape.length || b + c > shape[a]!) return undefined;
      return { shape: rest(shape, a, c), strides };
    case "select":
      if (a >= shape.length || b >= shape[a]!) return undefined;
      return { shape: rest(shape, a), strides: strides && rest(strides, a) };
    case "unsqueeze": {
      if (a > shape.length || shape.length >= 4) return undefined;
      const insert = (list: Shape) => [...list.slice(0, a), 1, ...list.slice(a)];
      return { shape: insert(shape), strides: strides && insert(strides) };
    }
    case "squeeze":
      if (a >= shape.length || shape[a] !== 1) return undefined;
      return { shape: rest(shape, a), strides: strides && rest(strides, a) };
    case "expand": {
      if (i.args.length < shape.length || broadcast(shape, i.args)?.join() !== i.args.join()) return undefined;
      return { shape: i.args, strides: undefined, expanded: true };
    }
    case "view":
    case "flatten":
    case "reshape": {
      if (i.f === "flatten" && shape.length === 0) return undefined;
      const to = i.f === "flatten" ? [sizeOf(shape)] : i.args;
      if (sizeOf(to) !== sizeOf(shape) || to.some((n) => n < 0)) return undefined;
      if (strides && isRowMajor(x)) return { shape: to, strides: rowMajor(to) };
      return i.f === "view" ? undefined : { shape: to, strides: undefined, perhaps: true };
    }
  }
}
