/** Reductions over axes that need not be the last: which axes, and how the step is laid out. */
import { Attributes } from "../device/attributes.ts";
import type { DType } from "../device/dtype.ts";
import type { Operand } from "../device/operand.ts";
import { type ReduceOp, reduction } from "../device/steps/reductions.ts";
import { coalesce } from "../graph/layout.ts";
import { type Emission, type Node, Operation, type Ref, type Traits } from "../graph/node.ts";
import { type Shape, sizeOf } from "../graph/shape.ts";

/** The axes that a reduction goes over: sorted, counted from 0. Written out, as reductions are recorded often. */
export class Axes extends Attributes {
  readonly key: readonly number[];

  constructor(readonly axes: readonly number[]) {
    super();
    this.key = axes;
  }
}

/** `shape` without `axes`. */
export const without = (shape: Shape, axes: readonly number[]): number[] =>
  shape.filter((_, axis) => !axes.includes(axis));

/** `shape` with `axes` of size 1. */
export const keepingAxes = (shape: Shape, axes: readonly number[]): number[] =>
  shape.map((size, axis) => axes.includes(axis) ? 1 : size);

/**
 * Operands of a reduction as kernels take them: `[...kept, ...reduced]`, and the kept axes. Over no elements there is nothing to do but to
 * give `empty`: then undefined.
 *
 * @param inOrder whether the order of the elements matters
 */
export function reduceOperands(
  to: Emission,
  node: Node,
  axes: readonly number[],
  { empty = 0, inOrder = false }: { empty?: 0 | 1; inOrder?: boolean } = {},
): { readonly input: Operand; readonly output: Operand; readonly dtype: DType } | undefined {
  const input = to.ref(node.inputs[0]!), out = to.define(node.dtype, node.shape);
  to.assign(node, out);
  if (sizeOf(input.shape) === 0) return void to.fillConstant(out, empty);
  const kept = coalesce(node.shape, [without(input.strides, axes), out.strides], 0);
  const along = [axes.map((i) => input.strides[i]!)];
  const reduced = coalesce(axes.map((i) => input.shape[i]!), along, inOrder ? undefined : 0);
  return {
    input: to.operand(input, [...kept.shape, ...reduced.shape], [...kept.strides[0]!, ...reduced.strides[0]!]),
    output: to.operand(out, kept.shape, kept.strides[1]!),
    dtype: input.dtype,
  };
}

/** An operation that drops axes. Over no elements it gives `empty`. */
export function reduceOperation(op: ReduceOp, gradient: Traits<Axes>["gradient"], empty: 0 | 1): Operation<Axes> {
  // The answer of argmax and argmin counts elements in row-major order; elsewhere the order does not matter.
  const inOrder = op === "argmax" || op === "argmin";
  return new Operation<Axes>(op, {
    gradient,
    emptyGivesZeros: false,
    emit(to, node, { axes }) {
      const operands = reduceOperands(to, node, axes, { empty, inOrder });
      if (!operands) return;
      const { input, output, dtype } = operands;
      const attributes = reduction({ op, dtype, kept: output.shape.length });
      to.push({ kernel: "reduce", inputs: { input }, output, attributes, numbers: {} });
    },
  });
}

/** Operands of a reduction to several rows. */
export interface RowOperands {
  /** `[...kept, ...reduced]`, one for each input. */
  readonly inputs: readonly Operand[];
  /** `[rows, ...kept]`. */
  readonly output: Operand;
  /** How many axes are kept. */
  readonly kept: number;
  /** Another value with such rows, as an operand. */
  row(ref: Ref): Operand;
}

/**
 * Lays out a reduction to several rows, which keeps the dropped axes with size 1.
 *
 * @param inputs what is reduced, all of one shape
 * @param beside other values with rows, which the step reads
 */
export function rowOperands(
  to: Emission,
  node: Node,
  axes: readonly number[],
  inputs: readonly Ref[],
  beside: readonly Ref[] = [],
): RowOperands {
  const { shape } = inputs[0]!, out = to.define(node.dtype, node.shape);
  to.assign(node, out);
  const dropped = <T>(list: readonly T[]) => list.filter((_, axis) => axes.includes(axis));
  const rest = <T>(list: readonly T[]) => list.filter((_, axis) => !axes.includes(axis));
  const rows = [out, ...beside];
  const strides = [...inputs.map((ref) => ref.strides), ...rows.map((ref) => ref.strides.slice(1))];
  const kept = coalesce(rest(shape), strides.map(rest), 0);
  const reduced = coalesce(dropped(shape), inputs.map((ref) => dropped(ref.strides)), 0);
  const row = (ref: Ref) => {
    const along = kept.strides[inputs.length + rows.indexOf(ref)]!;
    return to.operand(ref, [ref.shape[0]!, ...kept.shape], [ref.strides[0]!, ...along]);
  };
  const operands = inputs.map((ref, i) =>
    to.operand(ref, [...kept.shape, ...reduced.shape], [...kept.strides[i]!, ...reduced.strides[i]!])
  );
  return { inputs: operands, output: row(out), kept: kept.shape.length, row };
}
