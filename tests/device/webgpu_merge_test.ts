import assert from "node:assert/strict";
import type { Operand } from "../../lib/device/operand.ts";
import type { Instruction, PointwiseStep } from "../../lib/device/steps/pointwise.ts";
import { createWebGpuBackend, probeAdapter } from "../../lib/device/webgpu/backend.ts";
import { mergedDispatches } from "../../lib/device/webgpu/merge.ts";
import { checkAgainstReference } from "./conformance.ts";
import { Choices, ProgramBuilder, randomData } from "./programs.ts";

const probe = await probeAdapter();

const binary = (op: Instruction["op"], a: number, b: number): Instruction => ({
  op,
  dtype: "float32",
  of: "float32",
  args: [a, b],
});
const tensor = (operand: Operand) => ({ kind: "tensor" as const, operand, dtype: "float32" as const });

/** velocity = momentum · velocity + gradient; weight = weight − rate · velocity; both in place. */
function momentumStep(
  weight: Operand,
  gradient: Operand,
  velocity: Operand,
  rate: number,
  momentum: number,
): PointwiseStep {
  const scalar = (slot: number) => ({ kind: "scalar" as const, slot, dtype: "float32" as const });
  return {
    kernel: "pointwise",
    shape: weight.shape,
    inputs: [tensor(weight), tensor(gradient), tensor(velocity), scalar(rate), scalar(momentum)],
    code: [binary("mul", 2, 4), binary("add", 5, 1), binary("mul", 6, 3), binary("sub", 0, 7)],
    outputs: [{ operand: velocity, register: 6, dtype: "float32" }, { operand: weight, register: 8, dtype: "float32" }],
  };
}

/** An optimiser step over tensors of these sizes. */
function optimiser(sizes: readonly number[]) {
  const builder = new ProgramBuilder(), choices = new Choices(1);
  const rate = builder.scalar(0.1), momentum = builder.scalar(0.9);
  for (const n of sizes) {
    const [weight, gradient, velocity] = [0, 1, 2].map(() =>
      builder.dense("float32", [n], randomData(choices, "float32", n))
    );
    builder.step(momentumStep(weight!, gradient!, velocity!, rate, momentum));
  }
  return builder.build("optimiser");
}

const MODEL_SIZES = [72, 8, 1152, 16, 4608, 32, 18432, 64, 5760, 10];

Deno.test("an optimiser's updates of all parameters are one dispatch, odd sizes included", () => {
  const dispatches = mergedDispatches(optimiser(MODEL_SIZES).program);
  assert.equal(dispatches.length, 1);
  assert.match(dispatches[0]!.label, /×4, 10 tensors$/);
});

Deno.test("more tensors than the parameters have room for make several dispatches", () => {
  assert.equal(mergedDispatches(optimiser(new Array<number>(600).fill(20)).program).length, 2);
});

Deno.test("steps that depend on each other stay apart", () => {
  const builder = new ProgramBuilder();
  const [a, b, c] = [0, 1, 2].map(() => builder.dense("float32", [64], new Float32Array(64)));
  const double = (from: Operand, to: Operand): PointwiseStep => ({
    kernel: "pointwise",
    shape: [64],
    inputs: [tensor(from)],
    code: [binary("add", 0, 0)],
    outputs: [{ operand: to, register: 1, dtype: "float32" }],
  });
  builder.step(double(a!, b!)).step(double(b!, c!)).step(double(c!, a!));
  assert.equal(mergedDispatches(builder.build("chain").program).length, 3);
});

Deno.test("a step joins its like across others that neither needs", () => {
  const builder = new ProgramBuilder();
  const operands = Array.from({ length: 5 }, () => builder.dense("float32", [64], new Float32Array(64).fill(2)));
  const [a, b, c, d, e] = operands as [Operand, Operand, Operand, Operand, Operand];
  const unary = (op: Instruction["op"], from: Operand, to: Operand): PointwiseStep => ({
    kernel: "pointwise",
    shape: [64],
    inputs: [tensor(from)],
    code: [{ op, dtype: "float32", of: "float32", args: [0] }],
    outputs: [{ operand: to, register: 1, dtype: "float32" }],
  });
  // The last step needs the second, so that it cannot move up; the first moves down to it.
  builder.step(unary("exp", a, b)).step(unary("neg", c, d)).step(unary("exp", d, e));
  assert.deepEqual(mergedDispatches(builder.build("down").program).map(({ label }) => label), [
    "pointwise neg ×4",
    "pointwise exp ×4, 2 tensors",
  ]);
});

Deno.test({
  name: probe ? "merged updates compute what single ones do" : "merged updates (skipped: no WebGPU adapter)",
  ignore: !probe,
  fn: async () => {
    const backend = await createWebGpuBackend({ allowSoftware: true });
    try {
      const { program, inputs } = optimiser(MODEL_SIZES);
      await checkAgainstReference(backend, program, inputs);
      assert.equal(backend.counters.launches, 1);
      // The same buffer in several slots: the steps run one by one, in order.
      const executable = backend.compile(program);
      const buffers = MODEL_SIZES.map((n) => {
        const weight = backend.allocate("float32", n), gradient = backend.allocate("float32", n);
        backend.upload(weight, new Float32Array(n).fill(1));
        backend.upload(gradient, new Float32Array(n).fill(1));
        return [weight, gradient, gradient];
      });
      backend.run(executable, buffers.flat(), inputs.scalars, inputs.offsets);
      assert.equal(backend.counters.launches, 11);
      for (const array of await backend.download(buffers.map(([weight]) => weight!))) {
        for (const x of array) assert.ok(Math.abs(x - (1 - 0.1 * 1.9)) < 1e-6);
      }
    } finally {
      backend.dispose();
    }
  },
});
