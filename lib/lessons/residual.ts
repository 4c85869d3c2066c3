/**
 * Residual networks: deeper, and still easy to train.
 *
 * @module
 */
import { course, sgd } from "./accelerated.ts";
import type { Lesson, Setup } from "./types.ts";

/** AdamW in one cycle, for five epochs. */
export const cycled: Setup = { ...sgd, optimizer: { kind: "adamW" }, lr: { kind: "oneCycle", max: 2e-2 }, epochs: 5 };

/** The lesson on residual networks. */
export const residual: Lesson = {
  name: "residual",
  title: "Residual networks",
  about: "A deeper network by more convolutions, and by blocks that add to their input what they compute.",
  runs: [
    {
      id: "G1",
      title: "deeper",
      about: "A first convolution of stride 1 in front, and a norm after the last one too.",
      setup: {
        ...cycled,
        model: { kind: "deep", channels: [8, 16, 32, 64, 128] },
        lr: { kind: "oneCycle", max: 6e-2 },
      },
      ...course(.940, .170, .917, .232),
    },
    {
      id: "G2",
      title: "residual blocks",
      about: "Two convolutions in place of each, and the block's input beside them.",
      setup: { ...cycled, model: { kind: "residual", channels: [8, 16, 32, 64, 128, 256] } },
      ...course(.950, .149, .928, .211),
    },
    {
      id: "G3",
      title: "ResNet-18d",
      about:
        "The ResNet-18 that others use for photographs, with a stem of three convolutions and averaged short cuts.",
      setup: {
        ...cycled,
        model: { kind: "resnet18d" },
        activation: { kind: "relu" },
        bias: false,
        init: { kind: "resnet" },
      },
      ...course(.945, .150, .920, .223),
    },
  ],
};
