/** A training in which nothing is wrong, as a diagnosis gets it; the tests spoil one thing at a time. */
import type { ActivationFigures, DiagnosisInput, DiagnosisRecords } from "../../lib/learner/mod.ts";

/** Batches of the training. */
export const BATCHES = 60;

/** A list with one number for each batch. */
export const flat = (value: number, n: number = BATCHES): number[] => Array<number>(n).fill(value);

/** Losses that fall, fast at first, with noise. */
export const losses = flat(0).map((_, i) => 0.3 + 0.4 * Math.exp(-i / 10) + 0.01 * Math.sin(i * i));

/** One module's figures. */
export function figures(name: string, more: Partial<ActivationFigures> = {}): ActivationFigures {
  return { name, mean: flat(0.4), std: flat(0.9), signal: flat(0.8), ...more };
}

/** Modules of a small network. */
export const activations = (more: Readonly<Record<string, Partial<ActivationFigures>>> = {}): ActivationFigures[] => [
  figures("0 Linear", more["0"]),
  figures("1 ReLU", { units: 8, unitsOff: flat(0), deadSince: flat(-1, 8), zeros: flat(0.5), ...more["1"] }),
  figures("2 Tanh", { saturated: flat(0.1), ...more["2"] }),
  figures("3 Linear", more["3"]),
];

/** A parameter that is trained: a step changes it by a hundredth. */
const parameter = (name: string, module: string) => ({
  name,
  module,
  requiresGrad: true,
  optimised: true,
  reached: BATCHES,
  gradients: flat(1),
  updates: flat(0.01),
});

/** What DiagnoseCB would have recorded. */
export function records(more: Partial<DiagnosisRecords> = {}): DiagnosisRecords {
  return {
    batches: flat(0).map((_, i) => i),
    parameters: [
      parameter("0.weight", "0 Linear"),
      parameter("0.bias", "0 Linear"),
      parameter("3.weight", "3 Linear"),
    ],
    inputs: { mean: flat(0), std: flat(1), signal: flat(0.8) },
    classes: {
      // Of two classes of 32 the counts vary as chance makes them; of 64 samples 60 are right.
      counts: flat(0).map((_, i) => [32 + (i % 5) - 2, 32 - (i % 5) + 2]),
      accuracy: flat(0).map((_, i) => Math.min(60 / 64, 0.5 + i / 60)),
      surprise: losses,
      firstOutputs: [0.1, -0.1],
      firstSpread: 0.5,
    },
    modes: [],
    left: [],
    ...more,
  };
}

/** All of it. */
export function training(more: Partial<DiagnosisInput> = {}): DiagnosisInput {
  const { classes } = records();
  return {
    activations: activations(),
    losses,
    lrs: flat(0.1),
    records: records({ classes: { ...classes!, surprise: more.losses ?? losses } }),
    setup: { lastLayer: "3 Linear" },
    ...more,
  };
}
