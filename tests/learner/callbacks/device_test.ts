import assert from "node:assert/strict";
import { accuracy, DeviceCB, Learner, MetricsCB } from "../../../lib/learner/mod.ts";
import { device } from "../../../lib/device/device.ts";
import * as nn from "../../../lib/nn/mod.ts";
import { crossEntropy, loaders, model } from "../helpers.ts";

Deno.test("DeviceCB names what is no device", () => {
  for (const [what, found] of [[-1, "-1"], ["cpu", '"cpu"'], [null, "null"]] as const) {
    assert.throws(
      () => new DeviceCB(what as never),
      new RegExp(`TypeError: Cannot use ${found} as a device: give a Device`),
    );
  }
});

Deno.test("DeviceCB moves model, optimiser and data", async () => {
  const other = device("reference", { threads: 2 });
  const metrics = new MetricsCB({ accuracy }, { log: null });
  const net = model();
  const { weight } = net[0] as nn.Linear;
  const learn = new Learner(net, loaders(), crossEntropy, { cbs: [new DeviceCB(other), metrics], momentum: 0.9 });
  await learn.fit(2);
  assert.equal(weight.device, other);
  assert.equal((net[0] as nn.Linear).weight, weight);
  assert.ok(metrics.rows[2]!.loss < metrics.rows[0]!.loss);
});
