/** Steps that share a dispatch on WebGPU: which do, which must not, and that they compute what they do one by one. */
import assert from "node:assert/strict";
import { NONE } from "../../lib/device/attributes.ts";
import type { Operand } from "../../lib/device/operand.ts";
import { convolution } from "../../lib/device/steps/conv.ts";
import { type Step } from "../../lib/device/steps/mod.ts";
import { reduction } from "../../lib/device/steps/reductions.ts";
import { createWebGpuBackend, probeAdapter } from "../../lib/device/webgpu/backend.ts";
import { mergedDispatches } from "../../lib/device/webgpu/merge.ts";
import { checkAgainstReference } from "./conformance.ts";
import { type Case, Choices, nhwc, numel, ProgramBuilder, randomData } from "./programs.ts";

const probe = await probeAdapter();

const random = (builder: ProgramBuilder, shape: readonly number[], seed: number): Operand =>
  builder.dense("float32", shape, randomData(new Choices(seed), "float32", numel(shape)));

const sum = (input: Operand, output: Operand, kept: number): Step => ({
  kernel: "reduce",
  inputs: { input },
  output,
  attributes: reduction({ op: "sum", dtype: "float32", kept }),
  numbers: {},
});

/** `output = input / number`, of one element; without an input `output = 1 / number`. */
function divide(builder: ProgramBuilder, input: Operand | undefined, number: number, output: Operand): Step {
  const by = { kind: "scalar", slot: builder.scalar(number), dtype: "float32" } as const;
  const one = { kind: "scalar", slot: builder.scalar(1), dtype: "float32" } as const;
  return {
    kernel: "pointwise",
    shape: [],
    inputs: [input ? { kind: "tensor", operand: { ...input, shape: [], strides: [] }, dtype: "float32" } : one, by],
    code: [{ op: "div", dtype: "float32", of: "float32", args: [0, 1] }],
    outputs: [{ operand: { ...output, shape: [], strides: [] }, register: 2, dtype: "float32" }],
  };
}

/** A mean cross-entropy and its gradient, in the order in which an engine gives them. */
function loss(
  rows: number,
  columns: number,
  labels: readonly number[],
  more: { g?: "bound"; shared?: boolean } = {},
): Case {
  const builder = new ProgramBuilder();
  const logits = random(builder, [rows, columns], 1), targets = builder.dense("int32", [rows], labels);
  const losses = builder.operand(builder.arena("float32", rows), [rows]);
  const total = builder.operand(builder.arena("float32", 1), []);
  const mean = builder.dense("float32", [1], [0]);
  const g = more.g ? builder.dense("float32", [1], [0]) : builder.operand(builder.arena("float32", 1), [1]);
  // In the place of the losses, which are needed no more by then: then both at once would overwrite them.
  const gradient = more.shared
    ? builder.operand(builder.arena("float32", rows * columns, 0), [rows, columns])
    : random(builder, [rows, columns], 2);
  builder.step({
    kernel: "crossEntropy",
    inputs: { logits, labels: targets },
    output: losses,
    attributes: NONE,
    numbers: {},
  });
  builder.step(sum(losses, total, 0)).step(divide(builder, total, rows, mean)).step(
    divide(builder, undefined, rows, g),
  );
  builder.step({
    kernel: "crossEntropyGrad",
    inputs: { logits, labels: targets, g: { ...g, shape: [rows], strides: [0] } },
    output: gradient,
    attributes: NONE,
    numbers: {},
  });
  if (more.shared) builder.step(sum(gradient, builder.dense("float32", [columns], new Float32Array(columns)), 0));
  return builder.build(`loss ${rows} × ${columns}`);
}

