/** `learn.lrFind()`: a search for a learning rate that leaves nothing behind. */
import { checkList } from "../device/expect.ts";
import { checkLearner } from "./check_learner.ts";
import type { Chart } from "../plot/chart.ts";
import { lineChart, oneTwoFive } from "../plot/lines.ts";
import { DISPLAY } from "../plot/notebook.ts";
import { hue } from "../plot/theme.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Callback } from "./callback.ts";
import { LRFinderCB, type LRFinderOptions } from "./callbacks/lr_finder.ts";
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

/** Searches, as {@linkcode LRFinderCB} does, and puts back weights, buffers, gradients, optimiser, modes and generators. */
export async function lrFind(learn: LearnerCore, options: LrFindOptions = {}): Promise<LrFindResult> {
  checkLearner("lrFind", learn);
  if (learn.running) throw new Error("Cannot search for a rate during a fit: await it, or call stop() first");
  const { cbs, ...search } = options;
  const finder = new LRFinderCB(search);
  const optimizer = new SaveOptimizer();
  await tryOut(learn, finder.maxEpochs, [optimizer, finder], {
    ...(cbs ? { cbs } : {}),
    restore: () => optimizer.restore(),
  });
  const { lrs: lr, losses: loss } = finder;
  const suggestion = suggestLr(lr, loss);
  const chart = lrChart(lr, loss, suggestion);
  // As the last expression of a cell the result shows its chart.
  return Object.defineProperty({ lr, loss, suggestion, chart }, DISPLAY, { value: () => chart[DISPLAY]() });
}

/** Neighbours on each side over which a loss is averaged. */
const REACH = 2;

/**
 * The rate at which the loss falls fastest: where the slope of the smoothed loss over the logarithm of the rate is least. This is
 * fastai's `steep` (callback/schedule.py, 2.3) with two changes: losses are first averaged over five neighbours, and nothing beyond
 * their minimum counts.
 *
 * @returns the lower rate of the steepest pair; undefined if the loss never falls
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
  const end = losses.findIndex((loss) => !Number.isFinite(loss));
  const finite = end < 0 ? losses : losses.slice(0, end);
  const smooth = finite.map((_, i) => {
    const near = finite.slice(Math.max(0, i - REACH), i + REACH + 1);
    return near.reduce((a, b) => a + b) / near.length;
  });
  const lowest = smooth.indexOf(Math.min(...smooth));
  let best: number | undefined, steepest = 0;
  for (let i = 0; i < lowest; i++) {
    const slope = (smooth[i + 1]! - smooth[i]!) / Math.log(lrs[i + 1]! / lrs[i]!);
    if (slope < steepest) [best, steepest] = [lrs[i]!, slope];
  }
  return best;
}

function lrChart(lrs: readonly number[], losses: readonly number[], suggestion: number | undefined): Chart {
  const points = losses.map((loss, i) => [lrs[i]!, loss] as const).filter(([, loss]) => Number.isFinite(loss));
  const at = points.filter(([lr]) => lr === suggestion);
  const ticks = points.length > 1 ? { values: oneTwoFive(points[0]![0], points.at(-1)![0]) } : {};
  return lineChart({
    title: "Loss against learning rate",
    x: { title: "learning rate", scale: "log", format: "~g", ...ticks },
    y: { title: "loss" },
    lines: [
      { label: "loss", color: hue(0), points },
      { label: "suggestion", color: hue(1), points: at, look: "hollow" },
    ],
  });
}
