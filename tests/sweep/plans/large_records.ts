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
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 2654435761) >>> 24);
    await ctx.keep("large.bin", bytes);
    return { sum: bytes.reduce((sum, byte) => sum + byte, 0) };
  },
});
