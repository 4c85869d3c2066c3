/**
 * The lessons' networks.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import type { Device } from "../device/device.ts";
import { ReLU } from "../nn/activations.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { Flatten } from "../nn/flatten.ts";
import { Linear } from "../nn/linear.ts";
import type { Module } from "../nn/module.ts";
import { AdaptiveAvgPool2d } from "../nn/adaptive_pooling.ts";
import { Sequential } from "../nn/sequential.ts";
import type { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What {@linkcode conv} and {@linkcode convLayer} put around a convolution. */
export interface ConvOptions {
  /** Makes the activation; `null` leaves it out. Default: a ReLU. */
  act?: (() => Module) | null;
  /** Makes the normalisation for a number of channels. Default: none. */
  norm?: (channels: number) => Module;
  /** Default: 2. */
  stride?: number;
  /** Side of the window; the padding is half of it. Default: 3. */
  kernelSize?: number;
  /**
   * Whether the convolution has a bias. Default: true. Where `norm` comes next and takes off each channel's mean, a bias changes nothing, and
   * false saves it.
   */
  bias?: boolean;
  /** Source of the initial weights. Default: the default generator. */
  generator?: Generator;
  /** Where the parameters live. Default: the default device. */
  device?: Device;
}

const CONV = optionNames<ConvOptions>({
  act: 1,
  norm: 1,
  stride: 1,
  kernelSize: 1,
  bias: 1,
  generator: 1,
  device: 1,
});

/** The options that layers know. */
function layerOptions({ generator, device }: ConvOptions): { generator?: Generator; device?: Device } {
  return { ...(generator ? { generator } : {}), ...(device ? { device } : {}) };
}

/** The parts of a block: convolution, activation, normalisation; those that were left out are undefined. */
function parts(inChannels: number, outChannels: number, options: ConvOptions) {
  const { act = () => new ReLU(), norm, stride = 2, kernelSize = 3, bias = true } = options;
  const padding = Math.floor(kernelSize / 2);
  return {
    convolution: new Conv2d(inChannels, outChannels, kernelSize, { stride, padding, bias, ...layerOptions(options) }),
    activation: act?.(),
    normalisation: norm?.(outChannels),
  };
}

const inARow = (...modules: (Module | undefined)[]) =>
  new Sequential(...modules.filter((module) => module !== undefined));

/**
 * A convolution, then the normalisation, then the activation, as the lesson on initialization has them.
 *
 * @param inChannels channels of the input
 * @param outChannels channels of the output
 *
 * @example
 * ```ts
 * import { lessons, randn } from "./mod.ts";
 * const block = lessons.conv(1, 8, { norm: (channels) => new lessons.BatchNorm(channels), bias: false });
 * console.log([...block].map(({ typeName }) => typeName).join()); // Conv2d,BatchNorm,ReLU
 * console.log(block.call(randn([2, 1, 28, 28])).shape); // [ 2, 8, 14, 14 ]
 * ```
 */
export function conv(inChannels: number, outChannels: number, options: ConvOptions = {}): Sequential {
  checkOptions("conv", options, CONV);
  const { convolution, normalisation, activation } = parts(inChannels, outChannels, options);
  return inARow(convolution, normalisation, activation);
}

/**
 * A convolution, then the activation, then the normalisation: {@linkcode conv} in the order of the lessons on batch normalisation, where the
 * next layer gets what the norm makes.
 *
 * @param inChannels channels of the input
 * @param outChannels channels of the output
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * const block = lessons.convLayer(1, 8, { norm: () => new lessons.LayerNorm(), kernelSize: 5 });
 * console.log([...block].map(({ typeName }) => typeName).join()); // Conv2d,ReLU,LayerNorm
 * ```
 */
export function convLayer(inChannels: number, outChannels: number, options: ConvOptions = {}): Sequential {
  checkOptions("convLayer", options, CONV);
  const { convolution, activation, normalisation } = parts(inChannels, outChannels, options);
  return inARow(convolution, activation, normalisation);
}

