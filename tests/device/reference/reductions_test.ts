import assert from "node:assert/strict";
import type { DType } from "../../../lib/device/dtype.ts";
import { createReferenceBackend } from "../../../lib/device/reference/backend.ts";
import { type ReduceOp, reduction } from "../../../lib/device/steps/reductions.ts";
import { runOnce } from "../conformance.ts";
import { ProgramBuilder } from "../programs.ts";
import { close, last } from "./helpers.ts";

function reduceRows(op: ReduceOp, dtype: DType, data: readonly number[], columns: number): Promise<number[]> {
  const builder = new ProgramBuilder(), rows = data.length / columns;
  const host = dtype === "float32" ? Float64Array.from(data) : Int32Array.from(data);
  const input = builder.dense(dtype, [rows, columns], host);
  const output = builder.dense(op.startsWith("arg") ? "int32" : dtype, [rows], new Array<number>(rows).fill(0));
  const attributes = reduction({ op, dtype, kept: 1 });
  return last(builder.step({ kernel: "reduce", inputs: { input }, output, attributes, numbers: {} }).build(op));
}

Deno.test("reduce: every operation", async () => {
  const x = [1, 5, 5, -2, -2, 3, 2, NaN, NaN];
  close(await reduceRows("sum", "float32", x, 3), [11, -1, NaN]);
  close(await reduceRows("prod", "float32", x, 3), [25, 12, NaN]);
  close(await reduceRows("max", "float32", x, 3), [5, 3, NaN]);
  close(await reduceRows("min", "float32", x, 3), [1, -2, NaN]);
  close(await reduceRows("argmax", "float32", x, 3), [1, 2, 1]);
  close(await reduceRows("argmin", "float32", x, 3), [0, 0, 1]);
  close(await reduceRows("any", "bool", [0, 0, 0, 1, 1, 1], 2), [0, 1, 1]);
  close(await reduceRows("all", "bool", [0, 0, 0, 1, 1, 1], 2), [0, 0, 1]);
  close(await reduceRows("sum", "int32", [2 ** 31 - 1, 1, -1], 3), [2 ** 31 - 1]);
  close(await reduceRows("prod", "int32", [65536, 32768, -1], 3), [-(2 ** 31)]);
  await assert.rejects(
    reduceRows("sum", "int32", [2 ** 31 - 1, 1], 2),
    /Cannot take sum of int32 numbers: .*\.float\(\)/,
  );
  await assert.rejects(reduceRows("prod", "int32", [65537, 65537], 2), /Cannot take prod of int32 numbers/);
});

Deno.test("reduce: a transposed input keeps its leading axes; all axes reduce to one number", async () => {
  const builder = new ProgramBuilder(), value = builder.bind("float32", [1, 2, 3, 4, 5, 6]); // [2, 3]
  const columns = builder.operand(value, [3, 2], { strides: [1, 3] });
  builder.step({
    kernel: "reduce",
    inputs: { input: columns },
    attributes: reduction({ op: "sum", dtype: "float32", kept: 1 }),
    numbers: {},
    output: builder.dense("float32", [3], [0, 0, 0]),
  });
  builder.step({
    kernel: "reduce",
    inputs: { input: columns },
    attributes: reduction({ op: "argmax", dtype: "float32", kept: 0 }),
    numbers: {},
    output: builder.dense("int32", [], [0]),
  });
  const { program, inputs } = builder.build("columns");
  const [, sums, largest] = await runOnce(createReferenceBackend(), program, inputs);
  close(Array.from(sums!), [5, 7, 9]);
  close(Array.from(largest!), [5]);
});
