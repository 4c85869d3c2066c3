/**
 * The rank-sum test of Wilcoxon, and of Mann and Whitney.
 *
 * @module
 */

/**
 * The exact two-sided p that two groups come from one distribution, by the sum of the first one's ranks: the share of all ways to divide the
 * values into groups of these sizes whose sum is at least as far from its mean as the one found. Equal values share the mean of their
 * ranks. Only the order counts, so that a loss of 17,599 weighs no more than any other that is the largest; Infinity is a value.
 *
 * (Wilcoxon 1945; Mann and Whitney 1947. Exact given the ties, as SciPy's `permutation_test` with the same statistic.)
 *
 * @returns NaN where a group is empty
 */
export function rankSum(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return NaN;
  const doubled = doubledRanks([...a, ...b]);
  const found = doubled.slice(0, a.length).reduce((x, y) => x + y, 0);
  const total = doubled.reduce((x, y) => x + y, 0);
  // ways[k][s]: in how many ways k of the values so far have doubled ranks that add up to s.
  const ways: number[][] = Array.from({ length: a.length + 1 }, () => []);
  ways[0]![0] = 1;
  for (const rank of doubled) {
    for (let k = a.length; k > 0; k--) {
      ways[k - 1]!.forEach((count, sum) => ways[k]![sum + rank] = (ways[k]![sum + rank] ?? 0) + count);
    }
  }
  const expected = total * a.length / doubled.length, distance = Math.abs(found - expected);
  let far = 0, all = 0;
  ways[a.length]!.forEach((count, sum) => {
    all += count;
    if (Math.abs(sum - expected) >= distance - 1e-6) far += count;
  });
  return far / all;
}

/** Twice each value's rank from 1, so that the mean rank of ties is whole. */
function doubledRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length,
      same = values.filter((other) => other === value).length;
    return 2 * below + same + 1;
  });
}