/** The gradients of a convolution's weight and bias; the sums first, and something between that may be in the way. */
function gradients(images: number, channels: number, out: number, size: number, between?: "writes g"): Case {
  const builder = new ProgramBuilder(), pixels = images * size * size;
  const image = [images, channels, size, size], grad = [images, out, size, size];
  const x = { ...random(builder, image, 1), strides: nhwc(image) };
  const g = { ...random(builder, grad, 2), strides: nhwc(grad) };
  const bias = builder.dense("float32", [out], new Float32Array(out));
  builder.step(sum({ ...g, shape: [out, pixels], strides: [1, out] }, bias, 1));
  if (between) {
    const flat = { ...g, shape: [pixels * out], strides: [1] };
    builder.step({
      kernel: "pointwise",
      shape: flat.shape,
      inputs: [{ kind: "tensor", operand: flat, dtype: "float32" }],
      code: [{ op: "neg", dtype: "float32", of: "float32", args: [0] }],
      outputs: [{ operand: flat, register: 1, dtype: "float32" }],
    });
  }
  builder.step({
    kernel: "conv2dWeightGrad",
    inputs: { x, g },
    output: builder.dense("float32", [out, channels, 3, 3], new Float32Array(out * channels * 9)),
    attributes: convolution({ stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 }),
    numbers: {},
  });
  return builder.build(`gradients of ${images} × ${channels} → ${out}, ${size} pixels`);
}

const labelsOf = ({ program }: Case) => mergedDispatches(program).map(({ label }) => label.replace(/ \d+×\d+$/, ""));
const BOTH = "crossEntropy and gradient", MEAN = "sum float32 div";

Deno.test("a loss, its mean and its gradient are two dispatches", () => {
  assert.deepEqual(labelsOf(loss(64, 10, new Array(64).fill(3))), [BOTH, MEAN]);
});

Deno.test("what the gradient is multiplied by is computed on its own where it is wanted elsewhere too", () => {
  const labels = labelsOf(loss(64, 10, new Array(64).fill(3), { g: "bound" }));
  // What is left of it is two bundles: the gradient comes after what it is multiplied by, and the mean after the losses.
  assert.deepEqual(labels.map((label) => label.replaceAll(/ \d+×\d+/g, "")), [
    "crossEntropy | pointwise div",
    "sum float32 div | crossEntropyGrad",
  ]);
});

Deno.test("a gradient that takes the memory of the losses waits for their sum", () => {
  const labels = labelsOf(loss(64, 10, new Array(64).fill(3), { shared: true }));
  assert.ok(labels.indexOf(MEAN) < labels.indexOf("crossEntropyGrad"), labels.join());
});

Deno.test("the sums of a bias' gradient are a column of the weight gradient", () => {
  assert.deepEqual(labelsOf(gradients(2, 3, 5, 6)), ["conv2dWeightGrad and sums"]);
  assert.deepEqual(labelsOf(gradients(20, 3, 5, 8)), ["conv2dWeightGrad and sums", "combine"]);
  assert.deepEqual(labelsOf(gradients(2, 3, 5, 6, "writes g")).at(-1), "conv2dWeightGrad");
});

const CASES: readonly Case[] = [
  loss(1, 2, [1]),
  loss(70, 10, Array.from({ length: 70 }, (_, i) => i % 10)),
  loss(5, 700, [699, 0, 1, 2, 3]),
  loss(64, 10, new Array(64).fill(3), { g: "bound" }),
  loss(64, 10, new Array(64).fill(3), { shared: true }),
  gradients(2, 3, 5, 6),
  gradients(20, 3, 5, 8),
  gradients(9, 4, 16, 9),
  gradients(40, 7, 33, 5),
  gradients(2, 3, 5, 6, "writes g"),
];

Deno.test({
  name: probe
    ? "steps that share a dispatch compute what they do one by one"
    : "shared dispatches (skipped: no WebGPU adapter)",
  ignore: !probe,
  async fn() {
    const backend = await createWebGpuBackend({ allowSoftware: true });
    try {
      for (const { label, program, inputs } of CASES) await checkAgainstReference(backend, program, inputs, { label });
      assert.deepEqual(backend.takeFaults(), []);
      // A label out of range is a fault of the loss and of its gradient, as they fail on their own.
      const { program, inputs } = loss(3, 4, [0, 4, 1]);
      const executable = backend.compile(program);
      const types = ["float32", "int32", "float32", "float32"] as const;
      const buffers = inputs.bound.map((data, i) => {
        const buffer = backend.allocate(types[i]!, data.length);
        backend.upload(buffer, data);
        return buffer;
      });
      backend.run(executable, buffers, inputs.scalars, inputs.offsets);
      await backend.synchronize();
      assert.deepEqual(backend.takeFaults().map(({ step, fault }) => [step, fault.index, fault.size]), [[0, 4, 4], [
        4,
        4,
        4,
      ]]);
    } finally {
      backend.dispose();
    }
  },
});
