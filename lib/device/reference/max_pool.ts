/** Max pooling and its transpose. */
import type { MAX_POOL, MaxPooling } from "../steps/max_pool.ts";
import type { StepOf, Table } from "../steps/mod.ts";
import { type Memory, read, sizeOf, write } from "./memory.ts";

/** For each window, in row-major order, the row-major index of its largest element in `image`. */
function places(
  image: Float64Array,
  pooling: MaxPooling,
  shape: readonly number[],
  pooled: readonly number[],
): Int32Array {
  const [batch, channels, height, width] = shape as [number, number, number, number];
  const [, , rows, columns] = pooled as [number, number, number, number];
  const { kernelSize, stride, padding, dilation } = pooling;
  const result = new Int32Array(batch * channels * rows * columns);
  result.forEach((_, window) => {
    const column = window % columns, row = Math.floor(window / columns) % rows;
    const plane = Math.floor(window / columns / rows) * height * width;
    let best = -1;
    for (let i = 0; i < kernelSize[0]; i++) {
      for (let j = 0; j < kernelSize[1]; j++) {
        const y = row * stride[0] - padding[0] + i * dilation[0], x = column * stride[1] - padding[1] + j * dilation[1];
        if (y < 0 || y >= height || x < 0 || x >= width) continue;
        const place = plane + y * width + x;
        if (best < 0 || image[place]! > image[best]! || Number.isNaN(image[place]!)) best = place;
      }
    }
    result[window] = best;
  });
  return result;
}

/** The largest element of each window, or its index within the channel's image. */
function maxPool2d(step: StepOf<"maxPool2d" | "maxPool2dIndices">, memory: Memory): void {
  const { kernel, inputs: { input }, output, attributes } = step;
  const image = read(memory, input), [, , height, width] = input.shape as [number, number, number, number];
  const found = places(image, attributes, input.shape, output.shape);
  const result = (place: number) => kernel === "maxPool2d" ? image[place]! : place % (height * width);
  write(memory, output, Float64Array.from(found, result));
}

/** Each window's gradient at the place of its largest element. */
function maxPool2dGrad({ inputs: { input, g }, output, attributes }: StepOf<"maxPool2dGrad">, memory: Memory): void {
  const gradient = read(memory, g), out = new Float64Array(sizeOf(output.shape));
  places(read(memory, input), attributes, input.shape, g.shape).forEach((place, i) => out[place]! += gradient[i]!);
  write(memory, output, out);
}

export const MAX_POOL_REFERENCE: Table<keyof typeof MAX_POOL, [Memory], void> = {
  maxPool2d,
  maxPool2dIndices: maxPool2d,
  maxPool2dGrad,
};
