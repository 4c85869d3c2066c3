import assert from "node:assert/strict";
import { Learner, SingleBatchCB } from "../../../lib/learner/mod.ts";
import { crossEntropy, loaders, model, Spy } from "../helpers.ts";

Deno.test("SingleBatchCB leaves the first batch to look at", async () => {
  const spy = new Spy();
  const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [spy, new SingleBatchCB()] });
  await learn.fit(3);
  assert.deepEqual(learn.preds.shape, [16, 3]);
  assert.deepEqual(spy.events.filter((event) => event === "afterBatch" || event === "cleanupFit"), [
    "afterBatch",
    "cleanupFit",
  ]);
});
