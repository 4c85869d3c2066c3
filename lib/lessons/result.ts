/**
 * The results of a lesson's runs: plain data, from which tables and reports are made.
 *
 * @module
 */
import type { LayerStatistics } from "../learner/activation_figures.ts";
import type { Summary } from "../learner/summary.ts";
export { meanAndStd } from "../plot/format.ts";
import type { DatasetName, EpochFigures, Lesson, Run } from "./types.ts";

/** One phase of one epoch, as it ended. */
export interface PhaseResult {
  /** From 0. */
  readonly epoch: number;
  /** Training, or evaluation after it. */
  readonly phase: "train" | "eval";
  /** The mean over the samples. */
  readonly loss: number;
  /** The fraction of samples that were classified correctly. */
  readonly accuracy: number;
  /** Wall-clock time of this phase. */
  readonly seconds: number;
}

/** One run with one seed. */
export interface SeedResult {
  /** The seed of weights and order. */
  readonly seed: number;
  /** Training and evaluation of each epoch, in order. */
  readonly phases: readonly PhaseResult[];
  /** The training loss of every batch. */
  readonly losses: ArrayLike<number>;
  /** Statistics of every watched layer, at all training batches or at some; absent if none was watched. */
  readonly activations?: readonly LayerStatistics[];
  /** One batch out of this many was watched. Default: 1, all. */
  readonly every?: number;
  /** Accuracy where predictions are averaged as the set-up says; absent if it says nothing, or if the other network is not there. */
  readonly averaged?: number;
  /** Why its figures are not finite, in a sentence; absent if they are. */
  readonly diverged?: string;
  /** From the run's beginning to its end, making the model included. */
  readonly seconds: number;
}

/** One run with all its seeds. */
export interface RunResult {
  /** What was run. */
  readonly run: Run;
  /** The data it was given, which need not be its document's. */
  readonly dataset: DatasetName;
  /** Epochs that it was trained for. */
  readonly epochs: number;
  /** Training images. */
  readonly trainSize: number;
  /** Evaluation images. */
  readonly evalSize: number;
  /** Parameters of the model. */
  readonly parameters: number;
  /** The model's modules. */
  readonly model?: Summary;
  /** One entry for each seed. */
  readonly seeds: readonly SeedResult[];
}

/** Where and with what the runs were made. */
export interface Environment {
  /** The kind of device: `cpu`. */
  readonly device: string;
  /** The device's description of itself. */
  readonly description: string;
  /** Threads on the cpu; `null` where the device has no such thing. */
  readonly threads: number | null;
  /** Versions by name: Sonde, Deno, V8. */
  readonly versions: Readonly<Record<string, string>>;
  /** Operating system and architecture. */
  readonly platform: string;
  /** When it began. */
  readonly began: Date;
  /** Of everything: data, training, evaluation. */
  readonly seconds: number;
}

/** A whole lesson. */
export interface LessonResult {
  /** What was run. */
  readonly lesson: Lesson;
  /** Its runs, in order. */
  readonly runs: readonly RunResult[];
  /** Where and with what they were made. */
  readonly environment: Environment;
}

/** The same phase of the same epoch from every seed. */
export function acrossSeeds(result: RunResult, epoch: number, phase: "train" | "eval"): PhaseResult[] {
  return result.seeds.flatMap(({ phases }) => phases.filter((row) => row.epoch === epoch && row.phase === phase));
}

/** Whether published figures may stand beside these: they belong to their document's data set, whole, and to nothing else. */
export function comparable({ run, dataset, trainSize }: RunResult): boolean {
  return dataset === run.setup.dataset && trainSize === FULL_SIZE - run.setup.heldOut && hasFigures(run);
}

/** Whether the document or the course has figures of a run. */
export const hasFigures = ({ published, course }: Run): boolean => published.length > 0 || course !== undefined;

/** The figures of an epoch in the document; of the last one in the course, where the document has none. */
export function publishedAt({ published, course, setup }: Run, epoch: number): EpochFigures | undefined {
  return published[epoch] ?? (epoch === setup.epochs - 1 ? course : undefined);
}

/** Images in the training file of each document's data set. */
const FULL_SIZE = 60_000;
