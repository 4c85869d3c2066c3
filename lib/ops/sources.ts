/** Nodes without inputs: data, numbers, ranges, random numbers. */
import type { Device } from "../device/device.ts";
import { type DType, type HostArray, isPacked } from "../device/dtype.ts";
import { Memory } from "../device/memory.ts";
import { fitsInt32 } from "../device/scalar_math.ts";
import { drawing, range } from "../device/steps/sources.ts";
import { result } from "../graph/emission.ts";
import { NO_NUMBERS, type Node, NONE, Operation, type Rule } from "../graph/node.ts";
import { recordSource, storageOnly } from "../graph/record.ts";
import { rowMajor, type Shape, sizeOf } from "../graph/shape.ts";

const DATA = new Operation("source", { gradient: "none", value: "data" });

/** A number everywhere. It is bound at run time; pointwise kernels read it as a scalar. */
export const FULL = new Operation("full", { gradient: "none", value: "number" });

const ARANGE = new Operation("arange", {
  gradient: "none",
  emit(to, node) {
    const output = result(to, node), attributes = range({ dtype: node.dtype });
    const numbers = { start: to.scalar(node, 0), step: to.scalar(node, 1) };
    to.push({ kernel: "arange", inputs: {}, output, attributes, numbers });
  },
});

function random(distribution: "uniform" | "normal"): Operation {
  const attributes = drawing({ distribution });
  return new Operation(distribution, {
    gradient: "none",
    emit(to, node) {
      const [seedLow, seedHigh] = [to.scalar(node, 0), to.scalar(node, 1)];
      const [counterLow, counterHigh] = [to.scalar(node, 2), to.scalar(node, 3)];
      const numbers = { seedLow, seedHigh, counterLow, counterHigh };
      to.push({ kernel: "random", inputs: {}, output: result(to, node), attributes, numbers });
    },
  });
}

const RANDOM = { uniform: random("uniform"), normal: random("normal") };

const RANDINT = new Operation("randint", {
  gradient: "none",
  emit(to, node) {
    const [seedLow, seedHigh] = [to.scalar(node, 0), to.scalar(node, 1)];
    const [counterLow, counterHigh] = [to.scalar(node, 2), to.scalar(node, 3)];
    const numbers = { seedLow, seedHigh, counterLow, counterHigh, low: to.scalar(node, 4), span: to.scalar(node, 5) };
    to.push({ kernel: "randint", inputs: {}, output: result(to, node), attributes: NONE, numbers });
  },
});

/** Data from the host, uploaded in order with other work. */
export function data(device: Device, dtype: DType, shape: Shape, values: HostArray): Node {
  const memory = Memory.of(device, dtype, sizeOf(shape));
  const copy = device.isOpen ? values : values.slice();
  device.enqueue((backend) => backend.upload(memory.slot.buffer!, copy));
  return inMemory(memory, shape);
}

/** A value that is already on the device, row-major. */
export function inMemory(memory: Memory, shape: Shape): Node {
  const node = recordSource(memory.device, DATA, memory.dtype, shape, NO_NUMBERS);
  node.value = { memory, strides: rowMajor(shape) };
  return node;
}

/** Why a number is none that int32 holds. */
export function beyondInt32(what: string, value: number): RangeError {
  return new RangeError(
    `Cannot ${what} ${value}: int32 holds whole numbers from −2147483648 to 2147483647. Use float32 (.float() of a tensor)`,
  );
}

/** `value` as an element of int32, whose fraction is cut off, or of bool. */
function asElement(dtype: DType, value: number): number {
  if (isPacked(dtype)) throw storageOnly(FULL.name);
  if (dtype === "bool") return Number(value) !== 0 ? 1 : 0; // unchecked code may give a boolean
  if (!fitsInt32(value)) throw beyondInt32("make an int32 tensor of", value);
  return value | 0;
}

/** `value` everywhere. */
export function full(device: Device, dtype: DType, shape: Shape, value: number): Node {
  if (dtype !== "float32") value = asElement(dtype, value);
  return recordSource(device, FULL, dtype, shape, [value]);
}

/** Whether a node is a number everywhere, and so may be made anew under another shape or type. */
export const isFull = (x: Node): boolean => x.op.isNumber && !x.value && !x.requiresGrad;

/**
 * A number beside `like`, of the type that keeps `like`'s: int32 for whole numbers beside integers, else float32.
 *
 * @throws {RangeError} for a whole number beside integers that int32 cannot hold
 */
export function number(like: Node, value: number): Node {
  const integral = (like.dtype === "int32" || like.dtype === "bool") && Number.isInteger(value);
  if (integral && !fitsInt32(value)) throw beyondInt32(`compute with a tensor of type ${like.dtype} and`, value);
  return full(like.device, integral ? "int32" : "float32", NO_NUMBERS, value);
}

/** A float32 number on the device of `like`. */
export const float = (like: Node, value: number): Node => full(like.device, "float32", NO_NUMBERS, value);

/** float32 zeros of the shape of `like`. */
export const zeros = (like: Node): Node => full(like.device, "float32", like.shape, 0);

/** A gradient that is 0 wherever it exists: that of steps. */
export const flat: Rule = (_, node) => [zeros(node.inputs[0]!)];

/** `start + i · step` for `length` i's. */
export function arange(device: Device, dtype: DType, length: number, start: number, step: number): Node {
  if (isPacked(dtype)) throw storageOnly(ARANGE.name);
  return recordSource(device, ARANGE, dtype, [length], [start, step]);
}

/** float32 numbers of a counter-based generator; `state` is its four 32-bit words. */
export function drawn(
  device: Device,
  distribution: "uniform" | "normal",
  shape: Shape,
  state: readonly number[],
): Node {
  return recordSource(device, RANDOM[distribution], "float32", shape, state);
}

/** int32 numbers from `low` to `high` − 1, at most 2³² of them; otherwise as {@linkcode drawn}. */
export function drawnWhole(device: Device, shape: Shape, state: readonly number[], low: number, high: number): Node {
  return recordSource(device, RANDINT, "int32", shape, [...state, low, high - low - 1]);
}
