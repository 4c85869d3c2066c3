/** What `dist/sonde.js` exports: all of Sonde but sweeps, which need files, processes and a database. */
export * from "../../lib/tensor/mod.ts";
export * as nn from "../../lib/nn/mod.ts";
export { functional as F } from "../../lib/nn/mod.ts";
export * as optim from "../../lib/optim/mod.ts";
export * as data from "../../lib/data/mod.ts";
export * as plot from "../../lib/plot/mod.ts";
export * as learner from "../../lib/learner/mod.ts";
export * from "../../lib/learner/mod.ts";
export * as lessons from "../../lib/lessons/mod.ts";
