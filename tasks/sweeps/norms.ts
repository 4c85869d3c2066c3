/**
 * The lessons' question, all at once: norm × activation × first weights × learning rate, over three seeds.
 *
 *     deno task sweep tasks/sweeps/norms.ts
 *
 * @module
 */
import { getModel } from "../../lib/lessons/models.ts";
import { defineSweep } from "../../lib/sweep/plan.ts";
import { ACTIVATIONS, initialise, NORMS, train } from "./training.ts";

export default defineSweep({
  name: "norms",
  about: "Does a norm make first weights, activation and learning rate matter less?",
  grid: {
    norm: ["none", "batch", "batchByHand", "running", "layer", "instance", "group"],
    activation: ["relu", "leaky", "generalRelu"],
    init: ["default", "kaiming"],
    lr: [0.02, 0.1, 0.4],
  },
  seeds: 3,
  metric: "accuracy",
  diverging: ["loss"],
  trial: ({ norm, activation, init, lr }, ctx) => {
    const { make, leak } = ACTIVATIONS[activation];
    const makeNorm = NORMS[norm];
    // What goes into the norm needs no bias: the norm has its own.
    const model = getModel({ act: make, ...(makeNorm ? { norm: makeNorm, bias: false } : {}) });
    return train(initialise(model, init, leak), { lr, batchSize: 64, epochs: 3, limit: 4096 }, ctx);
  },
});
