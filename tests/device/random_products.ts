/** Random matrix products and convolutions. */
import type { ConvStep, Operand } from "../../lib/device/program.ts";
import { float, type Generator } from "./generator.ts";
import { type Choices, nhwc, type ProgramBuilder, randomLayout, randomOperand } from "./programs.ts";

/** A matrix operand: stored as is or transposed, rows perhaps padded, its batch perhaps one matrix for all. */
function matrix(builder: ProgramBuilder, choices: Choices, shape: readonly number[]): Operand {
  const [batch, rows, columns] = shape as [number, number, number];
  const pad = choices.chance(0.2) ? choices.int(1, 5) : 0;
  const [outer, inner, size] = choices.chance(0.5)
    ? [columns + pad, 1, rows * (columns + pad)]
    : [1, rows + pad, columns * (rows + pad)];
  const strides = [batch === 1 || choices.chance(0.25) ? 0 : size, outer, inner];
  const anything = randomLayout(choices, shape, { broadcast: true });
  const layout = { ...anything, strides: choices.chance(0.1) ? anything.strides : strides };
  return randomOperand(builder, choices, { dtype: "float32", shape, layout });
}

export const matmul: Generator = (builder, choices) => {
  const big = choices.chance(0.06);
  const side = () => big ? choices.int(100, 270) : choices.chance(0.3) ? choices.int(1, 130) : choices.size(130);
  const batch = choices.chance(0.5) ? 1 : choices.int(2, big ? 3 : 7);
  const m = side(), k = side(), n = side();
  const a = matrix(builder, choices, [batch, m, k]), b = matrix(builder, choices, [batch, k, n]);
  builder.step({ kernel: "matmul", a, b, output: float(builder, choices, [batch, m, n], { dense: true }) });
  return `${batch}×${m}×${k}×${n}`;
};

export function conv(kernel: ConvStep["kernel"]): Generator {
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
      const [a, b, output] = kernel === "conv2d"
        ? [x(), weights(), g()]
        : kernel === "conv2dInputGrad"
        ? [g(), weights(), x()]
        : [x(), g(), weights()];
      builder.step({ kernel, stride, padding, a, b, output });
      return `x [${[n, c, h, w]}], w [${[o, c, kh, kw]}], stride ${stride}, padding ${padding}`;
    }
  };
}
