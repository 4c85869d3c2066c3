import assert from "node:assert/strict";
import type { DType, HostArray } from "../../lib/device/dtype.ts";
import { DeviceFaultError } from "../../lib/device/errors.ts";
import type {
  ConvGeometry,
  Instruction,
  Operand,
  PointwiseOp,
  Pooling,
  ReduceOp,
  Step,
} from "../../lib/device/program.ts";
import { createReferenceBackend } from "../../lib/device/reference/backend.ts";
import { philox } from "../../lib/device/reference/fill.ts";
import { erf, roundHalfToEven } from "../../lib/device/reference/scalar.ts";
import { runOnce } from "./conformance.ts";
import { type Case, contiguous, nhwc, numel, ProgramBuilder } from "./programs.ts";

/** Runs a program on a fresh reference device; resolves to the contents of its last bound buffer. */
async function last({ program, inputs }: Case): Promise<number[]> {
  const contents = await runOnce(createReferenceBackend(), program, inputs);
  return Array.from(contents.at(-1)!);
}

function close(actual: readonly number[], expected: readonly number[], tolerance = 1e-12): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((x, i) => {
    const same = Object.is(x, expected[i]) || Math.abs(x - expected[i]!) <= tolerance;
    assert.ok(same, `element ${i} is ${x}, not ${expected[i]}`);
  });
}

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

Deno.test("pointwise: int32 wraps, and casts truncate", async () => {
  const big = 2 ** 31 - 1;
  close(await pointwiseOp("add", [[big, 1], [1, 2]], { dtype: "int32" }), [-(2 ** 31), 3]);
  close(await pointwiseOp("mul", [[big, 65537], [big, 65537]], { dtype: "int32" }), [1, 131073]);
  close(await pointwiseOp("remainder", [[7, -7, 7, -7], [3, 3, -3, -3]], { dtype: "int32" }), [1, 2, -2, -1]);
  close(await pointwiseOp("abs", [[-5, -(2 ** 31)]], { dtype: "int32" }), [5, -(2 ** 31)]);
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

Deno.test("erf() agrees with known values, and round goes to even", () => {
  // Abramowitz & Stegun, table 7.1, and mpmath.
  close([erf(0.5), erf(1), erf(2), erf(-1), erf(0), erf(Infinity), erf(-Infinity)], [
    0.5204998778130465,
    0.8427007929497149,
    0.9953222650189527,
    -0.8427007929497149,
    0,
    1,
    -1,
  ], 3e-16);
  close([erf(3), erf(3.5), erf(2.999999999)], [0.9999779095030014, 0.9999992569016276, 0.999977909502862], 1e-15);
  assert.ok(Math.abs(erf(1e-10) / 1.1283791670955126e-10 - 1) < 1e-15);
  assert.ok(Number.isNaN(erf(NaN)));
  close([0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 2 ** 52 + 1].map((x) => roundHalfToEven(x) + 0), [
    ...[0, 2, 2, 0, -2, 0],
    2 ** 52 + 1,
  ]);
});

function reduceRows(op: ReduceOp, dtype: DType, data: readonly number[], columns: number): Promise<number[]> {
  const builder = new ProgramBuilder(), rows = data.length / columns;
  const host = dtype === "float32" ? Float64Array.from(data) : Int32Array.from(data);
  const input = builder.dense(dtype, [rows, columns], host);
  const output = builder.dense(op.startsWith("arg") ? "int32" : dtype, [rows], new Array<number>(rows).fill(0));
  return last(builder.step({ kernel: "reduce", op, dtype, input, kept: 1, output }).build(op));
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
  close(await reduceRows("sum", "int32", [2 ** 31 - 1, 1], 2), [-(2 ** 31)]);
  close(await reduceRows("prod", "int32", [65537, 65537], 2), [131073]);
});

Deno.test("reduce: a transposed input keeps its leading axes; all axes reduce to one number", async () => {
  const builder = new ProgramBuilder(), value = builder.bind("float32", [1, 2, 3, 4, 5, 6]); // [2, 3]
  const columns = builder.operand(value, [3, 2], { strides: [1, 3] });
  builder.step({
    kernel: "reduce",
    op: "sum",
    dtype: "float32",
    input: columns,
    kept: 1,
    output: builder.dense("float32", [3], [0, 0, 0]),
  });
  builder.step({
    kernel: "reduce",
    op: "argmax",
    dtype: "float32",
    input: columns,
    kept: 0,
    output: builder.dense("int32", [], [0]),
  });
  const { program, inputs } = builder.build("columns");
  const [, sums, largest] = await runOnce(createReferenceBackend(), program, inputs);
  close(Array.from(sums!), [5, 7, 9]);
  close(Array.from(largest!), [5]);
});

Deno.test("matmul: a transposed operand and one matrix for all of a batch", async () => {
  const builder = new ProgramBuilder();
  const a = builder.operand(builder.bind("float32", [1, 2, 3, 4, 5, 6, 7, 8]), [2, 2, 2], { strides: [4, 1, 2] });
  const b = builder.operand(builder.bind("float32", [1, 10, 100, 1000]), [2, 2, 2], { strides: [0, 2, 1] });
  const output = builder.dense("float32", [2, 2, 2], new Array<number>(8).fill(0));
  // a = [[1, 3], [2, 4]], [[5, 7], [6, 8]]; b = [[1, 10], [100, 1000]]
  close(await last(builder.step({ kernel: "matmul", a, b, output }).build("matmul")), [
    ...[301, 3010, 402, 4020],
    ...[705, 7050, 806, 8060],
  ]);
});

type ConvKernel = "conv2d" | "conv2dInputGrad" | "conv2dWeightGrad";

/** Runs a convolution over logical NCHW row-major data, and gives its result so too. */
async function convolve(
  kernel: ConvKernel,
  geometry: ConvGeometry,
  shapes: readonly (readonly number[])[],
  data: readonly (readonly number[])[],
): Promise<number[]> {
  const builder = new ProgramBuilder();
  const isImage = (i: number) => kernel === "conv2dWeightGrad" ? i < 2 : i !== 1;
  const operands = shapes.map((shape, i): Operand => {
    const elements = new Float64Array(numel(shape)), strides = isImage(i) ? nhwc(shape) : contiguous(shape);
    data[i]?.forEach((x, at) => elements[place(shape, strides, at)] = x);
    return builder.operand(builder.bind("float32", elements), shape, { strides });
  });
  const [a, b, output] = operands as [Operand, Operand, Operand];
  const stored = await last(builder.step({ kernel, ...geometry, a, b, output }).build(kernel));
  return stored.map((_, at) => stored[place(output.shape, output.strides, at)]!);
}

/** Address of row-major element `at`. */
function place(shape: readonly number[], strides: readonly number[], at: number): number {
  let address = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    address += (at % shape[axis]!) * strides[axis]!;
    at = Math.floor(at / shape[axis]!);
  }
  return address;
}

