/**
 * The lessons' networks and their first weights.
 *
 * @module
 */
import type { Device } from "../device/device.ts";
import { ReLU } from "../nn/activations.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { Flatten } from "../nn/flatten.ts";
import { kaimingNormal_ } from "../nn/init.ts";
import type { Module } from "../nn/module.ts";
import { Sequential } from "../nn/sequential.ts";
import type { Generator } from "../tensor/random.ts";

/** What {@linkcode conv} puts around a convolution. */
export interface ConvOptions {
  /** Makes the activation; `null` leaves it out. Default: a ReLU. */
  act?: (() => Module) | null;
  /** Makes the normalisation for so many channels. Default: none. */
  norm?: (channels: number) => Module;
  /** Default: 2. */
  stride?: number;
  /** Side of the window; the padding is half of it. Default: 3. */
  kernelSize?: number;
  /** Source of the first weights. Default: the default generator. */
  generator?: Generator;
  /** Where the parameters live. Default: the default device. */
  device?: Device;
}

/** The options that layers know. */
function layerOptions({ generator, device }: ConvOptions): { generator?: Generator; device?: Device } {
  return { ...(generator ? { generator } : {}), ...(device ? { device } : {}) };
}

/**
 * A convolution with a bias, then the normalisation, then the activation.
 *
 * @param inChannels channels of the input
 * @param outChannels channels of the output
 */
export function conv(inChannels: number, outChannels: number, options: ConvOptions = {}): Sequential {
  const { act = () => new ReLU(), norm, stride = 2, kernelSize = 3 } = options;
  const layers: Module[] = [
    new Conv2d(inChannels, outChannels, kernelSize, {
      stride,
      padding: Math.floor(kernelSize / 2),
      ...layerOptions(options),
    }),
  ];
  if (norm) layers.push(norm(outChannels));
  if (act) layers.push(act());
  return new Sequential(...layers);
}

/** Options of {@linkcode getModel}. */
export interface ModelOptions extends Pick<ConvOptions, "norm" | "generator" | "device"> {
  /** Makes an activation. Default: a ReLU. */
  act?: () => Module;
  /** Channels from the input to the classes. Default: 1, 8, 16, 32, 64, 10. */
  channels?: readonly number[];
}

/**
 * The lessons' network: 3×3 convolutions of stride 2 down to one pixel, the last one bare, then flattened.
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
  const { act, norm, channels = [1, 8, 16, 32, 64, 10] } = options;
  const common = layerOptions(options);
  const layers = channels.slice(1).map((outChannels, i) =>
    i < channels.length - 2
      ? conv(channels[i]!, outChannels, { ...(act ? { act } : {}), ...(norm ? { norm } : {}), ...common })
      : conv(channels[i]!, outChannels, { act: null, ...common })
  );
  return new Sequential(...layers, new Flatten());
}

/**
 * Kaiming's normal initialization for the weights of all convolutions; their biases stay as they are.
 *
 * @param model what to initialise
 * @param options.leak slope below zero of the activations that follow. Default: 0
 * @returns the model
 */
export function initWeights<M extends Module>(
  model: M,
  { leak = 0, generator }: { leak?: number; generator?: Generator } = {},
): M {
  model.apply((module: Module) => {
    if (module instanceof Conv2d) kaimingNormal_(module.weight, { a: leak, ...(generator ? { generator } : {}) });
  });
  return model;
}
