/** Kernels that users bring. */
import { runTwin } from "../own.ts";
import type { OwnStep } from "../program.ts";
import { type Memory, read, sizeOf, write } from "./memory.ts";

/** Runs the twin in 64 bits. An element that it leaves out is NaN. */
export function own(step: OwnStep, memory: Memory): void {
  const out = new Float64Array(sizeOf(step.output.shape)).fill(NaN);
  runTwin(step, (operand) => operand === step.output ? out : read(memory, operand), memory.scalars);
  write(memory, step.output, out);
}
