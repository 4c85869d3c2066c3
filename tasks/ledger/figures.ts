/**
 * The ledger's figures: statistics of trainings over their seeds.
 *
 * @module
 */
import type { Figures, Run } from "../../lib/lessons/types.ts";
import type { Training } from "./lines.ts";

/** A run that ends below this evaluation accuracy has failed: the network did not learn. */
export const FAILED = 0.5;

/** An evaluation loss above this is counted: chance has ln 10 = 2.3, a network that has learned has a tenth of that. */
export const TAIL = 1;

/** Statistics of a run over its seeds, of evaluation after the last epoch. */
export interface Outcome {
  readonly seeds: number;
  /** How many ended below {@linkcode FAILED}. */
  readonly failed: number;
  /** How many of those ended with a loss that is NaN or infinite. */
  readonly nonFinite: number;
  /** Accuracies of the others, in ascending order. */
  readonly good: readonly number[];
  /** Of the others; NaN if there are none. */
  readonly median: number;
  readonly mean: number;
  /** Unbiased standard deviation; NaN of fewer than two. */
  readonly std: number;
  /** Losses of all seeds in ascending order; one that is not finite is Infinity. */
  readonly losses: readonly number[];
  /** How many of the seeds that did not fail have a loss above {@linkcode TAIL}. */
  readonly tail: number;
  /** The largest loss of those that did not fail; -Infinity of none. */
  readonly largest: number;
  /** Accuracies where predictions are averaged, in ascending order, of the seeds that have one. */
  readonly averaged: readonly number[];
}

const last = ({ epochs }: Training): Figures => epochs.at(-1)!.eval;
const hasFailed = (training: Training) => !(last(training).accuracy >= FAILED);
const ascending = (xs: number[]) => xs.sort((a, b) => a - b);

/** The last evaluation of each seed. */
export function outcome(trainings: readonly Training[], { id }: Run): Outcome {
  const own = trainings.filter(({ run }) => run === id);
  const failed = own.filter(hasFailed), others = own.filter((training) => !hasFailed(training));
  const good = ascending(others.map((training) => last(training).accuracy));
  return {
    seeds: own.length,
    failed: failed.length,
    nonFinite: failed.filter((training) => !Number.isFinite(last(training).loss)).length,
    good,
    median: median(good),
    mean: mean(good),
    std: deviation(good),
    losses: ascending(own.map((training) => finiteOr(last(training).loss))),
    tail: others.filter((training) => finiteOr(last(training).loss) > TAIL).length,
    largest: Math.max(...others.map((training) => finiteOr(last(training).loss))),
    averaged: ascending(own.flatMap((training) => training.averaged ?? [])),
  };
}

/** NaN counts as the worst there is. */
const finiteOr = (loss: number) => Number.isFinite(loss) ? loss : Infinity;

/** Figures of one phase of one epoch, of the seeds that did not fail; of all where all did. */
export function phaseFigures(
  trainings: readonly Training[],
  { id }: Run,
  epoch: number,
  phase: "train" | "eval",
): Figures[] {
  const own = trainings.filter(({ run }) => run === id);
  const good = own.filter((training) => !hasFailed(training));
  return (good.length ? good : own).map(({ epochs }) => epochs[epoch]![phase]);
}

/** NaN of none. */
export function mean(xs: readonly number[]): number {
  return xs.reduce((a, b) => a + b, 0) / xs.length;
}

/** Unbiased; NaN of fewer than two. */
export function deviation(xs: readonly number[]): number {
  const m = mean(xs);
  return xs.length < 2 ? NaN : Math.sqrt(xs.reduce((a, x) => a + (x - m) ** 2, 0) / (xs.length - 1));
}

/** Of numbers in ascending order; NaN of none. */
export function median(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** How far apart two means may be: 0.01, or 2.5 standard errors of their difference where that is more. */
export function allowed(a: Outcome, b: Outcome): number {
  const error = Math.sqrt(a.std ** 2 / a.good.length + b.std ** 2 / b.good.length);
  return Number.isNaN(error) ? 0.01 : Math.max(0.01, 2.5 * error);
}
