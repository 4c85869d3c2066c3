/** The scalar functions of pointwise chains, with their results brought to a type. */
import { mayOverflow, type Overflow } from "../faults.ts";
import { POINTWISE, type ScalarFunction } from "../pointwise.ts";
import { fitsInt32, integerPower } from "../scalar_math.ts";
import type { Instruction } from "../steps/pointwise.ts";

/**
 * The function of one instruction, with its result brought to the instruction's type.
 *
 * @param overflow called where int32 cannot hold the result, which is 0 then
 */
export function scalarFunction(
  { op, dtype, of }: Pick<Instruction, "op" | "dtype" | "of">,
  overflow: (op: Overflow) => void,
): ScalarFunction {
  // A product that does not fit in 53 bits does not fit in 32 either.
  const compute: ScalarFunction = op === "pow" && of === "int32" ? integerPower : POINTWISE[op].scalar;
  if (dtype === "int32") {
    return (x, y, z) => {
      const result = compute(x, y, z);
      if (fitsInt32(result)) return result | 0;
      if (mayOverflow(op)) overflow(op);
      return 0;
    };
  }
  if (dtype === "bool" && op === "cast") return (x) => x !== 0 ? 1 : 0;
  if (of === "bool" && op === "add") return (x, y) => x !== 0 || y !== 0 ? 1 : 0;
  return compute;
}
