/**
 * A sweep whose metrics depend on parameters and seed alone, whatever happens around it.
 *
 * @module
 */
import { defineSweep } from "../../../lib/sweep/plan.ts";
import { randn } from "../../../lib/tensor/create_random.ts";

/** So many trials, of about a tenth of a second each. */
export const steady = (name: string, rows: number, columns: number) =>
  defineSweep({
    name,
    grid: {
      row: Array.from({ length: rows }, (_, i) => i),
      column: Array.from({ length: columns }, (_, i) => i / 8),
    },
    attempts: 1000,
    stall: 3,
    trial: async ({ row, column }, ctx) => {
      const x = randn([16, 16]).mul(row + 1).add(column);
      for (let step = 1; step <= 3; step++) {
        ctx.report(step, { norm: await x.pow(2).mean().item() / step });
        await new Promise((resolve) => setTimeout(resolve, 10 + (row * 7 + step * 13) % 40));
      }
      await ctx.keep("numbers.txt", `row ${row}, column ${column}\n`.repeat(20));
      return { mean: await x.mean().item(), deviation: await x.std().item() };
    },
  });
