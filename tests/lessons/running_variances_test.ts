import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { getCnnModel } from "../../lib/lessons/models.ts";
import { BatchNorm, RunningBatchNorm, runningVariances } from "../../lib/lessons/mod.ts";
import { BatchNorm2d } from "../../lib/nn/batch_norm.ts";
import { Linear } from "../../lib/nn/linear.ts";
import type { Module } from "../../lib/nn/module.ts";
import { Sequential } from "../../lib/nn/sequential.ts";
import { tensor, zeros } from "../../lib/tensor/create.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { testDevices } from "../oracle/golden.ts";

/** [n, 2, 1, 2]: channel 0 is i/100 in image i; channel 1 is 0 but in the last image, where one pixel is 8. */
function images(n: number, device: Device): Tensor {
  const values = Array.from({ length: n }, (_, i) => [i / 100, i / 100, 0, i === n - 1 ? 8 : 0]).flat();
  return tensor(values, { shape: [n, 2, 1, 2], device });
}

const near = (found: number, wanted: number, within = 1e-5) =>
  assert.ok(Math.abs(found - wanted) <= within * Math.max(1, Math.abs(wanted)), `${found}, expected ${wanted}`);

/** The biased variance of numbers, by its definition. */
function variance(xs: readonly number[]): number {
  const mean = xs.reduce((a, b) => a + b) / xs.length;
  return xs.reduce((a, x) => a + (x - mean) ** 2, 0) / xs.length;
}

for (const kind of testDevices()) {
  Deno.test(`runningVariances() on ${kind}: a channel whose average forgot what the images hold comes first`, async () => {
    using device = await new Device(kind).ready;
    const norm = new RunningBatchNorm(2, { device });
    // 40 batches in which channel 0 is spread and channel 1 silent: its average is 0.
    for (let step = 0; step < 40; step++) {
      norm.call(tensor([-1, 1, 0, 0, 2, -2, 0, 0], { shape: [2, 2, 1, 2], device }));
    }
    norm.train();
    const n = 1201; // more than go through at a time
    const rows = await runningVariances(new Sequential(norm), images(n, device));
    assert.deepEqual(rows.map(({ layer, channel }) => [layer, channel]), [["0", 1], ["0", 0]]);
    const [silent, spread] = rows;
    near(silent!.running, 0, 1e-6);
    const measured = variance([...Array<number>(2 * n - 1).fill(0), 8]);
    near(silent!.measured, measured, 1e-4);
    near(silent!.spread, Math.sqrt(measured / 1e-5), 1e-3);
    near(silent!.largest, 8 / Math.sqrt(1e-5), 1e-3);
    assert.equal(silent!.image, n - 1);
    near(spread!.running, 2.5, 1e-4);
    near(spread!.measured, (n * n - 1) / 12e4, 1e-4);
    near(spread!.spread, Math.sqrt((n * n - 1) / 12e4 / 2.50001), 1e-3);
    assert.equal(spread!.image, n - 1);
    assert.ok(norm.training, "the mode is as it was");
  });
}

Deno.test("runningVariances(): each norm by the variance that it keeps, and by its path", async () => {
  using device = new Device("reference");
  const batchNorm = new BatchNorm(2, { device, eps: 0.5 }), builtIn = new BatchNorm2d(2, { device });
  batchNorm.vars = tensor([4, 9], { shape: [1, 2, 1, 1], device });
  builtIn.running_var = tensor([16, 0.25], { device });
  for (const [norm, wanted] of [[batchNorm, [4, 9]], [builtIn, [16, 0.25]]] as const) {
    norm.eval();
    const rows = await runningVariances(new Sequential(new Sequential(norm)), images(3, device));
    const inOrder = rows.toSorted((a, b) => a.channel - b.channel);
    assert.deepEqual(inOrder.map(({ running }) => running), wanted);
    near(inOrder[0]!.spread, Math.sqrt(2 / 3e4 / (wanted[0] + norm.eps)));
    assert.equal(inOrder[0]!.layer, "0.0");
    assert.ok(!norm.training, "the mode is as it was");
  }
});

Deno.test("runningVariances(): what it cannot compare", async () => {
  using device = new Device("reference");
  const x = zeros([2, 1, 28, 28], { device });
  await assert.rejects(
    runningVariances(getCnnModel({ device }), x),
    /^RangeError: Cannot compare running variances: the model has no norm that keeps running averages/,
  );
  const model = getCnnModel({ device, norm: (channels) => new BatchNorm(channels, { device }) });
  await assert.rejects(runningVariances(model, zeros([0, 1, 28, 28], { device })), /give at least one image/);
  await assert.rejects(
    runningVariances(model, zeros([28, 28], { device })),
    /over \[28, 28\]: give at least one image/,
  );
  await assert.rejects(runningVariances({} as Module, x), /^TypeError: .*runningVariances/);
  // deno-lint-ignore no-explicit-any -- a mistake
  await assert.rejects(runningVariances(new Linear(1, 1, { device }), 3 as any), TypeError);
});
