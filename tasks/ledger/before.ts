/**
 * Sonde's figures of the edition before, of which no lines were kept: they stand in until there are as many seeds in lines.
 *
 * @module
 */
import type { Outcome } from "./figures.ts";

/** A run's figures as the page printed them. */
export interface Before {
  readonly seeds: number;
  readonly failed: number;
  readonly nonFinite: number;
  /** Of the accuracies of the seeds that did not fail; null where all did, or where it was not printed. */
  readonly median: number | null;
  readonly mean: number | null;
  readonly std: number | null;
  readonly least: number | null;
  readonly most: number | null;
  /** Accuracy / loss of training and evaluation in each epoch, as mean ± standard deviation; empty where they were not printed. */
  readonly epochs: readonly (readonly string[])[];
}

/** By the run's id. */
export type AllBefore = Readonly<Record<string, Before>>;

/** The figures as those of trainings. Of the accuracies only the least and the most are known, and of the losses none. */
export function outcomeBefore({ seeds, failed, nonFinite, median, mean, std, least, most }: Before): Outcome {
  const figure = (x: number | null) => x ?? NaN;
  const good = Array.from(
    { length: seeds - failed },
    (_, i) => figure(i === 0 ? least : i === seeds - failed - 1 ? most : median),
  );
  return {
    seeds,
    failed,
    nonFinite,
    good,
    median: figure(median),
    mean: figure(mean),
    std: figure(std),
    losses: [],
    tail: 0,
    largest: -Infinity,
  };
}
