/** How kernels read operands that are stored as float16: by the number of a half in the heap, two to a word. */
import type { Operand } from "../operand.ts";
import type { Program } from "../program.ts";

/** Whether an operand's elements are stored as float16. */
export const isHalf = ({ value }: Operand, { values }: Pick<Program, "values">): boolean =>
  values[value]!.dtype === "float16";

/** WGSL of `fn name(i: u32) -> f32`: the element of a heap of words whose place is `i`, counted in words, or in halves. */
export function loadFunction(name: string, halves: boolean): string {
  const text = halves ? "halfOf(heap[i >> 1u], i)" : "bitcast<f32>(heap[i])";
  return `fn ${name}(i: u32) -> f32 {\n  return ${text};\n}\n`;
}
