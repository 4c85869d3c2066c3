/** A batch out of a data set of bytes. */
import { indexFault } from "../faults.ts";
import type { Operand } from "../operand.ts";
import type { BYTES } from "../steps/bytes.ts";
import type { StepOf, Table } from "../steps/mod.ts";
import { addresses, type Memory, read, write } from "./memory.ts";

/** Rows of a byte table, scaled and shifted. A row out of range is 0. */
function dequantizeGather({ inputs, output, numbers }: StepOf<"dequantizeGather">, memory: Memory): void {
  const [count, row] = inputs.bytes.shape as [number, number];
  const index = read(memory, inputs.index), out = new Float64Array(index.length * row);
  const scale = memory.scalars[numbers.scale]!, shift = memory.scalars[numbers.shift]!;
  index.forEach((at, b) => {
    if (at < 0 || at >= count) return memory.fault(indexFault("dequantizeGather", at, count));
    const line: Operand = { ...inputs.bytes, shape: [row], strides: [1], offset: at * row };
    const bytes = memory.values[line.value]!;
    addresses(memory, line).forEach((address, j) => out[b * row + j] = bytes[address]! * scale + shift);
  });
  write(memory, output, out);
}

export const BYTES_REFERENCE: Table<keyof typeof BYTES, [Memory], void> = { dequantizeGather };
