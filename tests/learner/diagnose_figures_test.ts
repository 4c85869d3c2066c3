import assert from "node:assert/strict";
import { association } from "../../lib/learner/diagnose_data.ts";
import { noiseOf, rankCorrelation } from "../../lib/learner/diagnose_figures.ts";

Deno.test("association: Cramér's V corrected for chance, against values worked out by hand", () => {
  assert.equal(association([[8, 0], [0, 8]]), 1);
  // φ² = 1/4 for a 2 × 2 table of 6, 2, 2, 6; minus 1/15, over 2 − 1/15 − 1
  assert.ok(Math.abs(association([[6, 2], [2, 6]]) - Math.sqrt((1 / 4 - 1 / 15) / (1 - 1 / 15))) < 1e-12);
  assert.equal(association([[5, 5], [5, 5]]), 0);
  assert.equal(association([[5, 0], [5, 0]]), 0); // one class
});

Deno.test("rankCorrelation: Spearman's, as SciPy's spearmanr", () => {
  const found = rankCorrelation([106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]);
  assert.ok(Math.abs(found - -0.17575757575757575) < 1e-12, `${found}`);
  assert.equal(rankCorrelation([1, 2, 9], [5, 6, 7]), 1);
  const ties = rankCorrelation([1, 2, 2, 3, 3, 3], [2, 1, 4, 4, 5, 3]);
  assert.ok(Math.abs(ties - 0.6105686838080208) < 1e-12, `${ties}`);
  assert.ok(Number.isNaN(rankCorrelation([1, 1, 1], [1, 2, 3])));
});

Deno.test("noiseOf: the deviation of noise, whatever the trend", () => {
  // Differences of 1, −1, 1, −1 have the mean square 1: half of it is one value's variance.
  assert.equal(noiseOf([0, 1, 0, 1, 0]), Math.sqrt(1 / 2));
  assert.equal(noiseOf([5]), 0);
});
