/**
 * How far apart trainings from equal seeds are, and whether that is more than PyTorch is from itself.
 *
 * @module
 */
import type { BySeed, Kind, Loss, Trained, Trainings } from "./lines.ts";

/** Losses of the first steps agree within this, relative to PyTorch's, or within twice what PyTorch differs by between threads. */
export const CLOSE = 1e-4;

/** What was measured over the seeds of one run; undefined where a figure is missing. */
export interface Compared {
  readonly seeds: readonly number[];
  /** Of the first steps: the largest relative difference over all seeds. */
  readonly steps: Distances;
  /** Of the first epoch's training loss: likewise. */
  readonly epoch: Distances;
  /** The seeds whose first steps are farther apart than the limit, with the step at which they part. */
  readonly parted: readonly Parted[];
  /** How many seeds have a first epoch of both. */
  readonly epochSeeds: number;
  /** Those whose first epoch is farther apart than the limit. */
  readonly epochsParted: readonly Omit<Parted, "step">[];
  /** Whether no first epoch of either is finite. */
  readonly epochsLost: boolean;
}

/** Largest relative differences. */
export interface Distances {
  /** Of Sonde from PyTorch with one thread. */
  readonly sonde: number | undefined;
  /** Of PyTorch with two threads from PyTorch with one. */
  readonly threads: number | undefined;
  /** What Sonde's may be. */
  readonly limit: number | undefined;
  /** Of PyTorch with one thread from PyTorch in 64-bit floats, and of Sonde from that. */
  readonly exact: number | undefined;
  readonly sondeExact: number | undefined;
  /** Of PyTorch with one thread from itself, when its first weights differ in their last bits. */
  readonly nudged: number | undefined;
}

/** Where the first steps of a seed part. */
export interface Parted {
  readonly seed: number;
  /** From 1. */
  readonly step: number;
  /** How far apart they are at most. */
  readonly apart: number;
  /** How far this seed's trainings are from the one in 64 bits; undefined if there is none. */
  readonly sondeExact: number | undefined;
  readonly exact: number | undefined;
  /** How far PyTorch is from itself, when this seed's weights differ in their last bits; undefined if that was not tried. */
  readonly nudged: number | undefined;
}

/** |a − b| / |b|; two losses that are both not finite are not apart, one of them is. */
export function apart(a: Loss, b: Loss): number {
  if (a === null || b === null) return a === b ? 0 : Infinity;
  return a === b ? 0 : Math.abs(a - b) / Math.abs(b);
}

const stepsApart = (a: Trained, b: Trained): number =>
  Math.max(...b.losses.map((loss, i) => apart(a.losses[i] ?? null, loss)));

const epochsApart = (a: Trained, b: Trained): number | undefined =>
  a.epoch === undefined || b.epoch === undefined ? undefined : apart(a.epoch, b.epoch);

/** The largest of a seed's nudged trainings. */
function nudgedApart(
  { torch, nudged = [] }: Trainings,
  measure: (a: Trained, b: Trained) => number | undefined,
): number | undefined {
  const all = torch ? nudged.flatMap((one) => measure(one, torch) ?? []) : [];
  return all.length > 0 ? Math.max(...all) : undefined;
}

/** The largest over all seeds that have both; undefined if none has. */
function largest(
  seeds: BySeed,
  a: Kind,
  b: Kind,
  measure: (a: Trained, b: Trained) => number | undefined,
): number | undefined {
  const all = [...seeds.values()].flatMap((by) => {
    const [x, y] = [by[a], by[b]];
    return x && y && x.losses.length > 0 ? measure(x, y) ?? [] : [];
  });
  return all.length > 0 ? Math.max(...all) : undefined;
}

function distances(seeds: BySeed, measure: (a: Trained, b: Trained) => number | undefined, least: number): Distances {
  const threads = largest(seeds, "threads", "torch", measure);
  const nudged = [...seeds.values()].flatMap((by) => nudgedApart(by, measure) ?? []);
  return {
    sonde: largest(seeds, "sonde", "torch", measure),
    threads,
    limit: threads === undefined ? undefined : Math.max(least, 2 * threads),
    exact: largest(seeds, "torch", "exact", measure),
    sondeExact: largest(seeds, "sonde", "exact", measure),
    nudged: nudged.length > 0 ? Math.max(...nudged) : undefined,
  };
}

/** Compares the trainings of one run. */
export function compare(seeds: BySeed): Compared {
  const steps = distances(seeds, stepsApart, CLOSE), epoch = distances(seeds, epochsApart, 0);
  const pairs = [...seeds].flatMap(([seed, { sonde, torch, exact }]) =>
    sonde && torch && sonde.losses.length > 0 ? [{ seed, sonde, torch, exact }] : []
  );
  const parted = pairs.flatMap(({ seed, sonde, torch, exact }) => {
    const each = torch.losses.map((loss, i) => apart(sonde.losses[i] ?? null, loss));
    const step = steps.limit === undefined ? -1 : each.findIndex((x) => x > steps.limit!);
    return step < 0 ? [] : [{
      seed,
      step: step + 1,
      apart: Math.max(...each),
      sondeExact: exact && stepsApart(sonde, exact),
      exact: exact && stepsApart(torch, exact),
      nudged: nudgedApart(seeds.get(seed)!, stepsApart),
    }];
  });
  const epochs = pairs.flatMap(({ seed, sonde, torch, exact }) => {
    const distance = epochsApart(sonde, torch);
    return distance === undefined ? [] : [{
      seed,
      apart: distance,
      sondeExact: exact && epochsApart(sonde, exact),
      exact: exact && epochsApart(torch, exact),
      nudged: nudgedApart(seeds.get(seed)!, epochsApart),
    }];
  });
  const epochsLost = pairs.every(({ sonde, torch }) => !sonde.epoch && !torch.epoch);
  const epochsParted = epochs.filter(({ apart }) => epoch.limit !== undefined && apart > epoch.limit);
  const order = pairs.map(({ seed }) => seed).toSorted((a, b) => a - b);
  return { seeds: order, steps, epoch, parted, epochSeeds: epochs.length, epochsParted, epochsLost };
}
