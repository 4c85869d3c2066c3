import assert from "node:assert/strict";
import { findRun } from "../../lib/lessons/catalogue.ts";
import { allowed, median, type Outcome, outcome, phaseFigures } from "../../tasks/ledger/figures.ts";
import { rankSum } from "../../tasks/ledger/rank_sum.ts";
import { trainingsOf } from "./ledger_trainings.ts";

const a4 = findRun("A4")!;
const near = (found: number, wanted: number, within = 1e-9) => assert.ok(Math.abs(found - wanted) < within, `${found}`);

Deno.test("outcome(): failed seeds are counted, the others make median, mean and deviation", () => {
  const found = outcome(trainingsOf(a4, [0.86, 0.3, 0.88, null, 0.9, 0.87]), a4);
  assert.deepEqual([found.seeds, found.failed, found.nonFinite], [6, 2, 1]);
  assert.deepEqual(found.good, [0.86, 0.87, 0.88, 0.9]);
  near(found.median, 0.875);
  near(found.mean, 0.8775);
  near(found.std, 0.0170782512765993);
  assert.equal(outcome(trainingsOf(a4, [0.9, 0.8, 0.7]), a4).median, 0.8);
  const none = outcome([], a4);
  assert.deepEqual([none.seeds, none.median, none.mean], [0, NaN, NaN]);
});

Deno.test("outcome(): losses are of all seeds, NaN the largest; the tail is of those that did not fail", () => {
  const found = outcome(trainingsOf(a4, [[0.91, 17599], [0.3, 2.3], null, [0.95, 0.2], [0.9, 1], [0.2, 2e5]]), a4);
  assert.deepEqual(found.losses, [0.2, 1, 2.3, 17599, 2e5, Infinity]);
  assert.deepEqual([found.tail, found.largest], [1, 17599]);
  assert.equal(median(found.losses), (2.3 + 17599) / 2);
});

Deno.test("phaseFigures(): of the seeds that did not fail; of all where all did", () => {
  assert.deepEqual(phaseFigures(trainingsOf(a4, [0.86, 0.3]), a4, 0, "train"), [{ accuracy: 0.43, loss: 1 - 0.86 }]);
  assert.deepEqual(phaseFigures(trainingsOf(a4, [null]), a4, 2, "eval"), [{ accuracy: 0.1, loss: NaN }]);
});

Deno.test("allowed(): 0.01, or 2.5 standard errors of the difference", () => {
  const with_ = (std: number, n: number): Outcome => ({ ...outcome([], a4), std, good: Array<number>(n).fill(0.9) });
  assert.equal(allowed(with_(0.001, 5), with_(0.001, 5)), 0.01);
  near(allowed(with_(0.03, 9), with_(0.04, 16)), 2.5 * Math.sqrt(0.0002));
  assert.equal(allowed(with_(NaN, 1), with_(0.3, 5)), 0.01);
});

Deno.test("rankSum(): SciPy's exact p, with ties and infinities too", () => {
  // mannwhitneyu(a, b, method="exact")
  near(rankSum([1.1, 2.5, 3.2, 0.4, 9], [0.3, 0.2, 1.0, 2.0, 0.9, 1.7]), 0.12554112554112554);
  // permutation_test of the ranks' sum, over all divisions
  near(rankSum([1, 2, 2, Infinity, Infinity], [1, 1, 2, 3]), 0.38095238095238093);
  // mannwhitneyu of 20 and 24 normal draws of numpy's generator 0, the second shifted by 0.7
  // deno-fmt-ignore
  const x = [0.12573, -0.132105, 0.640423, 0.1049, -0.535669, 0.361595, 1.304, 0.947081, -0.703735, -1.265421, -0.623274, 0.041326, -2.325031, -0.218792, -1.245911, -0.732267, -0.544259, -0.3163, 0.411631, 1.042513];
  // deno-fmt-ignore
  const y = [0.571465, 2.066463, 0.034805, 1.05151, 1.60347, 0.794012, -0.043499, -0.221725, 0.242274, 0.920195, -0.309618, 0.490824, 0.540775, 1.240846, 0.914659, 1.055373, 0.046171, 0.570386, 1.483975, 2.193431, -0.559066, 2.213924, 2.045875, 1.481311];
  near(rankSum(x, y), 0.0004648592423374638, 1e-15);
  near(rankSum(y, x), 0.0004648592423374638, 1e-15);
});

Deno.test("rankSum(): the size of an outlier is nothing to it; equal groups, and empty ones", () => {
  const rest = [0.2, 0.3, 0.4, 0.5];
  assert.equal(rankSum([...rest, 1], [0.25, 0.35, 0.45]), rankSum([...rest, 17599], [0.25, 0.35, 0.45]));
  assert.equal(rankSum([Infinity, Infinity], [Infinity]), 1);
  near(rankSum([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]), 2 / 252);
  assert.equal(rankSum([], [1]), NaN);
});
