/** Products with an epilogue: a pointwise chain that runs on the product's elements as they are made. */
import { sizeOf } from "../shape.ts";
import type { Operand } from "../operand.ts";
import type { CONV } from "./conv.ts";
import type { LINEAR } from "./linear.ts";
import type { PointwiseStep } from "./pointwise.ts";
import type { StepsOf } from "./step.ts";

/** Kernels that may have an epilogue: sums of products whose dense result has rows of channels (or columns). */
export const PRODUCTS = ["matmul", "conv2d", "conv2dInputGrad"] as const;

type Products = StepsOf<typeof LINEAR & typeof CONV>;

/** A step that a chain may be fused into. */
export type ProductStep = Products[typeof PRODUCTS[number]];

/**
 * A product, and the chain that reads it. Doing `product` and then `epilogue` is always right, and both are steps as any others. A device that
 * runs the chain on each element or tile as it is made may rely on:
 * - the chain reads the product's output as one tensor input, whose operand has the product's output value, and its `shape` goes
 *   over that value in the order of memory: axes of `shape` are [elements] or [rows, columns], where columns are the product's own (`n`, or
 *   channels), and element i of the product in memory is element i of the chain;
 * - every output of the chain is a whole value in that same order (offset 0, no dynamic start); its other tensors are in the same order from some
 *   start on (`elements`), a number a column (`columns`) or a single one (`one`): see {@linkcode accessOf};
 * - nothing that the chain writes lies in memory that the product reads, and what it overwrites of its own inputs it reads element by element;
 * - the chain raises no faults.
 *
 * `kept` tells whether the product's own output must be in memory afterwards. If it is false, that operand is only a place where a device may put
 * the product: mostly that of the chain's first output, which the chain then reads and overwrites in place.
 */
export interface FusedStep {
  readonly kernel: "fused";
  readonly product: ProductStep;
  readonly epilogue: PointwiseStep;
  readonly kept: boolean;
}

/** How a chain reads an operand: along with the product's elements, a number a column, or one number. */
export type Access = "elements" | "columns" | "one";

/** How an operand goes along with a product whose rows have `columns` elements; undefined for every other way. */
export function accessOf({ shape, strides }: Pick<Operand, "shape" | "strides">, columns: number): Access | undefined {
  const [rows, inner = 1] = shape;
  if (shape.every((size, axis) => size === 1 || strides[axis] === 0)) return "one";
  if (shape.length === 1) return strides[0] === 1 ? "elements" : undefined;
  if (shape.length !== 2 || inner !== columns) return undefined;
  if (strides[1] === 1 && (strides[0] === inner || rows === 1)) return "elements";
  return strides[0] === 0 ? "columns" : undefined;
}

/** Elements of a row of a product: columns of a matrix, channels of an image. */
export function columnsOf({ kernel, output: { shape } }: ProductStep): number {
  return kernel === "matmul" ? shape[2]! : shape[1]!;
}

/** The operand through which the chain reads the product. */
export function productOperand({ product: { output }, epilogue }: Pick<FusedStep, "product" | "epilogue">): Operand {
  for (const input of epilogue.inputs) {
    if (input.kind === "tensor" && input.operand.value === output.value) return input.operand;
  }
  throw new Error(`The epilogue of ${sizeOf(output.shape)} elements does not read its product: a defect of the plan`);
}
