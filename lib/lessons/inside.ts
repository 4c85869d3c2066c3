/**
 * Looking inside the model: a small CNN that trains, and what its activations do meanwhile.
 *
 * @module
 */
import { mnist } from "./mnist.ts";
import { figures, type Lesson, type Setup } from "./types.ts";

const setup: Setup = {
  ...mnist,
  model: { kind: "pooled", channels: [8, 16, 32, 32] },
  init: { kind: "default" },
  lr: 0.4,
  epochs: 3,
};

const plateau = "How soon it leaves the first plateau depends on the seed.";

/** The lesson on looking inside the model. The document's runs differ in the code around the model, not in the training. */
export const inside: Lesson = {
  name: "inside",
  title: "Looking inside the model",
  about: "A CNN of four layers with default weights: means and deviations that rise and crash before it learns.",
  runs: [
    {
      id: "E1",
      title: "one epoch",
      about: "The document's first CNN, on the CPU.",
      setup: { ...setup, epochs: 1 },
      outcome: "varies",
      published: figures([.378, 1.783, .774, .689]),
      note: plateau,
    },
    {
      id: "E2",
      title: "three epochs",
      about: "The same CNN for three epochs, in the document on a GPU.",
      setup,
      outcome: "varies",
      published: figures([.368, 1.803, .860, .503], [.886, .388, .941, .205], [.948, .176, .954, .158]),
      note: plateau,
    },
    {
      id: "E3",
      title: "refactored",
      about: "The same training once more, in the document after its code was put in order: another seed of E2.",
      setup,
      outcome: "varies",
      published: figures([.340, 1.906, .748, .743], [.859, .444, .941, .203], [.940, .198, .961, .139]),
      note: plateau,
    },
    {
      id: "E4",
      title: "with a hook",
      about: "One epoch at a rate of 0.5, with a bare hook on each layer.",
      setup: { ...setup, lr: 0.5, epochs: 1 },
      outcome: "varies",
      published: figures([.184, 2.256, .319, 2.001]),
      note: plateau,
    },
  ],
};
