/** Max pooling for kernels/cpu/max_pool.ts. */
import type { MAX_POOL, MaxPooling } from "../steps/max_pool.ts";
import type { StepOf } from "../steps/mod.ts";
import type { ProgramWriter } from "./commands.ts";

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

const RESULTS = { maxPool2d: 0, maxPool2dIndices: 1, maxPool2dGrad: 2 } as const;

/** Encodes max pooling, the places of the largest elements, and the gradient. */
export function encodeMaxPool(step: StepOf<keyof typeof MAX_POOL>, writer: ProgramWriter): void {
  const { inputs: { input }, output, attributes: pooling } = step;
  const g = step.kernel === "maxPool2dGrad" ? step.inputs.g : undefined, windowed = g ?? output;
  const [n, c, h, w] = input.shape as [number, number, number, number];
  const [, , oh, ow] = windowed.shape as [number, number, number, number];
  const taps = pooling.kernelSize[0] * pooling.kernelSize[1];
  writer.command("maxPool", n, n * c * (h * w + oh * ow * taps), [
    ...[c, h, w, oh, ow, RESULTS[step.kernel]],
    ...writer.operand(input),
    ...writer.operand(output),
    writer.table(input.strides),
    writer.table(output.strides),
    writer.table(windows(pooling, 0, h, oh)),
    writer.table(windows(pooling, 1, w, ow)),
    ...pooling.dilation,
    ...(g ? [...writer.operand(g), writer.table(g.strides)] : []),
  ]);
}
