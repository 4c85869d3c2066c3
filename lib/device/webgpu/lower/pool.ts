/** Average pooling and its transpose. */
import avgPoolText from "../../../../kernels/webgpu/avg_pool2d.wgsl" with { type: "text" };
import avgPoolGradText from "../../../../kernels/webgpu/avg_pool2d_grad.wgsl" with { type: "text" };
import poolSpanText from "../../../../kernels/webgpu/pool_span.wgsl" with { type: "text" };
import type { PoolStep } from "../../program.ts";
import { ceilDiv, constantsText, type Dispatch, Fields, moduleText, sizeOf, WORKGROUP } from "../module.ts";

export function lowerPool({ kernel, pooling, input, output }: PoolStep): Dispatch[] {
  const forward = kernel === "avgPool2d";
  const [image, pooled] = forward ? [input, output] : [output, input];
  const [, channels, height, width] = image.shape as [number, number, number, number];
  const [, , rows, columns] = pooled.shape as [number, number, number, number];
  const fixed = pooling.mode === "fixed";
  const [kernelY, kernelX] = fixed ? pooling.kernelSize : [1, 1];
  const [strideY, strideX] = fixed ? pooling.stride : [1, 1];
  const [paddingY, paddingX] = fixed ? pooling.padding : [0, 0];
  const [inputN, inputC, inputY, inputX] = input.strides as [number, number, number, number];
  const [outputN, outputC, outputY, outputX] = output.strides as [number, number, number, number];
  const count = sizeOf(output.shape);
  const fields = new Fields().address("input", input).address("output", output)
    .constants({ count, channels, height, width, rows, columns })
    .constants({ kernelY, kernelX, strideY, strideX, paddingY, paddingX })
    .constants({ inputN, inputC, inputY, inputX, outputN, outputC, outputY, outputX });
  const code = moduleText({
    text: (forward ? avgPoolText : avgPoolGradText) + poolSpanText,
    fields: fields.list,
    definitions: constantsText({ WORKGROUP, ADAPTIVE: !fixed, COUNT_PADDING: fixed && pooling.countIncludePad }),
  });
  return [{ label: kernel, code, fields: fields.list, workgroups: ceilDiv(count, WORKGROUP), scratch: 0 }];
}