Deno.test("conv2d: two channels, stride 2 and padding 1, by hand", async () => {
  const x = [1, 2, 3, 4, 5, 6, 7, 8, 9, ...new Array<number>(9).fill(1)];
  const w = [...[0, 0, 0, 0, 1, 0, 0, 0, 1], ...new Array<number>(9).fill(0.5)];
  const y = await convolve("conv2d", { stride: [2, 2], padding: [1, 1] }, [[1, 2, 3, 3], [1, 2, 3, 3], [1, 1, 2, 2]], [
    x,
    w,
  ]);
  // First channel: x(y, x) + x(y + 1, x + 1) at the corners; second: half of the four ones in reach.
  close(y, [1 + 5 + 2, 3 + 2, 7 + 2, 9 + 2]);
});

Deno.test("conv2dInputGrad and conv2dWeightGrad are the central differences of conv2d", async () => {
  const geometry = { stride: [2, 1], padding: [1, 2] } as const;
  const [xShape, wShape, gShape] = [[2, 3, 5, 4], [2, 3, 3, 2], [2, 2, 3, 7]];
  const wave = (shape: readonly number[], k: number) =>
    Array.from({ length: numel(shape) }, (_, i) => Math.sin(k * i + k));
  const x = wave(xShape, 1.7), w = wave(wShape, 2.3), g = wave(gShape, 0.9);
  const loss = async (xs: number[], ws: number[]) => {
    const y = await convolve("conv2d", geometry, [xShape, wShape, gShape], [xs, ws]);
    return y.reduce((sum, v, i) => sum + v * g[i]!, 0);
  };
  const slope = async (at: (e: number) => Promise<number>) => (await at(1e-3) - await at(-1e-3)) / 2e-3;
  const numericX: number[] = [], numericW: number[] = [];
  for (const i of x.keys()) numericX.push(await slope((e) => loss(x.with(i, x[i]! + e), w)));
  for (const i of w.keys()) numericW.push(await slope((e) => loss(x, w.with(i, w[i]! + e))));
  close(await convolve("conv2dInputGrad", geometry, [gShape, wShape, xShape], [g, w]), numericX, 1e-9);
  close(await convolve("conv2dWeightGrad", geometry, [xShape, gShape, wShape], [x, g]), numericW, 1e-9);
});

