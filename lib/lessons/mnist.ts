/**
 * What the lessons on MNIST have in common.
 *
 * @module
 */
import type { Setup } from "./types.ts";

/** Plain SGD on 50,000 images; convolutions with Kaiming's weights and biases of 0, and no norm. */
export const mnist: Setup = {
  dataset: "mnist",
  heldOut: 10_000,
  model: { kind: "pooled", channels: [8, 16, 32, 64, 64] },
  activation: { kind: "relu" },
  norm: { kind: "none" },
  bias: true,
  init: { kind: "kaimingNormal", leak: 0.1, zeroBias: true },
  lsuv: "none",
  normalize: "training",
  batchSize: 512,
  lr: 1,
  momentum: 0,
  epochs: 2,
};
