import assert from "node:assert/strict";
import type { DType } from "../../../lib/device/dtype.ts";
import type { PointwiseOp } from "../../../lib/device/pointwise.ts";
import { createReferenceBackend } from "../../../lib/device/reference/backend.ts";
import type { Instruction } from "../../../lib/device/steps/pointwise.ts";
import { runOnce } from "../conformance.ts";
import { ProgramBuilder } from "../programs.ts";
import { close, last } from "./helpers.ts";

/** One operation over dense columns of arguments. */
function pointwiseOp(
  op: PointwiseOp,
  args: readonly (readonly number[])[],
  { dtype = "float32", of = dtype }: { dtype?: DType; of?: DType } = {},
): Promise<number[]> {
  const builder = new ProgramBuilder(), n = args[0]!.length;
  const inputs = args.map((data, i) => {
    const type = op === "where" && i === 0 ? "bool" : of;
    const host = type === "float32" ? Float64Array.from(data) : Int32Array.from(data);
    return { kind: "tensor" as const, operand: builder.dense(type, [n], host), dtype: type };
  });
  const code: Instruction[] = [{ op, dtype, of, args: args.map((_, i) => i) }];
  const output = builder.dense(dtype, [n], new Array<number>(n).fill(0));
  const outputs = [{ operand: output, register: args.length, dtype }];
  return last(builder.step({ kernel: "pointwise", shape: [n], inputs, code, outputs }).build(op));
}

Deno.test("pointwise: float operations follow IEEE 754 and PyTorch at special values", async () => {
  const x = [NaN, Infinity, -Infinity, 0, 0.5, -0.5, 1.5, 2.5, -2.5];
  const expected: { [K in PointwiseOp]?: number[] } = {
    neg: [NaN, -Infinity, Infinity, -0, -0.5, 0.5, -1.5, -2.5, 2.5],
    abs: [NaN, Infinity, Infinity, 0, 0.5, 0.5, 1.5, 2.5, 2.5],
    sign: [0, 1, -1, 0, 1, -1, 1, 1, -1],
    relu: [NaN, Infinity, 0, 0, 0.5, 0, 1.5, 2.5, 0],
    floor: [NaN, Infinity, -Infinity, 0, 0, -1, 1, 2, -3],
    ceil: [NaN, Infinity, -Infinity, 0, 1, -0, 2, 3, -2],
    round: [NaN, Infinity, -Infinity, 0, 0, -0, 2, 2, -2],
    rsqrt: [NaN, 0, NaN, Infinity, Math.SQRT2, NaN, Math.sqrt(1 / 1.5), Math.sqrt(0.4), NaN],
    reciprocal: [NaN, 0, -0, Infinity, 2, -2, 2 / 3, 0.4, -0.4],
    sigmoid: [NaN, 1, 0, 0.5, ...[0.5, -0.5, 1.5, 2.5, -2.5].map((v) => 1 / (1 + Math.exp(-v)))],
  };
  for (const [op, values] of Object.entries(expected)) {
    const actual = await pointwiseOp(op as PointwiseOp, [x]);
    close(actual.map((v) => v + 0), values.map((v) => v + 0));
  }
  for (const op of ["exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tanh"] as const) {
    close(await pointwiseOp(op, [x]), x.map((v) => Math[op](v)));
  }
  close(await pointwiseOp("isnan", [x], { dtype: "bool", of: "float32" }), [1, 0, 0, 0, 0, 0, 0, 0, 0]);
  close(await pointwiseOp("logicalNot", [x], { dtype: "bool", of: "float32" }), [0, 0, 0, 1, 0, 0, 0, 0, 0]);
});

