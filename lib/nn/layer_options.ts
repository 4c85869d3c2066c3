/** Options that layers with parameters share. */
import { optionNames } from "../device/check_options.ts";
import type { Device } from "../device/device.ts";
import type { Generator } from "../tensor/random.ts";

/** Options that every layer with parameters takes. */
export interface LayerOptions {
  /** Whether the layer adds a trained bias. Default: true. */
  bias?: boolean;
  /** Where its parameters live. Default: the default device. */
  device?: Device;
  /** Random numbers of its first values. Default: the default generator, which `setSeed` sets. */
  generator?: Generator;
}

/** Their names. */
export const LAYER_OPTIONS = optionNames<LayerOptions>({ bias: 1, device: 1, generator: 1 });

/** The creation options that say where a layer's parameters live. */
export function onDevice(options: { device?: Device }): { device?: Device } {
  return options.device !== undefined ? { device: options.device } : {};
}

/** The option that says where the random numbers of a layer's first values come from. */
export function drawnFrom(options: { generator?: Generator }): { generator?: Generator } {
  return options.generator ? { generator: options.generator } : {};
}
