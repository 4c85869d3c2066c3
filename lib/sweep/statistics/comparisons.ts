/**
 * Cells compared with a baseline, paired by seed: every figure, and one verdict each.
 *
 * @module
 */
import { analyseBlocks, type Block, type BlockAnalysis, completeBlock, type Matrix } from "./blocks.ts";
import { dunnett } from "./dunnett.ts";
import { holm } from "./holm.ts";
import { equivalence, type Paired, paired, ratio, smallestDifference } from "./paired.ts";
import { signFlip, smallestP } from "./sign_flip.ts";

/** The level of every verdict, over all contrasts together. */
export const LEVEL = 0.05;

/** What a verdict rests on: signs alone, normal residuals, or nothing, as there are too few seeds. */
export type Method = "sign-flip" | "Dunnett" | "none";

/** A cell less the baseline. */
export interface Comparison extends Paired {
  /** By seed; NaN where one of the two has no finite value. */
  readonly differences: readonly number[];
  /** Of the sign-flip test, and with Holm's correction. */
  readonly signFlip: number;
  readonly holm: number;
  /** The smallest corrected p that its k allows, were it first of all. */
  readonly smallest: number;
  /** Dunnett's p, where that is the method; NaN where it is not, or the cell has not every seed of the block. */
  readonly dunnett: number;
  /** The mean difference that the verdict is about: with Dunnett's p on the seeds of the block, which may be fewer; else on all. */
  readonly judged: number;
  /** The smallest difference that was likely to be shown: by a t-test at {@linkcode LEVEL} over the number of contrasts, at 80 %. */
  readonly detectable: number;
  /** Two one-sided tests against the margin, with Holm's correction; NaN without a margin. */
  readonly equivalence: number;
  /** Differs, lies within the margin, neither was shown, or nothing can be shown with so few seeds. */
  readonly verdict: "differs" | "equivalent" | "open" | "refused";
}

/** All contrasts of a family. */
export interface Comparisons {
  readonly contrasts: readonly Comparison[];
  readonly method: Method;
  /** The table that Dunnett's comparison rests on, and its analysis. */
  readonly block: Block;
  readonly analysis: BlockAnalysis;
}

/**
 * Compares every cell with the baseline. Two-sided throughout.
 *
 * The method is chosen by the number of seeds and contrasts, before a figure is looked at: the sign-flip test where it can show anything with so
 * many contrasts, else Dunnett's comparison from three seeds on.
 *
 * @param values by cell and seed; NaN where there is no finite one
 * @param baseline the cell that the others are compared with
 * @param margin a difference that does not matter, if there is one
 */
export function compareCells(values: Matrix, baseline: number, margin?: number): Comparisons {
  const seeds = values[0]?.length ?? 0,
    others = values.map((_, c) => c).filter((c) => c !== baseline),
    m = others.length;
  const block = completeBlock(values, baseline);
  const analysis = analyseBlocks(block.cells.map((c) => block.seeds.map((s) => values[c]![s]!)));
  const planned = values[baseline]!.filter((value) => !Number.isNaN(value)).length;
  const method: Method = m * smallestP(planned) <= LEVEL ? "sign-flip" : planned >= 3 ? "Dunnett" : "none";
  const baselineMean = analysis.means[block.cells.indexOf(baseline)];
  const known = new Map<string, number>();
  const raw = others.map((c) => {
    const differences = Array.from({ length: seeds }, (_, s) => values[c]![s]! - values[baseline]![s]!);
    const there = differences.filter((value) => !Number.isNaN(value)), own = paired(there);
    const at = block.cells.indexOf(c);
    const inBlock = method === "Dunnett" && at >= 0 && baselineMean !== undefined && analysis.df > 0 &&
      block.seeds.length >= 3;
    const judged = inBlock ? analysis.means[at]! - baselineMean : own.mean;
    const t = inBlock ? ratio(judged, analysis.error) : NaN;
    const key = String(Math.abs(t));
    let p = known.get(key);
    if (p === undefined) known.set(key, p = dunnett(t, block.cells.length - 1, analysis.df));
    return {
      ...own,
      differences,
      signFlip: signFlip(there),
      smallest: there.length === 0 ? NaN : Math.min(1, m * smallestP(there.length)),
      dunnett: p,
      judged,
      detectable: smallestDifference(own.k, own.std, LEVEL / Math.max(1, m)),
      margin: margin === undefined ? NaN : equivalence(own, margin),
    };
  });
  const flips = holm(raw.map(({ signFlip }) => signFlip)), within = holm(raw.map(({ margin }) => margin));
  const contrasts = raw.map(({ margin: _, ...own }, i): Comparison => {
    const p = method === "sign-flip" ? flips[i]! : method === "Dunnett" ? own.dunnett : NaN;
    const able = !Number.isNaN(p) && (method === "Dunnett" || own.smallest <= LEVEL);
    const verdict = able && p <= LEVEL ? "differs" : within[i]! <= LEVEL ? "equivalent" : able ? "open" : "refused";
    return { ...own, holm: flips[i]!, equivalence: within[i]!, verdict };
  });
  return { contrasts, method, block, analysis };
}
