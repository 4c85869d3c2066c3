/**
 * How much of a metric's variance goes with each factor, and with each pair of factors beyond the two alone.
 *
 * @module
 */
import { added, type Columns, explained, fitted, indicators, products } from "./basis.ts";
import type { Matrix } from "./blocks.ts";
import { random, shuffle } from "./shuffle.ts";

/** What one factor, or two together, explain. */
export interface TermEffect {
  /** Indices of one factor, or of two. */
  readonly factors: readonly number[];
  readonly df: number;
  /** The share of the variance, corrected for what chance alone would explain (ω²); below 0 where it explains less than that. */
  readonly omega: number;
  /** Where 95 % of ω² lie when the term does nothing. */
  readonly band: readonly [number, number];
}

/** What a table's factors explain, or why nothing is said of that. */
export interface Effects {
  readonly terms: readonly TermEffect[];
  /** Why nothing, or nothing of some terms, is said. */
  readonly withheld: readonly string[];
  /** What the noise was judged by. */
  readonly noise: "seeds" | "cells";
  /** The share of the variance explained in cells or seeds that the model had not seen. */
  readonly outOfSample: number;
  readonly permutations: number;
}

/** Runs a factor below which effects are withheld. */
export const LEAST_RUNS = 10;
/** Permutations; fewer where there are very many figures. */
const PERMUTATIONS = 999;
/** Degrees of freedom below which cells say too little of the noise. */
const LEAST_DF = 5;

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const squares = (values: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return sum;
};

