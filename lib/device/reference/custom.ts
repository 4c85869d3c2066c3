/** Kernels that users bring. */
import { runHostImplementation } from "../host_implementation.ts";
import type { StepOf } from "../steps/mod.ts";
import { type Memory, read, sizeOf, write } from "./memory.ts";

/** Runs the host implementation in 64 bits. An element that it leaves out is NaN. */
export function custom(step: StepOf<"custom">, memory: Memory): void {
  const out = new Float64Array(sizeOf(step.output.shape)).fill(NaN);
  runHostImplementation(step, (operand) => operand === step.output ? out : read(memory, operand), memory.scalars);
  write(memory, step.output, out);
}
