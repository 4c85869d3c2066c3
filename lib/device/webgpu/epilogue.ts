/** The WGSL of a pointwise chain that runs on elements as another kernel makes them. */
import { computed, isFloat } from "../dtype.ts";
import type { Operand } from "../operand.ts";
import { accessOf } from "../steps/fused.ts";
import type { PointwiseInput, PointwiseStep } from "../steps/pointwise.ts";
import type { Fields } from "./module.ts";
import { computeText, type Register } from "./pointwise_codegen.ts";
import { typeName } from "./pointwise_ops.ts";

/** Whether all tensors of a chain are read as float32. */
export const mayFollow = ({ inputs, outputs }: PointwiseStep): boolean =>
  inputs.every(({ kind, dtype }) => kind === "scalar" || isFloat(dtype)) &&
  outputs.every(({ dtype }) => dtype === "float32");

/** A chain that follows another kernel. */
export interface Following {
  readonly chain: PointwiseStep;
  /** The chain's input that the kernel makes. */
  readonly own: Operand;
  /** Where what the kernel made goes too, if it must be kept. */
  readonly kept?: Operand | undefined;
  /** Elements of a row. */
  readonly columns: number;
}

/**
 * `fn epilogue(i: u32, column: u32, element: f32)`: runs the chain on element i of what a kernel makes, which is in that column, and stores the results.
 * Adds what that needs to the parameters.
 */
export function epilogueText({ chain, own, kept, columns }: Following, fields: Fields): string {
  const lines: string[] = [], registers: Register[] = [];
  const store = (place: string, value: string) => lines.push(`  heap[${place}] = bitcast<u32>(${value});`);
  if (kept) {
    fields.address("eProduct", kept);
    store("p.eProduct + i", "element");
  }
  chain.inputs.forEach((input, n) => {
    const name = `e${n}`, { dtype } = input;
    let text = "element";
    if (input.kind === "scalar") text = scalarText(name, input, fields);
    else if (input.operand !== own) {
      const { operand } = input, access = accessOf(operand, columns);
      const halves = dtype === "float16";
      fields.address(name, operand, { halves });
      if (access === "columns") fields.constant(`${name}Stride`, operand.strides[1]!);
      const along = { one: "", elements: " + i", columns: ` + column * p.${name}Stride` }[access!];
      const place = `p.${name}${along}`;
      text = halves ? `halfOf(heap[(${place}) >> 1u], ${place})` : `bitcast<f32>(heap[${place}])`;
    }
    lines.push(`  let r${n}: ${typeName(dtype, 1)} = ${text};`);
    registers.push({ text: `r${n}`, dtype: computed(dtype) });
  });
  computeText(chain.code, 1, registers, lines);
  chain.outputs.forEach(({ operand, register }, n) => {
    fields.address(`eOutput${n}`, operand);
    store(`p.eOutput${n} + i`, registers[register]!.text);
  });
  return `fn epilogue(i: u32, column: u32, element: f32) {\n${lines.join("\n")}\n}\n`;
}

/** WGSL of a number of the run, which becomes a parameter. */
function scalarText(name: string, { slot, dtype }: PointwiseInput & { kind: "scalar" }, fields: Fields): string {
  fields.scalar(name, slot, dtype === "float32" ? "f32" : dtype === "bool" ? "bool" : "i32");
  return dtype === "bool" ? `(p.${name} != 0u)` : `p.${name}`;
}

/** The WGSL of the only result of a chain over numbers of the run; adds them to the parameters under names that begin with `name`. */
export function numberText(name: string, { inputs, code, outputs }: PointwiseStep, fields: Fields): string {
  const lines: string[] = [];
  const registers = inputs.map((input, n): Register => {
    if (input.kind !== "scalar") throw new Error("A chain over numbers reads a tensor: a defect of the lowering");
    return { text: scalarText(`${name}${n}`, input, fields), dtype: input.dtype };
  });
  computeText(code, 1, registers, lines);
  return `${lines.join("\n")}\n  return ${registers[outputs[0]!.register]!.text};`;
}
