/** Average pooling, for kernels/cpu/pool.ts. */
import type { StepOf } from "../steps/mod.ts";
import type { AvgPooling } from "../steps/pool.ts";
import type { ProgramWriter } from "./commands.ts";
import { command, operand, table, word } from "./layout.ts";

const pooling = {
  channels: word("channels"),
  height: word("of the images"),
  width: word("of the images"),
  rows: word("of windows"),
  columns: word("of windows"),
  input: operand("images, or (gradient) windows"),
  output: operand("windows, or (gradient) images"),
  inputStrides: table("image, channel, row, column"),
  outputStrides: table("image, channel, row, column"),
  vertical: table("[first, last, divisor's part] for each row of windows"),
  horizontal: table("[first, last, divisor's part] for each column of windows"),
};
export const AVG_POOL = command("avgPool", pooling);
export const AVG_POOL_GRAD = command("avgPoolGrad", pooling);

/** Nanoseconds of a pixel or a window (3 × 3 windows of stride 2, channels innermost). */
const NS_PER_PIXEL = 1.5;

/** [first, last, divisor's part] of each window along an axis. A divisor of its own is the vertical part. */
function windows(pooling: AvgPooling, axis: 0 | 1, size: number, outputs: number): number[] {
  const bounds: number[] = [];
  for (let i = 0; i < outputs; i++) {
    if (pooling.adaptive) {
      const first = Math.floor(i * size / outputs), last = Math.ceil((i + 1) * size / outputs);
      bounds.push(first, last, last - first);
    } else {
      const padding = pooling.padding[axis], start = i * pooling.stride[axis] - padding;
      // A window that sticks out of the padded image is cut there before it is counted, as in PyTorch.
      const end = Math.min(start + pooling.kernelSize[axis], size + padding);
      const first = Math.max(start, 0), last = Math.min(end, size);
      const own = axis === 0 ? pooling.divisor : 1, covered = pooling.countIncludePad ? end - start : last - first;
      bounds.push(first, last, pooling.divisor === 0 ? covered : own);
    }
  }
  return bounds;
}

/** Encodes average pooling and its transpose: a chunk is one image. */
export function encodePool(step: StepOf<"avgPool2d" | "avgPool2dGrad">, writer: ProgramWriter): void {
  const { inputs: { input }, output, attributes } = step, grad = step.kernel === "avgPool2dGrad";
  const [images, channels, height, width] = (grad ? output : input).shape as [number, number, number, number];
  const [, , rows, columns] = (grad ? input : output).shape as [number, number, number, number];
  const ns = images * channels * (height * width + rows * columns) * NS_PER_PIXEL;
  writer.issue(grad ? AVG_POOL_GRAD : AVG_POOL, { chunks: images, ns, cut: { images: 1, chunks: 1 } }, {
    ...{ channels, height, width, rows, columns, input, output },
    inputStrides: input.strides,
    outputStrides: output.strides,
    vertical: windows(attributes, 0, height, rows),
    horizontal: windows(attributes, 1, width, columns),
  });
}
