/**
 * The options --device and --threads, which go together.
 *
 * @module
 */
import { environmentVariable } from "../lib/device/environment.ts";
import { MAX_THREADS } from "../lib/device/names.ts";
import { oneOf, UsageError, wholeNumber } from "./cli.ts";

/** What of them was given. */
export interface DeviceOptions<Name extends string = (typeof DEVICES)[number]> {
  readonly device: Name | undefined;
  readonly threads: number | undefined;
}

/** What most tasks compute on. */
const DEVICES = ["auto", "cpu", "webgpu"] as const;

/** Devices that have no threads of Sonde's. */
const WITHOUT_THREADS: readonly (string | undefined)[] = ["webgpu", "reference"];

/**
 * Reads both.
 *
 * @param devices the names that --device may have
 * @throws {UsageError} for what is none, and for threads of a device that has none, be it named here or by SONDE_DEVICE
 */
export function readDevice<Name extends string = (typeof DEVICES)[number]>(
  values: { readonly device?: string; readonly threads?: string },
  devices: readonly Name[] = DEVICES as readonly string[] as readonly Name[],
): DeviceOptions<Name> {
  const device = oneOf("--device", values.device, devices);
  const threads = wholeNumber("--threads", values.threads, { min: 1, max: MAX_THREADS });
  const named = device ?? environmentVariable("SONDE_DEVICE");
  if (threads !== undefined && WITHOUT_THREADS.includes(named)) {
    throw new UsageError(
      device === undefined
        ? `--threads is for the cpu device, found SONDE_DEVICE=${named}: add --device cpu, or leave out --threads`
        : `--threads is for the cpu device, found --device ${named}: leave one of them out`,
    );
  }
  return { device, threads };
}

/**
 * Throws for threads of a device that has none and that nobody has named, but that was found.
 *
 * @param found the kind of the device, once that is known
 */
export function checkThreads(threads: number | undefined, found: string): void {
  if (threads === undefined || found === "cpu") return;
  throw new UsageError(
    `--threads is for the cpu device, found ${
      found === "webgpu" ? "a GPU" : `the device ${found}`
    }: add --device cpu, or leave out --threads`,
  );
}
