import { defineSweep } from "../../../lib/sweep/plan.ts";

export default defineSweep({ name: "bad", grid: { lr: [] }, trial: () => ({ accuracy: 1 }) });
