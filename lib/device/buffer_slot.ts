/** The device's side of a memory. */
import type { DeviceBuffer } from "./backend.ts";
import type { OperationError } from "./errors.ts";

/** Where the buffer of a memory is; filled in once the device is open. */
export class BufferSlot {
  buffer: DeviceBuffer | undefined;
  released = false;
  /** Why the contents are not what was to be computed: a user's operation failed. */
  failure: OperationError | undefined;
}
