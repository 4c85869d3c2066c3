/**
 * The networks of the lessons on residual networks.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import type { Device } from "../device/device.ts";
import { BatchNorm1d, BatchNorm2d } from "../nn/batch_norm.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { Dropout } from "../nn/dropout.ts";
import { zeros_ } from "../nn/fill.ts";
import { Flatten } from "../nn/flatten.ts";
import { kaimingNormal_ } from "../nn/init.ts";
import { Linear } from "../nn/linear.ts";
import { MaxPool2d } from "../nn/max_pool.ts";
import type { Module } from "../nn/module.ts";
import { AdaptiveAvgPool2d } from "../nn/adaptive_pooling.ts";
import { Sequential } from "../nn/sequential.ts";
import type { Generator } from "../tensor/random.ts";
import { conv, type ConvOptions } from "./models.ts";
import { ResBlock } from "./res_block.ts";

/** Options of {@linkcode getResNet}. */
export interface ResNetOptions extends Pick<ConvOptions, "norm" | "bias" | "generator" | "device"> {
  /** Makes an activation. Default: a ReLU. */
  act?: () => Module;
  /** Channels after each layer; the first layer has stride 1, the others halve height and width. Default: 8, 16, 32, 64, 128, 256. */
  channels?: readonly number[];
  /** Side of the first layer's windows. Default: 3. */
  kernelSize?: number;
  /** What the first layer is. Default: a block. */
  first?: "block" | "convolution";
  /** Channels of one more block, of stride 1. Default: none. */
  last?: number;
  /** Average each channel's map before the linear layer. Default: false, for images of which one pixel is left. */
  pool?: boolean;
  /** Share of the linear layer's inputs that is dropped in training. Default: 0. */
  dropout?: number;
}

const RESNET = optionNames<ResNetOptions>({
  norm: 1,
  bias: 1,
  generator: 1,
  device: 1,
  act: 1,
  channels: 1,
  kernelSize: 1,
  first: 1,
  last: 1,
  pool: 1,
  dropout: 1,
});

/**
 * The lesson's residual network for images of one channel and ten classes: {@linkcode ResBlock}s, then a linear layer without bias, and a
 * batch norm over its outputs.
 *
 * @example
 * ```ts
 * import { lessons, nn, randn } from "./mod.ts";
 * const model = lessons.getResNet({ norm: (channels) => new nn.BatchNorm2d(channels), channels: [8, 16, 32], pool: true });
 * console.log(model.call(randn([4, 1, 28, 28])).shape); // [ 4, 10 ]
 * ```
 */
export function getResNet(options: ResNetOptions = {}): Sequential {
  checkOptions("getResNet", options, RESNET);
  const { channels = [8, 16, 32, 64, 128, 256], kernelSize = 3, first = "block", last, pool, dropout, ...block } =
    options;
  const start = { ...block, kernelSize };
  const from = channels[0]!, to = last ?? channels.at(-1)!;
  const { generator, device } = options;
  return new Sequential(
    first === "block" ? new ResBlock(1, from, start) : conv(1, from, { ...start, stride: 1 }),
    ...channels.slice(1).map((out, i) => new ResBlock(channels[i]!, out, { ...block, stride: 2 })),
    ...last === undefined ? [] : [new ResBlock(channels.at(-1)!, last, block)],
    ...pool ? [new AdaptiveAvgPool2d(1)] : [],
    new Flatten(),
    ...dropout ? [new Dropout(dropout)] : [],
    new Linear(to, 10, { bias: false, ...generator ? { generator } : {}, ...device ? { device } : {} }),
    new BatchNorm1d(10, device ? { device } : {}),
  );
}

/** Channels of ResNet-18's four stages. */
const STAGES = [64, 128, 256, 512];

/**
 * ResNet-18 (He et al. 2015) in its form D (He et al. 2018, https://arxiv.org/abs/1812.01187), for images of one channel and ten classes: a stem of
 * three 3×3 convolutions of width 32, and short cuts that average before their 1×1 convolution.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * const model = lessons.resNet18d();
 * console.log([...model.parameters()].reduce((sum, { numel }) => sum + numel, 0)); // 11200298
 * ```
 */
export function resNet18d(options: { generator?: Generator; device?: Device } = {}): Sequential {
  checkOptions(
    "resNet18d",
    options,
    optionNames<{ generator?: Generator; device?: Device }>({ generator: 1, device: 1 }),
  );
  const device = options.device ? { device: options.device } : {};
  const own = { ...options, bias: false, norm: (channels: number) => new BatchNorm2d(channels, device) };
  const blocks = STAGES.flatMap((channels, i) => {
    const stage = { ...own, strided: "first", normShortCut: true } as const;
    const before = STAGES[i - 1] ?? channels;
    return [
      new ResBlock(before, channels, { ...stage, stride: i === 0 ? 1 : 2 }),
      new ResBlock(channels, channels, stage),
    ];
  });
  return new Sequential(
    new Sequential(
      conv(1, 32, own),
      conv(32, 32, { ...own, stride: 1 }),
      conv(32, 64, { ...own, stride: 1 }),
    ),
    new MaxPool2d(3, { stride: 2, padding: 1 }),
    ...blocks,
    new AdaptiveAvgPool2d(1),
    new Flatten(),
    new Linear(512, 10, options),
  );
}

/**
 * First weights as ResNets have them: Kaiming's normal, by fan-out, for ReLUs; and the factors of each block's last norm are 0, so that a block
 * passes on its short cut at first (Goyal et al. 2017, https://arxiv.org/abs/1706.02677).
 *
 * @returns the model
 * @internal
 */
export function initResNet<M extends Module>(model: M): M {
  for (const module of model.modules()) {
    if (module instanceof Conv2d) kaimingNormal_(module.weight, { mode: "fanOut", nonlinearity: "relu" });
    if (!(module instanceof ResBlock)) continue;
    for (const last of module.convs[1]!.children()) if (last instanceof BatchNorm2d) zeros_(last.weight!);
  }
  return model;
}
