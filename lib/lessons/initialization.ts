/**
 * Initialization: one small network, and what its initial weights do to it.
 *
 * @module
 */
import { figures, type Lesson, type Setup } from "./types.ts";

const setup: Setup = {
  dataset: "fashion-mnist",
  heldOut: 0,
  model: { kind: "strided" },
  activation: { kind: "relu" },
  norm: { kind: "none" },
  // Under BatchNorm too: the document's rule for leaving it out never applies, and it makes no difference there.
  bias: true,
  init: { kind: "kaimingNormal", leak: 0 },
  lsuv: "none",
  normalize: "none",
  batchSize: 1024,
  lr: 0.2,
  momentum: 0.85,
  epochs: 3,
};

/** From A4 on: activations of mean 0 and deviation 1, from the input to the last layer. */
const centred: Setup = {
  ...setup,
  activation: { kind: "generalRelu", leak: 0.1, sub: 0.4 },
  init: { kind: "kaimingNormal", leak: 0.1 },
  normalize: "dataset",
};

/** A8: batch norm of the library, in batches of 256. */
export const towards90: Setup = { ...centred, norm: { kind: "batchNorm", by: "library" }, batchSize: 256 };

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
      outcome: "varies",
      published: figures([.234, 2.099, .431, 1.610]),
      note:
        "It depends on the seed: with default weights nothing is learned for some thirty batches; then the activations burst, " +
        "and how many units are alive after that decides the rest. (Notebook 05 shows three seeds.)",
    },
    {
      id: "A2",
      title: "Kaiming",
      about:
        "Kaiming's normal initialization keeps the activations' scale through the ReLUs. With inputs between 0 and 1 " +
        "some seeds still stay on the first plateau.",
      setup,
      outcome: "varies",
      published: figures([.587, 1.228, .783, .589], [.818, .487, .833, .461], [.845, .422, .845, .421]),
      note: "It depends on the seed: as the input is not normalised, some networks never leave their first plateau.",
    },
    {
      id: "A3",
      title: "normalised input",
      about: "The same, with each batch brought to mean 0 and deviation 1 by a callback.",
      setup: { ...setup, normalize: "callback" },
      outcome: "steady",
      published: figures([.551, 1.386, .764, .617], [.811, .514, .817, .492], [.841, .434, .843, .431]),
    },
    {
      id: "A4",
      title: "general ReLU",
      about: "A ReLU with a leak of 0.1, moved down by 0.4, gives activations of mean 0; the data set is normalised.",
      setup: centred,
      outcome: "steady",
      published: figures([.774, .625, .846, .420], [.868, .361, .860, .375], [.880, .324, .866, .363]),
      note:
        "At this rate some seeds overflow in their first steps: of 120 further seeds, 30 steps each, 14 became NaN here " +
        "and 13 in PyTorch.",
    },
    {
      id: "A5",
      title: "LSUV",
      about: "Default weights, then scaled and moved layer by layer until each activation has mean 0 and deviation 1.",
      setup: { ...centred, init: { kind: "default" }, lsuv: "pair" },
      outcome: "steady",
      published: figures([.772, .650, .833, .456], [.862, .377, .852, .399], [.877, .336, .860, .378]),
    },
    {
      id: "A6",
      title: "layer norm",
      about: "LayerNorm by hand before each activation: every image's own mean and deviation.",
      setup: { ...centred, norm: { kind: "layerNorm" } },
      outcome: "steady",
      published: figures([.781, .605, .846, .421], [.864, .370, .860, .377], [.881, .321, .868, .362]),
    },
    {
      id: "A7",
      title: "batch norm",
      about: "BatchNorm by hand before each activation, which allows twice the learning rate.",
      setup: { ...centred, norm: { kind: "batchNorm", by: "hand" }, lr: 0.4 },
      outcome: "steady",
      published: figures([.800, .549, .807, .636], [.875, .341, .869, .366], [.885, .307, .868, .361]),
    },
    {
      id: "A8",
      title: "towards 90%",
      about: "The library's BatchNorm2d and batches of 256: four times as many steps.",
      setup: towards90,
      outcome: "steady",
      published: figures([.837, .450, .868, .362], [.882, .318, .865, .360], [.896, .280, .884, .317]),
    },
    {
      id: "A9",
      title: "… continued",
      about: "A new learner goes on with A8's model, at a quarter of the rate.",
      setup: { ...towards90, lr: 0.05, epochs: 2, after: "A8" },
      outcome: "steady",
      published: figures([.918, .224, .896, .283], [.922, .211, .900, .280]),
    },
  ],
};
