/** Matrix products. */
import matmulText from "../../../../kernels/webgpu/matmul.wgsl" with { type: "text" };
import type { Operand } from "../../operand.ts";
import type { LINEAR } from "../../steps/linear.ts";
import type { Program } from "../../program.ts";
import type { StepOf, Table } from "../../steps/mod.ts";
import { isHalf } from "../halves.ts";
import type { Dispatch } from "../module.ts";
import { isAligned } from "../reading.ts";
import { lowerProduct, type Product } from "./product.ts";
import type { Fours } from "./product_text.ts";

/**
 * How four neighbours of an operand lie side by side: rows (or columns, of b), `outer` apart, or depths, `inner` apart.
 * @param outers how many rows there are
 */
function foursOf(operand: Operand, outer: number, inner: number, outers: number, depth: number): Fours | undefined {
  const [batches] = operand.shape, [batch] = operand.strides;
  if (!isAligned(operand) || (batches! > 1 && batch! % 4 !== 0)) return undefined;
  if (inner === 1 && depth % 4 === 0 && (outers === 1 || outer % 4 === 0)) return "along";
  return outer === 1 && outers % 4 === 0 && (depth === 1 || inner % 4 === 0) ? "across" : undefined;
}

/** A matrix product, as the tiled kernel sees it. */
export function productOf({ inputs: { a, b }, output }: StepOf<"matmul">, program: Program): Product {
  const [batches, rows, depth] = a.shape as [number, number, number];
  const columns = b.shape[2]!;
  const [aBatch, aRow, aDepth] = a.strides as [number, number, number];
  const [bBatch, bDepth, bColumn] = b.strides as [number, number, number];
  const halves = { a: isHalf(a, program), b: isHalf(b, program) };
  return {
    label: "matmul",
    text: matmulText,
    batches,
    rows,
    columns,
    depth,
    size: batches * rows * columns,
    inputs: [a, b],
    output,
    fields: (fields) =>
      fields.address("a", a, { halves: halves.a }).address("b", b, { halves: halves.b })
        .constants({ aBatch, aRow, aDepth, bBatch, bDepth, bColumn, depth }),
    aDepthFirst: aDepth <= aRow,
    bDepthFirst: bDepth <= bColumn,
    halves,
    fours: {
      a: foursOf(a, aRow, aDepth, rows, depth),
      b: foursOf(b, bColumn, bDepth, columns, depth),
      output: columns % 4 === 0 && isAligned(output),
    },
    splits: {
      when: "reluctantly",
      order: { batchStride: rows * columns, rowStride: columns, run: columns, columnStride: 1, runStride: 0 },
    },
  };
}

export const LINEAR_WEBGPU: Table<keyof typeof LINEAR, [Program], Dispatch[]> = {
  matmul: (step, program) => lowerProduct(productOf(step, program)),
};
