/** What pooling kernels share: they compute pixel by pixel of [N, C, H, W], of any strides. */
import pixelsText from "../../../../kernels/webgpu/pixels.wgsl" with { type: "text" };
import type { Operand } from "../../operand.ts";
import { sizeOf } from "../../shape.ts";
import { type Dispatch, type Fields } from "../module.ts";
import { elementsDispatch, type ElementsKernel } from "./elements.ts";

/** Images in a value, or dense at the beginning of scratch memory. */
type Images = Operand | Pick<Operand, "shape" | "strides">;

/** Adds where images begin, and their strides under names that begin with their own. */
export function imageFields(fields: Fields, name: string, images: Images): Fields {
  const [n, c, y, x] = images.strides as [number, number, number, number];
  if ("value" in images) fields.address(name, images);
  else fields.scratch(name);
  return fields.constants({ [`${name}N`]: n, [`${name}C`]: c, [`${name}Y`]: y, [`${name}X`]: x });
}

/** The dispatch of a kernel that computes the pixels of `output` from `input`. */
export function imageDispatch(
  { input, output, text, fields, ...kernel }: Omit<ElementsKernel, "count"> & { input: Operand; output: Images },
): Dispatch {
  imageFields(fields, "input", input).constant("channels", input.shape[1]!);
  return elementsDispatch({
    ...kernel,
    text: `${text}\n${pixelsText}`,
    fields: imageFields(fields, "output", output),
    count: sizeOf(output.shape),
  });
}
