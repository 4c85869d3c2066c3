import assert from "node:assert/strict";
import { analyseBlocks } from "../../../lib/sweep/statistics/blocks.ts";
import { compareCells } from "../../../lib/sweep/statistics/comparisons.ts";
import {
  noncentralTail,
  studentQuantile,
  studentTail,
  studentTwoSided,
} from "../../../lib/sweep/statistics/distributions.ts";
import { dunnett } from "../../../lib/sweep/statistics/dunnett.ts";
import { effects } from "../../../lib/sweep/statistics/effects.ts";
import { fisher } from "../../../lib/sweep/statistics/fisher.ts";
import { holm } from "../../../lib/sweep/statistics/holm.ts";
import { equivalence, paired, smallestDifference } from "../../../lib/sweep/statistics/paired.ts";
import { signFlip, smallestP } from "../../../lib/sweep/statistics/sign_flip.ts";

interface Goldens {
  student: [number, number, number, number, number][];
  power: [number, number, number, number][];
  paired: { differences: number[]; p: number; low: number; high: number; margin: number; equivalence: number }[];
  signFlip: { differences: number[]; p: number }[];
  holm: { p: number[]; adjusted: number[] };
  fisher: [number, number, number, number, number][];
  dunnett: [number, number, number, number][];
  blocks: { values: number[][]; residual: number; t: number[]; p: number[] };
  grid: { a: number[]; b: number[]; s: number[]; y: number[]; omega: number[] };
  drawn: { a: number[]; b: number[]; y: number[]; omega: number[]; outOfSample: number };
}

const goldens: Goldens = JSON.parse(await Deno.readTextFile(new URL("./goldens.json", import.meta.url)));

function near(found: number, wanted: number, what: string, tolerance = 1e-6): void {
  assert.ok(Math.abs(found - wanted) <= tolerance, `${what}: expected ${wanted}, found ${found}`);
}

Deno.test("Student's t, its quantiles and the non-central one are R's", () => {
  for (const [t, df, tail, quantile, shifted] of goldens.student) {
    near(studentTail(t, df), tail, `P(T > ${t}), ${df}`, 1e-12);
    near(studentQuantile(0.025, df), quantile, `quantile, ${df}`, 1e-9);
    near(noncentralTail(t, df, 1.7), shifted, `P(T' > ${t}), ${df}`, 1e-9);
  }
});

Deno.test("smallestDifference() is R's power.t.test(strict = TRUE)", () => {
  for (const [k, std, alpha, delta] of goldens.power) {
    near(smallestDifference(k, std, alpha), delta, `k ${k}, α ${alpha}`);
  }
});

Deno.test("smallestDifference() of two pairs at a small level, by adaptive quadrature of the same integral in SciPy", () => {
  near(smallestDifference(2, 1.7, 0.05 / 7), 137.3052931759936, "k 2");
});

Deno.test("paired() and equivalence() are R's t.test", () => {
  for (const { differences, p, low, high, margin, equivalence: two } of goldens.paired) {
    const own = paired(differences);
    near(own.p, p, "p");
    near(own.interval![0], low, "low");
    near(own.interval![1], high, "high");
    near(equivalence(own, margin), two, "equivalence");
  }
});

Deno.test("signFlip() is the share of all signs, as R lists them", () => {
  for (const { differences, p } of goldens.signFlip) near(signFlip(differences), p, `${differences}`, 1e-12);
});

Deno.test("holm() is R's p.adjust", () => {
  for (const [i, p] of holm(goldens.holm.p).entries()) near(p, goldens.holm.adjusted[i]!, `${i}`, 1e-15);
});

Deno.test("fisher() is R's fisher.test", () => {
  for (const [a, n, b, m, p] of goldens.fisher) near(fisher(a, n, b, m), p, `${a}/${n} ${b}/${m}`, 1e-9);
});

Deno.test("dunnett() is mvtnorm's multivariate t", () => {
  for (const [t, m, df, p] of goldens.dunnett) near(dunnett(t, m, df), p, `t ${t}, m ${m}, df ${df}`, 1e-4);
  for (const df of [1, 2, 4, 50]) {
    for (const t of [0.1, 2, 8]) {
      near(dunnett(t, 1, df), studentTwoSided(t, df), `one contrast, t ${t}, df ${df}`, 1e-8);
    }
  }
});

Deno.test("the randomised-block analysis with Dunnett's comparison is R's aov and multcomp", () => {
  const { values, residual, t, p } = goldens.blocks, analysis = analyseBlocks(values);
  near(analysis.residual, residual, "residual");
  const { contrasts, method } = compareCells(values, 0);
  assert.equal(method, "Dunnett");
  for (const [i, contrast] of contrasts.entries()) {
    near((analysis.means[i + 1]! - analysis.means[0]!) / analysis.error, t[i]!, `t ${i}`);
    near(contrast.dunnett, p[i]!, `p ${i}`, 1e-4);
  }
  assert.deepEqual(contrasts.map(({ verdict }) => verdict), ["open", "open", "differs", "open"]);
});

Deno.test("effects() of a grid: ω² by R's table of variance, with seeds as blocks", () => {
  const { a, b, s, y, omega } = goldens.grid;
  const cells = new Map<string, { values: number[]; a: number; b: number }>();
  for (const [i, value] of y.entries()) {
    const key = `${a[i]},${b[i]}`;
    const cell = cells.get(key) ?? { values: [], a: a[i]! - 1, b: b[i]! - 1 };
    cell.values[s[i]! - 1] = value;
    cells.set(key, cell);
  }
  const all = [...cells.values()];
  const found = effects(all.map(({ values }) => values), [all.map(({ a }) => a), all.map(({ b }) => b)]);
  assert.equal(found.noise, "seeds");
  for (const [i, term] of found.terms.entries()) near(term.omega, omega[i]!, `term ${term.factors}`);
  assert.deepEqual(found.terms.map(({ df }) => df), [2, 3, 6]);
});

Deno.test("effects() of drawn sets: ω² by R's type II sums of squares, and its share explained of sets left out", () => {
  const { a, b, y, omega, outOfSample } = goldens.drawn;
  const found = effects(y.map((value) => [value]), [a.map((level) => level - 1), b.map((level) => level - 1)]);
  assert.equal(found.noise, "cells");
  for (const [i, term] of found.terms.entries()) near(term.omega, omega[i]!, `term ${term.factors}`);
  near(found.outOfSample, outOfSample, "out of sample");
});

Deno.test("signFlip(): two halves that meet count the same as a list of all; ties and zeros count", () => {
  assert.equal(signFlip([0, 0, 0]), 1);
  assert.equal(signFlip([1, 1, 1, 1, 1]), 2 / 32);
  assert.equal(signFlip([0.1, 0.2, 0.3, 0]), 0.25); // 0.1 + 0.2 is not 0.3 in binary; a 0 is of either sign
  assert.equal(smallestP(5), 2 / 32);
  const many = Array.from({ length: 30 }, (_, i) => 1 + i / 100);
  assert.equal(signFlip(many), 2 / 2 ** 30);
  const drawn = signFlip(Array.from({ length: 60 }, (_, i) => i % 3 === 0 ? -1 : 1));
  near(drawn, 0.0135, "60 differences, 40 of them 1 and 20 −1: a binomial's two tails", 0.002);
  assert.equal(smallestP(60), 1e-5);
});
