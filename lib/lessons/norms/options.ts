/** What the hand-written norms have in common: their options, and the check of their input. */
import { optionNames } from "../../device/check_options.ts";
import type { Device } from "../../device/device.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Options of the hand-written norms. */
export interface NormOptions {
  /** Added to the variance, so that no constant input divides by 0. Default: 1e-5. */
  eps?: number;
  /** Where parameters and buffers live. Default: the default device. */
  device?: Device;
}

/** Options of norms that average over batches. */
export interface RunningOptions extends NormOptions {
  /** Weight of the new batch in the running average, as in PyTorch. Default: 0.1. */
  momentum?: number;
}

/** Options of norms that see one image at a time. */
export interface ImageNormOptions extends NormOptions {
  /** Subtracted from the count in the variance: 1 (the default) for the unbiased one, 0 for PyTorch's layers. */
  correction?: number;
}

/** Names of the options of norms that see one image at a time. */
export const IMAGE_NORM = optionNames<ImageNormOptions>({ eps: 1, device: 1, correction: 1 });
/** Names of the options of norms that average over batches. */
export const RUNNING = optionNames<RunningOptions>({ eps: 1, device: 1, momentum: 1 });

/** Throws unless `x` is images of that many channels: broadcasting would take [n, 1, h, w] for any number of them. */
export function expectChannels(norm: string, x: Tensor, channels: number): void {
  if (x.ndim === 4 && x.shape[1] === channels) return;
  throw new RangeError(
    `Cannot normalise [${x.shape.join(", ")}] by ${norm}: it was made for images [batch, ${channels}, height, width]`,
  );
}
