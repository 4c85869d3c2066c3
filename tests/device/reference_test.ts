import assert from "node:assert/strict";
import { NONE } from "../../lib/device/attributes.ts";
import type { DType, HostArray } from "../../lib/device/dtype.ts";
import { DeviceFaultError } from "../../lib/device/errors.ts";
import type { Operand } from "../../lib/device/operand.ts";
import { createReferenceBackend } from "../../lib/device/reference/backend.ts";
import { philox } from "../../lib/device/reference/sources.ts";
import { along } from "../../lib/device/steps/indexing.ts";
import type { Step } from "../../lib/device/steps/mod.ts";
import { ADAPTIVE, type AvgPooling, avgPooling } from "../../lib/device/steps/pool.ts";
import { type ReduceOp, reduction } from "../../lib/device/steps/reductions.ts";
import { drawing, range } from "../../lib/device/steps/sources.ts";
import { counting } from "../../lib/device/steps/statistics.ts";
import { runOnce } from "./conformance.ts";
import { numel, ProgramBuilder } from "./programs.ts";
import { close, last } from "./reference_helpers.ts";

/** What a step without attributes and numbers has. */
const PLAIN = { attributes: NONE, numbers: {} };

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
  close(await reduceRows("sum", "int32", [2 ** 31 - 1, 1], 2), [-(2 ** 31)]);
  close(await reduceRows("prod", "int32", [65537, 65537], 2), [131073]);
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

Deno.test("softmax, logSoftmax, crossEntropy and its gradient", async () => {
  const logits = [0, Math.log(2), Math.log(5), 1000, 1000, -1000], shape = [2, 3];
  const run = (step: (builder: ProgramBuilder, input: Operand) => Step) => {
    const builder = new ProgramBuilder();
    const input = builder.dense("float32", shape, Float64Array.from(logits));
    return last(builder.step(step(builder, input)).build("rows"));
  };
  const zeros = (n: number) => new Array<number>(n).fill(0);
  const p = [1 / 8, 2 / 8, 5 / 8, 0.5, 0.5, 0];
  const softmax = (kernel: "softmax" | "logSoftmax") =>
    run((b, input) => ({ kernel, inputs: { input }, output: b.dense("float32", shape, zeros(6)), ...PLAIN }));
  close(await softmax("softmax"), p);
  close(await softmax("logSoftmax"), [...p.slice(0, 5).map(Math.log), -2000 - Math.LN2]);
  const losses = await run((b, input) => {
    const labels = b.dense("int32", [2], [1, 2]);
    const output = b.dense("float32", [2], zeros(2));
    return { kernel: "crossEntropy", inputs: { logits: input, labels }, output, ...PLAIN };
  });
  close(losses, [Math.log(4), 2000 + Math.LN2]);
  const gradient = await run((b, input) => {
    const labels = b.dense("int32", [2], [1, 2]), g = b.operand(b.bind("float32", [0.5]), [2], { strides: [0] });
    const output = b.dense("float32", shape, zeros(6));
    return { kernel: "crossEntropyGrad", inputs: { logits: input, labels, g }, output, ...PLAIN };
  });
  close(gradient, [1 / 16, -6 / 16, 5 / 16, 0.25, 0.25, -0.5]);
});

Deno.test("gather picks and scatterAdd adds along an axis", async () => {
  const picked = new ProgramBuilder();
  picked.step({
    kernel: "gather",
    inputs: {
      input: picked.dense("float32", [3, 2], [0, 1, 10, 11, 20, 21]),
      index: picked.dense("int32", [2, 2], [2, 0, 1, 1]),
    },
    attributes: along({ axis: 0 }),
    numbers: {},
    output: picked.dense("float32", [2, 2], [0, 0, 0, 0]),
  });
  close(await last(picked.build("gather")), [20, 1, 10, 11]);
  const added = new ProgramBuilder();
  added.step({
    kernel: "scatterAdd",
    inputs: {
      index: added.dense("int32", [1, 4], [2, 0, 2, 2]),
      source: added.dense("float32", [1, 4], [1, 10, 100, 1000]),
    },
    attributes: along({ axis: 1 }),
    numbers: {},
    output: added.dense("float32", [2, 3], [9, 9, 9, 9, 9, 9]),
  });
  close(await last(added.build("scatterAdd")), [10, 0, 1101, 0, 0, 0]);
});

Deno.test("dequantizeGather scales and shifts rows of bytes", async () => {
  const builder = new ProgramBuilder();
  builder.step({
    kernel: "dequantizeGather",
    inputs: {
      bytes: builder.dense("uint8", [3, 2], [0, 255, 1, 2, 10, 20]),
      index: builder.dense("int32", [2], [2, 0]),
    },
    attributes: NONE,
    numbers: { scale: builder.scalar(0.5), shift: builder.scalar(-1) },
    output: builder.dense("float32", [2, 2], [0, 0, 0, 0]),
  });
  close(await last(builder.build("dequantizeGather")), [4, 9, -1, 126.5]);
});

