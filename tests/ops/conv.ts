/** Two-dimensional convolutions: random steps, error bounds. */
import type { Operand } from "../../lib/device/operand.ts";
import { sizeOf } from "../../lib/device/reference/memory.ts";
import { type CONV, convolution } from "../../lib/device/steps/conv.ts";
import type { StepOf, Table } from "../../lib/device/steps/mod.ts";
import { float, type Generator, type Generators } from "../device/generator.ts";
import { nhwc, randomLayout, randomOperand } from "../device/programs.ts";
import { type Analysis, type Bounds, linear } from "../device/tolerance.ts";

type ConvKernel = keyof typeof CONV;

/** The step of a convolution's images, weights and result, whichever of them a kernel computes. */
export function convStep(
  kernel: ConvKernel,
  geometry: { readonly stride: readonly [number, number]; readonly padding: readonly [number, number] },
  [first, second, output]: readonly [Operand, Operand, Operand],
): StepOf<ConvKernel> {
  const common = { output, attributes: convolution(geometry), numbers: {} };
  switch (kernel) {
    case "conv2d":
      return { kernel, inputs: { x: first, w: second }, ...common };
    case "conv2dInputGrad":
      return { kernel, inputs: { g: first, w: second }, ...common };
    case "conv2dWeightGrad":
      return { kernel, inputs: { x: first, g: second }, ...common };
  }
}

function conv(kernel: ConvKernel): Generator {
  return (builder, choices) => {
    const pair = (draw: () => number): [number, number] => {
      const first = draw();
      return [first, choices.chance(0.8) ? first : draw()];
    };
    const limit = choices.chance(0.05) ? 3e7 : 2e6;
    for (;;) {
      const [kh, kw] = pair(() => choices.pick([1, 3, 3, 3, 5])), stride = pair(() => choices.int(1, 3));
      const padding = pair(() => choices.int(0, 2)), [h, w] = pair(() => choices.int(1, 29));
      const n = choices.chance(0.3) ? 1 : choices.int(2, 9);
      const [c, o] = [choices.size(70), choices.size(70)];
      const oh = Math.floor((h + 2 * padding[0] - kh) / stride[0]) + 1;
      const ow = Math.floor((w + 2 * padding[1] - kw) / stride[1]) + 1;
      if (oh < 1 || ow < 1 || n * c * o * kh * kw * oh * ow > limit) continue;
      const image = (shape: readonly number[]): Operand => {
        const layout = { ...randomLayout(choices, shape, { dense: true }), strides: nhwc(shape) };
        return randomOperand(builder, choices, { dtype: "float32", shape, layout });
      };
      const weights = () => float(builder, choices, [o, c, kh, kw], { dense: true });
      const x = () => image([n, c, h, w]), g = () => image([n, o, oh, ow]);
      const operands: [Operand, Operand, Operand] = kernel === "conv2d"
        ? [x(), weights(), g()]
        : kernel === "conv2dInputGrad"
        ? [g(), weights(), x()]
        : [x(), g(), weights()];
      builder.step(convStep(kernel, { stride, padding }, operands));
      return `x [${[n, c, h, w]}], w [${[o, c, kh, kw]}], stride ${stride}, padding ${padding}`;
    }
  };
}

export const GENERATORS: Generators<typeof CONV> = {
  conv2d: conv("conv2d"),
  conv2dInputGrad: conv("conv2dInputGrad"),
  conv2dWeightGrad: conv("conv2dWeightGrad"),
};

/** How many products are added for one element: all elements of the second operand that share its second axis or, for conv2d, its first. */
export const ERRORS: Table<ConvKernel, [Analysis], Bounds> = {
  conv2d: (step, analysis) => {
    const { x, w } = step.inputs;
    return linear(step, analysis, [x, w], sizeOf(w.shape.slice(1)));
  },
  conv2dInputGrad: (step, analysis) => {
    const { g, w } = step.inputs;
    return linear(step, analysis, [g, w], sizeOf(w.shape) / w.shape[1]!);
  },
  conv2dWeightGrad: (step, analysis) => {
    const { x, g } = step.inputs;
    return linear(step, analysis, [x, g], sizeOf(g.shape) / g.shape[1]!);
  },
};
