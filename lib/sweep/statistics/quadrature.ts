/**
 * Integrals by Gauss and Legendre's rule: the same result on every run.
 *
 * @module
 */

/** Places and weights. */
export interface Rule {
  readonly at: Float64Array;
  readonly weight: Float64Array;
}

const POINTS = 16;

/** The rule of 16 points on [−1, 1]: the zeros of Legendre's polynomial, by Newton's method. */
const UNIT: Rule = (() => {
  const at = new Float64Array(POINTS), weight = new Float64Array(POINTS);
  for (let i = 0; i < POINTS; i++) {
    let x = Math.cos(Math.PI * (i + 0.75) / (POINTS + 0.5)), slope = 1;
    for (let step = 0; step < 20; step++) {
      let before = 1, here = x;
      for (let n = 2; n <= POINTS; n++) [before, here] = [here, ((2 * n - 1) * x * here - (n - 1) * before) / n];
      slope = POINTS * (x * here - before) / (x * x - 1);
      x -= here / slope;
    }
    at[i] = x;
    weight[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { at, weight };
})();

/** The rule on an interval that is cut into equal panels. */
export function rule(low: number, high: number, panels: number): Rule {
  const at = new Float64Array(panels * POINTS), weight = new Float64Array(panels * POINTS);
  const half = (high - low) / panels / 2;
  for (let panel = 0; panel < panels; panel++) {
    const middle = low + (2 * panel + 1) * half;
    for (let i = 0; i < POINTS; i++) {
      at[panel * POINTS + i] = middle + half * UNIT.at[i]!;
      weight[panel * POINTS + i] = half * UNIT.weight[i]!;
    }
  }
  return { at, weight };
}
