/**
 * What a sweep's report computes, says and draws, for the notebook on ablations.
 *
 * @module
 */
export { analyse } from "../lib/sweep/analysis.ts";
export { effectsChart, pairChart } from "../lib/sweep/report/charts.ts";
export { sweepEffects } from "../lib/sweep/report/effects.ts";
export { paired } from "../lib/sweep/statistics/paired.ts";
export { intervalOf, methodOf, verdictOf } from "../lib/sweep/words.ts";