/** Whether every combination of levels has equally many cells. */
function isBalanced(factors: readonly (readonly number[])[], cells: number): boolean {
  const counts = new Map<string, number>();
  for (let c = 0; c < cells; c++) {
    const key = factors.map((levels) => levels[c]).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const combinations = factors.reduce((product, levels) => product * new Set(levels).size, 1);
  return counts.size === combinations && new Set(counts.values()).size === 1;
}

/** A table taken apart: the cells' means, the seeds' scatter, and what is left of each value. */
class Table {
  readonly means: Float64Array;
  /** By cell and seed: what neither explains. */
  readonly rest: Float64Array;
  readonly ofSeeds: number;

  constructor(readonly values: Matrix, readonly cells: number, readonly seeds: number) {
    const all = mean(values.flat());
    this.means = Float64Array.from(values, (cell) => mean(cell) - all);
    const seed = Array.from({ length: seeds }, (_, s) => mean(values.map((cell) => cell[s]!)) - all);
    this.ofSeeds = cells * squares(seed);
    this.rest = Float64Array.from(
      values.flatMap((cell, c) => cell.map((value, s) => value - all - this.means[c]! - seed[s]!)),
    );
  }
}

/** ω² by its definition. */
const omega = (own: number, df: number, noise: number, total: number) =>
  total + noise > 0 ? (own - df * noise) / (total + noise) : 0;

/** The share of the cells' scatter that is there on a seed again, predicted from the others. */
function fromOtherSeeds({ rest, means, seeds }: Table): number {
  let missed = 0, all = 0;
  for (let i = 0; i < rest.length; i++) {
    const own = means[Math.floor(i / seeds)]! + rest[i]!; // about the seed's mean
    const others = means[Math.floor(i / seeds)]! - rest[i]! / (seeds - 1);
    missed += (own - others) ** 2;
    all += own ** 2;
  }
  return all > 0 ? 1 - missed / all : 0;
}

/** The share of the cells' scatter that a model predicts of a cell it has not seen. */
function fromOtherCells(model: Columns, means: Float64Array): number {
  const left = fitted(model, means), cells = means.length;
  let missed = 0, all = 0;
  for (let c = 0; c < cells; c++) {
    const leverage = model.reduce((sum, column) => sum + column[c]! ** 2, 1 / cells);
    const alone = means[c]! * cells / (cells - 1);
    // A cell that alone has some level cannot be predicted but by the mean.
    missed += leverage > 1 - 1e-9 ? alone ** 2 : ((means[c]! - left[c]!) / (1 - leverage)) ** 2;
    all += alone ** 2;
  }
  return all > 0 ? 1 - missed / all : 0;
}

const percentile = (sorted: Float64Array, q: number) => sorted[Math.round(q * (sorted.length - 1))]!;

interface Term {
  readonly factors: readonly number[];
  /** What the term is measured beyond. */
  readonly before: Columns;
  readonly own: Columns;
}

/** A term judged by the scatter between seeds; its null by dealing out each seed's values anew among the cells. */
function bySeeds(table: Table, { factors, own }: Term, permutations: number): TermEffect {
  const { cells, seeds, means, rest, ofSeeds } = table;
  const df = own.length, dfRest = (cells - 1) * (seeds - 1), noise = squares(rest) / dfRest;
  const total = ofSeeds + seeds * squares(means) + squares(rest);
  const part = fitted(own, means), others = means.map((value, c) => value - part[c]!);
  // What a fit has seen is too close to it: made as wide as the errors are.
  const wide = Math.sqrt((cells - 1) * seeds / (dfRest + df));
  const bySeed = Array.from(
    { length: seeds },
    (_, s) => Float64Array.from(part, (value, c) => wide * (value + rest[c * seeds + s]!)),
  );
  const sum = bySeed.reduce((sum, values) => sum + squares(values), 0);
  const next = random(cells), found = new Float64Array(permutations), dealt = new Float64Array(cells);
  for (let i = 0; i < permutations; i++) {
    dealt.fill(0);
    for (const values of bySeed) {
      shuffle(values, next);
      for (let c = 0; c < cells; c++) dealt[c]! += values[c]! / seeds;
    }
    const noise = (sum - seeds * squares(dealt)) / dfRest;
    const total = ofSeeds + seeds * squares(others.map((value, c) => value + dealt[c]!)) + noise * dfRest;
    found[i] = omega(seeds * explained(own, dealt), df, noise, total);
  }
  found.sort();
  return {
    factors,
    df,
    omega: omega(seeds * explained(own, means), df, noise, total),
    band: [percentile(found, 0.025), percentile(found, 0.975)],
  };
}

/** A term judged by the cells that the model misses; its null by dealing out anew, among the cells, what the other terms leave of each. */
function byCells(table: Table, { factors, before, own }: Term, permutations: number): TermEffect | undefined {
  const { cells, seeds, means, rest, ofSeeds } = table;
  const df = own.length, dfRest = cells - 1 - before.length - df;
  if (dfRest < LEAST_DF) return undefined;
  const fit = fitted(before, means);
  const wide = Math.sqrt((cells - 1) / (cells - 1 - before.length));
  const within = ofSeeds + squares(rest);
  const of = (values: Float64Array, total: number) => {
    const mine = explained(own, values);
    const noise = seeds * Math.max(0, squares(values) - explained(before, values) - mine) / dfRest;
    return omega(seeds * mine, df, noise, within + seeds * total);
  };
  const left = means.map((value, c) => wide * (value - fit[c]!));
  const next = random(cells), found = new Float64Array(permutations);
  for (let i = 0; i < permutations; i++) {
    shuffle(left, next);
    found[i] = of(left, squares(fit.map((value, c) => value + left[c]!)));
  }
  found.sort();
  return {
    factors,
    df,
    omega: of(means, squares(means)),
    band: [percentile(found, 0.025), percentile(found, 0.975)],
  };
}

/**
 * Main effects and all two-way interactions of factors on values by cell and seed.
 *
 * ω² = (SS − df · MS) / (SS_all + MS). A factor's SS is what it adds to all other factors, a pair's what it adds to all factors. Where every
 * combination of levels has equally many cells, MS is that of cells × seeds; else, or with one seed, that of the cells about the model.
 *
 * @param values by cell and seed, without gaps
 * @param factors by factor and cell: the level's index, from 0
 */
export function effects(values: Matrix, factors: readonly (readonly number[])[]): Effects {
  const cells = values.length, seeds = values[0]?.length ?? 0, runs = cells * seeds;
  const nothing = (reason: string, outOfSample = NaN): Effects => ({
    terms: [],
    withheld: [reason],
    noise: "seeds",
    outOfSample,
    permutations: 0,
  });
  if (factors.length === 0 || cells < 2) return nothing("there is nothing to compare");
  if (runs < LEAST_RUNS * factors.length) {
    return nothing(
      `${runs} runs for ${factors.length} parameter${
        factors.length > 1 ? "s" : ""
      } are too few: expected ${LEAST_RUNS} a parameter`,
    );
  }
  const table = new Table(values, cells, seeds);
  const noise = seeds > 1 && isBalanced(factors, cells) ? "seeds" : "cells";
  const constant = added([], [new Float64Array(cells).fill(1)]), sets = factors.map(indicators);
  // Means are about 0: the constant is no part of a model.
  const without = (i: number) => added(constant, sets.filter((_, j) => j !== i).flat());
  const mains = added(constant, sets.flat());
  const outOfSample = noise === "seeds" ? fromOtherSeeds(table) : fromOtherCells(mains, table.means);
  if (!(outOfSample > 0)) {
    return nothing(
      noise === "seeds"
        ? "the parameters explain nothing on a seed that they were not fitted to"
        : "the parameters explain nothing of a set of parameters that they were not fitted to",
      outOfSample,
    );
  }
  const terms: Term[] = [
    ...factors.map((_, i) => {
      const before = without(i);
      return { factors: [i], before, own: added([...constant, ...before], sets[i]!) };
    }),
    ...factors.flatMap((_, i) =>
      factors.slice(i + 1).map((_, step) => {
        const j = i + 1 + step;
        return { factors: [i, j], before: mains, own: added([...constant, ...mains], products(sets[i]!, sets[j]!)) };
      })
    ),
  ];
  const work = terms.reduce((sum, { own, before }) => sum + runs * (own.length + before.length + 4), 0);
  const permutations = work * PERMUTATIONS > 3e9 ? 199 : PERMUTATIONS;
  const measured = terms.filter(({ own }) => own.length > 0).map((term) =>
    noise === "seeds" ? bySeeds(table, term, permutations) : byCells(table, term, permutations)
  );
  const found = measured.filter((term) => term !== undefined);
  const missing = measured.length - found.length;
  return {
    terms: found,
    withheld: missing > 0
      ? [
        `${missing} of ${measured.length} effects leave fewer than ${LEAST_DF} degrees of freedom to judge the noise by`,
      ]
      : [],
    noise,
    outOfSample,
    permutations,
  };
}
