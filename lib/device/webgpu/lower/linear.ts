/** Matrix products. */
import matmulText from "../../../../kernels/webgpu/matmul.wgsl" with { type: "text" };
import type { LINEAR } from "../../steps/linear.ts";
import type { StepOf, Table } from "../../steps/mod.ts";
import type { Program } from "../../program.ts";
import { isHalf, loadFunction } from "../halves.ts";
import type { Dispatch } from "../module.ts";
import { lowerProduct, type Product } from "./product.ts";

/** A matrix product, as the tiled kernel sees it. */
export function productOf({ inputs: { a, b }, output }: StepOf<"matmul">, program: Program): Product {
  const [batches, rows, depth] = a.shape as [number, number, number];
  const columns = b.shape[2]!;
  const [aBatch, aRow, aDepth] = a.strides as [number, number, number];
  const [bBatch, bDepth, bColumn] = b.strides as [number, number, number];
  const aHalves = isHalf(a, program), bHalves = isHalf(b, program);
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
      fields.address("a", a, { halves: aHalves }).address("b", b, { halves: bHalves }).constants({
        aBatch,
        aRow,
        aDepth,
        bBatch,
        bDepth,
        bColumn,
        depth,
      }),
    aDepthFirst: aDepth <= aRow,
    bDepthFirst: bDepth <= bColumn,
    splits: "reluctantly",
    functions: loadFunction("loadA", aHalves) + loadFunction("loadB", bHalves),
  };
}

export const LINEAR_WEBGPU: Table<keyof typeof LINEAR, [Program], Dispatch[]> = {
  matmul: (step, program) => lowerProduct(productOf(step, program)),
};
