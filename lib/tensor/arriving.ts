/** Tensors whose data arrive part by part. */
import type { Device } from "../device/device.ts";
import type { DType, HostArray } from "../device/dtype.ts";
import { Memory } from "../device/memory.ts";
import { type Shape, sizeOf } from "../graph/shape.ts";
import { inMemory } from "../ops/sources.ts";
import { Tensor } from "./tensor.ts";

/**
 * Room on a device for data that come while it is used: a data set that is still being drawn, the order of an epoch.
 *
 * No version of the contents is kept, as with writes in place: what an operation reads must have been sent before that operation is
 * recorded, and must not be sent again.
 */
export class ArrivingTensor {
  /** All of it, what came and what is still to come. */
  readonly tensor: Tensor;
  readonly #memory: Memory;

  constructor(dtype: DType, shape: Shape, device: Device) {
    this.#memory = Memory.of(device, dtype, sizeOf(shape));
    this.tensor = new Tensor(inMemory(this.#memory, shape));
  }

  /** Sends the elements from the flat position `at` on; a part of bytes begins and ends at a multiple of 4. */
  send(data: HostArray, at: number): void {
    const { device, slot } = this.#memory;
    const copy = device.isOpen ? data : data.slice();
    device.enqueue((backend) => backend.upload(slot.buffer!, copy, at));
  }
}
