/** Average pooling: random steps, error bounds. */
import type { Operand } from "../../lib/device/operand.ts";
import type { Table } from "../../lib/device/steps/mod.ts";
import { ADAPTIVE, type AvgPooling, avgPooling, type POOL } from "../../lib/device/steps/pool.ts";
import { float, type Generator, type Generators } from "../device/generator.ts";
import { nhwc, randomOperand } from "../device/programs.ts";
import { type Analysis, type Bounds, linear } from "../device/tolerance.ts";

function pool(kernel: keyof typeof POOL): Generator {
  return (builder, choices) => {
    const [h, w] = [choices.int(1, 29), choices.int(1, 29)], [n, c] = [choices.int(1, 5), choices.size(40)];
    let attributes: AvgPooling, oh: number, ow: number;
    if (choices.chance(0.3)) {
      attributes = ADAPTIVE;
      [oh, ow] = [choices.int(1, 12), choices.int(1, 12)];
    } else {
      const kernelSize = [choices.int(1, Math.min(h, 5)), choices.int(1, Math.min(w, 5))] as const;
      const stride = [choices.int(1, 4), choices.int(1, 4)] as const;
      const padding = [choices.int(0, kernelSize[0] >> 1), choices.int(0, kernelSize[1] >> 1)] as const;
      const countIncludePad = choices.chance(0.5), divisor = choices.chance(0.2) ? choices.int(-5, 9) : 0;
      attributes = avgPooling({ adaptive: false, kernelSize, stride, padding, countIncludePad, divisor });
      const out = (size: number, axis: 0 | 1) => {
        const rest = (size + 2 * padding[axis] - kernelSize[axis]) / stride[axis], up = Math.ceil(rest);
        // A last window that begins inside may stick out.
        return (choices.chance(0.3) && up * stride[axis] < size + padding[axis] ? up : Math.floor(rest)) + 1;
      };
      [oh, ow] = [out(h, 0), out(w, 1)];
    }
    const operand = (shape: readonly number[]): Operand =>
      choices.chance(0.5)
        ? randomOperand(builder, choices, { dtype: "float32", shape, layout: { strides: nhwc(shape) } })
        : float(builder, choices, shape);
    const [image, pooled] = [[n, c, h, w], [n, c, oh, ow]];
    const [from, to] = kernel === "avgPool2d" ? [image, pooled] : [pooled, image];
    builder.step({ kernel, inputs: { input: operand(from) }, output: operand(to), attributes, numbers: {} });
    const { kernelSize, stride, padding, countIncludePad, divisor } = attributes;
    const windows = attributes.adaptive
      ? "adaptive"
      : `kernel ${kernelSize}, stride ${stride}, padding ${padding}${
        countIncludePad ? " counted" : ""
      }, divisor ${divisor},`;
    return `${windows} [${from}] to [${to}]`;
  };
}

export const GENERATORS: Generators<typeof POOL> = {
  avgPool2d: pool("avgPool2d"),
  avgPool2dGrad: pool("avgPool2dGrad"),
};

export const ERRORS: Table<keyof typeof POOL, [Analysis], Bounds> = {
  avgPool2d: (step, analysis) => linear(step, analysis, [step.inputs.input], 16),
  avgPool2dGrad: (step, analysis) => linear(step, analysis, [step.inputs.input], 16),
};
