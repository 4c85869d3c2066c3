/** A loss and its gradient as one command of the cpu: when they are, and that it shows in no bit. */
import assert from "node:assert/strict";
import { NONE } from "../../../lib/device/attributes.ts";
import { createCpuBackend } from "../../../lib/device/cpu/backend.ts";
import type { Operand } from "../../../lib/device/operand.ts";
import { checkAgainstReference, runOnce } from "../conformance.ts";
import { type Case, Choices, ProgramBuilder, randomData } from "../programs.ts";

interface Options {
  readonly rows: number;
  readonly columns: number;
  readonly logits?: ArrayLike<number>;
  readonly labels?: readonly number[];
  /** Elements between two labels, and two gradients. */
  readonly labelStride?: number;
  readonly gStride?: 0 | 1;
  /** What stands between the two steps. */
  readonly between?: "nothing" | "a copy";
  /** What the gradient is multiplied by. */
  readonly by?: "numbers" | "the losses";
}

const PLAIN = { attributes: NONE, numbers: {} };

/** The losses and the gradient of some rows; the losses go to bound memory by a copy. */
function lossAndGradient(options: Options, seed = 1): Case {
  const { rows, columns, labelStride = 1, gStride = 1, between = "nothing", by = "numbers" } = options;
  const choices = new Choices(seed), builder = new ProgramBuilder(), n = rows * columns;
  const scaled = randomData(choices, "float32", n).map((x) => 4 * x);
  const logits = builder.dense("float32", [rows, columns], Float32Array.from(options.logits ?? scaled));
  const given = options.labels ?? Array.from({ length: rows }, () => choices.int(0, columns - 1));
  const strided = Int32Array.from({ length: rows * labelStride }, (_, i) => given[Math.floor(i / labelStride)]!);
  const labels = builder.operand(builder.bind("int32", strided), [rows], { strides: [labelStride] });
  const losses = builder.operand(builder.arena("float32", rows), [rows]);
  const numbers = builder.bind("float32", randomData(choices, "float32", rows));
  const g = by === "numbers" ? builder.operand(numbers, [rows], { strides: [gStride] }) : losses;
  const shown = builder.dense("float32", [rows], new Float32Array(rows));
  const output = builder.dense("float32", [rows, columns], new Float32Array(n));
  const copy = (from: Operand, to: Operand) => {
    builder.step({
      kernel: "pointwise",
      shape: [rows],
      inputs: [{ kind: "tensor", operand: from, dtype: "float32" }],
      code: [],
      outputs: [{ operand: to, register: 0, dtype: "float32" }],
    });
  };
  builder.step({ kernel: "crossEntropy", inputs: { logits, labels }, output: losses, ...PLAIN });
  if (between === "a copy") copy(losses, shown);
  builder.step({ kernel: "crossEntropyGrad", inputs: { logits, labels, g }, output, ...PLAIN });
  if (between === "nothing") copy(losses, shown);
  return builder.build(`${rows} × ${columns}`);
}

/** How many commands a program has. */
async function commands(options: Options): Promise<number> {
  const backend = createCpuBackend({ threads: 1 }), { program, inputs } = lossAndGradient(options);
  await runOnce(backend, program, inputs);
  const { launches } = backend.counters;
  backend.dispose();
  return launches;
}

Deno.test("a loss and its gradient are one command where one follows the other, and the gradient does not read the losses", async () => {
  const size = { rows: 3, columns: 5 };
  assert.equal(await commands(size), 2);
  assert.equal(await commands({ ...size, between: "a copy" }), 3);
  assert.equal(await commands({ ...size, by: "the losses" }), 3);
});

const bits = (contents: readonly ArrayLike<number>[]) =>
  contents.map((data) => [...new Int32Array(Float32Array.from(data as Float32Array).buffer)]);

Deno.test("both at once have the bits that they have one by one, on 1 and 2 threads, and are what the reference says", async () => {
  const [one, two] = [createCpuBackend({ threads: 1 }), createCpuBackend({ threads: 2 })];
  const columns = [1, 2, 3, 4, 5, 7, 8, 9, 10, 31, 32, 33, 63, 64, 65, 66, 67, 72, 76, 127, 128, 130, 515, 1000];
  for (const [i, count] of columns.entries()) {
    const options = { rows: [1, 2, 7, 130][i % 4]!, columns: count, labelStride: 1 + i % 2, gStride: (i % 2) as 0 | 1 };
    const { program, inputs, label } = lossAndGradient(options, i + 1);
    const apart = lossAndGradient({ ...options, between: "a copy" }, i + 1);
    const expected = bits(await runOnce(one, apart.program, apart.inputs));
    for (const backend of [one, two]) assert.deepEqual(bits(await runOnce(backend, program, inputs)), expected, label);
    await checkAgainstReference(two, program, inputs, { label });
  }
  one.dispose();
  two.dispose();
});

Deno.test("large work is shared between threads, to the same bits", async () => {
  const [one, two] = [createCpuBackend({ threads: 1 }), createCpuBackend({ threads: 2 })];
  const options = { rows: 200, columns: 5003 };
  const { program, inputs } = lossAndGradient(options), apart = lossAndGradient({ ...options, between: "a copy" });
  const expected = bits(await runOnce(one, apart.program, apart.inputs));
  for (const backend of [one, two, two, two]) {
    assert.deepEqual(bits(await runOnce(backend, program, inputs)), expected);
  }
  one.dispose();
  two.dispose();
});

Deno.test("numbers that are not finite, or far apart, give both ways the same", async () => {
  const backend = createCpuBackend({ threads: 1 });
  const logits = [
    ...[1000, -1000, 0, 3, 5],
    ...[Infinity, 1, 2, 3, 4],
    ...[-Infinity, 1, 2, 3, 4],
    ...new Array<number>(5).fill(-Infinity),
    ...[NaN, 1, 2, 3, 4],
    ...[3e38, -3e38, 3e38, 0, 1],
  ];
  for (const label of [0, 1, 4]) {
    const options = { rows: 6, columns: 5, logits, labels: new Array<number>(6).fill(label) };
    const both = lossAndGradient(options), apart = lossAndGradient({ ...options, between: "a copy" });
    const found = bits(await runOnce(backend, both.program, both.inputs));
    assert.deepEqual(found, bits(await runOnce(backend, apart.program, apart.inputs)));
  }
  backend.dispose();
});

Deno.test("a label out of range is a fault of the loss and of its gradient, run after run", async () => {
  const backend = createCpuBackend({ threads: 1 });
  const { program, inputs } = lossAndGradient({ rows: 4, columns: 3, labels: [0, 3, -1, 2] });
  const sound = lossAndGradient({ rows: 4, columns: 3, labels: [0, 2, 1, 2] });
  for (let i = 0; i < 2; i++) {
    const [, , , losses, gradient] = await runOnce(backend, program, inputs);
    assert.ok([...gradient!].every(Number.isFinite) && [...losses!].filter(Number.isFinite).length === 2);
    const faults = backend.takeFaults();
    assert.deepEqual(faults.map(({ step, fault }) => [step, fault.kernel, fault.index, fault.size]), [
      [0, "crossEntropy", 3, 3],
      [1, "crossEntropy", 3, 3],
    ]);
    await runOnce(backend, sound.program, sound.inputs);
    assert.deepEqual(backend.takeFaults(), []);
  }
  backend.dispose();
});
