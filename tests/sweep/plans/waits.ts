import { defineSweep } from "../../../lib/sweep/plan.ts";

export default defineSweep({
  name: "waits",
  grid: { i: [1, 2, 3] },
  trial: async (_, ctx) => {
    ctx.log("waiting");
    return await new Promise<never>(() => {});
  },
});