Deno.test("softmax, logSoftmax, crossEntropy and its gradient", async () => {
  const logits = [0, Math.log(2), Math.log(5), 1000, 1000, -1000], shape = [2, 3];
  const run = (step: (builder: ProgramBuilder, input: Operand) => Step) => {
    const builder = new ProgramBuilder();
    const input = builder.dense("float32", shape, Float64Array.from(logits));
    return last(builder.step(step(builder, input)).build("rows"));
  };
  const zeros = (n: number) => new Array<number>(n).fill(0);
  const p = [1 / 8, 2 / 8, 5 / 8, 0.5, 0.5, 0];
  close(await run((b, input) => ({ kernel: "softmax", input, output: b.dense("float32", shape, zeros(6)) })), p);
  const logs = [...p.slice(0, 5).map(Math.log), -2000 - Math.LN2];
  close(await run((b, input) => ({ kernel: "logSoftmax", input, output: b.dense("float32", shape, zeros(6)) })), logs);
  const losses = await run((b, input) => {
    const labels = b.dense("int32", [2], [1, 2]);
    return { kernel: "crossEntropy", logits: input, labels, output: b.dense("float32", [2], zeros(2)) };
  });
  close(losses, [Math.log(4), 2000 + Math.LN2]);
  const gradient = await run((b, input) => {
    const labels = b.dense("int32", [2], [1, 2]), g = b.operand(b.bind("float32", [0.5]), [2], { strides: [0] });
    return { kernel: "crossEntropyGrad", logits: input, labels, g, output: b.dense("float32", shape, zeros(6)) };
  });
  close(gradient, [1 / 16, -6 / 16, 5 / 16, 0.25, 0.25, -0.5]);
});

Deno.test("gather picks and scatterAdd adds along an axis", async () => {
  const picked = new ProgramBuilder();
  picked.step({
    kernel: "gather",
    axis: 0,
    dtype: "float32",
    input: picked.dense("float32", [3, 2], [0, 1, 10, 11, 20, 21]),
    index: picked.dense("int32", [2, 2], [2, 0, 1, 1]),
    output: picked.dense("float32", [2, 2], [0, 0, 0, 0]),
  });
  close(await last(picked.build("gather")), [20, 1, 10, 11]);
  const added = new ProgramBuilder();
  added.step({
    kernel: "scatterAdd",
    axis: 1,
    index: added.dense("int32", [1, 4], [2, 0, 2, 2]),
    source: added.dense("float32", [1, 4], [1, 10, 100, 1000]),
    output: added.dense("float32", [2, 3], [9, 9, 9, 9, 9, 9]),
  });
  close(await last(added.build("scatterAdd")), [10, 0, 1101, 0, 0, 0]);
});

Deno.test("takeBytes scales and shifts rows of bytes", async () => {
  const builder = new ProgramBuilder();
  builder.step({
    kernel: "takeBytes",
    bytes: builder.dense("uint8", [3, 2], [0, 255, 1, 2, 10, 20]),
    index: builder.dense("int32", [2], [2, 0]),
    scale: builder.scalar(0.5),
    shift: builder.scalar(-1),
    output: builder.dense("float32", [2, 2], [0, 0, 0, 0]),
  });
  close(await last(builder.build("takeBytes")), [4, 9, -1, 126.5]);
});

function pool(kernel: "avgPool2d" | "avgPool2dGrad", pooling: Pooling, from: number[], to: number[], data: number[]) {
  const builder = new ProgramBuilder();
  const input = builder.dense("float32", from, data);
  const output = builder.dense("float32", to, new Array<number>(numel(to)).fill(9));
  return last(builder.step({ kernel, pooling, input, output }).build(kernel));
}

