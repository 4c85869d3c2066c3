/**
 * What an analysis shows, in sentences. What cannot be shown is said to be so.
 *
 * @module
 */
import type { Analysis } from "./analysis.ts";
import { figure, figureFormat, probability, rough } from "../plot/figures.ts";
import { count, isSound, ranked, spread } from "./groups.ts";
import { smallestP } from "./statistics/sign_flip.ts";
import type { Comparison } from "./statistics/comparisons.ts";

/** `1 seed`, `1,200 seeds`. */
export const counted = (n: number, thing: string): string => `${n.toLocaleString("en")} ${thing}${n === 1 ? "" : "s"}`;

/** Which set of parameters has the best mean; only one whose every run left a finite figure can be it. */
export function bestOf(analysis: Pick<Analysis, "cells" | "params" | "metric" | "goal" | "labels">): string {
  const { cells, params, metric, labels } = analysis;
  if (params.length === 0) return "";
  const [best] = ranked(cells, analysis).filter((cell) => isSound(cell, metric));
  if (!best) return `No set of parameters has a finite ${metric} on every seed: none is called the best.`;
  const means = cells.map(({ done }) => spread(done, metric)), { mean, std, n } = spread(best.done, metric);
  const write = figureFormat(means.map(({ mean }) => mean));
  const text = n > 1 ? `${write(mean)} ± ${rough(std)} over ${n} seeds` : `${write(mean)}, of one seed`;
  const equal = cells.filter((cell, c) => cell !== best && means[c]!.mean === mean && isSound(cell, metric)).length;
  const others = equal === 0 ? "" : ` ${counted(equal, "other set")} ${equal === 1 ? "has" : "have"} the same mean.`;
  return `Best by ${metric}: ${labels.words(best.params, params)}, at ${text}.${others}`;
}

/** How many runs diverged or failed; empty if none did. */
export function lostRuns({ cells, metric }: Analysis): string {
  const trials = cells.flatMap(({ trials }) => trials);
  const diverged = count(trials, metric, "diverged"), failed = count(trials, metric, "failed");
  if (diverged + failed === 0) return "";
  const parts = [
    diverged > 0 && `${counted(diverged, "run")} diverged`,
    failed > 0 && `${counted(failed, "run")} failed`,
  ];
  return `${
    parts.filter((part) => part !== false).join(", ")
  }: no set of parameters with one of them is called the best.`;
}

/** What the verdicts rest on. */
export function methodOf({ comparisons, values, baseline }: Analysis): string {
  if (!comparisons || baseline === undefined) return "";
  const { method, contrasts, analysis, block } = comparisons, m = contrasts.length;
  const k = values[baseline]!.filter((value) => !Number.isNaN(value)).length;
  const least = `${counted(k, "seed")} and ${counted(m, "contrast")} allow no sign-flip p below ${
    probability(Math.min(1, m * smallestP(k)))
  }`;
  if (method === "sign-flip") {
    return `The verdict is that of the sign-flip test with Holm's correction over ${
      counted(m, "contrast")
    }: it supposes nothing but that a difference might as well have been the other way round.`;
  }
  if (method === "none") {
    return `${least}, and with fewer than three seeds there is no other test: nothing is called a difference.`;
  }
  return `${least}. The verdict is that of Dunnett's comparison in a randomised-block analysis (each seed a block, ${block.cells.length} sets on ${
    counted(block.seeds.length, "seed")
  }, ${analysis.df} degrees of freedom): it rests on residuals that are normal and as wide for every set.`;
}

/** The verdict on one contrast, in words. */
export function verdictOf({ verdict, judged, k }: Comparison, { metric, goal, comparisons }: Analysis): string {
  if (verdict === "differs") {
    const side = judged > 0 === (goal === "max") ? "better" : "worse";
    return `${side}${comparisons?.method === "Dunnett" ? ", if residuals are normal" : ""}`;
  }
  if (verdict === "equivalent") return "equivalent within the margin";
  if (verdict === "open") return "no difference shown";
  if (k === 0) return `no seed on which both have a finite ${metric}`;
  return comparisons?.method === "Dunnett" ? "not compared: runs are missing" : "too few seeds to tell";
}

/** An interval in words; of one seed, or none, there is none. */
export const intervalOf = ({ interval, k }: Comparison): string =>
  interval ? `${rough(interval[0])} to ${rough(interval[1])}` : k === 0 ? "–" : "none of one seed";

/** How large a difference was found, for an order by it: without a seed in common, less than any. */
export const sizeOf = ({ mean }: Comparison): number => Number.isNaN(mean) ? -1 : Math.abs(mean);

/** The noise floors, a sentence each. */
export function noiseOf({ noise, metric, baseline }: Analysis): string[] {
  const { seeds, again, examples } = noise;
  return [
    again
      ? `The same parameters and seed, run again: they lie ${rough(again.deviation)} (one deviation) apart, by ${
        counted(again.pairs, "repetition")
      }.`
      : 'The same parameters and seed, run again: not measured here. A parameter that nothing reads, such as "again: [1, 2]", would tell.',
    seeds
      ? `The baseline against itself on other seeds: means of ${seeds.k} differ by ${
        rough(seeds.floor)
      } (one deviation, s·√(2/k) with s = ${rough(seeds.deviation)}).`
      : baseline === undefined
      ? "The baseline against itself on other seeds: there is no baseline."
      : "The baseline against itself on other seeds: not known from fewer than two.",
    examples
      ? `The test set: a share of ${figure(examples.p)} of ${examples.n.toLocaleString("en")} examples is known to ${
        rough(examples.floor)
      } (one deviation, √(p(1−p)/n)).`
      : `The test set: not known. If ${metric} is a share of examples, testSize in the plan says of how many.`,
  ];
}
