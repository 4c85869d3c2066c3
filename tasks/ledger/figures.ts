/**
 * The ledger's figures: from lines of JSON to statistics over seeds.
 *
 * @module
 */
import { findRun } from "../../lib/lessons/catalogue.ts";
import type { Run } from "../../lib/lessons/types.ts";

/** A line of `deno task lesson --json`, or of the PyTorch script that does the same. */
export interface Line {
  readonly run: string;
  readonly seed: number;
  readonly device: string;
  readonly dataset: string;
  /** From 0. */
  readonly epoch: number;
  readonly phase: "train" | "eval";
  /** null: not finite. */
  readonly loss: number | null;
  readonly accuracy: number | null;
}

/** A run that ends below this evaluation accuracy has failed: the network did not learn. */
export const FAILED = 0.5;

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
}

/**
 * Reads lines of JSON.
 *
 * @throws {Error} for a line that is none, or that is of another data set than its run's document: those figures belong to no ledger
 */
export function parseLines(text: string, source: string): Line[] {
  return text.split("\n").flatMap((row, i) => {
    if (!row.trim()) return [];
    let line: Line;
    try {
      line = JSON.parse(row) as Line;
    } catch {
      throw new Error(`${source}, line ${i + 1}: expected an object in JSON, found "${row.slice(0, 40)}"`);
    }
    const wrong = oddField(line);
    if (wrong) throw new Error(`${source}, line ${i + 1}: ${wrong}`);
    const run = findRun(line.run);
    if (!run) throw new Error(`${source}, line ${i + 1}: no lesson has a run "${line.run}"`);
    if (line.dataset !== run.setup.dataset) {
      throw new Error(
        `${source}, line ${i + 1}: ${line.run} was published on ${run.setup.dataset}, found ${line.dataset}. ` +
          "Run it with --dataset published",
      );
    }
    return [line];
  });
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && value as number >= 0;
const isFigure = (value: unknown) => value === null || Number.isFinite(value);

/** What each field of a line must be. A line may have more. */
const FIELDS: Readonly<Record<keyof Line, readonly [wanted: string, holds: (value: unknown) => boolean]>> = {
  run: ["a text", (value) => typeof value === "string"],
  seed: ["a whole number from 0", isCount],
  device: ["a text", (value) => typeof value === "string"],
  dataset: ["a text", (value) => typeof value === "string"],
  epoch: ["a whole number from 0", isCount],
  phase: ["train or eval", (value) => value === "train" || value === "eval"],
  loss: ["a number or null", isFigure],
  accuracy: ["a number or null", isFigure],
};

/** The first field that is not what a line has, in words. */
function oddField(line: unknown): string | undefined {
  if (typeof line !== "object" || line === null || Array.isArray(line)) {
    return `expected an object, found ${JSON.stringify(line).slice(0, 40)}`;
  }
  for (const [name, [wanted, holds]] of Object.entries(FIELDS)) {
    const found: unknown = Reflect.get(line, name);
    if (!holds(found)) return `${name} must be ${wanted}, found ${JSON.stringify(found) ?? "nothing"}`;
  }
  return undefined;
}

/** One seed's lines of one run, by `epoch phase`; the later of two lines counts. */
type Seed = ReadonlyMap<string, Line>;

/** The seeds of a run that went to its end. */
export function complete(lines: readonly Line[], { id, setup: { epochs } }: Run): Seed[] {
  const seeds = Map.groupBy(lines.filter((line) => line.run === id), (line) => line.seed);
  return [...seeds.values()]
    .map((own) => new Map(own.map((line) => [`${line.epoch} ${line.phase}`, line])))
    .filter((seed) => seed.has(`${epochs - 1} eval`));
}

/** The last evaluation of each seed. */
export function outcome(lines: readonly Line[], run: Run): Outcome {
  const last = complete(lines, run).map((seed) => seed.get(`${run.setup.epochs - 1} eval`)!);
  const failed = last.filter((line) => !((line.accuracy ?? 0) >= FAILED));
  const good = last.filter((line) => !failed.includes(line)).map((line) => line.accuracy!).sort((a, b) => a - b);
  return {
    seeds: last.length,
    failed: failed.length,
    nonFinite: failed.filter((line) => line.loss === null).length,
    good,
    median: median(good),
    mean: mean(good),
    std: deviation(good),
  };
}

/** Figures of one phase of one epoch, of the seeds that did not fail; of all where all did. */
export function phaseFigures(lines: readonly Line[], run: Run, epoch: number, phase: Line["phase"]) {
  const seeds = complete(lines, run);
  const end = `${run.setup.epochs - 1} eval`;
  const good = seeds.filter((seed) => (seed.get(end)!.accuracy ?? 0) >= FAILED);
  const rows = (good.length ? good : seeds).flatMap((seed) => seed.get(`${epoch} ${phase}`) ?? []);
  return rows.map((line) => ({ accuracy: line.accuracy ?? NaN, loss: line.loss ?? NaN }));
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

function median(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * Fisher's exact test, two-sided: how often shares that are the same in truth would differ at least as much as `a` of `n` and `b` of `m`.
 */
export function sameShare(a: number, n: number, b: number, m: number): number {
  const logFactorial = (k: number) => {
    let sum = 0;
    for (let i = 2; i <= k; i++) sum += Math.log(i);
    return sum;
  };
  const choose = (k: number, of: number) => logFactorial(of) - logFactorial(k) - logFactorial(of - k);
  const all = a + b;
  const probability = (k: number) => Math.exp(choose(k, n) + choose(all - k, m) - choose(all, n + m));
  const found = probability(a);
  let sum = 0;
  for (let k = Math.max(0, all - m); k <= Math.min(n, all); k++) {
    const p = probability(k);
    if (p <= found * (1 + 1e-9)) sum += p;
  }
  return Math.min(1, sum);
}

/** How far apart two means may be: 0.01, or 2.5 standard errors of their difference where that is more. */
export function allowed(a: Outcome, b: Outcome): number {
  const error = Math.sqrt(a.std ** 2 / a.good.length + b.std ** 2 / b.good.length);
  return Number.isNaN(error) ? 0.01 : Math.max(0.01, 2.5 * error);
}
