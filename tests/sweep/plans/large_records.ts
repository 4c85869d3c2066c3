/**
 * Records that fit into no single message, and trials whose worker is always lost.
 *
 * @module
 */
import { defineSweep } from "../../../lib/sweep/plan.ts";

export default defineSweep({
  name: "large-records",
  grid: { kind: ["large", "lost"] },
  attempts: 2,
  stall: 4, // longer than 3 MB take on a slow machine
  trial: async ({ kind }, ctx) => {
    while (kind === "lost");
    // 3 MB that no compression helps, where a message holds 1 MB.
    const bytes = new Uint8Array(3_000_000);
    let sum = 0;
    for (let i = 0; i < bytes.length; i++) sum += bytes[i] = (i * 2654435761) >>> 24;
    await ctx.keep("large.bin", bytes);
    return { sum };
  },
});