Deno.test("avgPool2d: fixed and adaptive windows, and their transposes", async () => {
  const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const fixed = { mode: "fixed", kernelSize: [2, 2], stride: [2, 2], padding: [1, 1], countIncludePad: true } as const;
  close(await pool("avgPool2d", fixed, [1, 1, 3, 3], [1, 1, 2, 2], nine), [0.25, 1.25, 2.75, 7]);
  const inside = { ...fixed, countIncludePad: false };
  close(await pool("avgPool2d", inside, [1, 1, 3, 3], [1, 1, 2, 2], nine), [1, 2.5, 5.5, 7]);
  close(await pool("avgPool2dGrad", inside, [1, 1, 2, 2], [1, 1, 3, 3], [1, 2, 4, 8]), [1, 1, 1, 2, 2, 2, 2, 2, 2]);
  const adaptive = { mode: "adaptive" } as const; // bins [0, 2) and [1, 3): the middle counts twice
  close(await pool("avgPool2d", adaptive, [1, 1, 3, 1], [1, 1, 2, 1], [1, 2, 4]), [1.5, 3]);
  close(await pool("avgPool2dGrad", adaptive, [1, 1, 2, 1], [1, 1, 3, 1], [1, 2]), [0.5, 1.5, 1]);
});

Deno.test("histogram counts as histc: edges belong to the upper bin, max to the last, the rest is left out", async () => {
  const builder = new ProgramBuilder();
  builder.step({
    kernel: "histogram",
    input: builder.dense("float32", [9], Float64Array.of(0, 0.24, 0.25, 0.5, 1, 1.01, -0.01, NaN, Infinity)),
    min: builder.scalar(0),
    max: builder.scalar(1),
    output: builder.dense("float32", [4], [7, 7, 7, 7]),
  });
  close(await last(builder.build("histogram")), [2, 1, 1, 1]);
});

/** Statistics in two bins over [0, 4]. */
function statistics(data: readonly number[], absolute: boolean): Promise<number[]> {
  const builder = new ProgramBuilder();
  builder.step({
    kernel: "statistics",
    absolute,
    input: builder.dense("float32", [data.length], data),
    output: builder.dense("float32", [6], new Array<number>(6).fill(7)),
    min: builder.scalar(0),
    max: builder.scalar(4),
  });
  return last(builder.build("statistics"));
}

Deno.test("statistics are those of 1 … n, and count what lies outside", async () => {
  // Mean (n + 1) / 2 and variance n(n + 1) / 12.
  const whole = Array.from({ length: 11 }, (_, i) => i + 1);
  close(await statistics(whole, false), [6, Math.sqrt(11), 0, 7, 1, 3]);
  close(await statistics(whole.map((x) => -x), false), [-6, Math.sqrt(11), 11, 0, 0, 0]);
  close(await statistics(whole.map((x) => -x), true), [-6, Math.sqrt(11), 0, 7, 1, 3]);
});

Deno.test("statistics of one number, of equal ones, of infinities and of NaN", async () => {
  close(await statistics([3], true), [3, NaN, 0, 0, 0, 1]);
  close(await statistics([2, 2, 2], true), [2, 0, 0, 0, 0, 3]);
  close(await statistics([Infinity, 1], true), [Infinity, NaN, 0, 1, 1, 0]);
  close(await statistics([-Infinity, Infinity], false), [NaN, NaN, 1, 1, 0, 0]);
  close(await statistics([NaN, 1, 4], true), [NaN, NaN, 0, 0, 1, 1]);
});

Deno.test("philox() gives the known answers of Random123's kat_vectors", () => {
  const hex = (numbers: readonly number[]) => numbers.map((x) => x.toString(16).padStart(8, "0")).join(" ");
  const ones = 0xffffffff;
  assert.equal(hex(philox([0, 0, 0, 0], [0, 0])), "6627e8d5 e169c58d bc57ac4c 9b00dbd8");
  assert.equal(hex(philox([ones, ones, ones, ones], [ones, ones])), "408f276d 41c83b0e a20bc7c6 6d5451fd");
  const pi = philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]);
  assert.equal(hex(pi), "d16cfe09 94fdcceb 5001e420 24126ea1");
});

