/** Options that layers with parameters share. */
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

/** The creation options that say where a layer's parameters live. */
export function onDevice(options: { device?: Device }): { device?: Device } {
  return options.device !== undefined ? { device: options.device } : {};
}
