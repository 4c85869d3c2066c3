/**
 * What `deno task bench` trains: names of workloads, and the networks behind them. tasks/bench/pytorch.py has the same.
 *
 * @module
 */
import type { Device } from "../../lib/device/device.ts";
import { initWeights } from "../../lib/lessons/init.ts";
import { conv, getModel } from "../../lib/lessons/models.ts";
import { BatchNorm2d } from "../../lib/nn/batch_norm.ts";
import { ReLU, relu } from "../../lib/nn/activations.ts";
import { Conv2d } from "../../lib/nn/conv2d.ts";
import { ConvTranspose2d } from "../../lib/nn/conv_transpose2d.ts";
import { Flatten } from "../../lib/nn/flatten.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { Module } from "../../lib/nn/module.ts";
import { MultiheadAttention } from "../../lib/nn/multihead_attention.ts";
import { AdaptiveAvgPool2d } from "../../lib/nn/adaptive_pooling.ts";
import { Sequential } from "../../lib/nn/sequential.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";

const KINDS = [
  "plain",
  "bn",
  "watched",
  "gradients",
  "updates",
  "deep",
  "resnet",
  "mlp",
  "grouped",
  "transposed",
  "attention",
  "causal",
] as const;

/** What is trained, and how much of it at a time. */
export interface Workload {
  readonly name: string;
  readonly kind: typeof KINDS[number];
  readonly batchSize: number;
  /**
   * How many times as wide (plain, bn and the watched ones), how many layers (deep), hidden features (mlp), groups (grouped) or heads (attention, causal), or how
   * large a kernel (transposed).
   */
  readonly size: number;
  /** Evaluation instead of training. */
  readonly inference: boolean;
}

const SIZES: Readonly<
  Partial<Record<Workload["kind"], { readonly usual: number; readonly least: number; most: number }>>
> = {
  plain: { usual: 1, least: 1, most: 16 },
  bn: { usual: 1, least: 1, most: 16 },
  watched: { usual: 1, least: 1, most: 16 },
  gradients: { usual: 1, least: 1, most: 16 },
  updates: { usual: 1, least: 1, most: 16 },
  deep: { usual: 10, least: 3, most: 100 },
  mlp: { usual: 512, least: 1, most: 8192 },
  grouped: { usual: 4, least: 1, most: 64 },
  transposed: { usual: 3, least: 3, most: 4 },
  attention: { usual: 8, least: 1, most: 128 },
  causal: { usual: 8, least: 1, most: 128 },
};

/** Channels of the grouped and transposed convolutions, and the width of a token. */
const CHANNELS = 64, TOKEN_WIDTH = 128;

/** What the groups or heads of a kind share evenly. */
const SHARED: Readonly<Partial<Record<Workload["kind"], number>>> = {
  grouped: CHANNELS,
  attention: TOKEN_WIDTH,
  causal: TOKEN_WIDTH,
};

/** The largest batch. */
const MOST_IMAGES = 16_384;

/** What a name of a workload may be, for messages and help. */
export const NAMES =
  "plain-BATCH, bn-BATCH, watched-BATCH, gradients-BATCH, updates-BATCH (each with -WIDTH behind it: how many times as wide), deep-BATCH-LAYERS, resnet-BATCH, " +
  "mlp-BATCH-FEATURES, grouped-BATCH-GROUPS, transposed-BATCH-KERNEL, attention-BATCH-HEADS, causal-BATCH-HEADS, and each of these with -infer";

/** Whether something of the training is recorded: the activations of watched, or what the name says. */
const isWatched = (kind: Workload["kind"]): boolean => ["watched", "gradients", "updates"].includes(kind);

/** The workload of a name such as `bn-64` or `plain-1024-4`; undefined if there is none of this name. */
export function workload(name: string): Workload | undefined {
  const found = /^([a-z]+)-([1-9]\d*)(?:-([1-9]\d*))?(-infer)?$/.exec(name);
  const kind = KINDS.find((kind) => kind === found?.[1]);
  if (!found || !kind) return undefined;
  const bounds = SIZES[kind],
    size = found[3] === undefined ? bounds?.usual ?? 1 : Number(found[3]),
    batchSize = Number(found[2]);
  if ((SHARED[kind] ?? size) % size !== 0) return undefined;
  if (batchSize > MOST_IMAGES || size < (bounds?.least ?? 1) || size > (bounds?.most ?? 1)) return undefined;
  const inference = found[4] !== undefined;
  return inference && isWatched(kind) ? undefined : { name, kind, batchSize, size, inference };
}

