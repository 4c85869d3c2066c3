/**
 * Batch normalisation and its relatives: by hand and of the library, with large batches and with tiny ones.
 *
 * @module
 */
import { mnist } from "./mnist.ts";
import { figures, type Lesson, type NormSetup, type ScheduleLeg, type Setup } from "./types.ts";

const byHand: NormSetup = { kind: "batchNorm", by: "hand" };
export const builtIn: NormSetup = { kind: "batchNorm", by: "library" };
const running: NormSetup = { kind: "runningBatchNorm" };

/** The rate rises, then falls. */
export const warmUp: readonly ScheduleLeg[] = [{ fraction: 0.3, from: 0.6, to: 2 }, {
  fraction: 0.7,
  from: 2,
  to: 0.1,
}];

/** A norm whose `adds` do what the convolutions' bias would. */
const unbiased = (norm: NormSetup): Setup => ({ ...mnist, norm, bias: false });
const tiny = (norm: NormSetup, lr: number): Setup => ({ ...unbiased(norm), lr, batchSize: 2, epochs: 1 });

/** The lesson on batch normalisation. */
export const batchnorm: Lesson = {
  name: "batchnorm",
  title: "Batch normalisation and its relatives",
  about:
    "What normalising inside a network allows, which statistics to normalise by, and what tiny batches do to them.",
  runs: [
    {
      id: "C1",
      title: "no norm",
      about: "Kaiming's initialization alone: it trains at this rate.",
      setup: { ...mnist, lr: 0.4 },
      outcome: "varies",
      published: figures([.705, .912, .948, .172], [.953, .148, .954, .141]),
      note: "How soon it leaves the first plateau depends on the seed.",
    },
    {
      id: "C2",
      title: "no norm, fast",
      about: "The same at a rate of 1: too fast for most seeds.",
      setup: mnist,
      outcome: "varies",
      published: figures([.116, 1.9e6, .106, 2.302], [.114, 2.302, .106, 2.303]),
      note: "It depends on the seed: some diverge, some stay at chance, as the document's did, and some train.",
    },
    {
      id: "C3",
      title: "batch norm by hand",
      about: "BatchNorm by hand, which takes mean and variance as given: the rate of 1 works.",
      setup: unbiased(byHand),
      outcome: "steady",
      published: figures([.913, .277, .966, .110], [.972, .092, .973, .085]),
    },
    {
      id: "C4",
      title: "batch norm built in",
      about: "The library's BatchNorm2d, whose gradient goes through mean and variance: better than the one by hand.",
      setup: unbiased(builtIn),
      outcome: "steady",
      published: figures([.931, .220, .972, .092], [.980, .064, .979, .073]),
    },
    {
      id: "C5",
      title: "batches of 2",
      about: "The last layers normalise two numbers at a time: nothing can be learned from that.",
      setup: tiny(builtIn, 1),
      outcome: "fails",
      published: figures([.108, 1.6e5, .153, 7e14]),
    },
    {
      id: "C6",
      title: "batches of 2, slower",
      about: "A smaller rate does not help.",
      setup: tiny(builtIn, 0.4),
      outcome: "fails",
      published: figures([.166, 2.36, .184, 1.4e6]),
    },
    {
      id: "C7",
      title: "running batch norm, batches of 2",
      about: "RunningBatchNorm normalises by moving averages in training too. At this rate it becomes NaN.",
      setup: tiny(running, 1),
      outcome: "fails",
      published: figures([.099, NaN, .099, NaN]),
    },
    {
      id: "C8",
      title: "running batch norm, slower",
      about: "At a rate of 0.4 it trains with batches of 2.",
      setup: tiny(running, 0.4),
      outcome: "varies",
      published: figures([.896, .400, .962, .189]),
      note:
        "Every seed trains, but how far depends on the seed: steps on two images are noisy. A huge evaluation loss is of few images: the averages " +
        "remember some twenty of them, so that a channel that has been silent for longer is divided by next to nothing. At seed 1012, 252 of " +
        "10,000 images rouse such a channel of the fourth layer, and have 99.99 % of the loss of 17,599.",
    },
    {
      id: "C9a",
      title: "batch norm, scheduled",
      about: "The rate rises from 0.6 to 2, and falls to 0.1, over 8 epochs.",
      setup: { ...unbiased(builtIn), lr: warmUp, epochs: 8 },
      outcome: "steady",
      published: [],
      course: figures([.995, .019, .988, .044])[0]!,
    },
    {
      id: "C9b",
      title: "layer norm",
      about: "LayerNorm by hand: each image by its own mean and deviation, whatever the batch.",
      setup: { ...mnist, norm: { kind: "layerNorm" }, lr: 0.8, epochs: 3 },
      outcome: "varies",
      published: [],
      course: figures([NaN, NaN, NaN, NaN])[0]!,
      note: "It depends on the seed: some become NaN, as the course's did, and the others train.",
    },
    {
      id: "C9c",
      title: "instance norm",
      about:
        "InstanceNorm by hand. The fifth layer's maps are single pixels, which have no unbiased variance: NaN at once.",
      setup: { ...mnist, norm: { kind: "instanceNorm", eps: 1 }, lr: 0.1, epochs: 3 },
      outcome: "fails",
      published: [],
      course: figures([NaN, NaN, NaN, NaN])[0]!,
    },
    {
      id: "C9d",
      title: "running batch norm, one epoch",
      about: "What one epoch can do: RunningBatchNorm, batches of 32, and a rate that falls from 1 to 0.2.",
      setup: { ...unbiased(running), batchSize: 32, lr: [{ fraction: 1, from: 1, to: 0.2 }], epochs: 1 },
      outcome: "steady",
      published: [],
      course: figures([.952, .157, .982, .092])[0]!,
    },
  ],
};
