/** The hand-written norms against PyTorch code of the same form (tests/goldens/lesson_norms.json), on every device under test. */
import assert from "node:assert/strict";
import { Device, device as openDevice } from "../../lib/device/device.ts";
import { noGrad } from "../../lib/graph/context.ts";
import { flush } from "../../lib/engine/flush.ts";
import { planStatistics } from "../../lib/engine/plan/cache.ts";
import { BatchNorm, GroupNorm, InstanceNorm, LayerNorm, RunningBatchNorm } from "../../lib/lessons/mod.ts";
import type { Module } from "../../lib/nn/module.ts";
import { SGD } from "../../lib/optim/sgd.ts";
import { tensor, zeros } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { difference, type GoldenArray, readGolden, testDevices, values } from "../oracle/golden.ts";

interface Step {
  x: GoldenArray;
  weights: GoldenArray;
  y: GoldenArray;
  dx: GoldenArray;
  grads: Record<string, GoldenArray>;
}

interface Case {
  name: string;
  /** Class, arguments, and options at the end. */
  make: [keyof typeof norms, ...unknown[]];
  steps: Step[];
  eval: { x: GoldenArray; y: GoldenArray };
  state: Record<string, GoldenArray>;
}

const norms = { BatchNorm, LayerNorm, InstanceNorm, GroupNorm, RunningBatchNorm };
const reference = openDevice("reference");
const { cases } = readGolden<{ cases: Case[] }>("lesson_norms.json");

function build({ make: [name, ...given] }: Case, device: Device): Module {
  const last = given.at(-1), options = typeof last === "object" ? last : {};
  const args = typeof last === "object" ? given.slice(0, -1) : given;
  // deno-lint-ignore no-explicit-any
  return new (norms[name] as any)(...args, { ...options, device });
}

/** Gradients through 1/√variance lose digits by cancelling. */
const TOLERANCE = {
  reference: { relative: 1e-5, absolute: 1e-5 },
  cpu: { relative: 3e-4, absolute: 3e-4 },
  webgpu: { relative: 3e-4, absolute: 3e-4 },
} as const;

for (const kind of testDevices()) {
  for (const golden of cases) {
    Deno.test(`hand-written norm (${golden.name}) on ${kind} does as PyTorch code of its form`, async () => {
      using device = await new Device(kind).ready;
      const norm = build(golden, device);
      const load = (array: GoldenArray) => tensor(values(array), { shape: array.shape, device });
      const check = async (what: string, found: Tensor, wanted: GoldenArray) => {
        assert.equal(found.numel, values(wanted).length, what);
        const message = difference(await found.toTypedArray(), values(wanted), wanted.shape, TOLERANCE[kind]);
        assert.equal(message && `${what} ${message}`, undefined);
      };
      const opt = new SGD(norm.parameters(), { lr: 0.1 });
      for (const [i, step] of golden.steps.entries()) {
        const x = load(step.x).requiresGrad_(), y = norm.call(x);
        y.mul(load(step.weights)).sum().backward();
        const dx = x.grad!, grads = Object.fromEntries([...norm.namedParameters()].map(([key, p]) => [key, p.grad!]));
        await Promise.all([
          check(`output of step ${i}`, y, step.y),
          check(`gradient of the input in step ${i}`, dx, step.dx),
          ...Object.entries(step.grads).map(([key, wanted]) => check(`gradient of ${key}`, grads[key]!, wanted)),
        ]);
        opt.step();
        opt.zeroGrad();
      }
      norm.eval();
      await check("output in evaluation", norm.call(load(golden.eval.x)), golden.eval.y);
      const state = norm.stateDict();
      for (const [key, wanted] of Object.entries(golden.state)) {
        if (key === "batch" && !(key in state)) continue; // a number here
        await check(`${key} at the end`, state[key]!, wanted);
      }
    });
  }
}

const settings = { device: reference };

