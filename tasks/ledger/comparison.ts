/**
 * Sonde's trainings against PyTorch's, over all runs of the page at once.
 *
 * @module
 */
import { fisher } from "../../lib/sweep/statistics/fisher.ts";
import { holm } from "../../lib/sweep/statistics/holm.ts";
import type { Lesson, Run } from "../../lib/lessons/types.ts";
import { type AllBefore, outcomeBefore } from "./before.ts";
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
  /** By its lines. */
  readonly own: Outcome;
  /** By its lines, or by the edition before where that had more seeds. */
  readonly counted: Outcome;
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
 * @param before the edition before, which counts for runs that have fewer seeds in lines
 */
export function compare(
  lessons: readonly Lesson[],
  own: readonly Training[],
  torch: readonly Training[],
  before: AllBefore = {},
): Compared[] {
  const runs = lessons.flatMap((lesson) =>
    lesson.runs.map((run) => {
      const fromLines = outcome(own, run), earlier = before[run.id];
      const counted = earlier && earlier.seeds > fromLines.seeds ? outcomeBefore(earlier) : fromLines;
      return { lesson, run, own: fromLines, counted, torch: outcome(torch, run) };
    })
  ).filter(({ counted }) => counted.seeds > 0);
  const shares = corrected(
    runs.map(({ counted: a, torch: b }) =>
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