/** Two convolutions with norms and a short cut around them, which a convolution of one pixel fits where channels or size change. */
class Residual extends Module {
  readonly convs: Sequential;
  readonly shortCut: Sequential | undefined;

  constructor(inChannels: number, outChannels: number, stride: number, device: Device) {
    super();
    const options = { norm: (channels: number) => new BatchNorm2d(channels, { device }), bias: false, device };
    this.convs = new Sequential(
      conv(inChannels, outChannels, { ...options, stride: 1 }),
      conv(outChannels, outChannels, { ...options, stride, act: null }),
    );
    if (inChannels !== outChannels || stride !== 1) {
      this.shortCut = conv(inChannels, outChannels, { kernelSize: 1, stride, act: null, device });
    }
  }

  override forward(x: Tensor): Tensor {
    return relu(this.convs.call(x).add(this.shortCut?.call(x) ?? x));
  }
}

/** Three layers of attention, each added to its input, over the 64 pieces of 4 × 4 pixels that an image is cut into. */
class Attentive extends Module {
  readonly cut: Conv2d;
  readonly layers: Sequential;
  readonly head: Linear;

  constructor(heads: number, causal: boolean, device: Device) {
    super();
    this.cut = new Conv2d(1, TOKEN_WIDTH, 4, { stride: 4, padding: 2, device });
    const layer = () => new MultiheadAttention(TOKEN_WIDTH, heads, { batchFirst: true, causal, device });
    this.layers = new Sequential(layer(), layer(), layer());
    this.head = new Linear(TOKEN_WIDTH, 10, { device });
  }

  override forward(images: Tensor): Tensor {
    let x = this.cut.call(images).flatten(2).transpose(1, 2);
    for (const layer of this.layers) x = x.add(layer.call(x));
    return this.head.call(x.mean(1));
  }
}

/** The network of a workload, for images [n, 1, 28, 28] of ten classes. */
export function network({ kind, size }: Workload, device: Device): Module {
  switch (kind) {
    case "plain":
    case "watched":
    case "gradients":
    case "updates":
    case "bn": {
      const channels = [1, 8 * size, 16 * size, 32 * size, 64 * size, 10];
      const norm = (channels: number) => new BatchNorm2d(channels, { device });
      return initWeights(getModel({ channels, device, ...(kind === "bn" ? { norm, bias: false } : {}) }));
    }
    case "deep": {
      const middle = Array.from({ length: size - 2 }, () => conv(16, 16, { stride: 1, device }));
      const layers = [conv(1, 16, { device }), ...middle, conv(16, 10, { act: null, device })];
      return initWeights(new Sequential(...layers, new AdaptiveAvgPool2d(1), new Flatten()));
    }
    case "resnet": {
      const blocks = [8, 16, 32, 64].map((channels) => new Residual(channels, 2 * channels, 2, device));
      const head = [new AdaptiveAvgPool2d(1), new Flatten(), new Linear(128, 10, { device })];
      return new Sequential(new Residual(1, 8, 1, device), ...blocks, ...head);
    }
    case "grouped": {
      const layer = () => new Conv2d(CHANNELS, CHANNELS, 3, { padding: 1, groups: size, device });
      const layers = [layer(), new ReLU(), layer(), new ReLU(), layer(), new ReLU()];
      const head = [new AdaptiveAvgPool2d(1), new Flatten(), new Linear(CHANNELS, 10, { device })];
      return new Sequential(conv(1, CHANNELS, { stride: 1, device }), ...layers, ...head);
    }
    case "transposed": {
      const options = { stride: 2, padding: 1, outputPadding: size === 3 ? 1 : 0, device };
      const layers = [
        conv(1, CHANNELS, { device }),
        new ConvTranspose2d(CHANNELS, CHANNELS / 2, size, options),
        new ReLU(),
      ];
      return new Sequential(
        ...layers,
        new AdaptiveAvgPool2d(1),
        new Flatten(),
        new Linear(CHANNELS / 2, 10, { device }),
      );
    }
    case "attention":
    case "causal":
      return new Attentive(size, kind === "causal", device);
    case "mlp":
      return new Sequential(
        new Flatten(),
        new Linear(784, size, { device }),
        new ReLU(),
        new Linear(size, size, { device }),
        new ReLU(),
        new Linear(size, 10, { device }),
      );
  }
}
