/** `learn.lrFind()`: a search for a learning rate that leaves nothing behind. */
import { checkOptions } from "../device/check_options.ts";
import { checkList } from "../device/expect.ts";
import { checkLearner } from "./check_learner.ts";
import type { Chart } from "../plot/chart.ts";
import { shortNumber } from "../plot/format.ts";
import { lineChart } from "../plot/lines.ts";
import { DISPLAY } from "../plot/notebook.ts";
import { figure } from "../plot/figures.ts";
import { hue } from "../plot/theme.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Callback } from "./callback.ts";
import { BEGINNING, LR_FINDER, LRFinderCB, type LRFinderOptions, type SearchEnd } from "./callbacks/lr_finder.ts";
import type { LearnerCore } from "./core.ts";
import { tryOut } from "./try_out.ts";

/** Options of `learn.lrFind()`. */
export interface LrFindOptions extends LRFinderOptions {
  /**
   * The callbacks that take part. Default: the Learner's, except those that record, show, watch, schedule or stop: their records are of
   * fits, and a search is none.
   */
  cbs?: Iterable<Callback>;
}

/** What a search for a learning rate found. */
export interface LrFindResult {
  /** The rates tried, rising. */
  readonly lr: number[];
  /** The loss at each of them; the last one ended the search. */
  readonly loss: number[];
  /** A rate to begin with, see {@linkcode suggestLr}; undefined if the loss never fell. */
  readonly suggestion: number | undefined;
  /** What ended the search; after `epochs` and `cancelled` it has not seen all that it was to see. */
  readonly ended: SearchEnd;
  /** The same in words, with figures: how many rates were tried, and why no more. */
  readonly reason: string;
  /** Loss against rate, on a logarithmic axis. */
  readonly chart: Chart;
}

/** Saves the optimiser of a fit before its first step: a function that makes optimisers may hand out the same one again. */
class SaveOptimizer extends Callback {
  static override order = LRFinderCB.order - 1;
  restore: () => void = () => {};

  override beforeFit({ opt }: LearnerCore): void {
    const saved = opt.stateDict();
    for (const own of Object.values(saved.state)) {
      for (const [key, value] of Object.entries(own)) if (value instanceof Tensor) own[key] = value.clone().keep();
    }
    this.restore = () => opt.loadStateDict(saved);
  }
}

/** Why a search ended, in words. */
function reasonOf({ ended, lrs, maxIter, maxEpochs, rate }: LRFinderCB): string {
  const short = (value: number) => shortNumber(value, 2);
  const epochs = `${maxEpochs} ${maxEpochs === 1 ? "epoch was" : "epochs were"} over`;
  const why = {
    loss: "the loss rose",
    "not finite": "the loss became NaN or infinite",
    range: "these were all",
    epochs: `${epochs}. Give more maxEpochs, or fewer rates`,
    cancelled: "the fit was cancelled",
  };
  const last = lrs.at(-1), end = short(rate(maxIter - 1));
  const tried = `tried ${lrs.length} of ${maxIter} rates${
    last === undefined ? "" : `, up to ${short(last)} of ${end}`
  }`;
  return `${tried}: ${why[ended ?? "cancelled"]}`;
}

/** Searches, as {@linkcode LRFinderCB} does, and puts back weights, buffers, gradients, optimiser, modes and generators. */
export async function lrFind(learn: LearnerCore, options: LrFindOptions = {}): Promise<LrFindResult> {
  checkLearner("lrFind", learn);
  if (learn.running) throw new Error("Cannot search for a rate during a fit: await it, or call stop() first");
  checkOptions("lrFind", options, { ...LR_FINDER, cbs: 1 });
  const { cbs, ...search } = options;
  const finder = new LRFinderCB(search);
  const optimizer = new SaveOptimizer();
  await tryOut(learn, finder.maxEpochs, [optimizer, finder], {
    ...(cbs ? { cbs } : {}),
    restore: () => optimizer.restore(),
  });
  const { lrs: lr, losses: loss, ended = "cancelled" } = finder;
  const suggestion = suggestLr(lr, loss), reason = reasonOf(finder);
  const partial = ended === "epochs" || ended === "cancelled";
  if (partial) console.warn(`The search for a rate is not complete: ${reason}`);
  const chart = lrChart(lr, loss, suggestion, partial ? ` (${reason})` : "");
  // As the last expression of a cell the result shows its chart.
  const found: LrFindResult = { lr, loss, suggestion, ended, reason, chart };
  return Object.defineProperty(found, DISPLAY, { value: () => chart[DISPLAY]() });
}

