/** Index arithmetic of strided views, written out for their rank; sizes and strides are parameters. */
import type { Fields } from "./module.ts";

/** A strided view without its start. */
export interface View {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** The view with axes of size 1 dropped, and neighbours merged where one stride continues the other. */
export function mergeAxes({ shape, strides }: View): View {
  const sizes: number[] = [], steps: number[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis]!, stride = strides[axis]!;
    if (size === 1) continue;
    const last = sizes.length - 1;
    if (last >= 0 && steps[last] === stride * size) {
      sizes[last]! *= size;
      steps[last] = stride;
    } else {
      sizes.push(size);
      steps.push(stride);
    }
  }
  return { shape: sizes, strides: steps };
}

/**
 * WGSL text of `fn name(i: u32) -> u32`: the offset in words of the i-th element, row-major, of a view. Adds the sizes and strides to
 * the parameters under names that begin with `name`.
 */
export function offsetFunction(name: string, view: View, fields: Fields): string {
  const { shape, strides } = mergeAxes(view);
  const head = `fn ${name}(i: u32) -> u32 {\n`;
  if (shape.length === 0 || strides.every((stride) => stride === 0)) return `${head}  return 0u;\n}\n`;
  if (shape.length === 1 && strides[0] === 1) return `${head}  return i;\n}\n`;
  const lines: string[] = [], terms: string[] = [];
  let rest = "i";
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    let index = rest;
    if (axis > 0) {
      fields.constant(`${name}Size${axis}`, shape[axis]!);
      if (strides[axis] !== 0) {
        index = `x${axis}`;
        lines.push(`  let x${axis} = ${rest} % p.${name}Size${axis};`);
      }
      lines.push(`  let rest${axis} = ${rest} / p.${name}Size${axis};`);
      rest = `rest${axis}`;
    }
    if (strides[axis] === 1) terms.push(index);
    else if (strides[axis] !== 0) {
      fields.constant(`${name}Stride${axis}`, strides[axis]!);
      terms.push(`${index} * p.${name}Stride${axis}`);
    }
  }
  return `${head}${lines.join("\n")}${lines.length ? "\n" : ""}  return ${terms.join(" + ")};\n}\n`;
}
