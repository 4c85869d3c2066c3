/**
 * What the example sweeps share: one training of the lessons' network.
 *
 * @module
 */
import { DataLoaders } from "../../lib/data/dataloaders.ts";
import { pixelStatistics } from "../../lib/data/image_dataset.ts";
import { MetricsCB, type MetricsRow } from "../../lib/learner/callbacks/metrics.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { accuracy } from "../../lib/learner/metrics.ts";
import { getModel, initWeights, type ModelOptions } from "../../lib/lessons/models.ts";
import { GeneralReLU, ReLU } from "../../lib/nn/activations.ts";
import { crossEntropy } from "../../lib/nn/functional.ts";
import type { Module } from "../../lib/nn/module.ts";
import type { Metrics, TrialContext } from "../../lib/sweep/plan.ts";

/** How to train. */
export interface Training {
  /** Default: relu. */
  readonly activation?: "relu" | "generalRelu";
  readonly init: "default" | "kaiming";
  readonly lr: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Training and test images. */
  readonly limit: number;
  /** Default: five convolutions from 1 to 10 channels. */
  readonly channels?: readonly number[];
  /** Default: none. */
  readonly norm?: NonNullable<ModelOptions["norm"]>;
  /** Changes the model before it is trained. */
  readonly prepare?: (model: Module, dls: DataLoaders) => void | Promise<void>;
}

/** The slope below zero, and the shift, of the general ReLU. */
const GENERAL = { leak: 0.1, sub: 0.4 };

/** Trains on normalised garments; returns accuracy and loss on the test images, and reports them epoch by epoch. */
export async function train(
  { activation = "relu", init, lr, batchSize, epochs, limit, channels, norm, prepare }: Training,
  ctx: TrialContext,
): Promise<Metrics> {
  const raw = await ctx.data("garments", { limit });
  const indices = Int32Array.from({ length: Math.min(1024, raw.train.count) }, (_, i) => i);
  const dls = DataLoaders.fromRaw(raw, { batchSize, normalize: await pixelStatistics(raw.train, indices) });
  const general = activation === "generalRelu";
  const model = getModel({
    act: () => general ? new GeneralReLU(GENERAL) : new ReLU(),
    ...(channels ? { channels } : {}),
    ...(norm ? { norm } : {}),
  });
  if (init === "kaiming") initWeights(model, { leak: general ? GENERAL.leak : 0 });
  await prepare?.(model, dls);
  const rows: MetricsRow[] = [];
  const log = (row: MetricsRow) => {
    if (row.train !== "eval") return;
    rows.push(row);
    ctx.report(row.epoch + 1, { accuracy: Number(row.accuracy), loss: row.loss });
  };
  const learn = new Learner(model, dls, crossEntropy, {
    lr,
    momentum: 0.85,
    cbs: [new MetricsCB({ accuracy }, { log })],
  });
  ctx.signal.addEventListener("abort", () => learn.stop());
  await learn.fit(epochs);
  const { accuracy: final, loss } = rows.at(-1)!;
  return { accuracy: Number(final), loss };
}
