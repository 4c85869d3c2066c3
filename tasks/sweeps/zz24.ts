/**
 * A first sweep, done in less than a minute: first weights and learning rate of the lessons' network, on a few built-in pictures.
 *
 *     deno task sweep tasks/sweeps/first.ts
 *
 * @module
 */
import { getModel } from "../../lib/lessons/models.ts";
import { defineSweep } from "../../lib/sweep/plan.ts";
import { initialise, train } from "./training.ts";

export default defineSweep({
  name: "first24",
  about: "Which first weights learn at which rate?",
  grid: {
    init: ["default", "kaiming"],
    lr: [0.02, 0.1, 0.3],
  },
  seeds: 24,
  metric: "accuracy",
  diverging: ["loss"],
  trial: ({ init, lr }, ctx) =>
    train(initialise(getModel(), init, 0), { lr, batchSize: 64, epochs: 2, limit: 2000 }, ctx),
});
