/**
 * LSUV, the way of 2019: a network measured and corrected before it trains.
 *
 * @module
 */
import { mnist } from "./mnist.ts";
import { figures, type Lesson, type Setup } from "./types.ts";

const setup: Setup = { ...mnist, activation: { kind: "shiftedRelu" }, lr: 0.5 };

/** The lesson on layer-sequential unit variance. */
export const lsuv: Lesson = {
  name: "lsuv",
  title: "Layer-sequential unit variance",
  about: "One batch goes through the network before training, and each layer is scaled and moved by what comes out.",
  runs: [
    {
      id: "B1",
      title: "baseline",
      about: "Kaiming's initialization, and a ReLU that is not moved: means above 0, deviations that shrink.",
      setup,
      outcome: "varies",
      published: figures([.510, 1.426, .921, .248], [.932, .221, .965, .117]),
      note:
        "How soon it leaves the first plateau depends on the seed; the document's left it early, in the middle of the first epoch.",
    },
    {
      id: "B2",
      title: "LSUV",
      about: "Each layer's weights are divided by its output's deviation, then its ReLU is moved down by the mean.",
      setup: { ...setup, lsuv: "scaleThenShift" },
      outcome: "steady",
      published: figures([.861, .434, .963, .125], [.961, .127, .971, .092]),
    },
  ],
};
