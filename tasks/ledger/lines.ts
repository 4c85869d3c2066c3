/**
 * The ledger's lines: one for each seed of each run, read from the repository's files or from what `deno task lesson --json` prints.
 *
 * @module
 */
import { findRun, lessons } from "../../lib/lessons/catalogue.ts";
import type { Figures } from "../../lib/lessons/types.ts";

/** One epoch of a training. A loss that was not finite is NaN. */
export interface Epoch {
  readonly train: Figures;
  readonly eval: Figures;
  /** Wall-clock time of both phases. */
  readonly seconds: number;
}

/** A run with one seed, trained to its end. */
export interface Training {
  readonly run: string;
  readonly seed: number;
  /** `cpu`, `webgpu` or `pytorch`. */
  readonly device: string;
  /** null where the device has none, or where nobody noted it. */
  readonly threads: number | null;
  readonly epochs: readonly Epoch[];
  /** Accuracy where predictions are averaged as the run says; absent where nobody averaged them. */
  readonly averaged?: number;
}

/** A line of `deno task lesson --json`, or of the PyTorch script that does the same: one phase of one epoch. */
interface PhaseLine {
  readonly run: string;
  readonly seed: number;
  readonly device: string;
  readonly threads: number | null;
  readonly dataset: string;
  readonly epoch: number;
  readonly phase: "train" | "eval";
  /** null: not finite. */
  readonly loss: number | null;
  readonly accuracy: number;
  /** Sonde: of this phase. PyTorch: since the run's beginning. */
  readonly seconds: number;
}

/** A line behind those of a training's phases: the accuracy of averaged predictions. */
interface AverageLine extends Pick<PhaseLine, "run" | "seed" | "device" | "threads" | "dataset"> {
  readonly averaged: number;
}

/** A line of the repository's files: an epoch is [train accuracy, train loss, evaluation accuracy, evaluation loss, seconds]. */
interface CompactLine {
  readonly run: string;
  readonly seed: number;
  readonly device: string;
  readonly threads: number | null;
  readonly epochs: readonly (readonly [number, number | null, number, number | null, number])[];
  readonly averaged?: number;
}

type Checks = Readonly<Record<string, readonly [wanted: string, holds: (value: unknown) => boolean]>>;

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isSeconds = (value: unknown) => Number.isFinite(value) && (value as number) >= 0;
const isShare = (value: unknown) => isSeconds(value) && (value as number) <= 1;
const isLoss = (value: unknown) => value === null || Number.isFinite(value);
const isText = (value: unknown) => typeof value === "string";

/** What every line has. A line may have more. */
const COMMON: Checks = {
  run: ["a text", isText],
  seed: ["a whole number from 0", isCount],
  device: ["a text", isText],
  threads: ["a whole number or null", (value) => value === null || isCount(value)],
};

const SHARE = "a number from 0 to 1";

const AVERAGE: Checks = { ...COMMON, dataset: ["a text", isText], averaged: [SHARE, isShare] };

const PHASE: Checks = {
  ...COMMON,
  dataset: ["a text", isText],
  epoch: ["a whole number from 0", isCount],
  phase: ["train or eval", (value) => value === "train" || value === "eval"],
  loss: ["a number or null", isLoss],
  accuracy: [SHARE, isShare],
  seconds: ["a number from 0", isSeconds],
};

const isRow = (row: unknown) =>
  Array.isArray(row) && row.length === 5 && isShare(row[0]) && isLoss(row[1]) && isShare(row[2]) && isLoss(row[3]) &&
  isSeconds(row[4]);

const COMPACT: Checks = {
  ...COMMON,
  epochs: [
    "a list of [accuracy, loss, accuracy, loss, seconds]",
    (value) => Array.isArray(value) && value.every(isRow),
  ],
  averaged: [SHARE, (value) => value === undefined || isShare(value)],
};

/** The first field that is not what a line has, in words. */
function oddField(line: unknown): string | undefined {
  if (typeof line !== "object" || line === null || Array.isArray(line)) {
    return `expected an object, found ${JSON.stringify(line).slice(0, 40)}`;
  }
  const checks = "epochs" in line ? COMPACT : "averaged" in line ? AVERAGE : PHASE;
  for (const [name, [wanted, holds]] of Object.entries(checks)) {
    const found: unknown = Reflect.get(line, name);
    if (!holds(found)) return `${name} must be ${wanted}, found ${JSON.stringify(found)?.slice(0, 60) ?? "nothing"}`;
  }
  return undefined;
}

