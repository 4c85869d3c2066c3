/** Max pooling, for kernels/cpu/max_pool.ts. */
import type { MAX_POOL as FAMILY, MaxPooling } from "../steps/max_pool.ts";
import type { StepOf } from "../steps/mod.ts";
import type { ProgramWriter } from "./commands.ts";
import { command, operand, table, word } from "./layout.ts";
import { enumeration } from "./numbers.ts";

/** What is wanted: the largest elements, their places y·W + x as int32, or the gradient of the images. */
export const MAX_POOL_RESULT = enumeration(["maxPool2d", "maxPool2dIndices", "maxPool2dGrad"]);

export const MAX_POOL = command("maxPool", {
  channels: word("channels"),
  height: word("of the images"),
  width: word("of the images"),
  rows: word("of windows"),
  columns: word("of windows"),
  result: word("what is wanted: MaxPoolResult"),
  input: operand("images"),
  output: operand("of the windows, or (gradient) of the images"),
  inputStrides: table("image, channel, row, column"),
  outputStrides: table("image, channel, row, column"),
  vertical: table("[first pixel, pixels] for each row of windows"),
  horizontal: table("[first pixel, pixels] for each column of windows"),
  dilationY: word("pixels between two rows of a window"),
  dilationX: word("pixels between two columns of a window"),
  g: operand("gradient of the windows; the output again where there is none"),
  gStrides: table("image, channel, row, column"),
});

/** [first pixel, pixels] of each window along an axis: its taps inside the image. */
function windows(pooling: MaxPooling, axis: 0 | 1, size: number, outputs: number): number[] {
  const dilation = pooling.dilation[axis], taps = pooling.kernelSize[axis], bounds: number[] = [];
  for (let i = 0; i < outputs; i++) {
    const start = i * pooling.stride[axis] - pooling.padding[axis];
    const skipped = start < 0 ? Math.ceil(-start / dilation) : 0, first = start + skipped * dilation;
    bounds.push(first, Math.min(taps - skipped, Math.ceil((size - first) / dilation)));
  }
  return bounds;
}

/** Nanoseconds of a pixel, or of a tap of a window: 0.4 to 0.9 with channels innermost, four at a time; 1.8 to 2.5 otherwise. */
const NS_PER_TAP = 1;

/** Encodes max pooling, the places of the largest elements, and the gradient: a chunk is one image. */
export function encodeMaxPool(step: StepOf<keyof typeof FAMILY>, writer: ProgramWriter): void {
  const { kernel, inputs: { input }, output, attributes: pooling } = step;
  const g = step.kernel === "maxPool2dGrad" ? step.inputs.g : output, [dilationY, dilationX] = pooling.dilation;
  const [images, channels, height, width] = input.shape as [number, number, number, number];
  const [, , rows, columns] = g.shape as [number, number, number, number];
  const taps = pooling.kernelSize[0] * pooling.kernelSize[1];
  const work = {
    chunks: images,
    cut: { images: 1, chunks: 1 },
    ns: images * channels * (height * width + rows * columns * taps) * NS_PER_TAP,
  };
  writer.issue(MAX_POOL, work, {
    ...{ channels, height, width, rows, columns, result: MAX_POOL_RESULT[kernel], input, output },
    inputStrides: input.strides,
    outputStrides: output.strides,
    vertical: windows(pooling, 0, height, rows),
    horizontal: windows(pooling, 1, width, columns),
    ...{ dilationY, dilationX, g, gStrides: g.strides },
  });
}
