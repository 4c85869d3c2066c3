import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { StatisticsRecord } from "../../lib/learner/statistics_record.ts";
import { UpdateRatios } from "../../lib/learner/update_ratios.ts";
import { Adam } from "../../lib/optim/adam.ts";
import type { Optimizer } from "../../lib/optim/optimizer.ts";
import { SGD } from "../../lib/optim/sgd.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { flush } from "../../lib/tensor/graph.ts";
import { planStatistics } from "../../lib/tensor/mod.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { Choices, randomData } from "../device/programs.ts";
import { testDevices } from "../oracle/golden.ts";

const OPTIMIZERS: Readonly<Record<string, (params: Tensor[]) => Optimizer>> = {
  SGD: (params) => new SGD(params, { lr: 0.1 }),
  "SGD with all": (params) => new SGD(params, { lr: 0.1, momentum: 0.9, weightDecay: 0.01, nesterov: true }),
  Adam: (params) => new Adam(params, { lr: 0.01 }),
};
const COUNTING = { bins: 8, range: [-1, 1], absolute: false, chunk: 4 } as const;

/** Mean and standard deviation of a step's ratios, by arithmetic in 64 bits. */
function ofNumbers(before: ArrayLike<number>, after: ArrayLike<number>): { mean: number; std: number } {
  const moments = (x: number[]) => {
    const mean = x.reduce((a, b) => a + b, 0) / x.length;
    return { mean, std: Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / (x.length - 1)) };
  };
  const { std } = moments(Array.from(before));
  return moments(Array.from(after, (x, i) => (x - before[i]!) / std));
}

/** Steps of some parameters, watched; each parameter's record, and what the numbers say. */
async function watched(device: Device, shapes: readonly (readonly number[])[], make: (params: Tensor[]) => Optimizer) {
  const choices = new Choices(3);
  const params = shapes.map((shape) => {
    const elements = shape.reduce((a, b) => a * b, 1);
    return tensor(randomData(choices, "float32", elements), { shape, device, requiresGrad: true }).keep();
  });
  const optimizer = make(params), ratios = new UpdateRatios();
  const records = new Map(params.map((p) => [p, new StatisticsRecord(device, COUNTING)]));
  optimizer.flushes = false;
  const numbers = async () => await Promise.all(params.map((p) => p.toTypedArray()));
  const seen = [await numbers()];
  for (let step = 0; step < 3; step++) {
    const losses = params.map((p) => p.mul(p).mul(p).sum());
    losses.reduce((a, b) => a.add(b)).backward();
    for (const p of params) ratios.note(p);
    optimizer.step();
    ratios.take((p, ratio) => records.get(p)!.push(ratio));
    optimizer.zeroGrad();
    flush(device);
    seen.push(await numbers());
  }
  const found = await Promise.all(records.values().map((record) => record.read()));
  const expected = params.map((_, i) => seen.slice(1).map((after, step) => ofNumbers(seen[step]![i]!, after[i]!)));
  return { found, expected, seen };
}

Deno.test("ratios of update to weight are those of the numbers before and after each step", async () => {
  for (const kind of testDevices()) {
    for (const [name, make] of Object.entries(OPTIMIZERS)) {
      using device = await new Device(kind, kind === "cpu" ? { threads: 2 } : {}).ready;
      const shapes = [[3], [5, 7], [4, 3, 3, 3], [150, 151]];
      const { found, expected } = await watched(device, shapes, make);
      found.forEach(({ mean, std, counts, below, above }, i) => {
        expected[i]!.forEach((wanted, step) => {
          // Measured by the ratios' size, as Adam's first steps are all of one size.
          const size = Math.hypot(wanted.mean, wanted.std),
            label = `${name} on ${kind}, step ${step} of [${shapes[i]}]`;
          assert.ok(
            Math.abs(mean[step]! - wanted.mean) < 4e-6 * size,
            `${label}: mean ${mean[step]}, not ${wanted.mean}`,
          );
          assert.ok(Math.abs(std[step]! - wanted.std) < 4e-6 * size, `${label}: std ${std[step]}, not ${wanted.std}`);
        });
        const elements = shapes[i]!.reduce((a, b) => a * b, 1);
        counts.forEach((row, step) => {
          assert.equal(row.reduce((a, b) => a + b, below[step]! + above[step]!), elements);
        });
      });
    }
  }
});

Deno.test("watching updates changes no parameter by a bit, and is the same on 1 and 2 threads", async () => {
  const run = async (threads: number) => {
    using cpu = await new Device("cpu", { threads }).ready;
    return await watched(cpu, [[200, 300], [40]], OPTIMIZERS["SGD with all"]!);
  };
  assert.deepEqual(await run(1), await run(2));
});

Deno.test("a parameter whose elements are all the same has no ratios, and one that is not trained has ratios of 0", async () => {
  using cpu = await new Device("cpu", { threads: 1 }).ready;
  const same = tensor([0, 0, 0], { device: cpu, requiresGrad: true }).keep();
  const one = tensor([4], { device: cpu, requiresGrad: true }).keep();
  const still = tensor([1, 2, 4], { device: cpu, requiresGrad: true }).keep();
  const optimizer = new SGD([same, one, still], { lr: 0.5 }), ratios = new UpdateRatios();
  optimizer.flushes = false;
  same.mul(tensor([1, 0, -1], { device: cpu })).sum().add(one.sum()).backward();
  for (const p of [same, one, still]) ratios.note(p);
  optimizer.step();
  const found: Tensor[] = [];
  ratios.take((_, ratio) => found.push(ratio.keep()));
  flush(cpu);
  assert.deepEqual(await Promise.all(found.map((ratio) => ratio.array())), [[-Infinity, NaN, Infinity], [NaN], [
    0,
    0,
    0,
  ]]);
});

Deno.test("watching a parameter's update adds two kernels, its moments and the statistics, and no copy", async () => {
  using cpu = await new Device("cpu", { threads: 1 }).ready;
  const p = tensor(randomData(new Choices(1), "float32", 60), { shape: [6, 10], device: cpu, requiresGrad: true })
    .keep();
  const optimizer = new SGD([p], { lr: 0.1, momentum: 0.9 }), ratios = new UpdateRatios();
  const record = new StatisticsRecord(cpu, COUNTING);
  optimizer.flushes = false;
  const kernels = (watching: boolean) => {
    const before = { ...planStatistics(cpu) };
    p.mul(p).sum().backward();
    if (watching) ratios.note(p);
    optimizer.step();
    if (watching) ratios.take((_, ratio) => record.push(ratio));
    optimizer.zeroGrad();
    flush(cpu);
    const after = planStatistics(cpu);
    return { all: after.kernels - before.kernels, watching: after.watching - before.watching };
  };
  kernels(false);
  kernels(true);
  const plain = kernels(false), watched = kernels(true);
  assert.deepEqual(plain, { all: plain.all, watching: 0 });
  assert.deepEqual(watched, { all: plain.all + 2, watching: 2 });
});
