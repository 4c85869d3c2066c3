/** Kernels that users bring. */
import { sizeOf } from "../../shape.ts";
import type { StepOf } from "../../steps/mod.ts";
import { ceilDiv, type Dispatch, Fields, moduleText, WORKGROUP } from "../module.ts";

/**
 * The user's text stands first, so that line numbers in the compiler's messages are its own. It may call `x(i)` for element i of the input
 * named x (0 beyond its end), `store(i, value)` for the output (nothing beyond its end), and use `xShape[axis]`, `outShape[axis]` and the
 * numbers by their names. Sizes are parameters: one text serves all shapes of the same rank.
 */
export function lowerCustom(
  { inputs, output, attributes: { custom, invocations }, numbers }: StepOf<"custom">,
): Dispatch[] {
  const fields = new Fields().constants({ invocations });
  const variables: string[] = [], assignments: string[] = [], functions: string[] = [];
  const define = (name: string, type: string, value: string) => {
    variables.push(`var<private> ${name}: ${type};`);
    assignments.push(`  ${name} = ${value};`);
  };
  for (const [name, operand] of Object.entries({ ...inputs, out: output })) {
    const { shape } = operand, sizes = shape.length ? shape : [1]; // WGSL has no empty arrays
    fields.address(`${name}Start`, operand).constant(`${name}Count`, sizeOf(shape));
    sizes.forEach((size, axis) => fields.constant(`${name}Size${axis}`, size));
    const type = `array<u32, ${sizes.length}>`;
    define(`${name}Shape`, type, `${type}(${sizes.map((_, axis) => `p.${name}Size${axis}`).join(", ")})`);
    if (operand === output) continue;
    functions.push(
      `fn ${name}(i: u32) -> f32 {\n  if (i < p.${name}Count) {\n    return heap[p.${name}Start + i];\n  }\n  return 0.0;\n}`,
    );
  }
  functions.push("fn store(i: u32, value: f32) {\n  if (i < p.outCount) {\n    heap[p.outStart + i] = value;\n  }\n}");
  for (const [name, slot] of Object.entries(numbers)) {
    fields.scalar(`${name}Number`, slot);
    define(name, "f32", `p.${name}Number`);
  }
  const main = `@compute @workgroup_size(${WORKGROUP})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = workgroupIndex(workgroup, workgroups) * ${WORKGROUP}u + local;
  if (i >= p.invocations) {
    return;
  }
${assignments.join("\n")}
  kernel(i);
}`;
  const definitions = [...variables, ...functions, main].join("\n");
  const code = moduleText({ text: custom.wgsl, fields: fields.list, definitions, heap: "f32" });
  const workgroups = ceilDiv(invocations, WORKGROUP);
  return [{ label: custom.name, code, fields: fields.list, workgroups, scratch: 0, custom: custom.name }];
}