/** Options of {@linkcode getModel}. */
export interface ModelOptions extends Pick<ConvOptions, "norm" | "bias" | "generator" | "device"> {
  /** Makes an activation. Default: a ReLU. */
  act?: () => Module;
  /** Channels from the input to the classes. Default: 1, 8, 16, 32, 64, 10. */
  channels?: readonly number[];
}

const MODEL = optionNames<ModelOptions>({ norm: 1, bias: 1, generator: 1, device: 1, act: 1, channels: 1 });

/**
 * The network of the lesson on initialization: 3×3 convolutions of stride 2 down to one pixel, the last one bare, then flattened.
 *
 * An input [n, 1, 28, 28] becomes 8×14×14, 16×7×7, 32×4×4, 64×2×2 and 10×1×1, and gives [n, 10].
 *
 * @example
 * ```ts
 * import { lessons, nn, randn } from "./mod.ts";
 * const model = lessons.getModel({ act: () => new nn.GeneralReLU({ leak: 0.1, sub: 0.4 }) });
 * console.log(model.call(randn([2, 1, 28, 28])).shape); // [ 2, 10 ]
 * ```
 */
export function getModel(options: ModelOptions = {}): Sequential {
  checkOptions("getModel", options, MODEL);
  const { channels = [1, 8, 16, 32, 64, 10], ...block } = options;
  const last = { act: null, ...layerOptions(options) };
  const layers = channels.slice(1).map((outChannels, i) =>
    conv(channels[i]!, outChannels, i < channels.length - 2 ? block : last)
  );
  return new Sequential(...layers, new Flatten());
}

/** Options of {@linkcode getCnnModel}. What it does not know itself goes to the layers. */
export interface CnnOptions extends ConvOptions {
  /** Channels of the input, and of each layer. Default: 1, 8, 16, 32, 64, 64. */
  channels?: readonly number[];
  /** How many classes the last layer tells apart. Default: 10. */
  classes?: number;
  /** Makes a layer; its options have the kernel size, 5 for the first and 3 for the others. Default: {@linkcode convLayer}. */
  layer?: (inChannels: number, outChannels: number, options: ConvOptions) => Module;
  /** A module before the first layer, such as `new nn.Lambda(mnistResize)`. Default: none. */
  first?: Module;
}

const CNN = optionNames<CnnOptions>({ ...CONV, channels: 1, classes: 1, layer: 1, first: 1 });

/**
 * The network of the lessons from LSUV on: layers of stride 2, the first with 5×5 windows and the others with 3×3, then the average over
 * each channel's map, flattened, and a linear layer. It works on images of any size.
 *
 * @example
 * ```ts
 * import { lessons, nn, randn } from "./mod.ts";
 * const model = lessons.getCnnModel({ norm: (channels) => new lessons.BatchNorm(channels), bias: false });
 * console.log(model.call(randn([4, 1, 28, 28])).shape); // [ 4, 10 ]
 * const flat = lessons.getCnnModel({ channels: [1, 8, 16, 32, 32], first: new nn.Lambda(lessons.mnistResize) });
 * console.log(flat.call(randn([4, 784])).shape); // [ 4, 10 ]
 * ```
 */
export function getCnnModel(options: CnnOptions = {}): Sequential {
  checkOptions("getCnnModel", options, CNN);
  const { channels = [1, 8, 16, 32, 64, 64], classes = 10, layer = convLayer, first, ...block } = options;
  const layers = channels.slice(1).map((outChannels, i) =>
    layer(channels[i]!, outChannels, { kernelSize: i === 0 ? 5 : 3, ...block })
  );
  return inARow(
    first,
    ...layers,
    new AdaptiveAvgPool2d(1),
    new Flatten(),
    new Linear(channels.at(-1)!, classes, layerOptions(options)),
  );
}

/**
 * Rows of 784 pixels as images [n, 1, 28, 28].
 *
 * @example
 * ```ts
 * import { lessons, randn } from "./mod.ts";
 * console.log(lessons.mnistResize(randn([64, 784])).shape); // [ 64, 1, 28, 28 ]
 * ```
 */
export function mnistResize(x: Tensor): Tensor {
  return x.view(-1, 1, 28, 28);
}
