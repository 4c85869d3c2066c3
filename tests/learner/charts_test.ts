/** The learner's own charts, of a small fit on the reference device: their descriptions are on record, and they draw. */
import assert from "node:assert/strict";
import { deadChart } from "../../lib/learner/activation_charts.ts";
import { ActivationStats } from "../../lib/learner/callbacks/activation_stats.ts";
import { ParamScheduler } from "../../lib/learner/callbacks/param_scheduler.ts";
import { Recorder } from "../../lib/learner/callbacks/recorder.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { schedExp } from "../../lib/optim/schedules.ts";
import { assertSnapshot } from "../plot/snapshot.ts";
import { crossEntropy, loaders, model } from "./helpers.ts";

Deno.test("the learner's charts are as on record, and draw", async (t) => {
  const recorder = new Recorder();
  const gradients = new ActivationStats(undefined, { of: "gradients" });
  const updates = new ActivationStats(undefined, { of: "updates" });
  const schedule = new ParamScheduler("lr", schedExp(0.01, 1));
  const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [recorder, gradients, updates, schedule] });
  await learn.fit(4);
  const found = await new Learner(model(), loaders(), crossEntropy).lrFind({ startLr: 1e-3, maxEpochs: 40 });
  const charts = {
    loss: recorder.plotLoss(),
    lr: recorder.plotLr(),
    loss_against_rate: recorder.plot(),
    lr_find: found.chart,
    gradient_histograms: gradients.colorDim(),
    update_ratios: updates.plotStats(),
  };
  for (const [name, chart] of Object.entries(charts)) {
    await t.step(name, async () => {
      const svg = await chart.svg();
      assert.match(svg, /^<svg/);
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
      await assertSnapshot(`learner_${name}`, chart.spec);
    });
  }
});

Deno.test("the chart of dead units says what off is: not 0 of a rectifier that is shifted down", () => {
  const mean = Float64Array.of(1, 1), zeros = Float64Array.of(0, 0);
  const said = (kind: string) => {
    const layer = {
      name: `1 ${kind}`,
      kind,
      mean,
      std: mean,
      below: zeros,
      above: zeros,
      zeros,
      nonFinite: zeros,
      counts: [],
      units: 2,
      unitsOff: [0, 1],
      deadSince: [-1, 1],
    };
    return JSON.stringify(deadChart([layer], { every: 1 }).spec).replaceAll('","', " "); // lines joined
  };
  assert.match(said("ReLU"), /"Off: 0 for all samples of a batch\. Dead: off from there on/);
  assert.match(
    said("GeneralReLU"),
    /"Off: 0, or of a GeneralReLU −sub, for all samples of a batch\. Dead: off from there on/,
  );
});
