import assert from "node:assert/strict";
import { Callback, EarlyStoppingCB, type EarlyStoppingOptions, Learner, MetricsCB } from "../../../lib/learner/mod.ts";
import type { MetricsRow } from "../../../lib/learner/mod.ts";
import { crossEntropy, loaders, model } from "../helpers.ts";

/** Puts figures of one's choice in the place of those that MetricsCB read. */
class Pretend extends Callback {
  static override order = MetricsCB.order;
  constructor(readonly figures: readonly number[], readonly name_ = "loss", readonly phase = "eval") {
    super();
  }
  override async afterEpoch(learn: Learner): Promise<void> {
    if (this.phase !== (learn.training ? "train" : "eval")) return;
    await learn.settle();
    const { rows } = learn.find(MetricsCB)!;
    rows[rows.length - 1] = { ...rows.at(-1)!, [this.name_]: this.figures[learn.epoch]! } as MetricsRow;
  }
}

async function stops(figures: number[], options: EarlyStoppingOptions, phase = options.phase ?? "eval") {
  const stopping = new EarlyStoppingCB(options);
  const name = options.monitor ?? "loss";
  const metrics = new MetricsCB(name === "loss" ? {} : { [name]: (preds) => preds.mean() }, { log: null });
  // The order given is that of running too: where two have the same order.
  const cbs = [metrics, new Pretend(figures, name, phase), stopping];
  await new Learner(model(), loaders(), crossEntropy, { cbs }).fit(figures.length, { valid: phase === "eval" });
  return [stopping.stoppedAt, stopping.bestEpoch, metrics.rows.at(-1)!.epoch];
}

Deno.test("EarlyStoppingCB ends the fit after patience epochs without improvement", async () => {
  assert.deepEqual(await stops([3, 2, 1, 1.5, 0.5], {}), [3, 2, 3]);
  assert.deepEqual(await stops([3, 2, 1, 1.5, 0.5, 0.6, 0.7, 0.8], { patience: 2 }), [6, 4, 6]);
  assert.deepEqual(await stops([3, 2, 1], {}), [undefined, 2, 2]);
});

Deno.test("EarlyStoppingCB wants an improvement of more than minDelta, and NaN is none", async () => {
  assert.deepEqual(await stops([3, 2, 1.95, 0], { minDelta: 0.1 }), [2, 1, 2]);
  assert.deepEqual(await stops([NaN, NaN, 1], { patience: 2 }), [1, undefined, 1]);
});

Deno.test("EarlyStoppingCB takes a higher metric for better, or what it is told", async () => {
  assert.deepEqual(await stops([0.5, 0.7, 0.6, 0.9], { monitor: "accuracy" }), [2, 1, 2]);
  assert.deepEqual(await stops([0.5, 0.7, 0.6], { monitor: "error", better: "lower" }), [1, 0, 1]);
  assert.deepEqual(await stops([3, 4, 5], { phase: "train" }), [1, 0, 1]);
});

Deno.test("EarlyStoppingCB names what it lacks", async () => {
  const fit = (cbs: Callback[], options = {}) => new Learner(model(), loaders(), crossEntropy, { cbs }).fit(1, options);
  const metrics = () => new MetricsCB({}, { log: null });
  await assert.rejects(
    fit([new EarlyStoppingCB()]),
    /Cannot stop early by "loss": nothing measures it. Add a MetricsCB/,
  );
  await assert.rejects(fit([metrics(), new EarlyStoppingCB({ monitor: "f1" })]), /by "f1": MetricsCB measures loss/);
  await assert.rejects(
    fit([metrics(), new EarlyStoppingCB()], { valid: false }),
    /no eval figures. Use { phase: "train" }/,
  );
  assert.throws(() => new EarlyStoppingCB({ patience: 0 }), /patience must be a whole number of at least 1/);
  assert.throws(() => new EarlyStoppingCB({ minDelta: -1 }), /minDelta must be at least 0/);
});
