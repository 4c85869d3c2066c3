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
import { UsageError } from "../cli.ts";

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

/** What the second number of a name counts. */
interface Size {
  readonly word: string;
  readonly usual: number;
  readonly least: number;
  readonly most: number;
  /** What it must divide. */
  readonly shares?: number;
}

/** Channels of the grouped and transposed convolutions, and the width of a token. */
const CHANNELS = 64, TOKEN_WIDTH = 128;

const WIDTH: Size = { word: "WIDTH", usual: 1, least: 1, most: 16 };
const HEADS: Size = { word: "HEADS", usual: 8, least: 1, most: TOKEN_WIDTH, shares: TOKEN_WIDTH };

const SIZES: Readonly<Record<Workload["kind"], Size | undefined>> = {
  plain: WIDTH,
  bn: WIDTH,
  watched: WIDTH,
  gradients: WIDTH,
  updates: WIDTH,
  deep: { word: "LAYERS", usual: 10, least: 3, most: 100 },
  resnet: undefined,
  mlp: { word: "FEATURES", usual: 512, least: 1, most: 8192 },
  grouped: { word: "GROUPS", usual: 4, least: 1, most: CHANNELS, shares: CHANNELS },
  transposed: { word: "KERNEL", usual: 3, least: 3, most: 4 },
  attention: HEADS,
  causal: HEADS,
};

/** The largest batch. */
const MOST_IMAGES = 16_384;

/** What a name of a workload may be, for messages. */
export const NAMES = `${
  KINDS.map((kind) => `${kind}-BATCH${SIZES[kind] ? `[-${SIZES[kind].word}]` : ""}`).join(", ")
}; -infer behind all but watched, gradients and updates evaluates`;

const rangeOf = ({ least, most, shares }: Size) =>
  shares === undefined ? `from ${least} to ${most}` : `that divide ${shares}`;

/** What the numbers in names may be, for help. */
export const NUMBERS = `BATCH from 1 to ${MOST_IMAGES}, ${
  [...new Set(Object.values(SIZES).filter((size) => size !== undefined))]
    .map((size) => `${size.word} ${rangeOf(size)} (default ${size.usual})`).join(", ")
}`;

/** Whether something of the training is recorded: the activations of watched, or what the name says. */
export const isWatched = (kind: Workload["kind"]): boolean => ["watched", "gradients", "updates"].includes(kind);

/**
 * The workload of a name such as `bn-64` or `plain-1024-4`.
 *
 * @throws {UsageError} for a name that is none, and numbers that are out of range
 */
export function workload(name: string): Workload {
  const found = /^([a-z]+)-(0|[1-9]\d*)(?:-(0|[1-9]\d*))?(-infer)?$/.exec(name);
  const kind = KINDS.find((kind) => kind === found?.[1]);
  if (!found || !kind) throw new UsageError(`Unknown workload "${name}": there are ${NAMES}`);
  const size = SIZES[kind], batch = Number(found[2]), second = found[3] === undefined ? undefined : Number(found[3]);
  const refuse = (expected: string, found: number | string): never => {
    throw new UsageError(`Workload "${name}" must have ${expected}, found ${found}`);
  };
  if (batch < 1 || batch > MOST_IMAGES) refuse(`a BATCH from 1 to ${MOST_IMAGES}`, batch);
  if (!size && second !== undefined) refuse("a BATCH alone", `another number, ${second}`);
  if (size && second !== undefined) {
    const { word, least, most, shares = second } = size;
    if (second < least || second > most || shares % second !== 0) {
      refuse(`${word} ${rangeOf(size)}`, second);
    }
  }
  const inference = found[4] !== undefined;
  if (inference && isWatched(kind)) refuse("steps of training, which it watches", "-infer");
  return { name, kind, batchSize: batch, size: second ?? size?.usual ?? 1, inference };
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
