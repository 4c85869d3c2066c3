import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import { DataLoaders } from "../../lib/data/dataloaders.ts";
import { TensorDataset } from "../../lib/data/dataset.ts";
import { Callback } from "../../lib/learner/callback.ts";
import type { LearnerCore } from "../../lib/learner/core.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { rateOf } from "../../lib/lessons/rates.ts";
import type { RateSetup } from "../../lib/lessons/types.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { mseLoss } from "../../lib/nn/functional.ts";
import { AdamW } from "../../lib/optim/adam.ts";
import { zeros } from "../../lib/tensor/create.ts";

/** Rate and first beta at each of four steps an epoch, three epochs. */
async function seen(setup: RateSetup): Promise<{ rates: number[]; betas: number[] }> {
  const on = device("reference"), rates: number[] = [], betas: number[] = [];
  const Seen = class extends Callback {
    static override order = 100;
    override afterBatch(learn: LearnerCore): void {
      if (!learn.training) return;
      rates.push(learn.opt.lr);
      betas.push((learn.opt as AdamW).paramGroups[0]!.betas[0]);
    }
  };
  const set = new TensorDataset(zeros([8, 1], { device: on }), zeros([8, 1], { device: on }));
  const { lr, cbs } = rateOf(setup, 3);
  const learn = new Learner(new Linear(1, 1, { device: on }), DataLoaders.of(set, set, { batchSize: 2 }), mseLoss, {
    lr,
    optFunc: AdamW,
    cbs: [...cbs, new Seen()],
  });
  await learn.fit(3);
  return { rates, betas };
}

const near = (found: readonly number[], wanted: readonly number[]) =>
  assert.ok(
    found.length === wanted.length && found.every((x, i) => Math.abs(x - wanted[i]!) < 1e-6),
    `${found} for ${wanted}`,
  );

Deno.test("rateOf(): one number, straight lines", async () => {
  near((await seen(0.3)).rates, Array(12).fill(0.3));
  const lines = await seen([{ fraction: 0.5, from: 0, to: 1 }, { fraction: 0.5, from: 1, to: 0 }]);
  near(lines.rates, [0, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1].map((x) => x / 6));
});

Deno.test("rateOf(): a cosine by batch falls at every step, by epoch at three", async () => {
  const by = async (by: "batch" | "epoch") => (await seen({ kind: "cosine", from: 2, by })).rates;
  near(await by("batch"), Array.from({ length: 12 }, (_, i) => 1 + Math.cos(Math.PI * i / 12)));
  near(await by("epoch"), [2, 2, 2, 2, 1.5, 1.5, 1.5, 1.5, 0.5, 0.5, 0.5, 0.5]);
});

Deno.test("rateOf(): one cycle rises for three tenths, and the momentum does the reverse", async () => {
  const { rates, betas } = await seen({ kind: "oneCycle", max: 1 });
  const half = (from: number, to: number, x: number) => from + (1 - Math.cos(Math.PI * x)) / 2 * (to - from);
  const cycle = (start: number, top: number, end: number) =>
    Array.from({ length: 12 }, (_, i) => {
      const at = i / 12;
      return at < 0.3 ? half(start, top, at / 0.3) : half(top, end, (at - 0.3) / 0.7);
    });
  near(rates, cycle(1 / 25, 1, 1 / 25e4));
  near(betas, cycle(0.95, 0.85, 0.95));
});
