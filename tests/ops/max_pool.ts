/** Max pooling: random steps, error bounds. */
import type { Operand } from "../../lib/device/operand.ts";
import { sizeOf } from "../../lib/device/reference/memory.ts";
import { type MAX_POOL, maxPooling } from "../../lib/device/steps/max_pool.ts";
import type { StepOf, Table } from "../../lib/device/steps/mod.ts";
import type { Generator, Generators } from "../device/generator.ts";
import { nhwc, randomOperand, type Spread } from "../device/programs.ts";
import { type Analysis, areExact, type Bounds, everywhere, linear } from "../device/tolerance.ts";

function maxPool(kernel: keyof typeof MAX_POOL): Generator {
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
    const operand = (shape: readonly number[], spread: Spread = "normal"): Operand => {
      const layout = choices.chance(0.5) ? { layout: { strides: nhwc(shape) } } : {};
      return randomOperand(builder, choices, { dtype: "float32", shape, spread, ...layout });
    };
    const image = [n, c, ...size], pooled = [n, c, ...out];
    const input = operand(image, choices.pick<Spread>(["normal", "whole", "special"]));
    const common = { attributes: maxPooling({ kernelSize, stride, padding, dilation }), numbers: {} };
    if (kernel === "maxPool2dGrad") {
      builder.step({ kernel, inputs: { input, g: operand(pooled) }, output: operand(image), ...common });
    } else {
      const layout = choices.chance(0.5) ? { layout: { strides: nhwc(pooled) } } : {};
      const dtype = kernel === "maxPool2d" ? "float32" : "int32";
      const output = randomOperand(builder, choices, { dtype, shape: pooled, ...layout });
      builder.step({ kernel, inputs: { input }, output, ...common });
    }
    const windows = `kernel ${kernelSize}, stride ${stride}, padding ${padding}, dilation ${dilation}`;
    return `${windows}, [${image}] to [${pooled}]`;
  };
}

export const GENERATORS: Generators<typeof MAX_POOL> = {
  maxPool2d: maxPool("maxPool2d"),
  maxPool2dIndices: maxPool("maxPool2dIndices"),
  maxPool2dGrad: maxPool("maxPool2dGrad"),
};

/** Exact; but of values that are not, another element may be the largest. */
function extremeErrors(
  { inputs, output }: StepOf<"maxPool2d" | "maxPool2dIndices">,
  analysis: Analysis,
): Bounds {
  return areExact(analysis, inputs.input) ? undefined : everywhere(output.shape, Infinity);
}

function gradErrors(step: StepOf<"maxPool2dGrad">, analysis: Analysis): Bounds {
  const { input, g } = step.inputs;
  if (!areExact(analysis, input)) return everywhere(step.output.shape, Infinity);
  return linear(step, analysis, [g], sizeOf(step.attributes.kernelSize));
}

export const ERRORS: Table<keyof typeof MAX_POOL, [Analysis], Bounds> = {
  maxPool2d: extremeErrors,
  maxPool2dIndices: extremeErrors,
  maxPool2dGrad: gradErrors,
};