/**
 * Reads lines of JSON, of either form. Of a seed that did not come to its end nothing is kept; of two trainings with the same run,
 * device and seed the later counts.
 *
 * @throws {Error} for a line that is none, or that is of another data set or number of epochs than its run's document: those figures
 * belong to no ledger
 */
export function parseLines(text: string, source: string): Training[] {
  const phases = new Map<string, PhaseLine[]>(), found: Training[] = [];
  for (const [i, row] of text.split("\n").entries()) {
    if (!row.trim()) continue;
    const fail = (why: string) => new Error(`${source}, line ${i + 1}: ${why}`);
    const line = parsed(row, fail);
    const run = findRun(line.run);
    if (!run) throw fail(`no lesson has a run "${line.run}"`);
    if ("epochs" in line) {
      if (line.epochs.length !== run.setup.epochs) {
        throw fail(`${line.run} has ${run.setup.epochs} epochs, found ${line.epochs.length}`);
      }
      found.push({ ...line, epochs: line.epochs.map(expanded) });
      continue;
    }
    if (line.dataset !== run.setup.dataset) {
      throw fail(
        `${line.run} was published on ${run.setup.dataset}, found ${line.dataset}. Run it with --dataset published`,
      );
    }
    const key = keyOf(line);
    if ("averaged" in line) {
      // It belongs to the training just above; of one that did not come to its end nothing is kept.
      const at = found.findLastIndex((training) => keyOf(training) === key);
      if (at >= 0) found[at] = { ...found[at]!, averaged: line.averaged };
      continue;
    }
    // A training that begins again replaces what there was of it.
    const before = line.epoch === 0 && line.phase === "train" ? [] : phases.get(key) ?? [];
    phases.set(key, [...before, line]);
    const training = whole([...before, line], run.setup.epochs);
    if (training) found.push(training);
  }
  return merged(found);
}

function parsed(row: string, fail: (why: string) => Error): PhaseLine | AverageLine | CompactLine {
  let line: unknown;
  try {
    line = JSON.parse(row);
  } catch {
    throw fail(`expected an object in JSON, found "${row.slice(0, 40)}"`);
  }
  const odd = oddField(line);
  if (odd) throw fail(odd);
  return line as PhaseLine | AverageLine | CompactLine;
}

const figures = (accuracy: number, loss: number | null): Figures => ({ accuracy, loss: loss ?? NaN });

function expanded([trainAccuracy, trainLoss, accuracy, loss, seconds]: CompactLine["epochs"][number]): Epoch {
  return { train: figures(trainAccuracy, trainLoss), eval: figures(accuracy, loss), seconds };
}

/** A training from the lines of its phases, if all are there. */
function whole(lines: readonly PhaseLine[], epochs: number): Training | undefined {
  if (lines.length !== 2 * epochs) return undefined;
  const rows: Epoch[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const [train, test] = lines.slice(2 * epoch, 2 * epoch + 2);
    if (train?.phase !== "train" || test?.phase !== "eval" || train.epoch !== epoch || test.epoch !== epoch) return;
    const seconds = test.device === "pytorch"
      ? test.seconds - (lines[2 * epoch - 1]?.seconds ?? 0)
      : train.seconds + test.seconds;
    rows.push({ train: figures(train.accuracy, train.loss), eval: figures(test.accuracy, test.loss), seconds });
  }
  const { run, seed, device, threads } = lines[0]!;
  return { run, seed, device, threads, epochs: rows };
}

const keyOf = ({ run, device, seed }: Pick<Training, "run" | "device" | "seed">) => `${run} ${device} ${seed}`;

/** The trainings in the lessons' order, then by seed; of two of the same the later. */
export function merged(trainings: readonly Training[]): Training[] {
  const order = lessons.flatMap(({ runs }) => runs.map(({ id }) => id));
  return [...new Map(trainings.map((training) => [keyOf(training), training])).values()]
    .sort((a, b) => order.indexOf(a.run) - order.indexOf(b.run) || a.seed - b.seed);
}

/** Seven digits: all that a float32 has. */
const short = (x: number) => Number.isFinite(x) ? Number(x.toPrecision(7)) : null;

/** The text of a file in the repository: a line for each training. */
export function compactText(trainings: readonly Training[]): string {
  return merged(trainings).map(({ run, seed, device, threads, epochs, averaged }) => {
    const rows = epochs.map(({ train, eval: test, seconds }) => [
      short(train.accuracy),
      short(train.loss),
      short(test.accuracy),
      short(test.loss),
      Number(seconds.toFixed(2)),
    ]);
    const more = averaged === undefined ? {} : { averaged: short(averaged) };
    return JSON.stringify({ run, seed, device, threads, epochs: rows, ...more }) + "\n";
  }).join("");
}
