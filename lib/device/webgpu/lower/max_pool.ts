/** Max pooling, the places of the largest elements, and the gradient. */
import maxPoolText from "../../../../kernels/webgpu/max_pool2d.wgsl" with { type: "text" };
import maxPoolGradText from "../../../../kernels/webgpu/max_pool2d_grad.wgsl" with { type: "text" };
import windowText from "../../../../kernels/webgpu/max_pool_window.wgsl" with { type: "text" };
import type { MaxPoolGradStep, MaxPoolStep } from "../../program.ts";
import { type Dispatch, Fields } from "../module.ts";
import { imageDispatch, imageFields } from "./images.ts";

export function lowerMaxPool(step: MaxPoolStep | MaxPoolGradStep): Dispatch[] {
  const { kernel, pooling, input, output } = step, grad = step.kernel === "maxPool2dGrad";
  const [, , height, width] = input.shape as [number, number, number, number];
  const [, , rows, columns] = (grad ? step.g : output).shape as [number, number, number, number];
  const [[kernelY, kernelX], [strideY, strideX]] = [pooling.kernelSize, pooling.stride];
  const [[paddingY, paddingX], [dilationY, dilationX]] = [pooling.padding, pooling.dilation];
  const fields = new Fields().constants({ height, width, rows, columns })
    .constants({ kernelY, kernelX, strideY, strideX, paddingY, paddingX, dilationY, dilationX });
  if (grad) imageFields(fields, "g", step.g);
  return [imageDispatch({
    label: kernel,
    text: `${grad ? maxPoolGradText : maxPoolText}\n${windowText}`,
    input,
    output,
    fields,
    constants: { INDICES: kernel === "maxPool2dIndices" },
    math: true,
  })];
}
