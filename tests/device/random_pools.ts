/** Random poolings. */
import type { Operand, Pooling } from "../../lib/device/program.ts";
import { float, type Generator } from "./generator.ts";
import { nhwc, randomOperand, type Spread } from "./programs.ts";

export function pool(kernel: "avgPool2d" | "avgPool2dGrad"): Generator {
  return (builder, choices) => {
    const [h, w] = [choices.int(1, 29), choices.int(1, 29)], [n, c] = [choices.int(1, 5), choices.size(40)];
    let pooling: Pooling, oh: number, ow: number;
    if (choices.chance(0.3)) {
      pooling = { mode: "adaptive" };
      [oh, ow] = [choices.int(1, 12), choices.int(1, 12)];
    } else {
      const kernelSize = [choices.int(1, Math.min(h, 5)), choices.int(1, Math.min(w, 5))] as const;
      const stride = [choices.int(1, 4), choices.int(1, 4)] as const;
      const padding = [choices.int(0, kernelSize[0] >> 1), choices.int(0, kernelSize[1] >> 1)] as const;
      pooling = { mode: "fixed", kernelSize, stride, padding, countIncludePad: choices.chance(0.5) };
      oh = Math.floor((h + 2 * padding[0] - kernelSize[0]) / stride[0]) + 1;
      ow = Math.floor((w + 2 * padding[1] - kernelSize[1]) / stride[1]) + 1;
    }
    const operand = (shape: readonly number[]): Operand =>
      choices.chance(0.5)
        ? randomOperand(builder, choices, { dtype: "float32", shape, layout: { strides: nhwc(shape) } })
        : float(builder, choices, shape);
    const [image, pooled] = [[n, c, h, w], [n, c, oh, ow]];
    const [from, to] = kernel === "avgPool2d" ? [image, pooled] : [pooled, image];
    builder.step({ kernel, pooling, input: operand(from), output: operand(to) });
    return `${JSON.stringify(pooling)} [${from}] to [${to}]`;
  };
}

export function maxPool(kernel: "maxPool2d" | "maxPool2dIndices" | "maxPool2dGrad"): Generator {
  return (builder, choices) => {
    const two = (draw: (axis: 0 | 1) => number) => [draw(0), draw(1)] as const;
    const size = two(() => choices.int(1, 29)), [n, c] = [choices.int(1, 5), choices.size(40)];
    const kernelSize = two((axis) => choices.int(1, Math.min(size[axis], 5)));
    const padding = two((axis) => choices.int(0, kernelSize[axis] >> 1));
    // Wide enough for one window; with a dilation, only without padding is a pixel sure to be in each.
    const room = (axis: 0 | 1) => Math.floor((size[axis] - 1) / Math.max(1, kernelSize[axis] - 1));
    const dilation = two((axis) => padding[axis] === 0 ? choices.int(1, Math.max(1, Math.min(3, room(axis)))) : 1);
    const stride = two(() => choices.int(1, 4));
    const out = two((axis) => {
      const rest = size[axis] + 2 * padding[axis] - dilation[axis] * (kernelSize[axis] - 1) - 1;
      const up = Math.ceil(rest / stride[axis]); // a last window that begins inside may stick out
      return (choices.chance(0.3) && up * stride[axis] < size[axis] + padding[axis]
        ? up
        : Math.floor(rest / stride[axis])) + 1;
    });
    const pooling = { kernelSize, stride, padding, dilation };
    const operand = (shape: readonly number[], spread: Spread = "normal"): Operand => {
      const layout = choices.chance(0.5) ? { layout: { strides: nhwc(shape) } } : {};
      return randomOperand(builder, choices, { dtype: "float32", shape, spread, ...layout });
    };
    const image = [n, c, ...size], pooled = [n, c, ...out];
    const input = operand(image, choices.pick<Spread>(["normal", "whole", "special"]));
    if (kernel === "maxPool2dGrad") {
      builder.step({ kernel, pooling, input, g: operand(pooled), output: operand(image) });
    } else {
      const layout = choices.chance(0.5) ? { layout: { strides: nhwc(pooled) } } : {};
      const dtype = kernel === "maxPool2d" ? "float32" : "int32";
      builder.step({
        kernel,
        pooling,
        input,
        output: randomOperand(builder, choices, { dtype, shape: pooled, ...layout }),
      });
    }
    return `${JSON.stringify(pooling)} [${image}] to [${pooled}]`;
  };
}
