/** Max pooling, the places of the largest elements, and the gradient. */
import maxPoolText from "../../../../kernels/webgpu/max_pool2d.wgsl" with { type: "text" };
import maxPoolGradText from "../../../../kernels/webgpu/max_pool2d_grad.wgsl" with { type: "text" };
import windowText from "../../../../kernels/webgpu/max_pool_window.wgsl" with { type: "text" };
import type { MAX_POOL } from "../../steps/max_pool.ts";
import type { StepOf, Table } from "../../steps/mod.ts";
import { type Dispatch, Fields } from "../module.ts";
import { imageDispatch, imageFields } from "./images.ts";

function lowerMaxPool(step: StepOf<keyof typeof MAX_POOL>): Dispatch[] {
  const { kernel, inputs: { input }, output, attributes: pooling } = step;
  const g = step.kernel === "maxPool2dGrad" ? step.inputs.g : undefined;
  const [, , height, width] = input.shape as [number, number, number, number];
  const [, , rows, columns] = (g ?? output).shape as [number, number, number, number];
  const [[kernelY, kernelX], [strideY, strideX]] = [pooling.kernelSize, pooling.stride];
  const [[paddingY, paddingX], [dilationY, dilationX]] = [pooling.padding, pooling.dilation];
  const fields = new Fields().constants({ height, width, rows, columns })
    .constants({ kernelY, kernelX, strideY, strideX, paddingY, paddingX, dilationY, dilationX });
  if (g) imageFields(fields, "g", g);
  return [imageDispatch({
    label: kernel,
    text: `${g ? maxPoolGradText : maxPoolText}\n${windowText}`,
    input,
    output,
    fields,
    constants: { INDICES: kernel === "maxPool2dIndices" },
    math: true,
  })];
}

export const MAX_POOL_WEBGPU: Table<keyof typeof MAX_POOL, [], Dispatch[]> = {
  maxPool2d: lowerMaxPool,
  maxPool2dIndices: lowerMaxPool,
  maxPool2dGrad: lowerMaxPool,
};