function pool(
  kernel: "avgPool2d" | "avgPool2dGrad",
  attributes: AvgPooling,
  from: number[],
  to: number[],
  data: number[],
): Promise<number[]> {
  const builder = new ProgramBuilder();
  const input = builder.dense("float32", from, data);
  const output = builder.dense("float32", to, new Array<number>(numel(to)).fill(9));
  return last(builder.step({ kernel, inputs: { input }, output, attributes, numbers: {} }).build(kernel));
}

Deno.test("avgPool2d: fixed and adaptive windows, and their transposes", async () => {
  const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const windows = { adaptive: false, kernelSize: [2, 2], stride: [2, 2], padding: [1, 1] } as const;
  const counted = avgPooling({ ...windows, countIncludePad: true });
  close(await pool("avgPool2d", counted, [1, 1, 3, 3], [1, 1, 2, 2], nine), [0.25, 1.25, 2.75, 7]);
  const inside = avgPooling({ ...windows, countIncludePad: false });
  close(await pool("avgPool2d", inside, [1, 1, 3, 3], [1, 1, 2, 2], nine), [1, 2.5, 5.5, 7]);
  close(await pool("avgPool2dGrad", inside, [1, 1, 2, 2], [1, 1, 3, 3], [1, 2, 4, 8]), [1, 1, 1, 2, 2, 2, 2, 2, 2]);
  // Bins [0, 2) and [1, 3): the middle counts twice.
  close(await pool("avgPool2d", ADAPTIVE, [1, 1, 3, 1], [1, 1, 2, 1], [1, 2, 4]), [1.5, 3]);
  close(await pool("avgPool2dGrad", ADAPTIVE, [1, 1, 2, 1], [1, 1, 3, 1], [1, 2]), [0.5, 1.5, 1]);
});

Deno.test("histogram counts as histc: edges belong to the upper bin, max to the last, the rest is left out", async () => {
  const builder = new ProgramBuilder();
  builder.step({
    kernel: "histogram",
    inputs: {
      input: builder.dense("float32", [9], Float64Array.of(0, 0.24, 0.25, 0.5, 1, 1.01, -0.01, NaN, Infinity)),
    },
    attributes: NONE,
    numbers: { min: builder.scalar(0), max: builder.scalar(1) },
    output: builder.dense("float32", [4], [7, 7, 7, 7]),
  });
  close(await last(builder.build("histogram")), [2, 1, 1, 1]);
});

/** Statistics in two bins over [0, 4]. */
function statistics(data: readonly number[], absolute: boolean): Promise<number[]> {
  const builder = new ProgramBuilder();
  builder.step({
    kernel: "statistics",
    inputs: { input: builder.dense("float32", [data.length], data) },
    output: builder.dense("float32", [6], new Array<number>(6).fill(7)),
    attributes: counting({ absolute }),
    numbers: { min: builder.scalar(0), max: builder.scalar(4) },
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
    const [seedLow, seedHigh, counterLow, counterHigh] = state.map((x) => builder.scalar(x)) as [
      number,
      number,
      number,
      number,
    ];
    const numbers = { seedLow, seedHigh, counterLow, counterHigh };
    const output = builder.dense("float32", [n], new Array<number>(n).fill(0));
    const attributes = drawing({ distribution });
    return last(builder.step({ kernel: "random", inputs: {}, output, attributes, numbers }).build("random"));
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
    const numbers = { start: builder.scalar(start), step: builder.scalar(by) };
    return last(
      builder.step({ kernel: "arange", inputs: {}, output, attributes: range({ dtype }), numbers }).build("arange"),
    );
  };
  close(await run("float32", 0.5, -0.25), [0.5, 0.25, 0]);
  close(await run("int32", 7, -3), [7, 4, 1]);
});

Deno.test("a fault is raised at the next download or settle, once", async () => {
  const backend = createReferenceBackend(), builder = new ProgramBuilder();
  builder.step({
    kernel: "crossEntropy",
    inputs: {
      logits: builder.dense("float32", [2, 3], [0, 0, 0, 0, 0, 0]),
      labels: builder.dense("int32", [2], [1, 3]),
    },
    output: builder.dense("float32", [2], [0, 0]),
    ...PLAIN,
  });
  const { program, inputs } = builder.build("fault");
  await assert.rejects(runOnce(backend, program, inputs), (error) => {
    assert.ok(error instanceof DeviceFaultError);
    assert.deepEqual(error.fault, { kernel: "crossEntropy", index: 3, size: 3 });
    return true;
  });
  await backend.synchronize();
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
  await assert.rejects(backend.synchronize(), /disposed/);
});
