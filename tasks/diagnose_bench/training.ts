/** One training of the benchmark of diagnoses, and what was found of it. */
import { DataLoaders } from "../../lib/data/dataloaders.ts";
import { TensorDataset } from "../../lib/data/dataset.ts";
import { DataLoader } from "../../lib/data/loader.ts";
import type { RawDataset } from "../../lib/data/raw.ts";
import { DiagnoseCB } from "../../lib/learner/callbacks/diagnose.ts";
import { MetricsCB } from "../../lib/learner/callbacks/metrics.ts";
import type { Callback } from "../../lib/learner/callback.ts";
import type { Diagnosis } from "../../lib/learner/diagnosis.ts";
import type { Problem } from "../../lib/learner/diagnose_problems.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { accuracy } from "../../lib/learner/metrics.ts";
import type { LossFunction, OptimizerFunction } from "../../lib/learner/parts.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import { Sequential } from "../../lib/nn/sequential.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { Generator, setSeed } from "../../lib/tensor/random.ts";
import { type Images, imagesAt } from "./data.ts";
import { build, type Network, OPTIMIZERS } from "./networks.ts";

/** What is wrong with a run: said before it is trained. */
export interface Declared {
  readonly problem: Problem;
  /** Its module's path and class; null where none is at fault. */
  readonly module: string | null;
}

/** What an ill changes before training begins. */
export interface Parts {
  model: Sequential;
  /** Training images, which an ill may change. */
  images: Images;
  loss: LossFunction;
  optFunc: OptimizerFunction;
  lr: number;
  batchSize: number;
  epochs: number;
  shuffle: boolean;
  cbs: Callback[];
  /** Numbers for what is drawn. */
  readonly random: Generator;
}

/** A run as it is planned. */
export interface Plan {
  /** The ill's name; "healthy" without one. */
  readonly name: string;
  readonly network: Network;
  readonly seed: number;
  readonly lr: number;
  /** Plants the ill, and declares it. */
  readonly plant?: (parts: Parts) => Declared;
}

/** How many images a set trains and validates with. */
export interface Amounts {
  readonly train: number;
  readonly valid: number;
  readonly batchSize: number;
  readonly epochs: number;
}

/** What came of a run. */
export interface Outcome {
  readonly plan: Plan;
  readonly declared: Declared | null;
  /** The share of validation images that are right after the last epoch. */
  readonly accuracy: number;
  readonly diagnosis: Diagnosis;
}

/** Trains as planned, and asks for the diagnosis. */
export async function train(plan: Plan, raw: RawDataset, amounts: Amounts): Promise<Outcome> {
  setSeed(plan.seed);
  const random = new Generator(plan.seed + 1), from = plan.seed * amounts.train;
  const parts: Parts = {
    model: build(plan.network),
    images: await imagesAt(raw.train, from, amounts.train),
    loss: crossEntropy,
    optFunc: OPTIMIZERS[plan.network.optimizer].make,
    lr: plan.lr,
    batchSize: amounts.batchSize,
    epochs: amounts.epochs,
    shuffle: true,
    cbs: [],
    random,
  };
  const declared = plan.plant?.(parts) ?? null;
  const valid = await imagesAt(raw.test, from, amounts.valid), { model, batchSize, shuffle } = parts;
  const order = shuffle ? { shuffle, generator: new Generator(plan.seed + 2) } : {};
  const dls = new DataLoaders(
    new DataLoader(dataset(parts.images), { batchSize, ...order }),
    new DataLoader(dataset(valid), { batchSize: 256 }),
  );
  const metrics = new MetricsCB({ accuracy }, { log: null });
  const learn = new Learner(model, dls, parts.loss, { lr: parts.lr, optFunc: parts.optFunc, cbs: [metrics] });
  await learn.fit(parts.epochs, { cbs: [...parts.cbs, new DiagnoseCB()] });
  return { plan, declared, accuracy: Number(metrics.rows.at(-1)!.accuracy), diagnosis: learn.diagnose() };
}

function dataset({ x, y }: Images): TensorDataset {
  return new TensorDataset(tensor(x, { shape: [y.length, 1, 28, 28] }), tensor(y));
}
