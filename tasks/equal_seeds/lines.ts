/**
 * What trainings from equal seeds gave, from lines of JSON.
 *
 * @module
 */
import { findRun } from "../../lib/lessons/catalogue.ts";

/** A loss; null where it is not finite. */
export type Loss = number | null;

/** One training. */
export interface Trained {
  /** Losses of its first steps. */
  readonly losses: readonly Loss[];
  /** The mean over the samples of the first epoch; undefined where only steps were run. */
  readonly epoch?: Loss;
}

/** Who trained: Sonde; PyTorch with one thread, with two, or in 64-bit floats. */
export type Kind = "sonde" | "torch" | "threads" | "exact";

/** All trainings of one run from one seed. `nudged`: PyTorch's, from weights that differ in their last bits. */
export type Trainings = Partial<Record<Kind, Trained>> & { readonly nudged?: readonly Trained[] };

/** All trainings of one run by seed. */
export type BySeed = Map<number, Trainings>;

/** All trainings by run and seed. */
export type Recorded = Map<string, BySeed>;

/** A line as it may be: of `deno task lesson --json --losses N`, or of tests/goldens/pytorch_equal_seeds.py. */
interface Line {
  readonly run?: unknown;
  readonly seed?: unknown;
  readonly losses?: unknown;
  /** Of Sonde the epoch's number, of PyTorch its loss. */
  readonly epoch?: unknown;
  readonly phase?: unknown;
  readonly loss?: unknown;
  readonly threads?: unknown;
  readonly bits?: unknown;
  readonly nudge?: unknown;
}

const isLoss = (value: unknown): value is Loss => value === null || Number.isFinite(value);
const isLosses = (value: unknown): value is Loss[] => Array.isArray(value) && value.length > 0 && value.every(isLoss);

/** What a line of Sonde's says; undefined for one that is about another epoch, or an evaluation. */
function ofSonde({ losses, epoch, phase, loss }: Line): Partial<Trained> | undefined {
  if (losses !== undefined) return isLosses(losses) ? { losses } : undefined;
  return epoch === 0 && phase === "train" && isLoss(loss) ? { epoch: loss } : undefined;
}

function ofTorch({ losses, epoch }: Line): Trained | undefined {
  if (!isLosses(losses)) return undefined;
  return isLoss(epoch) ? { losses, epoch } : { losses };
}

/** Whose line it is: PyTorch's say how many bits they were computed in. */
function kindOf({ threads, bits }: Line): Kind {
  if (bits === undefined) return "sonde";
  if (bits === 64) return "exact";
  return threads === 2 ? "threads" : "torch";
}

/** A seed's trainings with one more, or with more of one. */
function withLine(known: Trainings, line: Line): Trainings {
  const kind = kindOf(line);
  if (kind === "sonde") {
    const found = ofSonde(line);
    return found ? { ...known, sonde: { losses: [], ...known.sonde, ...found } } : known;
  }
  const found = ofTorch(line);
  if (!found) return known;
  return line.nudge ? { ...known, nudged: [...known.nudged ?? [], found] } : { ...known, [kind]: found };
}

/**
 * Adds a file's lines to what is known.
 *
 * @throws {Error} for a line that is no object in JSON, or has no run or seed
 */
export function addLines(known: Recorded, text: string, source: string): void {
  text.split("\n").forEach((row, i) => {
    if (!row.trim()) return;
    const fail = (why: string): never => {
      throw new Error(`${source}, line ${i + 1}: ${why}`);
    };
    let line: Line;
    try {
      line = JSON.parse(row) as Line;
    } catch {
      return fail(`expected an object in JSON, found "${row.slice(0, 40)}"`);
    }
    const { run, seed } = line ?? {};
    if (typeof run !== "string" || !findRun(run)) return fail(`no lesson has a run ${Deno.inspect(run)}`);
    if (!Number.isSafeInteger(seed)) return fail(`expected a seed, found ${Deno.inspect(seed)}`);
    const seeds: BySeed = known.get(run) ?? new Map();
    known.set(run, seeds);
    seeds.set(seed as number, withLine(seeds.get(seed as number) ?? {}, line));
  });
}
