/** Average pooling and its transpose. */
import avgPoolText from "../../../../kernels/webgpu/avg_pool2d.wgsl" with { type: "text" };
import avgPoolGradText from "../../../../kernels/webgpu/avg_pool2d_grad.wgsl" with { type: "text" };
import poolSpanText from "../../../../kernels/webgpu/pool_span.wgsl" with { type: "text" };
import type { StepOf, Table } from "../../steps/mod.ts";
import type { POOL } from "../../steps/pool.ts";
import { type Dispatch, Fields } from "../module.ts";
import { imageDispatch } from "./images.ts";
import { blockFields, blocks } from "./rounds.ts";

function lowerPool({ kernel, inputs: { input }, output, attributes }: StepOf<keyof typeof POOL>): Dispatch[] {
  const forward = kernel === "avgPool2d";
  const [image, pooled] = forward ? [input, output] : [output, input];
  const [, , height, width] = image.shape as [number, number, number, number];
  const [, , rows, columns] = pooled.shape as [number, number, number, number];
  const { adaptive, countIncludePad, divisor } = attributes;
  const [[kernelY, kernelX], [strideY, strideX]] = [attributes.kernelSize, attributes.stride];
  const [paddingY, paddingX] = attributes.padding;
  // The most pixels of a window along each axis, or of windows that cover a pixel.
  const reach = (size: number, windows: number, kernel: number, stride: number) => {
    if (adaptive) return forward ? Math.ceil(size / windows) + 1 : Math.ceil(windows / size) + 1;
    return forward ? Math.min(kernel, size) : Math.min(Math.ceil(kernel / stride), windows);
  };
  const all = blocks(reach(height, rows, kernelY, strideY), reach(width, columns, kernelX, strideX));
  return all.map((block) =>
    imageDispatch({
      label: kernel,
      text: `${forward ? avgPoolText : avgPoolGradText}\n${poolSpanText}`,
      input,
      output,
      fields: blockFields(new Fields(), block, all)
        .constants({
          height,
          width,
          rows,
          columns,
          kernelY,
          kernelX,
          strideY,
          strideX,
          paddingY,
          paddingX,
          divisor: divisor >>> 0,
        }),
      constants: { ADAPTIVE: adaptive, COUNT_PADDING: countIncludePad },
    })
  );
}

export const POOL_WEBGPU: Table<keyof typeof POOL, [], Dispatch[]> = { avgPool2d: lowerPool, avgPool2dGrad: lowerPool };
