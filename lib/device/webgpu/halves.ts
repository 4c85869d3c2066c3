/** Which operands are stored as float16: kernels count them in halves, two to a word. */
import type { Operand } from "../operand.ts";
import type { Program } from "../program.ts";

/** Whether an operand's elements are stored as float16. */
export const isHalf = ({ value }: Operand, { values }: Pick<Program, "values">): boolean =>
  values[value]!.dtype === "float16";
