/** Numbers rounded to 16 bits; they lie in 64, as all others here. */
import { halfBits, halfValue } from "../half.ts";
import type { HALVES } from "../steps/halves.ts";
import type { StepOf, Table } from "../steps/mod.ts";
import { type Memory, read, write } from "./memory.ts";

/** To the half nearest to the float32 that a number is on other devices. */
function half({ inputs: { input }, output }: StepOf<"half">, memory: Memory): void {
  write(memory, output, read(memory, input).map((x) => halfValue(halfBits(x))));
}

export const HALVES_REFERENCE: Table<keyof typeof HALVES, [Memory], void> = { half };