Deno.test("pointwise: binary operations, NaN and the sign of remainder", async () => {
  close(await pointwiseOp("maximum", [[1, NaN, 3], [2, 1, NaN]]), [2, NaN, NaN]);
  close(await pointwiseOp("minimum", [[1, NaN, 3], [2, 1, NaN]]), [1, NaN, NaN]);
  close(await pointwiseOp("remainder", [[5, -5, 5, -5, -5, 5], [3, 3, -3, -3, Infinity, 0]]), [
    2,
    1,
    -1,
    -2,
    Infinity,
    NaN,
  ]);
  close(await pointwiseOp("pow", [[1, -1, -2, 2, 0], [NaN, Infinity, 3, 0.5, 0]]), [1, 1, -8, Math.SQRT2, 1]);
  close(await pointwiseOp("leakyRelu", [[2, -2, NaN], [0.1, 0.1, 0.1]]), [2, -0.2, NaN]);
  close(await pointwiseOp("div", [[1, -1, 0], [0, 0, 0]]), [Infinity, -Infinity, NaN]);
  const compare = (op: PointwiseOp) =>
    pointwiseOp(op, [[1, 2, 3, NaN], [2, 2, 2, NaN]], { dtype: "bool", of: "float32" });
  const truth = {
    eq: [0, 1, 0, 0],
    ne: [1, 0, 1, 1],
    lt: [1, 0, 0, 0],
    le: [1, 1, 0, 0],
    gt: [0, 0, 1, 0],
    ge: [0, 1, 1, 0],
  };
  for (const [op, values] of Object.entries(truth)) close(await compare(op as PointwiseOp), values);
  const logical = (op: PointwiseOp) =>
    pointwiseOp(op, [[0, 0, 2, NaN], [0, 3, 0, 1]], { dtype: "bool", of: "float32" });
  close(await logical("logicalAnd"), [0, 0, 0, 1]);
  close(await logical("logicalOr"), [0, 1, 1, 1]);
  close(await logical("logicalXor"), [0, 1, 1, 0]);
  close(await pointwiseOp("where", [[1, 0], [3, 4], [5, 6]]), [3, 6]);
});

Deno.test("pointwise: int32 is exact or a fault, and casts truncate", async () => {
  const big = 2 ** 31 - 1;
  close(await pointwiseOp("add", [[big, 1], [-1, 2]], { dtype: "int32" }), [big - 1, 3]);
  close(await pointwiseOp("mul", [[big, -65536], [-1, 32768]], { dtype: "int32" }), [-big, -(2 ** 31)]);
  close(await pointwiseOp("pow", [[3, -2, 46340, 7], [19, 31, 2, 0]], { dtype: "int32" }), [
    3 ** 19,
    -(2 ** 31),
    46340 ** 2,
    1,
  ]);
  await assert.rejects(
    pointwiseOp("add", [[big], [1]], { dtype: "int32" }),
    /Cannot take add of int32 numbers: .*\.float\(\)/,
  );
  await assert.rejects(pointwiseOp("cast", [[NaN]], { dtype: "int32", of: "float32" }), /Cannot convert to int32/);
  close(await pointwiseOp("remainder", [[7, -7, 7, -7], [3, 3, -3, -3]], { dtype: "int32" }), [1, 2, -2, -1]);
  close(await pointwiseOp("abs", [[-5, -big]], { dtype: "int32" }), [5, big]);
  close(await pointwiseOp("cast", [[1.9, -1.9, 0]], { dtype: "int32", of: "float32" }), [1, -1, 0]);
  close(await pointwiseOp("cast", [[0.1, 0, NaN]], { dtype: "bool", of: "float32" }), [1, 0, 1]);
  close(await pointwiseOp("cast", [[3, -4]], { dtype: "float32", of: "int32" }), [3, -4]);
});

Deno.test("pointwise: strides, offsets, run-time starts, broadcasting, scalars and several outputs", async () => {
  const builder = new ProgramBuilder();
  const x = builder.operand(builder.bind("float32", [9, 9, 0, 1, 2, 3, 4, 5]), [2, 3], { strides: [1, 2], offset: 2 });
  const y = builder.operand(builder.bind("float32", [9, 10, 20]), [2, 3], { strides: [1, 0], dynamic: 1 });
  const product = builder.operand(builder.bind("float32", new Array<number>(12).fill(-1)), [2, 3], { strides: [6, 2] });
  builder.step({
    kernel: "pointwise",
    shape: [2, 3],
    inputs: [
      { kind: "tensor", operand: x, dtype: "float32" },
      { kind: "tensor", operand: y, dtype: "float32" },
      { kind: "scalar", slot: builder.scalar(0.5), dtype: "float32" },
    ],
    code: [
      { op: "add", dtype: "float32", of: "float32", args: [0, 1] },
      { op: "mul", dtype: "float32", of: "float32", args: [3, 2] },
    ],
    outputs: [{ operand: x, register: 3, dtype: "float32" }, { operand: product, register: 4, dtype: "float32" }],
  });
  const { program, inputs } = builder.build("mixed");
  const [a, , b] = await runOnce(createReferenceBackend(), program, inputs);
  close(Array.from(a!), [9, 9, 10, 21, 12, 23, 14, 25]);
  close(Array.from(b!), [5, -1, 6, -1, 7, -1, 10.5, -1, 11.5, -1, 12.5, -1]);
});
