/**
 * Accelerated SGD: one network and seven ways to take a step.
 *
 * @module
 */
import { towards90 } from "./initialization.ts";
import { figures, type Lesson, type Setup } from "./types.ts";

/** A8's network, in batches of 1024, by plain SGD. */
export const sgd: Setup = { ...towards90, normalize: "constants", batchSize: 1024, lr: 0.4, momentum: 0 };

const adamW: Setup = { ...sgd, optimizer: { kind: "adamW" } };

/** The last epoch in the course's notebook. */
export const course = (...epoch: readonly [number, number, number, number]) => ({
  published: [],
  course: figures(epoch)[0]!,
  outcome: "steady" as const,
});

/** The lesson on optimisers and schedules. */
export const accelerated: Lesson = {
  name: "accelerated",
  title: "Accelerated SGD",
  about: "What an average of gradients, an average of their squares, and a rate that changes add to plain SGD.",
  runs: [
    {
      id: "F1",
      title: "SGD",
      about: "Each step is the gradient, times a rate of 0.4: what the others are compared with.",
      setup: sgd,
      ...course(.863, .376, .852, .406),
    },
    {
      id: "F2",
      title: "momentum",
      about:
        "Each step is an average of the gradients, nine parts old to one part new, which bears almost four times the rate.",
      setup: { ...sgd, lr: 1.5, optimizer: { kind: "averagedMomentum", momentum: 0.9 } },
      ...course(.886, .311, .876, .343),
    },
    {
      id: "F3",
      title: "RMSProp",
      about:
        "Each step is the gradient, divided by the root of its average square: all weights move at about the same speed.",
      setup: { ...sgd, lr: 3e-3, optimizer: { kind: "rmsProp", alpha: 0.99, eps: 1e-5 } },
      ...course(.864, .368, .853, .407),
    },
    {
      id: "F4",
      title: "Adam",
      about: "Both averages at once, each corrected for its beginning at 0.",
      setup: { ...sgd, lr: 6e-3, optimizer: { kind: "adam", betas: [0.9, 0.99], eps: 1e-5 } },
      ...course(.884, .315, .871, .349),
    },
    {
      id: "F5",
      title: "cosine by batch",
      about: "AdamW, with a rate that falls along half a cosine from step to step.",
      setup: { ...adamW, lr: { kind: "cosine", from: 2e-2, by: "batch" } },
      ...course(.898, .280, .883, .317),
    },
    {
      id: "F6",
      title: "cosine by epoch",
      about: "The same, but the rate changes only between epochs: 0.02, 0.015, 0.005.",
      setup: { ...adamW, lr: { kind: "cosine", from: 2e-2, by: "epoch" } },
      ...course(.899, .275, .887, .307),
    },
    {
      id: "F7",
      title: "one cycle",
      about:
        "AdamW for 5 epochs: the rate rises to 0.06 and falls to next to nothing, while the momentum does the reverse.",
      setup: { ...adamW, lr: { kind: "oneCycle", max: 6e-2 }, epochs: 5 },
      ...course(.924, .210, .906, .267),
    },
  ],
};
