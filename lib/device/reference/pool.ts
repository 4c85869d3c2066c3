/** Average pooling and its transpose. */
import type { StepOf, Table } from "../steps/mod.ts";
import type { AvgPooling, POOL } from "../steps/pool.ts";
import { type Memory, read, sizeOf, write } from "./memory.ts";

/** The places [from, to) of one axis that one window covers, and its length for the divisor. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly counted: number;
}

/** Window `i` of `windows` along an axis of `size`; `direction` is 0 for vertical, 1 for horizontal. */
export function poolSpan(pooling: AvgPooling, direction: 0 | 1, i: number, windows: number, size: number): Span {
  if (pooling.adaptive) {
    const from = Math.floor(i * size / windows), to = Math.ceil((i + 1) * size / windows);
    return { from, to, counted: to - from };
  }
  const padding = pooling.padding[direction];
  const start = i * pooling.stride[direction] - padding;
  // As in PyTorch, a window that sticks out of the padded image is cut there before it is counted.
  const end = Math.min(start + pooling.kernelSize[direction], size + padding);
  const from = Math.max(start, 0), to = Math.min(end, size);
  return { from, to, counted: pooling.countIncludePad ? end - start : to - from };
}

/** Calls `visit` with the row-major index of a pixel, of the window over it, and the weight, 1 / divisor. */
function eachPair(
  pooling: AvgPooling,
  image: readonly number[],
  pooled: readonly number[],
  visit: (pixel: number, window: number, weight: number) => void,
): void {
  const [batch, channels, height, width] = image as [number, number, number, number];
  const [, , rows, columns] = pooled as [number, number, number, number];
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let i = 0; i < rows; i++) {
      const vertical = poolSpan(pooling, 0, i, rows, height);
      for (let j = 0; j < columns; j++) {
        const horizontal = poolSpan(pooling, 1, j, columns, width);
        const weight = 1 / (pooling.divisor || vertical.counted * horizontal.counted);
        for (let y = vertical.from; y < vertical.to; y++) {
          for (let x = horizontal.from; x < horizontal.to; x++) {
            visit((plane * height + y) * width + x, (plane * rows + i) * columns + j, weight);
          }
        }
      }
    }
  }
}

/** Mean of each window. */
function avgPool2d({ inputs: { input }, output, attributes }: StepOf<"avgPool2d">, memory: Memory): void {
  const image = read(memory, input), out = new Float64Array(sizeOf(output.shape));
  eachPair(attributes, input.shape, output.shape, (pixel, window, weight) => out[window]! += image[pixel]! * weight);
  write(memory, output, out);
}

/** Spreads each window's gradient evenly over its pixels. */
function avgPool2dGrad({ inputs: { input }, output, attributes }: StepOf<"avgPool2dGrad">, memory: Memory): void {
  const g = read(memory, input), out = new Float64Array(sizeOf(output.shape));
  eachPair(attributes, output.shape, input.shape, (pixel, window, weight) => out[pixel]! += g[window]! * weight);
  write(memory, output, out);
}

export const POOL_REFERENCE: Table<keyof typeof POOL, [Memory], void> = { avgPool2d, avgPool2dGrad };
