/** The device's side of a memory. */
import type { DeviceBuffer } from "./backend.ts";
import type { OperationError } from "./errors.ts";

/** What runs and reads know of a memory. */
export interface Place {
  /** The buffer, once the device is open. */
  readonly buffer: DeviceBuffer | undefined;
  readonly released: boolean;
  /** Why the contents are not what was to be computed: a user's operation failed. */
  failure: OperationError | undefined;
}

/** Where the buffer of a memory is; filled in once the device is open. */
export class BufferSlot implements Place {
  buffer: DeviceBuffer | undefined;
  released = false;
  failure: OperationError | undefined;
}
