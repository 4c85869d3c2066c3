/** Epochs and batches are counted from 0, wherever they are told. */
import assert from "node:assert/strict";
import { ProgressLog } from "../../lib/learner/callbacks/progress_terminal.ts";
import {
  ActivationStats,
  Callback,
  EarlyStoppingCB,
  Learner,
  MetricsCB,
  NonFiniteCB,
  NonFiniteError,
  Recorder,
} from "../../lib/learner/mod.ts";
import { findDivergence } from "../../lib/lessons/divergence.ts";
import * as nn from "../../lib/nn/mod.ts";
import { seriesChart } from "../../lib/plot/series.ts";
import { reference } from "../nn/helpers.ts";
import { crossEntropy, loaders, model } from "./helpers.ts";

/** Makes the model's output NaN from batch 1 of epoch 1 on, of epochs of three batches. */
class Spoil extends Callback {
  override afterPredict(learn: Learner): void {
    if (learn.training && learn.epoch === 1 && learn.iter === 1) learn.preds = learn.preds.mul(NaN);
  }
}

/** Every x of a chart's data, in order. */
function xs(spec: unknown): number[] {
  const found: number[] = [];
  const visit = (value: unknown) => {
    if (typeof value !== "object" || value === null) return;
    const { values } = value as { values?: unknown };
    if (Array.isArray(values)) found.push(...values.flatMap((v) => typeof v?.x === "number" ? [v.x] : []));
    for (const inner of Object.values(value)) visit(inner);
  };
  visit(spec);
  return [...new Set(found)].sort((a, b) => a - b);
}

Deno.test("a batch has one number in lists, charts, diagnose(), divergence and NonFiniteCB", async () => {
  const recorder = new Recorder(), metrics = new MetricsCB({}, { log: null });
  const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [recorder, metrics, new Spoil()] });
  await learn.fit(2, { valid: false });
  const bad = recorder.losses.findIndex(Number.isNaN);
  assert.equal(bad, 4);
  assert.deepEqual(xs(recorder.plotLoss().spec), [0, 1, 2, 3]); // the finite ones
  assert.match(String(learn.diagnose()), /^not finite, since batch 4: the loss is NaN in batch 4$/m);
  assert.deepEqual(findDivergence(recorder.losses, 3), { epoch: 1, batch: 1, loss: NaN });
  assert.deepEqual(metrics.rows.map(({ epoch }) => epoch), [0, 1]);
  const guarded = new Learner(model(), loaders(), crossEntropy, { cbs: [new NonFiniteCB(), new Spoil()] });
  await assert.rejects(guarded.fit(2), (error: Error) => {
    const { cause } = error as { cause?: unknown };
    assert.ok(cause instanceof NonFiniteError);
    assert.deepEqual([cause.epoch, cause.iter], [1, 1]);
    assert.match(cause.message, /from epoch 1, batch 1 on/);
    return true;
  });
});

Deno.test("charts over batches begin at 0; a validation stands at the number of batches before it", async () => {
  const recorder = new Recorder();
  const stats = new ActivationStats(undefined, { of: "gradients" });
  const outputs = new ActivationStats((module) => module instanceof nn.Linear);
  const [hidden, last] = [new nn.Linear(4, 8, { device: reference }), new nn.Linear(8, 3, { device: reference })];
  const head = new nn.Sequential(hidden, new nn.ReLU(), last);
  await new Learner(head, loaders(), crossEntropy, { cbs: [recorder, stats, outputs] }).fit(2);
  assert.deepEqual(xs(recorder.plotLoss().spec), [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(xs(recorder.plotLr().spec), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(xs(stats.plotStats().spec), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(xs(outputs.deadChart().spec), [0, 1, 2, 3, 4, 5]);
  // A column of the heat map has its batch in its middle.
  const heat = JSON.stringify(outputs.colorDim().spec);
  assert.match(heat, /"x":-0\.5,"x2":5\.5/);
  const domain = (values: number[]) =>
    JSON.stringify(seriesChart({ y: { title: "y" }, series: [{ label: "a", values }] }).spec).match(
      /"domain":\[-?[\d.]+,[\d.]+\]/,
    )![0];
  assert.deepEqual([domain([1, 2, 3]), domain([1])], ['"domain":[0,2]', '"domain":[-0.25,1.25]']);
});

Deno.test("an epoch has one number in rows, tables, progress, early stopping and on the Learner", async () => {
  const metrics = new MetricsCB({}, { log: null });
  const seen: string[] = [];
  const write = (line: string) => void seen.push(line.split("  ")[0]!);
  const state = { losses: [], rates: [], read: undefined, verdict: undefined };
  let display: ProgressLog;
  class Shown extends Callback {
    override beforeFit(learn: Learner): void {
      display = new ProgressLog(learn, { write, columns: () => 80, color: false, now: () => 0 });
    }
    override beforeEpoch(learn: Learner): void {
      display.beforePhase(learn);
    }
    override afterBatch(learn: Learner): void {
      display.afterBatch(learn, state);
    }
    override afterEpoch(learn: Learner): void {
      display.afterPhase(learn, state)?.(0);
    }
  }
  const stopping = new EarlyStoppingCB({ minDelta: 100 });
  const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [metrics, new Shown(), stopping] });
  await learn.fit(3);
  assert.deepEqual(seen, ["epoch 0 of 3 train", "epoch 0 of 3 eval", "epoch 1 of 3 train", "epoch 1 of 3 eval"]);
  assert.deepEqual([stopping.bestEpoch, stopping.stoppedAt, learn.epoch], [0, 1, 1]);
  assert.deepEqual(metrics.cells().rows.map(([, epoch]) => epoch), ["0", "0", "1", "1"]);
});
