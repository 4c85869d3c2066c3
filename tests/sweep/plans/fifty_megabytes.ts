/**
 * Two trials that keep 50 MB each.
 *
 * @module
 */
import { defineSweep } from "../../../lib/sweep/plan.ts";

export default defineSweep({
  name: "fifty-megabytes",
  grid: { i: [1, 2] },
  stall: 60,
  trial: async ({ i }, ctx) => {
    const words = new Uint32Array(12_500_000);
    for (let k = 0; k < words.length; k++) words[k] = Math.imul(k + i, 2654435761);
    await ctx.keep("large.bin", new Uint8Array(words.buffer));
    return { last: words.at(-1)! };
  },
});
