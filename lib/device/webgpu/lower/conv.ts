/** Two-dimensional convolutions and their gradients. */
import conv2dText from "../../../../kernels/webgpu/conv2d.wgsl" with { type: "text" };
import inputGradText from "../../../../kernels/webgpu/conv2d_input_grad.wgsl" with { type: "text" };
import weightGradText from "../../../../kernels/webgpu/conv2d_weight_grad.wgsl" with { type: "text" };
import type { Operand } from "../../operand.ts";
import type { Program } from "../../program.ts";
import { sizeOf } from "../../shape.ts";
import type { CONV } from "../../steps/conv.ts";
import type { StepOf, Table } from "../../steps/mod.ts";
import { isHalf } from "../halves.ts";
import { ceilDiv, type Dispatch } from "../module.ts";
import { isAligned } from "../reading.ts";
import { lowerProduct, type Product } from "./product.ts";

/** What the three kernels have in common: sizes of the image, of the output (or the gradient there) and of the weight, and counts. */
function sizesOf(
  { kernel, output, attributes: { stride, padding, dilation, groups } }: StepOf<keyof typeof CONV>,
  image: Operand,
  out: Operand,
  weight: Operand,
) {
  const [images, channels, height, width] = image.shape as [number, number, number, number];
  const [, outChannels, outHeight, outWidth] = out.shape as [number, number, number, number];
  const [, groupChannels, kernelY, kernelX] = weight.shape as [number, number, number, number];
  const geometry = {
    height,
    width,
    channels,
    groupChannels,
    outHeight,
    outWidth,
    kernelY,
    kernelX,
    strideY: stride[0],
    strideX: stride[1],
    paddingY: padding[0],
    paddingX: padding[1],
    dilationY: dilation[0],
    dilationX: dilation[1],
    outChannels,
  };
  const common = { label: kernel, output, size: sizeOf(output.shape), batches: groups };
  const groupOut = outChannels / groups, pixels = images * outHeight * outWidth;
  return { geometry, common, images, groupOut, groupChannels, taps: kernelY * kernelX, pixels };
}

function conv2d(step: StepOf<"conv2d">, program: Program): Product {
  const { inputs: { x, w }, output } = step;
  const { geometry, common, groupOut, groupChannels, taps, pixels } = sizesOf(step, x, output, w);
  const depth = groupChannels * taps, halves = isHalf(w, program);
  return {
    ...common,
    text: conv2dText,
    inputs: [x, w],
    rows: pixels,
    columns: groupOut,
    depth,
    fields: (fields) => fields.address("image", x).address("weight", w, { halves }).constants({ depth, ...geometry }),
    halves: { b: halves },
    aDepthFirst: true,
    bDepthFirst: true,
    // Channels of an image lie side by side. Those of a weight do not: places in the kernel do, mostly nine.
    fours: {
      a: groupChannels % 4 === 0 && isAligned(x) ? "along" : undefined,
      output: groupOut % 4 === 0 && isAligned(output),
    },
    splits: {
      when: "reluctantly",
      order: {
        batchStride: groupOut,
        rowStride: geometry.outChannels,
        run: groupOut,
        columnStride: 1,
        runStride: 0,
      },
    },
  };
}

const gcd = (a: number, b: number): number => b === 0 ? a : gcd(b, a % b);

/** One product for each group and phase: the pixels whose place modulo the stride is the same meet the same taps. */
function inputGrad(step: StepOf<"conv2dInputGrad">, program: Program): Product {
  const { inputs: { g, w }, output, attributes: { stride, dilation } } = step;
  const { geometry, common, images, groupOut, groupChannels } = sizesOf(step, output, g, w);
  const { height, width, kernelY, kernelX } = geometry, halves = isHalf(w, program);
  // Of the taps, those so far apart reach the same pixel; their places in g are `gStep` apart.
  const stepY = stride[0] / gcd(stride[0], dilation[0]), stepX = stride[1] / gcd(stride[1], dilation[1]);
  const steps = { stepY, stepX, gStepY: dilation[0] * stepY / stride[0], gStepX: dilation[1] * stepX / stride[1] };
  return {
    ...common,
    text: inputGradText,
    inputs: [g, w],
    batches: stride[0] * stride[1] * common.batches,
    rows: images * ceilDiv(height, stride[0]) * ceilDiv(width, stride[1]),
    columns: groupChannels,
    depth: groupOut * ceilDiv(kernelY, stepY) * ceilDiv(kernelX, stepX),
    fields: (fields) =>
      fields.address("gradient", g).address("weight", w, { halves }).constants({
        images,
        groupOut,
        ...geometry,
        ...steps,
      }),
    halves: { b: halves },
    aDepthFirst: true,
    bDepthFirst: false,
    fours: {
      a: groupOut % 4 === 0 && isAligned(g) ? "along" : undefined,
      output: groupChannels % 4 === 0 && isAligned(output),
    },
  };
}

/** A convolution that an epilogue may follow, as the tiled kernel sees it. */
export const productOf = (step: StepOf<"conv2d" | "conv2dInputGrad">, program: Program): Product =>
  step.kernel === "conv2d" ? conv2d(step, program) : inputGrad(step, program);

/**
 * With the sums over all pixels of g, which a bias needs, where they are wanted (of one group): the bias is the weight of an input that is always 1.
 */
export function lowerWeightGrad(step: StepOf<"conv2dWeightGrad">, sums?: Operand): Dispatch[] {
  const { inputs: { x, g }, output } = step;
  const { geometry, common, groupOut, groupChannels, taps, pixels } = sizesOf(step, x, g, output);
  return lowerProduct({
    ...common,
    text: weightGradText,
    inputs: [x, g],
    rows: groupOut,
    columns: groupChannels * taps + (sums ? 1 : 0),
    depth: pixels,
    fields: (fields) => fields.address("image", x).address("gradient", g).constants({ depth: pixels, ...geometry }),
    aDepthFirst: false,
    bDepthFirst: false,
    // A weight's channels do not lie side by side, so that only a result in parts, whose rows are of columns, is stored by fours.
    fours: {
      a: groupOut % 4 === 0 && isAligned(g) ? "across" : undefined,
      b: groupChannels % 4 === 0 && isAligned(x) ? "across" : undefined,
      output: false,
    },
    splits: {
      when: "gladly",
      order: {
        batchStride: groupOut * groupChannels * taps,
        rowStride: groupChannels * taps,
        run: groupChannels,
        columnStride: taps,
        runStride: 1,
      },
    },
    sums,
  });
}

export const CONV_WEBGPU: Table<keyof typeof CONV, [Program], Dispatch[]> = {
  conv2d: (step, program) => lowerProduct(conv2d(step, program)),
  conv2dInputGrad: (step, program) => lowerProduct(inputGrad(step, program)),
  conv2dWeightGrad: (step) => lowerWeightGrad(step),
};
