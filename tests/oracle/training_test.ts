/**
 * Ten training steps from PyTorch's weights give PyTorch's losses (tests/goldens/training.json), on every device under test: with layers and
 * optimiser of the library, and written by hand on tensors alone.
 */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { floats, testDevices } from "./golden.ts";
import { batchOf, byHand, runs, withLayers } from "./training.ts";

/** Relative error that the losses may have, and the weights after ten steps. */
const LIMITS = { reference: [1e-6, 1e-6], cpu: [1e-5, 1e-4], webgpu: [1e-4, 1e-3] } as const;

for (const kind of testDevices()) {
  for (const [how, prepare] of Object.entries({ "with layers": withLayers, "by hand": byHand })) {
    for (const run of runs) {
      Deno.test(`training steps ${how} (${run.name}) on ${kind} give PyTorch's losses`, async () => {
        using device = await new Device(kind).ready;
        const [ofLoss, ofWeight] = LIMITS[kind];
        const { step, first } = prepare(run, device);
        const losses: number[] = [];
        // The reference is slow: two steps show whether it agrees.
        const steps = kind === "reference" ? 2 : run.labels.length;
        for (let s = 0; s < steps; s++) {
          losses.push(await step(...batchOf(run, s, device)).item());
        }
        const worst = Math.max(...losses.map((loss, s) => Math.abs(loss / run.losses[s]! - 1)));
        assert.ok(
          worst <= ofLoss,
          `relative error ${worst.toExponential(2)}\nexpected ${run.losses}\nfound    ${losses}`,
        );
        for (const [k, last] of steps < run.labels.length ? [] : run.last.entries()) {
          const expected = floats(last), found = await first[k]!.toTypedArray();
          const scale = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
          const off = expected.reduce((a, b, i) => Math.max(a, Math.abs(b - found[i]!)), 0) / scale;
          assert.ok(off <= ofWeight, `parameter ${k} is off by ${off.toExponential(2)} after ten steps`);
        }
      });
    }
  }
}
