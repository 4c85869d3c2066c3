/**
 * Sonde's trainings against PyTorch's, over all runs of the page at once.
 *
 * @module
 */
import { fisher } from "../../lib/sweep/statistics/fisher.ts";
import { holm } from "../../lib/sweep/statistics/holm.ts";
import type { Lesson, Run } from "../../lib/lessons/types.ts";
import { type Outcome, outcome } from "./figures.ts";
import type { Training } from "./lines.ts";
import { rankSum } from "./rank_sum.ts";

/** A p, and what Holm's correction over all runs of the page makes of it. NaN: nothing to test. */
export interface Tested {
  readonly p: number;
  readonly adjusted: number;
  /** How many runs the correction is over. */
  readonly of: number;
}

/** A run with its own figures and PyTorch's. */
export interface Compared {
  readonly lesson: Lesson;
  readonly run: Run;
  readonly own: Outcome;
  readonly torch: Outcome;
  /** The shares of seeds that fail, by Fisher's exact test. */
  readonly shares: Tested;
  /** The evaluation losses of all seeds, by the rank-sum test. */
  readonly losses: Tested;
}

function corrected(ps: readonly number[]): Tested[] {
  const adjusted = holm(ps), of = ps.filter((p) => !Number.isNaN(p)).length;
  return ps.map((p, i) => ({ p, adjusted: adjusted[i]!, of }));
}

/**
 * All runs in the lessons' order that Sonde has trained.
 *
 * @param own Sonde's lines
 * @param torch PyTorch's
 */
export function compare(
  lessons: readonly Lesson[],
  own: readonly Training[],
  torch: readonly Training[],
): Compared[] {
  const runs = lessons.flatMap((lesson) =>
    lesson.runs.map((run) => ({ lesson, run, own: outcome(own, run), torch: outcome(torch, run) }))
  ).filter(({ own }) => own.seeds > 0);
  const shares = corrected(
    runs.map(({ own: a, torch: b }) =>
      a.seeds && b.seeds && (a.failed || b.failed) ? fisher(a.failed, a.seeds, b.failed, b.seeds) : NaN
    ),
  );
  const losses = corrected(
    runs.map(({ own: a, torch: b }) =>
      a.losses.some(Number.isFinite) || b.losses.some(Number.isFinite) ? rankSum(a.losses, b.losses) : NaN
    ),
  );
  return runs.map((run, i) => ({ ...run, shares: shares[i]!, losses: losses[i]! }));
}
