/** What users say to get a device. */

/** Names of the devices a user can ask for. `auto` is a hardware WebGPU adapter if there is one, else `cpu`. */
export type DeviceName = "auto" | "cpu" | "webgpu" | "reference";

/** Threads of a cpu device at most. */
export const MAX_THREADS = 256;

/** How to open a device. */
export interface DeviceOptions {
  /** Threads of the cpu device. Default: one per core; in a page, one where it cannot wait for others. Results do not depend on it. */
  threads?: number;
}
