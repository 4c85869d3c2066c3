/**
 * What a trial does with what an earlier attempt kept, from each place at which one can have ended.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { TensorDataset } from "../../lib/data/dataset.ts";
import { DataLoaders } from "../../lib/data/dataloaders.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { lineChart } from "../../lib/plot/lines.ts";
import { mseLoss } from "../../lib/nn/regression_losses.ts";
import type { TrialCheckpoint } from "../../lib/sweep/checkpoint.ts";
import { describePlan } from "../../lib/sweep/expand.ts";
import { defineSweep, type Sweep, type TrialContext } from "../../lib/sweep/plan.ts";
import { runTrial } from "../../lib/sweep/trial.ts";
import { TrialData } from "../../lib/sweep/trial_data.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { testDevices } from "../oracle/golden.ts";
import resumes from "./plans/resumes.ts";

/** Runs the last trial of a plan here; what it kept, and what it said. */
async function run(sweep: Sweep, device: Device, checkpoint: TrialCheckpoint | null = null) {
  const trial = describePlan(sweep).trials.at(-1)!, saved: TrialCheckpoint[] = [], said: string[] = [];
  const { seconds, began, ...record } = await runTrial(sweep, trial, {
    device,
    threads: 1,
    version: "1",
    data: new TrialData(),
    signal: new AbortController().signal,
    attempt: 1,
    log: (line) => said.push(line),
    checkpoint,
    save: (checkpoint) => saved.push(checkpoint),
  });
  return { record, saved, said, began, seconds };
}

for (const kind of testDevices()) {
  Deno.test(`ctx.fit(): from whichever checkpoint a trial goes on, its record is the same (${kind})`, async () => {
    using device = await new Device(kind).ready;
    const whole = await run(resumes, device);
    assert.equal(whole.record.error, null);
    // One after each batch.
    assert.deepEqual(whole.saved.map(({ fit }) => fit), [...Array(12).fill(0), ...Array(24).fill(1)]);
    assert.deepEqual(whole.said, ["ran 36 of 36 batches"]);
    for (const [i, checkpoint] of whole.saved.entries()) {
      if (i % 5 !== 0 && i !== 11 && i !== 35) continue;
      const again = await run(resumes, device, { ...checkpoint, began: "2020-01-02T03:04:05.000Z", seconds: 1000 });
      assert.deepEqual(again.record, whole.record, `checkpoint ${i}`);
      assert.match(
        again.said.join(),
        new RegExp(`^goes on in epoch .*,ran ${i < 12 ? 35 - i : 47 - i} of 36 batches$`),
      );
      assert.equal(again.began, "2020-01-02T03:04:05.000Z");
      assert.ok(again.seconds > 1000, "seconds are those of all attempts");
    }
  });
}

Deno.test("ctx.fit(): what cannot be gone on with is left, which is said, and the trial begins anew", async () => {
  using device = new Device("cpu", { threads: 1 });
  const { record, saved } = await run(resumes, device), sound = saved[20]!;
  const wrong: [Partial<TrialCheckpoint>, RegExp][] = [
    [{ learner: "" }, /cannot be used: .*at least 10 bytes, found 0/],
    [{ learner: btoa("damaged beyond everything") }, /cannot be used: Cannot read these bytes as safetensors/],
    [{ ...saved[32], fit: 0 }, /cannot be used: Cannot resume: the fit that was saved stands in epoch 3 of 4/],
    [{ environment: { ...sound.environment, description: "another" } }, /cannot be used: it was kept on another/],
    [{ environment: { ...sound.environment, versions: {} } }, /cannot be used: .*versions differ/],
  ];
  for (const [change, line] of wrong) {
    const again = await run(resumes, device, { ...sound, ...change });
    assert.match(again.said.join("\n"), line);
    assert.match(again.said.at(-1)!, /ran 36 of 36 batches/);
    assert.deepEqual(again.record, record);
  }
  // Threads change no result.
  const more = await run(resumes, device, { ...sound, environment: { ...sound.environment, threads: 7 } });
  assert.match(more.said.join(), /^goes on/);
});

Deno.test("ctx.fit(): one fit at a time, known options, and an error of a fit that goes on is the trial's", async () => {
  using device = new Device("cpu", { threads: 1 });
  const learner = () => {
    const set = new TensorDataset(randn([8, 2]), randn([8, 1]));
    return new Learner(new Linear(2, 1), DataLoaders.of(set, set, { batchSize: 4 }), mseLoss);
  };
  const plan = (trial: Sweep["trial"]) => defineSweep({ name: "fits", list: [{}], trial });
  const twice = await run(
    plan(async (_, ctx) => {
      await Promise.all([ctx.fit(learner(), 1), ctx.fit(learner(), 1)]);
      return { a: 1 };
    }),
    device,
  );
  assert.match(twice.record.error!, /Cannot fit: another fit of this trial is going on\. Await it first/);
  const odd = await run(
    plan(async (_, ctx) => {
      await ctx.fit(learner(), 1, { resume: true } as never);
      return { a: 1 };
    }),
    device,
  );
  assert.match(odd.record.error!, /resume/);
  let runs = 0;
  const breaks = plan(async (_, ctx) => {
    runs++;
    const learn = learner();
    await ctx.fit(learn, 1, { batches: 1 });
    throw new Error("it broke afterwards");
  });
  const first = await run(breaks, device), second = await run(breaks, device, first.saved[0]!);
  assert.match(second.record.error!, /it broke afterwards/);
  assert.equal(runs, 2, "it does not begin anew");
});

Deno.test("a trial that does not return the metric that its plan compares by has failed, and says what it returned", async () => {
  using device = new Device("cpu", { threads: 1 });
  const of = (metric: string) =>
    run(
      defineSweep({ name: "metric", grid: { a: [1] }, metric, goal: "min", trial: () => ({ accuracy: 1, loss: 2 }) }),
      device,
    );
  const wrong = await of("los"), right = await of("loss");
  assert.deepEqual([wrong.record.status, right.record.status], ["failed", "done"]);
  assert.match(
    wrong.record.error!,
    /trial returned accuracy, loss: expected los too, the metric that the plan compares by/,
  );
});

Deno.test("ctx.keep(): a chart that the trial does not wait for is kept; ctx.report() of nothing says what it expects", async () => {
  using device = await new Device("reference").ready;
  const of = (trial: (ctx: TrialContext) => void) =>
    run(
      defineSweep({
        name: "keeps",
        grid: { x: [1] },
        trial: (_params, ctx) => {
          trial(ctx);
          return { a: 1 };
        },
      }),
      device,
    );
  const { record } = await of((ctx) => {
    for (const name of ["one", "two"]) {
      void ctx.keep(
        name,
        lineChart({ x: { title: "x" }, y: { title: "y" }, lines: [{ label: "", points: [[0, 1]] }] }),
      );
    }
  });
  assert.deepEqual(record.artefacts.map(({ name }) => name), ["one.svg", "two.svg"]);
  const refused = await of((ctx) => ctx.report(3, null as never));
  assert.match(
    refused.record.error!,
    /^TypeError: Cannot report null at step 3: expected an object of numbers by name/,
  );
});
