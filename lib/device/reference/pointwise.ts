/** Pointwise chains, one index after the other. */
import { overflow } from "../faults.ts";
import type { PointwiseStep } from "../steps/pointwise.ts";
import { addresses, type Memory, sizeOf } from "./memory.ts";
import { scalarFunction } from "./scalar.ts";

/** A run-time scalar as a pointwise chain sees it: whole for `int32`, 0 or 1 for `bool`. */
export function scalarInput(value: number, dtype: string): number {
  return dtype === "int32" ? value | 0 : dtype === "bool" ? (value !== 0 ? 1 : 0) : value;
}

/** Loads, computes and stores for each index in turn. */
export function pointwise(step: PointwiseStep, memory: Memory): void {
  const inputs = step.inputs.map((input) =>
    input.kind === "scalar"
      ? { scalar: scalarInput(memory.scalars[input.slot]!, input.dtype) }
      : { from: memory.values[input.operand.value]!, at: addresses(memory, input.operand) }
  );
  const code = step.code.map((instruction) => ({
    compute: scalarFunction(instruction, (op) => memory.fault(overflow(op))),
    args: instruction.args,
  }));
  const outputs = step.outputs.map(({ operand, register }) => ({
    to: memory.values[operand.value]!,
    at: addresses(memory, operand),
    register,
  }));
  const registers = new Float64Array(inputs.length + code.length);
  const size = sizeOf(step.shape);
  for (let i = 0; i < size; i++) {
    let next = 0;
    for (const input of inputs) registers[next++] = input.at ? input.from[input.at[i]!]! : input.scalar;
    for (const { compute, args } of code) {
      registers[next++] = compute(registers[args[0]!]!, registers[args[1]!]!, registers[args[2]!]!);
    }
    for (const { to, at, register } of outputs) to[at[i]!] = registers[register]!;
  }
}