Deno.test("LayerNorm and GroupNorm of one group have the same statistics, InstanceNorm and GroupNorm of single channels too", async () => {
  const x = randn([3, 6, 4, 2], settings).mul(2).add(1);
  const close = async (a: Tensor, b: Tensor) => assert.ok(await a.sub(b).abs().max().item() < 1e-6);
  await close(new GroupNorm(1, 6, settings).call(x), new LayerNorm(settings).call(x));
  await close(new GroupNorm(6, 6, settings).call(x), new InstanceNorm(6, settings).call(x));
});

Deno.test("RunningBatchNorm: both forms agree in training, before and after the 100 steps of debiasing", async () => {
  const plain = new RunningBatchNorm(2, settings), debiased = new RunningBatchNorm(2, { ...settings, debias: true });
  for (let step = 1; step <= 103; step++) {
    const x = randn([2, 2, 3, 3], settings).mul(3).add(step / 50);
    const difference = noGrad(() => plain.call(x).sub(debiased.call(x)).abs().max());
    if (step < 15 || step > 97) assert.ok(await difference.item() < 1e-5, `step ${step}`);
    flush(reference);
  }
  assert.equal(await debiased.step.item(), 103);
  assert.equal(plain.batch, 206);
  assert.equal(await (debiased.batch as Tensor).item(), 206);
});

Deno.test("RunningBatchNorm: no plans for steps of their own, but one more for the simplified form from 20 samples on", async () => {
  for (const debias of [false, true]) {
    using device = await new Device("reference").ready;
    const norm = new RunningBatchNorm(2, { device, debias });
    const opt = new SGD(norm.parameters(), { lr: 0.1 });
    const images = Array.from(
      { length: 14 },
      () => tensor(new Float32Array(36).map(Math.random), { shape: [2, 2, 3, 3], device }),
    );
    const plans: number[] = [];
    for (const x of images) {
      norm.call(x).square().mean().backward();
      opt.step();
      opt.zeroGrad();
      plans.push(planStatistics(device).compiled);
    }
    assert.equal(plans[8], plans[2], `${plans}`);
    assert.equal(plans.at(-1), plans[8]! + (debias ? 0 : 1), `${plans}`);
  }
});

Deno.test("RunningBatchNorm goes on after its state was saved as if it had not been", async () => {
  const batch = () => randn([2, 2, 3, 3], settings).mul(0.01);
  for (const debias of [false, true]) {
    const first = new RunningBatchNorm(2, { ...settings, debias }), x = batch();
    for (let i = 0; i < 12; i++) first.call(batch());
    const second = new RunningBatchNorm(2, { ...settings, debias });
    second.loadStateDict(first.stateDict());
    if (!debias) second.batch = first.batch; // not in the state, as its documentation says
    for (const training of [false, true]) {
      const [a, b] = [first, second].map((norm) => norm.train(training).call(x));
      assert.equal(await a!.sub(b!).abs().max().item(), 0);
    }
  }
});

Deno.test("norms name an input that they were not made for", () => {
  const flat = zeros([2, 3], settings), grey = zeros([2, 1, 4, 4], settings);
  assert.throws(
    () => new BatchNorm(3, settings).call(flat),
    /\[2, 3\] by BatchNorm: it was made for images \[batch, 3,/,
  );
  assert.throws(() => new InstanceNorm(3, settings).call(grey), /\[2, 1, 4, 4\] by InstanceNorm/);
  assert.throws(() => new GroupNorm(1, 3, settings).call(grey), /by GroupNorm/);
  assert.throws(() => new GroupNorm(4, 6, settings), /6 channels cannot be divided evenly into 4 groups/);
  assert.throws(() => new RunningBatchNorm(3, settings).call(grey), /by RunningBatchNorm/);
  const one = new RunningBatchNorm(1, settings);
  assert.throws(() => one.call(zeros([1, 1, 4, 4], settings)), /batch of 1.*batches of at least 2/);
  assert.deepEqual(one.eval().call(zeros([1, 1, 4, 4], settings)).shape, [1, 1, 4, 4]);
});
