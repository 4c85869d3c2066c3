/** Nodes of data and of numbers. */
import type { Device } from "../../device/device.ts";
import type { DType, HostArray } from "../../device/dtype.ts";
import { Memory } from "../../device/memory.ts";
import { NO_NUMBERS, type Node } from "../node.ts";
import { rowMajor, type Shape, sizeOf } from "../shape.ts";
import { makeSource } from "./make.ts";

/** Nodes of data and of numbers. */
export const source = {
  /** Data from the host, uploaded in order with other work. */
  data(device: Device, dtype: DType, shape: Shape, data: HostArray): Node {
    const memory = new Memory(device, dtype, sizeOf(shape));
    const copy = device.isOpen ? data : data.slice();
    device.enqueue((backend) => backend.upload(memory.slot.buffer!, copy));
    return source.memory(memory, shape);
  },
  /** A value that is already on the device, row-major. */
  memory(memory: Memory, shape: Shape): Node {
    const node = makeSource(memory.device, "source", memory.dtype, shape, NO_NUMBERS);
    node.value = { memory, strides: rowMajor(shape) };
    return node;
  },
  /** `value` everywhere. The number is bound at run time. */
  full(device: Device, dtype: DType, shape: Shape, value: number): Node {
    return makeSource(device, "full", dtype, shape, [value]);
  },
  arange(device: Device, dtype: DType, length: number, start: number, step: number): Node {
    return makeSource(device, "arange", dtype, [length], [start, step]);
  },
  random(device: Device, distribution: "uniform" | "normal", shape: Shape, state: readonly number[]): Node {
    return makeSource(device, distribution, "float32", shape, state);
  },
};
