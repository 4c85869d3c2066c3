/** One callback in two fits at once: what keeps a fit's figures is refused, and spoils nothing; anything else works. */
import assert from "node:assert/strict";
import * as learner from "../../lib/learner/mod.ts";
import { KeepRunCB } from "../../lib/sweep/mod.ts";
import { setSeed } from "../../lib/tensor/random.ts";
import { inFolder } from "../in_folder.ts";
import { crossEntropy, loaders, model } from "./helpers.ts";

const { Callback, Learner, MetricsCB } = learner;
type Callback = learner.Callback;

const make = (...cbs: Callback[]) => new Learner(model(), loaders(), crossEntropy, { lr: 0.1, cbs });
const metrics = () => new MetricsCB({}, { log: null });

Deno.test("the second of two fits at once is refused a callback of one fit, and leaves the first alone", () =>
  inFolder(async (folder) => {
    const kinds: ((more: Callback[]) => Callback)[] = [
      () => new learner.ActivationStats(),
      () => new learner.BestWeightsCB(),
      () => new learner.CheckpointCB(folder),
      () => new learner.CSVLoggerCB(`${folder}/fit.csv`),
      () => new learner.DiagnoseCB(),
      () => new learner.EMACB(),
      () => new learner.EarlyStoppingCB({ patience: 9 }),
      () => new learner.GradientAccumulationCB(2),
      () => new learner.HooksCallback(() => {}),
      () => new learner.LRFinderCB(),
      () => new learner.LiveCB({ to: () => {} }),
      () => new learner.MixUpCB(),
      () => new learner.NonFiniteCB(),
      () => new learner.OneCycleCB(),
      () => new learner.ProgressCB({ bar: false }),
      () => new learner.Recorder(),
      () => new learner.ReduceOnPlateauCB(),
      () => new KeepRunCB({ folder }),
      ([first]) => first!,
    ];
    for (const kind of kinds) {
      const losses = async (around: (going: Promise<unknown>, shared: Callback) => Promise<void>) => {
        setSeed(1); // mixing draws from it
        const rows = metrics(), shared = kind([rows]);
        const going = make(...new Set([rows, shared])).fit(2);
        await around(going, shared);
        await going;
        return rows.rows.map(({ loss }) => loss);
      };
      const alone = await losses(async () => {});
      const beside = await losses(async (going, shared) => {
        const { name } = shared, second = make(...shared instanceof MetricsCB ? [] : [metrics()], shared);
        await assert.rejects(second.fit(1), {
          name: "Error",
          message:
            `Cannot fit: the callback ${name} is in use by another fit that is going on, and keeps what belongs to that one. Await ` +
            `that fit first, or give each Learner a ${name} of its own`,
        });
        await going;
        if (!(shared instanceof MetricsCB)) await second.fit(1); // one after the other they may have it
      });
      assert.deepEqual(beside, alone, kind([metrics()]).name);
    }
  }));

Deno.test("two fits at once share callbacks that keep nothing of a fit, and metrics", async () => {
  class Count extends Callback {
    batches = 0;
    override beforeFit(): void {}
    override afterBatch(): void {
      this.batches++;
    }
  }
  const count = new Count(),
    shared = [
      count,
      new learner.TrainCB(),
      new learner.DeviceCB(model().device),
      new learner.GradientClip(1),
      new learner.BatchTransformCB((batch) => batch),
      new learner.NormalizeCB({ mean: 0, std: 1 }),
      new learner.ParamScheduler("lr", () => 0.1),
    ];
  const alone = metrics(), tables = [metrics(), metrics()];
  await make(...shared, alone).fit(2);
  const { batches } = count;
  await Promise.all(tables.map((table) => make(...shared, table).fit(2)));
  assert.equal(count.batches, 3 * batches);
  for (const { rows } of tables) assert.deepEqual(rows.map(({ loss }) => loss), alone.rows.map(({ loss }) => loss));
});
