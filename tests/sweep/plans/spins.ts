import { defineSweep } from "../../../lib/sweep/plan.ts";

export default defineSweep({
  name: "spins",
  grid: { i: [1, 2, 3] },
  trial: (_, ctx) => {
    ctx.log("spinning");
    for (;;);
  },
});
