/** Max pooling, the places of the largest elements, and the gradient. */
import maxPoolText from "../../../../kernels/webgpu/max_pool2d.wgsl" with { type: "text" };
import maxPoolGradText from "../../../../kernels/webgpu/max_pool2d_grad.wgsl" with { type: "text" };
import windowText from "../../../../kernels/webgpu/max_pool_window.wgsl" with { type: "text" };
import type { MaxPoolGradStep, MaxPoolStep, Operand } from "../../program.ts";
import { ceilDiv, constantsText, type Dispatch, Fields, moduleText, sizeOf, WORKGROUP } from "../module.ts";

/** An operand's address, and its strides under names that begin with its own. */
function images(fields: Fields, name: string, operand: Operand): Fields {
  const [n, c, y, x] = operand.strides as [number, number, number, number];
  return fields.address(name, operand).constants({
    [`${name}N`]: n,
    [`${name}C`]: c,
    [`${name}Y`]: y,
    [`${name}X`]: x,
  });
}

export function lowerMaxPool(step: MaxPoolStep | MaxPoolGradStep): Dispatch[] {
  const { kernel, pooling, input, output } = step, grad = step.kernel === "maxPool2dGrad";
  const [, channels, height, width] = input.shape as [number, number, number, number];
  const [, , rows, columns] = (grad ? step.g : output).shape as [number, number, number, number];
  const [[kernelY, kernelX], [strideY, strideX]] = [pooling.kernelSize, pooling.stride];
  const [[paddingY, paddingX], [dilationY, dilationX]] = [pooling.padding, pooling.dilation];
  const count = sizeOf(output.shape);
  const fields = images(images(new Fields(), "input", input), "output", output)
    .constants({ count, channels, height, width, rows, columns })
    .constants({ kernelY, kernelX, strideY, strideX, paddingY, paddingX, dilationY, dilationX });
  if (grad) images(fields, "g", step.g);
  const code = moduleText({
    text: (grad ? maxPoolGradText : maxPoolText) + windowText,
    fields: fields.list,
    definitions: constantsText({ WORKGROUP, INDICES: kernel === "maxPool2dIndices" }),
    math: true,
  });
  return [{ label: kernel, code, fields: fields.list, workgroups: ceilDiv(count, WORKGROUP), scratch: 0 }];
}
