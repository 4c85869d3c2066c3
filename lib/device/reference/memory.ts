/** What a reference kernel works on: one plain array for each value of a program, and the numbers of this run. */
import type { Fault } from "../faults.ts";
import type { Operand } from "../operand.ts";

/** Elements of one value: 64-bit floats (`int32` and `bool` too, as whole numbers), or the bytes of a data set. */
export type Storage = Float64Array | Uint8Array;

/** Everything a step can see. */
export interface Memory {
  /** By index into `Program.values`. Values bound to one slot share one array; arena values never share. */
  readonly values: readonly Storage[];
  readonly scalars: Float64Array;
  readonly offsets: Int32Array;
  /** Called for every index or label that is out of range. */
  fault(fault: Fault): void;
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * Where each element of `operand` lies in its value, in row-major order of the operand's shape.
 * @throws {RangeError} if an element lies outside of the value: the program is wrong.
 */
export function addresses(memory: Memory, operand: Operand): Int32Array {
  const { shape, strides } = operand;
  const start = operand.offset + (operand.dynamic < 0 ? 0 : memory.offsets[operand.dynamic]!);
  let result = Int32Array.of(start);
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis]!, stride = strides[axis]!;
    const next = new Int32Array(result.length * size);
    for (let i = 0; i < result.length; i++) {
      for (let j = 0; j < size; j++) next[i * size + j] = result[i]! + j * stride;
    }
    result = next;
  }
  const limit = memory.values[operand.value]!.length;
  for (const address of result) {
    if (address < 0 || address >= limit) {
      throw new RangeError(
        `Cannot reach element ${address} of value ${operand.value}: it has ${limit} elements; ` +
          `operand [${shape}] with strides [${strides}] starts at ${start}`,
      );
    }
  }
  return result;
}

/** The elements of `operand` in row-major order, copied out. */
export function read(memory: Memory, operand: Operand): Float64Array {
  const values = memory.values[operand.value]!;
  return Float64Array.from(addresses(memory, operand), (address) => values[address]!);
}

/** Stores `elements`, in row-major order, at the places of `operand`. */
export function write(memory: Memory, operand: Operand, elements: Float64Array): void {
  const values = memory.values[operand.value]!;
  addresses(memory, operand).forEach((address, i) => values[address] = elements[i]!);
}
