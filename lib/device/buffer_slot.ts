/** The device's side of a memory. */
import type { DeviceBuffer } from "./backend.ts";
import type { DeviceFaultError, OperationError } from "./errors.ts";

/** Why contents are not what was to be computed: a user's operation failed, or an index was out of range, in what they depend on. */
export type MemoryError = OperationError | DeviceFaultError;

/** What runs and reads know of a memory. */
export interface Place {
  /** The buffer, once the device is open. */
  readonly buffer: DeviceBuffer | undefined;
  readonly released: boolean;
  /** Set where the contents are not what was to be computed. */
  failure: MemoryError | undefined;
}

/** Where the buffer of a memory is; filled in once the device is open. */
export class BufferSlot implements Place {
  buffer: DeviceBuffer | undefined;
  released = false;
  failure: MemoryError | undefined;
}
