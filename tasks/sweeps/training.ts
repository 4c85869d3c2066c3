/**
 * What the example sweeps share: choices by name, and one training on garments.
 *
 * @module
 */
import { DataLoaders } from "../../lib/data/dataloaders.ts";
import { pixelStatistics } from "../../lib/data/image_dataset.ts";
import { MetricsCB, type MetricsRow } from "../../lib/learner/callbacks/metrics.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { accuracy } from "../../lib/learner/metrics.ts";
import { initWeights } from "../../lib/lessons/init.ts";
import { BatchNorm } from "../../lib/lessons/norms/batch.ts";
import { RunningBatchNorm } from "../../lib/lessons/norms/running.ts";
import { GeneralReLU, LeakyReLU, ReLU } from "../../lib/nn/activations.ts";
import { BatchNorm2d } from "../../lib/nn/batch_norm.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import { GroupNorm } from "../../lib/nn/group_norm.ts";
import { InstanceNorm2d } from "../../lib/nn/instance_norm.ts";
import type { Module } from "../../lib/nn/module.ts";
import type { Metrics, TrialContext } from "../../lib/sweep/plan.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";

/** Activations by name: how each is made, and its slope below zero. */
export const ACTIVATIONS = {
  relu: { make: () => new ReLU(), leak: 0 },
  leaky: { make: () => new LeakyReLU(0.1), leak: 0.1 },
  generalRelu: { make: () => new GeneralReLU({ leak: 0.1, sub: 0.4 }), leak: 0.1 },
} as const;

/** Norms by name, for so many channels: the built-in layers, and two that the lessons write by hand. */
export const NORMS = {
  none: undefined,
  batch: (channels: number) => new BatchNorm2d(channels),
  batchByHand: (channels: number) => new BatchNorm(channels),
  running: (channels: number) => new RunningBatchNorm(channels),
  layer: (channels: number) => new GroupNorm(1, channels), // one group: each image by itself, factors by channel
  instance: (channels: number) => new InstanceNorm2d(channels, { affine: true }),
  group: (channels: number) => new GroupNorm(4, channels),
} as const;

/** First weights by name: PyTorch's own, or Kaiming's for the activation's slope. */
export function initialise<M extends Module>(model: M, init: "default" | "kaiming", leak: number): M {
  return init === "default" ? model : initWeights(model, { leak });
}

/** How to train. */
export interface Training {
  readonly lr: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Training and test images. */
  readonly limit: number;
  /** Changes the model by its first batch before it is trained. */
  readonly prepare?: (model: Module, x: Tensor) => Promise<unknown>;
}

/** Trains on normalised garments; returns accuracy and loss on the test images, and reports them epoch by epoch. */
export async function train(
  model: Module,
  { lr, batchSize, epochs, limit, prepare }: Training,
  ctx: TrialContext,
): Promise<Metrics> {
  const raw = await ctx.data("garments", { limit });
  const indices = Int32Array.from({ length: Math.min(1024, raw.train.count) }, (_, i) => i);
  const dls = DataLoaders.fromRaw(raw, { batchSize, normalize: await pixelStatistics(raw.train, indices) });
  if (prepare) await prepare(model, (await dls.oneBatch())[0]!);
  let last: { accuracy: number; loss: number } | undefined;
  const log = ({ train: phase, epoch, accuracy, loss }: MetricsRow) => {
    if (phase === "eval") ctx.report(epoch, last = { accuracy: Number(accuracy), loss });
  };
  const cbs = [new MetricsCB({ accuracy }, { log })];
  const learn = new Learner(model, dls, crossEntropy, { lr, momentum: 0.85, cbs });
  await ctx.fit(learn, epochs);
  return last!;
}
