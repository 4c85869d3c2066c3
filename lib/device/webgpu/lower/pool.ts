/** Average pooling and its transpose. */
import avgPoolText from "../../../../kernels/webgpu/avg_pool2d.wgsl" with { type: "text" };
import avgPoolGradText from "../../../../kernels/webgpu/avg_pool2d_grad.wgsl" with { type: "text" };
import poolSpanText from "../../../../kernels/webgpu/pool_span.wgsl" with { type: "text" };
import type { PoolStep } from "../../program.ts";
import { type Dispatch, Fields } from "../module.ts";
import { imageDispatch } from "./images.ts";

export function lowerPool({ kernel, pooling, input, output }: PoolStep): Dispatch[] {
  const forward = kernel === "avgPool2d";
  const [image, pooled] = forward ? [input, output] : [output, input];
  const [, , height, width] = image.shape as [number, number, number, number];
  const [, , rows, columns] = pooled.shape as [number, number, number, number];
  const fixed = pooling.mode === "fixed";
  const [kernelY, kernelX] = fixed ? pooling.kernelSize : [1, 1];
  const [strideY, strideX] = fixed ? pooling.stride : [1, 1];
  const [paddingY, paddingX] = fixed ? pooling.padding : [0, 0];
  const fields = new Fields()
    .constants({ height, width, rows, columns, kernelY, kernelX, strideY, strideX, paddingY, paddingX });
  return [imageDispatch({
    label: kernel,
    text: `${forward ? avgPoolText : avgPoolGradText}\n${poolSpanText}`,
    input,
    output,
    fields,
    constants: { ADAPTIVE: !fixed, COUNT_PADDING: fixed && pooling.countIncludePad },
  })];
}
