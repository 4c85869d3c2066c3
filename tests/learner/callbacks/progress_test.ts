import assert from "node:assert/strict";
import { Learner, ProgressCB } from "../../../lib/learner/mod.ts";
import { crossEntropy, loaders, model } from "../helpers.ts";

Deno.test("ProgressCB keeps curves, and is silent where there is no terminal", async () => {
  const progress = new ProgressCB({ plot: true, bar: false });
  await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([progress]).fit(2);
  assert.equal(progress.losses.length, 6);
  assert.equal(progress.validLosses.length, 2);
});
