/**
 * The options --device and --threads, which go together.
 *
 * @module
 */
import { environmentVariable } from "../lib/device/environment.ts";
import { MAX_THREADS } from "../lib/device/names.ts";
import { oneOf, UsageError, wholeNumber } from "./cli.ts";

/** What of them was given. */
export interface DeviceOptions {
  readonly device: "auto" | "cpu" | "webgpu" | undefined;
  readonly threads: number | undefined;
}

/**
 * Reads both.
 *
 * @throws {UsageError} for what is none, and for threads of a GPU, be it named here or by SONDE_DEVICE
 */
export function readDevice(values: { readonly device?: string; readonly threads?: string }): DeviceOptions {
  const device = oneOf("--device", values.device, ["auto", "cpu", "webgpu"] as const);
  const threads = wholeNumber("--threads", values.threads, { min: 1, max: MAX_THREADS });
  if (threads !== undefined && (device ?? environmentVariable("SONDE_DEVICE")) === "webgpu") {
    throw new UsageError(
      device === undefined
        ? "--threads is for the cpu device, found SONDE_DEVICE=webgpu: add --device cpu, or leave out --threads"
        : "--threads is for the cpu device, found --device webgpu: leave one of them out",
    );
  }
  return { device, threads };
}
