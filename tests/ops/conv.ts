/** Two-dimensional convolutions: random steps, error bounds. */
import type { Operand } from "../../lib/device/operand.ts";
import { sizeOf } from "../../lib/device/reference/memory.ts";
import { type CONV, type Convolution, convolution } from "../../lib/device/steps/conv.ts";
import type { StepOf, Table } from "../../lib/device/steps/mod.ts";
import { float, type Generator, type Generators } from "../device/generator.ts";
import { nhwc, randomLayout, randomOperand } from "../device/programs.ts";
import { type Analysis, type Bounds, linear } from "../device/tolerance.ts";

type ConvKernel = keyof typeof CONV;

/** A geometry, without dilation and groups unless it names them. */
export type Geometry = Pick<Convolution, "stride" | "padding"> & Partial<Pick<Convolution, "dilation" | "groups">>;

/** The step of a convolution's images, weights and result, whichever of them a kernel computes. */
export function convStep(
  kernel: ConvKernel,
  { stride, padding, dilation = [1, 1], groups = 1 }: Geometry,
  [first, second, output]: readonly [Operand, Operand, Operand],
): StepOf<ConvKernel> {
  const common = { output, attributes: convolution({ stride, padding, dilation, groups }), numbers: {} };
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
      const dilation = choices.chance(0.3) ? pair(() => choices.int(1, 3)) : [1, 1] as const;
      const groups = choices.chance(0.4) ? choices.int(2, 9) : 1, single = groups > 1 && choices.chance(0.4);
      const depth = single ? 1 : choices.size(Math.ceil(70 / groups)), c = depth * groups;
      const o = groups * (single && choices.chance(0.8) ? 1 : choices.size(Math.ceil(70 / groups)));
      // Zeros after an image may be more than before it.
      const after = choices.chance(0.8) ? padding : pair(() => choices.int(0, 3));
      const oh = Math.floor((h + padding[0] + after[0] - dilation[0] * (kh - 1) - 1) / stride[0]) + 1;
      const ow = Math.floor((w + padding[1] + after[1] - dilation[1] * (kw - 1) - 1) / stride[1]) + 1;
      if (oh < 1 || ow < 1 || n * depth * o * kh * kw * oh * ow > limit) continue;
      const image = (shape: readonly number[]): Operand => {
        const layout = { ...randomLayout(choices, shape, { dense: true }), strides: nhwc(shape) };
        return randomOperand(builder, choices, { dtype: "float32", shape, layout });
      };
      const weights = () => float(builder, choices, [o, depth, kh, kw], { dense: true });
      const x = () => image([n, c, h, w]), g = () => image([n, o, oh, ow]);
      const operands: [Operand, Operand, Operand] = kernel === "conv2d"
        ? [x(), weights(), g()]
        : kernel === "conv2dInputGrad"
        ? [g(), weights(), x()]
        : [x(), g(), weights()];
      builder.step(convStep(kernel, { stride, padding, dilation, groups }, operands));
      return `x [${[n, c, h, w]}], w [${[o, depth, kh, kw]}], stride ${stride}, padding ${padding} … ${after}, ` +
        `dilation ${dilation}, ${groups} groups`;
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
