/** The WGSL of a pointwise chain that runs on elements as another kernel makes them. */
import { accessOf, type FusedStep, productOperand } from "../steps/fused.ts";
import type { PointwiseStep } from "../steps/pointwise.ts";
import type { Fields } from "./module.ts";
import { computeText, type Register } from "./pointwise_codegen.ts";
import { typeName } from "./pointwise_ops.ts";

/** Whether a chain can run in a kernel whose view of the heap is float32. */
export const mayFollow = ({ inputs, outputs }: PointwiseStep): boolean =>
  inputs.every(({ kind, dtype }) => kind === "scalar" || dtype === "float32") &&
  outputs.every(({ dtype }) => dtype === "float32");

/**
 * `fn epilogue(i: u32, column: u32, element: f32)`: runs the chain on element i of a product, which is in that column, and stores what it makes.
 * Adds what that needs to the parameters.
 */
export function epilogueText(step: FusedStep, columns: number, fields: Fields): string {
  const { product, epilogue, kept } = step, own = productOperand(step);
  const lines: string[] = [], registers: Register[] = [];
  if (kept) {
    fields.address("eProduct", product.output);
    lines.push("  heap[p.eProduct + i] = element;");
  }
  epilogue.inputs.forEach((input, n) => {
    const name = `e${n}`, { dtype } = input;
    let text = "element";
    if (input.kind === "scalar") {
      fields.scalar(name, input.slot, dtype === "float32" ? "f32" : dtype === "bool" ? "bool" : "i32");
      text = dtype === "bool" ? `(p.${name} != 0u)` : `p.${name}`;
    } else if (input.operand !== own) {
      const { operand } = input, access = accessOf(operand, columns);
      fields.address(name, operand);
      if (access === "columns") fields.constant(`${name}Stride`, operand.strides[1]!);
      const along = { one: "", elements: " + i", columns: ` + column * p.${name}Stride` }[access!];
      text = `heap[p.${name}${along}]`;
    }
    lines.push(`  let r${n}: ${typeName(dtype, 1)} = ${text};`);
    registers.push({ text: `r${n}`, dtype });
  });
  computeText(epilogue.code, 1, registers, lines);
  epilogue.outputs.forEach(({ operand, register }, n) => {
    fields.address(`o${n}`, operand);
    lines.push(`  heap[p.o${n} + i] = ${registers[register]!.text};`);
  });
  return `fn epilogue(i: u32, column: u32, element: f32) {\n${lines.join("\n")}\n}\n`;
}
