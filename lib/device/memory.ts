/**
 * Ownership of device memory. A {@linkcode Memory} is one buffer with one owner in JavaScript; when the last reference to it is
 * collected, or it is released, the buffer goes back to the device. This is the only thing Sonde's FinalizationRegistry watches:
 * tensors and graph nodes come and go by the thousand, memories only with materialised values.
 */
import { BufferSlot } from "./buffer_slot.ts";
import type { Device } from "./device.ts";
import { byteLength, type DType } from "./dtype.ts";

const collected = new FinalizationRegistry<{ device: Device; slot: BufferSlot }>(({ device, slot }) =>
  device.release(slot)
);

/** One buffer on a device, freed with its last reference or by {@linkcode Memory.release}. */
export class Memory {
  readonly slot = new BufferSlot();

  constructor(readonly device: Device, readonly dtype: DType, readonly elements: number) {
    device.enqueue((backend) => {
      this.slot.buffer = backend.allocate(dtype, elements);
    });
    collected.register(this, { device, slot: this.slot }, this.slot);
  }

  /** Bytes on the device. */
  get bytes(): number {
    return byteLength(this.dtype, this.elements);
  }

  /** Whether {@linkcode Memory.release} was called. */
  get released(): boolean {
    return this.slot.released;
  }

  /** Gives the buffer back now, after everything enqueued before. Calling it twice does nothing. */
  release(): void {
    collected.unregister(this.slot);
    this.device.release(this.slot);
  }
}
