/**
 * Trials of one training that wait, each at another batch, to be killed; tried again they go on, and come to the same.
 *
 * One that goes on does not come to that batch again, and does not wait.
 *
 * @module
 */
import { DataLoaders } from "../../../lib/data/dataloaders.ts";
import { TensorDataset } from "../../../lib/data/dataset.ts";
import { Callback } from "../../../lib/learner/callback.ts";
import { MetricsCB } from "../../../lib/learner/callbacks/metrics.ts";
import { Recorder } from "../../../lib/learner/callbacks/recorder.ts";
import { CheckpointCB } from "../../../lib/learner/callbacks/checkpoint.ts";
import { Learner } from "../../../lib/learner/learner.ts";
import { Dropout } from "../../../lib/nn/dropout.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { mseLoss } from "../../../lib/nn/regression_losses.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { Adam } from "../../../lib/optim/adam.ts";
import { defineSweep } from "../../../lib/sweep/plan.ts";
import { randn } from "../../../lib/tensor/create_random.ts";

/** Batches of both fits: 2 epochs of 6, and 4 of 6. */
const EPOCHS = [2, 4], BATCHES = 6;

/** Counts the batches of this attempt, and waits at one if it has run all before it. */
class Wait extends Callback {
  static override order = CheckpointCB.order + 1;
  ran = 0;
  /** Batches of the fits before. */
  before = 0;
  constructor(readonly at: number, readonly say: (line: string) => void) {
    super();
  }
  override async afterBatch(learn: Learner): Promise<void> {
    if (!learn.training) return;
    const done = this.before + learn.epoch * BATCHES + learn.iter + 1;
    if (++this.ran !== this.at || done !== this.at) return;
    this.say("waits to be killed");
    await new Promise(() => {});
  }
}

export default defineSweep({
  name: "resumes",
  // Within the first fit; in the second, within an epoch, at its end, and in the last one; and one that nobody kills.
  grid: { at: [5, 15, 24, 33, 0] },
  seeds: [1],
  timeout: 300,
  trial: async ({ at }, ctx) => {
    const set = new TensorDataset(randn([24, 4]), randn([24, 1]));
    const model = new Sequential(new Linear(4, 8), new Dropout(0.3), new Linear(8, 1));
    const dls = DataLoaders.of(set, set, { batchSize: 4 });
    const wait = new Wait(at, (line) => ctx.log(line)), metrics: number[] = [];
    await ctx.keep("begun.txt", "begun");
    for (const [which, epochs] of EPOCHS.entries()) {
      const recorder = new Recorder();
      const measured = new MetricsCB({}, {
        log: ({ train, epoch, loss }) => {
          if (train === "eval") ctx.report(10 * which + epoch, { valid: loss });
        },
      });
      const learn = new Learner(model, dls, mseLoss, { lr: 0.01, optFunc: Adam });
      await ctx.fit(learn, epochs, { cbs: [measured, recorder, wait], batches: 1 });
      wait.before += epochs * BATCHES;
      metrics.push(...recorder.losses);
      await ctx.keep(`losses-${which}.json`, JSON.stringify(recorder.losses));
    }
    ctx.log(`ran ${wait.ran} of ${BATCHES * (EPOCHS[0]! + EPOCHS[1]!)} batches`);
    return Object.fromEntries(metrics.map((loss, i) => [`loss${i}`, loss]));
  },
});
