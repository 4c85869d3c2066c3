/**
 * Describes set-ups in words.
 *
 * @module
 */
import type {
  ActivationSetup,
  AverageSetup,
  InitSetup,
  LsuvSetup,
  ModelSetup,
  NormalizeSetup,
  NormSetup,
  OptimizerSetup,
  RateSetup,
  Setup,
} from "./types.ts";

/** A phrase for each kind of a setting; undefined for none. */
type Words<S extends { readonly kind: string }> = {
  readonly [K in S["kind"]]: (setup: Extract<S, { readonly kind: K }>) => string | undefined;
};

const MODEL: Words<ModelSetup> = {
  strided: () => "five 3×3 convolutions, stride 2",
  pooled: ({ channels }) =>
    `convolutions of 5×5, then 3×3, stride 2, to ${channels.join(", ")} channels; average pool and linear layer`,
  deep: ({ channels }) => `convolutions of 3×3, stride 1, then 2, to ${channels.join(", ")} and 10 channels`,
  residual: ({ channels, kernelSize = 3, first = "block", last, pool, dropout }) =>
    [
      `residual blocks to ${channels.join(", ")}${last === undefined ? "" : ` and ${last}`} channels`,
      first === "block" ? undefined : "the first layer a convolution",
      kernelSize === 3 ? undefined : `the first layer of ${kernelSize}×${kernelSize}`,
      pool ? "average pool" : undefined,
      dropout ? `dropout ${dropout}` : undefined,
      "linear layer with batch norm",
    ].filter(Boolean).join("; "),
  resnet18d: () => "ResNet-18 of form D",
};
const ACTIVATION: Words<ActivationSetup> = {
  none: () => "no activation",
  relu: () => "ReLU",
  generalRelu: ({ leak, sub }) => `general ReLU (leak ${leak}, sub ${sub})`,
  shiftedRelu: () => "ReLU moved down",
};
const within = (eps: number | undefined) => eps === undefined ? "" : ` (eps ${eps})`;
const NORM: Words<NormSetup> = {
  none: () => undefined,
  batchNorm: ({ by, eps }) => `BatchNorm ${by === "hand" ? "by hand" : "of the library"}${within(eps)}`,
  layerNorm: ({ eps }) => `LayerNorm by hand${within(eps)}`,
  instanceNorm: ({ eps }) => `InstanceNorm by hand${within(eps)}`,
  runningBatchNorm: ({ debias }) => `RunningBatchNorm by hand${debias ? ", debiased" : ""}`,
  groupNorm: ({ groups }) =>
    groups === "channels"
      ? "GroupNorm, a group for each channel"
      : `GroupNorm, ${groups} group${groups === 1 ? "" : "s"}`,
};
const INIT: Words<InitSetup> = {
  default: () => "PyTorch's default initialization",
  resnet: () => "Kaiming normal by fan-out, last norms 0",
  kaimingNormal: ({ leak, zeroBias }) =>
    `Kaiming normal${leak === 0 ? "" : ` for a leak of ${leak}`}${zeroBias ? ", biases 0" : ""}`,
};
const LSUV: Readonly<Record<LsuvSetup, string | undefined>> = {
  none: undefined,
  pair: "LSUV (bias and weight together)",
  scaleThenShift: "LSUV (weight, then shift)",
};
const NORMALIZE: Readonly<Record<NormalizeSetup, string>> = {
  none: "input as it is, 0 to 1",
  callback: "input normalised by a callback",
  dataset: "input normalised in the data set",
  training: "input normalised by the training images",
  constants: "input normalised by constants",
};
const OPTIMIZER: Words<OptimizerSetup> = {
  averagedMomentum: ({ momentum }) => `averaged gradients (momentum ${momentum})`,
  rmsProp: ({ alpha, eps }) => `RMSProp of the lesson (alpha ${alpha}, eps ${eps})`,
  adam: ({ betas, eps }) => `Adam (betas ${betas.join(" and ")}, eps ${eps})`,
  adamW: () => "AdamW",
};

/** What the average at the end is called, in tables too. */
export const AVERAGE: Readonly<Record<AverageSetup, string>> = {
  mirrored: "mean with mirror images",
  pair: "mean with the seed before",
};

function say<S extends { readonly kind: string }>(words: Words<S>, setup: S): string | undefined {
  return (words[setup.kind as S["kind"]] as (setup: S) => string | undefined)(setup);
}

function rate(lr: RateSetup): string {
  if (typeof lr === "number") return `learning rate ${lr}`;
  if ("kind" in lr) {
    return lr.kind === "oneCycle"
      ? `one cycle up to a learning rate of ${lr.max}`
      : `learning rate from ${lr.from} to 0 along a cosine, by ${lr.by}`;
  }
  const turns = [lr[0]!.from, ...lr.map(({ to }) => to)];
  return `learning rate from ${turns.join(" to ")}`;
}

/**
 * A run's set-up as short phrases for people: `["five 3×3 convolutions, stride 2", …, "batch 1024", "learning rate 0.2", …]`.
 *
 * @param setup what the run does
 * @param epochs how many epochs it really ran, when that is not the set-up's own number
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * console.log(lessons.describeSetup(lessons.findRun("A1")!.setup).slice(-2)); // [ "momentum 0.85", "1 epoch" ]
 * ```
 */
export function describeSetup(setup: Setup, epochs = setup.epochs): string[] {
  const phrases = [
    setup.after === undefined ? undefined : `goes on with ${setup.after}'s model`,
    say(MODEL, setup.model),
    say(ACTIVATION, setup.activation),
    say(NORM, setup.norm),
    setup.bias ? undefined : "no bias",
    setup.after === undefined ? say(INIT, setup.init) : undefined,
    LSUV[setup.lsuv],
    NORMALIZE[setup.normalize],
    setup.heldOut ? `the last ${setup.heldOut.toLocaleString("en")} training images held out` : undefined,
    setup.augment ? `images changed at random (${setup.augment.join(", ")})` : undefined,
    `batch ${setup.batchSize}`,
    setup.optimizer ? say(OPTIMIZER, setup.optimizer) : undefined,
    rate(setup.lr),
    setup.momentum ? `momentum ${setup.momentum}` : undefined,
    `${epochs} epoch${epochs === 1 ? "" : "s"}`,
    setup.average && AVERAGE[setup.average],
  ];
  return phrases.filter((phrase) => phrase !== undefined);
}
