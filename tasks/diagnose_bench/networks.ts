/** The networks that the benchmark of diagnoses trains: small, and of two disjoint sets. */
import { GeneralReLU, LeakyReLU, ReLU } from "../../lib/nn/activations.ts";
import { BatchNorm1d, BatchNorm2d } from "../../lib/nn/batch_norm.ts";
import { Conv2d } from "../../lib/nn/conv2d.ts";
import { Flatten } from "../../lib/nn/flatten.ts";
import { GroupNorm } from "../../lib/nn/group_norm.ts";
import { kaimingNormal_, orthogonal_, xavierNormal_, zeros_ } from "../../lib/nn/init.ts";
import { InstanceNorm2d } from "../../lib/nn/instance_norm.ts";
import { LayerNorm } from "../../lib/nn/layer_norm.ts";
import { Linear } from "../../lib/nn/linear.ts";
import type { Module } from "../../lib/nn/module.ts";
import { Sequential } from "../../lib/nn/sequential.ts";
import { GELU, SiLU, Tanh } from "../../lib/nn/smooth.ts";
import type { OptimizerSettings } from "../../lib/learner/parts.ts";
import { Adam } from "../../lib/optim/adam.ts";
import { SGD } from "../../lib/optim/sgd.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";

/** The activations. */
export const ACTIVATIONS = {
  relu: () => new ReLU(),
  leaky: () => new LeakyReLU(0.1),
  general: () => new GeneralReLU({ leak: 0.1, sub: 0.4 }),
  tanh: () => new Tanh(),
  gelu: () => new GELU(),
  silu: () => new SiLU(),
} as const;

/** The first weights. `default` is that of the layers themselves. */
export const INITS = ["default", "kaiming", "xavier", "orthogonal"] as const;

/** The norms, each between a layer and its activation. */
export const NORMS = ["none", "batch", "layer", "instance"] as const;

/** The optimisers, with the factor that their rates have to that of plain SGD. */
export const OPTIMIZERS = {
  SGD: { make: SGD, factor: 1 },
  momentum: {
    make: (params: Iterable<Tensor>, settings: OptimizerSettings) => new SGD(params, { momentum: 0.9, ...settings }),
    factor: 0.2,
  },
  Adam: { make: Adam, factor: 0.02 },
} as const;

/** What a network is made of. */
export interface Network {
  readonly kind: "mlp" | "cnn";
  /** Features, or channels, of the hidden layers. */
  readonly widths: readonly number[];
  readonly activation: keyof typeof ACTIVATIONS;
  readonly norm: typeof NORMS[number];
  readonly init: typeof INITS[number];
  readonly optimizer: keyof typeof OPTIMIZERS;
}

function norm({ kind, norm }: Network, width: number): Module[] {
  switch (norm) {
    case "none":
      return [];
    case "batch":
      return [kind === "mlp" ? new BatchNorm1d(width) : new BatchNorm2d(width)];
    case "layer":
      return [kind === "mlp" ? new LayerNorm(width) : new GroupNorm(1, width)];
    case "instance":
      return [kind === "mlp" ? new LayerNorm(width) : new InstanceNorm2d(width, { affine: true })];
  }
}

/** Layers that have weights to initialise. */
export const isLayer = (module: Module): module is Linear | Conv2d =>
  module instanceof Linear || module instanceof Conv2d;

/** Fills the weights of all layers, and sets their biases to 0, but for `default`. */
function initialise(model: Sequential, { init, activation }: Network): void {
  const a = activation === "leaky" || activation === "general" ? 0.1 : 0;
  for (const module of model) {
    if (!isLayer(module) || init === "default") continue;
    if (init === "kaiming") kaimingNormal_(module.weight, { a });
    else if (init === "xavier") xavierNormal_(module.weight);
    else orthogonal_(module.weight);
    if (module.bias) zeros_(module.bias);
  }
}

/** A network of at least three hidden layers for images [n, 1, 28, 28] of ten classes, with its first weights from the default generator. */
export function build(network: Network): Sequential {
  const { kind, widths, activation } = network, act = ACTIVATIONS[activation];
  const blocks = widths.flatMap((width, i) => {
    const before = widths[i - 1] ?? (kind === "mlp" ? 784 : 1);
    // Strides halve 28 to 14, 7 and 4; later layers keep that.
    const layer = kind === "mlp"
      ? new Linear(before, width)
      : new Conv2d(before, width, 3, { stride: i < 3 ? 2 : 1, padding: 1 });
    return [layer, ...norm(network, width), act()];
  });
  const model = kind === "mlp"
    ? new Sequential(new Flatten(), ...blocks, new Linear(widths.at(-1)!, 10))
    : new Sequential(...blocks, new Flatten(), new Linear(16 * widths.at(-1)!, 10));
  initialise(model, network);
  return model;
}

/** What a network is called in tables. */
export function describe({ kind, widths, activation, norm, init, optimizer }: Network): string {
  const sizes = new Set(widths).size === 1 && widths.length > 4 ? `${widths.length} × ${widths[0]}` : widths.join("-");
  return `${kind} ${sizes}, ${activation}, ${norm === "none" ? "no norm" : `${norm} norm`}, ${init} init, ${optimizer}`;
}
