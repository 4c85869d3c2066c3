/**
 * Batch size against norm: statistics of a batch need a batch. The rate grows with the batch, up to a bound.
 *
 *     deno task sweep tasks/sweeps/batch_size.ts
 *
 * @module
 */
import { getModel } from "../../lib/lessons/models.ts";
import { defineSweep } from "../../lib/sweep/plan.ts";
import { initialise, NORMS, train } from "./training.ts";

export default defineSweep({
  name: "batch-size",
  about: "How small may a batch be for each norm?",
  grid: {
    norm: ["none", "batch", "running", "layer", "group"],
    batchSize: [2, 8, 32, 128],
  },
  seeds: 3,
  metric: "accuracy",
  diverging: ["loss"],
  trial: ({ norm, batchSize }, ctx) => {
    const makeNorm = NORMS[norm];
    const model = getModel(makeNorm ? { norm: makeNorm, bias: false } : {});
    const lr = Math.min(0.1, 0.1 * batchSize / 64);
    return train(initialise(model, "kaiming", 0), { lr, batchSize, epochs: 2, limit: 2048 }, ctx);
  },
});