/** Neighbours on each side over which a loss is averaged. */
const REACH = 2;

/** The part of the whole fall above which losses are still those of the beginning, with their noise. */
const UPPER = 1 / 3;

/**
 * The rate at which the loss falls fastest: where the slope of the smoothed loss over the logarithm of the rate is least. This is
 * fastai's `steep` (callback/schedule.py, 2.3) with three changes: losses are first averaged over five neighbours, nothing beyond their minimum
 * counts, and nothing before they have left the upper third of their fall for good: there the noise of small batches is steeper than any fall.
 *
 * @returns the lower rate of the steepest pair; undefined if the loss never falls
 * @throws {RangeError} unless there is a rate for each loss
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * const lrs = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100];
 * console.log(learner.suggestLr(lrs, [2.3, 2.3, 2.2, 1.5, 0.9, 0.8, 3]));
 * ```
 */
export function suggestLr(lrs: readonly number[], losses: readonly number[]): number | undefined {
  checkList("suggestLr", "lrs", lrs, "an array of numbers");
  checkList("suggestLr", "losses", losses, "an array of numbers");
  if (lrs.length < losses.length) {
    throw new RangeError(
      `Cannot suggest a rate: there must be a rate for each loss, found ${lrs.length} rates and ${losses.length} losses`,
    );
  }
  const end = losses.findIndex((loss) => !Number.isFinite(loss));
  const finite = end < 0 ? losses : losses.slice(0, end);
  const smooth = finite.map((_, i) => {
    const near = finite.slice(Math.max(0, i - REACH), i + REACH + 1);
    return near.reduce((a, b) => a + b) / near.length;
  });
  const lowest = smooth.indexOf(Math.min(...smooth));
  const first = finite.slice(0, Math.max(1, Math.min(BEGINNING, Math.floor(finite.length / 3))));
  const start = first.reduce((a, b) => a + b, 0) / first.length;
  let left = lowest;
  while (left > 0 && smooth[left]! < start - UPPER * (start - smooth[lowest]!)) left--;
  let best: number | undefined, steepest = 0;
  for (let i = left; i < lowest; i++) {
    const slope = (smooth[i + 1]! - smooth[i]!) / Math.log(lrs[i + 1]! / lrs[i]!);
    if (slope < steepest) [best, steepest] = [lrs[i]!, slope];
  }
  return best;
}

/**
 * An axis that ends at twice the height of the first losses, if the last ones are above: they would press all others flat, and run along its
 * edge instead.
 */
function bounded(losses: readonly number[]): { domain?: [number, number] } {
  const least = Math.min(...losses), most = least + 2 * (Math.max(...losses.slice(0, BEGINNING)) - least);
  return most > least && Math.max(...losses) > most ? { domain: [least, most] } : {};
}

function lrChart(
  lrs: readonly number[],
  losses: readonly number[],
  suggestion: number | undefined,
  remark: string,
): Chart {
  const points = losses.map((loss, i) => [lrs[i]!, loss] as const).filter(([, loss]) => Number.isFinite(loss));
  const at = points.filter(([lr]) => lr === suggestion);
  const suggested = suggestion === undefined ? "suggestion" : `suggested rate ${figure(suggestion)}`;
  return lineChart({
    title: `Loss against learning rate${remark}`,
    x: { title: "learning rate", scale: "log" },
    y: { title: "loss", ...bounded(points.map(([, loss]) => loss)) },
    lines: [
      { label: "loss", color: hue(0), points },
      // Its height is the loss there: whoever does not see the picture is told the rate.
      { label: suggested, color: hue(1), points: at, look: "hollow" },
    ],
  });
}