Deno.test("random: elements are lanes of the blocks; normal numbers have mean 0 and variance 1", async () => {
  const run = (distribution: "uniform" | "normal", n: number, state: readonly number[]) => {
    const builder = new ProgramBuilder();
    const slots = state.map((x) => builder.scalar(x)) as [number, number, number, number];
    const output = builder.dense("float32", [n], new Array<number>(n).fill(0));
    return last(builder.step({ kernel: "random", distribution, state: slots, output }).build("random"));
  };
  const zero = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];
  const uniform = await run("uniform", 6, [0, 0, 0, 0]);
  close(uniform.slice(0, 4), zero.map((x) => (x >>> 8) / 2 ** 24), 0);
  close(uniform.slice(4), philox([1, 0, 0, 0], [0, 0]).slice(0, 2).map((x) => (x >>> 8) / 2 ** 24), 0);
  const state = [0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0];
  const block = philox([0, 0, state[2]!, state[3]!], [state[0]!, state[1]!]);
  close(await run("uniform", 1, state), [(block[0] >>> 8) / 2 ** 24], 0);
  const radius = Math.sqrt(-2 * Math.log(((zero[2]! >>> 8) + 1) / 2 ** 24)),
    angle = 2 * Math.PI * (zero[3]! >>> 8) / 2 ** 24;
  close((await run("normal", 4, [0, 0, 0, 0])).slice(2), [radius * Math.cos(angle), radius * Math.sin(angle)]);
  const many = await run("normal", 100_000, [1, 2, 3, 4]);
  const mean = many.reduce((a, x) => a + x, 0) / many.length;
  const variance = many.reduce((a, x) => a + (x - mean) ** 2, 0) / many.length;
  assert.ok(Math.abs(mean) < 0.013 && Math.abs(variance - 1) < 0.02, `mean ${mean}, variance ${variance}`); // four sigma
});

Deno.test("arange counts in floats and in whole numbers", async () => {
  const run = (dtype: DType, start: number, by: number) => {
    const builder = new ProgramBuilder(), output = builder.dense(dtype, [3], [0, 0, 0]);
    const slots = { start: builder.scalar(start), step: builder.scalar(by) };
    return last(builder.step({ kernel: "arange", dtype, output, ...slots }).build("arange"));
  };
  close(await run("float32", 0.5, -0.25), [0.5, 0.25, 0]);
  close(await run("int32", 7, -3), [7, 4, 1]);
});

Deno.test("a fault is raised at the next download or settle, once", async () => {
  const backend = createReferenceBackend(), builder = new ProgramBuilder();
  builder.step({
    kernel: "crossEntropy",
    logits: builder.dense("float32", [2, 3], [0, 0, 0, 0, 0, 0]),
    labels: builder.dense("int32", [2], [1, 3]),
    output: builder.dense("float32", [2], [0, 0]),
  });
  const { program, inputs } = builder.build("fault");
  await assert.rejects(runOnce(backend, program, inputs), (error) => {
    assert.ok(error instanceof DeviceFaultError);
    assert.deepEqual(error.fault, { kernel: "crossEntropy", index: 3, size: 3 });
    return true;
  });
  await backend.settle();
});

Deno.test("the reference device counts, copies, and refuses what is gone", async () => {
  const backend = createReferenceBackend();
  const buffer = backend.allocate("float32", 3),
    bytes = backend.allocate("uint8", 5),
    flags = backend.allocate("bool", 2);
  assert.equal(backend.counters.liveBytes, 12 + 8 + 8);
  const data: HostArray = Float64Array.of(0.1, 2, 3);
  backend.upload(buffer, data);
  backend.upload(flags, Uint8Array.of(0, 1));
  data[0] = 7;
  const [floats, truths] = await backend.download([buffer, flags]);
  assert.deepEqual(floats, Float64Array.of(0.1, 2, 3));
  assert.deepEqual(truths, Uint8Array.of(0, 1));
  assert.equal(backend.counters.downloads, 1);
  floats![0] = 8;
  assert.equal((await backend.download([buffer]))[0]![0], 0.1);
  backend.free(bytes);
  backend.free(buffer);
  assert.equal(backend.counters.liveBytes, 8);
  assert.throws(() => backend.free(buffer), /freed/);
  assert.throws(() => backend.upload(flags, Uint8Array.of(1)), RangeError);
  assert.throws(() => backend.allocate("float32", 2 ** 30), /Cannot allocate 4096.0 MiB/);
  backend.dispose();
  assert.throws(() => backend.allocate("float32", 1), /disposed/);
  await assert.rejects(backend.settle(), /disposed/);
});
