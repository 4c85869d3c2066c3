/**
 * Questions and answers on batch normalisation: the trainings among them.
 *
 * The first two questions are answered by words and by looking at layers, not by a training: what BatchNorm learns and what it measures,
 * and what it costs.
 *
 * @module
 */
import { builtIn, warmUp } from "./batchnorm.ts";
import { mnist } from "./mnist.ts";
import type { Lesson, NormSetup, Setup } from "./types.ts";

/** A convolution and the norm with nothing between: the document's layer for questions 4 and 5. */
const linear: Setup = { ...mnist, activation: { kind: "none" }, norm: builtIn, bias: false };
const grouped = (groups: number | "channels"): Setup => ({ ...mnist, norm: { kind: "groupNorm", groups }, lr: 0.4 });
const debiased: NormSetup = { kind: "runningBatchNorm", debias: true };

/** Questions on the lesson on batch normalisation; a run's number is its question's. */
export const questions: Lesson = {
  name: "questions",
  title: "Questions on batch normalisation",
  about: "The norms again, each as the answer to a question. The document prints no figures.",
  runs: [
    {
      id: "D3",
      title: "batch norm by hand",
      about: "What do a normalised network's means and deviations do from batch to batch?",
      setup: { ...mnist, norm: { kind: "batchNorm", by: "hand", eps: 1e-6 }, bias: false, lr: 0.9, epochs: 1 },
      outcome: "steady",
      published: [],
    },
    {
      id: "D4",
      title: "batch norm built in",
      about:
        "The library's BatchNorm2d. The document's layer has no activation: all five together are one linear map an image.",
      setup: { ...linear, lr: 1, epochs: 3 },
      outcome: "steady",
      published: [],
    },
    {
      id: "D5",
      title: "scheduled",
      about: "The rate rises from 0.6 to 2, and falls to 0.1, within one epoch; the layers are those of D4.",
      setup: { ...linear, lr: warmUp, epochs: 1 },
      outcome: "steady",
      published: [],
    },
    {
      id: "D6",
      title: "layer norm",
      about:
        "How does LayerNorm differ? The document builds it, but trains D4's layers; here it is LayerNorm that trains.",
      setup: { ...mnist, norm: { kind: "layerNorm", eps: 1e-6 }, lr: 1, epochs: 3 },
      outcome: "varies",
      published: [],
    },
    {
      id: "D7",
      title: "instance norm",
      about: "Why can InstanceNorm not classify? The fifth layer's maps are single pixels: NaN at once.",
      setup: { ...mnist, norm: { kind: "instanceNorm", eps: 1 }, lr: 0.1, epochs: 3 },
      outcome: "fails",
      published: [],
    },
    {
      id: "D8a",
      title: "one group",
      about: "GroupNorm with all channels in one group has LayerNorm's statistics.",
      setup: grouped(1),
      outcome: "steady",
      published: [],
    },
    {
      id: "D8b",
      title: "four groups",
      about: "GroupNorm between the two: four groups of channels in every layer.",
      setup: grouped(4),
      outcome: "steady",
      published: [],
    },
    {
      id: "D8c",
      title: "a group for each channel",
      about:
        "GroupNorm with a group for each channel has InstanceNorm's statistics. Of a map of one pixel nothing but the summand is left: chance.",
      setup: grouped("channels"),
      outcome: "fails",
      published: [],
    },
    {
      id: "D9",
      title: "running batch norm, debiased",
      about: "RunningBatchNorm in its longer form, which debiases the averages in the first 100 steps.",
      setup: { ...mnist, norm: debiased, bias: false, lr: 0.4, epochs: 1 },
      outcome: "steady",
      published: [],
    },
  ],
};
