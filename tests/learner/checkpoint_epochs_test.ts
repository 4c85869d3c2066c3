/** A fit that goes on between two epochs, without a validation between them. */
import assert from "node:assert/strict";
import { DataLoader } from "../../lib/data/loader.ts";
import { ActivationStats, Callback, DiagnoseCB, Learner } from "../../lib/learner/mod.ts";
import { setSeed } from "../../lib/tensor/random.ts";
import { crossEntropy, net, problem } from "./helpers.ts";

/** Keeps the checkpoint of the end of the first epoch. */
class Keep extends Callback {
  static override order = 1000;
  bytes: Uint8Array | undefined;
  override async afterEpoch(learn: Learner): Promise<void> {
    if (learn.epoch === 0) this.bytes = await learn.checkpoint();
  }
}

Deno.test("records of one step out of several begin anew with the epoch that a fit goes on with", async () => {
  const make = () => {
    setSeed(3);
    const weights = new ActivationStats(undefined, { of: "weights", every: 3 }),
      diagnosis = new DiagnoseCB({ every: 3 });
    const keep = new Keep(), dls = { train: new DataLoader(problem(40), { batchSize: 8, shuffle: true }) };
    const learn = new Learner(net(), dls, crossEntropy, { lr: 0.05, cbs: [weights, diagnosis, keep] });
    return { learn, weights, diagnosis, keep };
  };
  const whole = make();
  await whole.learn.fit(2);
  assert.deepEqual(whole.weights.layers[0]!.batches, [0, 3, 5, 8]);
  const later = make();
  await later.learn.load(whole.keep.bytes!);
  await later.learn.fit(2, { resume: true });
  assert.deepEqual(later.weights.layers, whole.weights.layers);
  assert.deepEqual(later.diagnosis.records, whole.diagnosis.records);
});
