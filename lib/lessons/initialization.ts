/**
 * Initialization: one small network, and what its first weights do to it.
 *
 * @module
 */
import { figures, type Lesson, type Setup } from "./types.ts";

const setup: Setup = {
  dataset: "fashion-mnist",
  model: "strided",
  activation: { kind: "relu" },
  init: { kind: "kaimingNormal", leak: 0 },
  normalize: "none",
  batchSize: 1024,
  lr: 0.2,
  momentum: 0.85,
  epochs: 3,
};

/** The lesson on initialization: from PyTorch's defaults, step by step, to activations with mean 0 and deviation 1. */
export const initialization: Lesson = {
  name: "initialization",
  title: "Initialization",
  about: "Why a network's first weights decide whether it learns: the scale of its activations, layer by layer.",
  runs: [
    {
      id: "A1",
      title: "baseline",
      about: "PyTorch's default initialization. The activations fade from layer to layer, and little is learned.",
      setup: { ...setup, init: { kind: "default" }, epochs: 1 },
      published: figures([.234, 2.099, .431, 1.610]),
    },
    {
      id: "A2",
      title: "Kaiming",
      about:
        "Kaiming's normal initialization keeps the activations' scale through the ReLUs. With inputs between 0 and 1 " +
        "some seeds still stay on the first plateau.",
      setup,
      published: figures([.587, 1.228, .783, .589], [.818, .487, .833, .461], [.845, .422, .845, .421]),
    },
    {
      id: "A3",
      title: "normalised input",
      about: "The same, with each batch brought to mean 0 and deviation 1 by a callback.",
      setup: { ...setup, normalize: "callback" },
      published: figures([.551, 1.386, .764, .617], [.811, .514, .817, .492], [.841, .434, .843, .431]),
    },
    {
      id: "A4",
      title: "general ReLU",
      about: "A ReLU with a leak of 0.1, moved down by 0.4, gives activations of mean 0; the data set is normalised.",
      setup: {
        ...setup,
        activation: { kind: "generalRelu", leak: 0.1, sub: 0.4 },
        init: { kind: "kaimingNormal", leak: 0.1 },
        normalize: "dataset",
      },
      published: figures([.774, .625, .846, .420], [.868, .361, .860, .375], [.880, .324, .866, .363]),
    },
  ],
};
