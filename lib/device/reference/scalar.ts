/** The scalar functions of pointwise chains, with their results brought to a type. */
import { POINTWISE, type ScalarFunction } from "../pointwise.ts";
import type { Instruction } from "../steps/pointwise.ts";

/** The function of one instruction, with its result brought to the instruction's type. */
export function scalarFunction({ op, dtype, of }: Pick<Instruction, "op" | "dtype" | "of">): ScalarFunction {
  const compute: ScalarFunction = POINTWISE[op].scalar;
  if (dtype === "int32") {
    if (op === "mul" && of === "int32") return Math.imul; // an exact product need not fit 53 bits
    return (x, y, z) => compute(x, y, z) | 0;
  }
  if (dtype === "bool" && op === "cast") return (x) => x !== 0 ? 1 : 0;
  return compute;
}
