/** Two-dimensional convolutions, straight from their definition. */
import type { CONV, Convolution } from "../steps/conv.ts";
import type { StepOf, Table } from "../steps/mod.ts";
import { type Memory, read, sizeOf, write } from "./memory.ts";

/** Shapes of a convolution's three tensors, from whichever two are its operands and the third that is its result. */
interface Sizes {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly g: readonly number[];
}

/**
 * Calls `visit` with the row-major indices of x [N, C, H, W], w [O, C / groups, kh, kw] and g [N, O, OH, OW] for every product of the
 * convolution. The three kernels differ only in which of the three is accumulated.
 */
function eachProduct(
  { stride, padding, dilation, groups }: Convolution,
  sizes: Sizes,
  visit: (x: number, w: number, g: number) => void,
): void {
  const [batch, channels, height, width] = sizes.x as [number, number, number, number];
  const [outChannels, depth, kh, kw] = sizes.w as [number, number, number, number];
  const [, , outHeight, outWidth] = sizes.g as [number, number, number, number];
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outChannels; o++) {
      const first = Math.floor(o / (outChannels / groups)) * depth;
      for (let oy = 0; oy < outHeight; oy++) {
        for (let ox = 0; ox < outWidth; ox++) {
          const g = ((n * outChannels + o) * outHeight + oy) * outWidth + ox;
          for (let ky = 0; ky < kh; ky++) {
            const y = oy * stride[0] + ky * dilation[0] - padding[0];
            if (y < 0 || y >= height) continue;
            for (let kx = 0; kx < kw; kx++) {
              const column = ox * stride[1] + kx * dilation[1] - padding[1];
              if (column < 0 || column >= width) continue;
              for (let c = 0; c < depth; c++) {
                const x = ((n * channels + first + c) * height + y) * width + column;
                visit(x, ((o * depth + c) * kh + ky) * kw + kx, g);
              }
            }
          }
        }
      }
    }
  }
}

/** `conv2d(x, w) → g`. */
function conv2d({ inputs, output, attributes }: StepOf<"conv2d">, memory: Memory): void {
  const x = read(memory, inputs.x), w = read(memory, inputs.w), out = new Float64Array(sizeOf(output.shape));
  const sizes = { x: inputs.x.shape, w: inputs.w.shape, g: output.shape };
  eachProduct(attributes, sizes, (xi, wi, gi) => out[gi]! += x[xi]! * w[wi]!);
  write(memory, output, out);
}

/** `conv2dInputGrad(g, w) → x`. */
function conv2dInputGrad({ inputs, output, attributes }: StepOf<"conv2dInputGrad">, memory: Memory): void {
  const g = read(memory, inputs.g), w = read(memory, inputs.w), out = new Float64Array(sizeOf(output.shape));
  const sizes = { x: output.shape, w: inputs.w.shape, g: inputs.g.shape };
  eachProduct(attributes, sizes, (xi, wi, gi) => out[xi]! += g[gi]! * w[wi]!);
  write(memory, output, out);
}

/** `conv2dWeightGrad(x, g) → w`. */
function conv2dWeightGrad({ inputs, output, attributes }: StepOf<"conv2dWeightGrad">, memory: Memory): void {
  const x = read(memory, inputs.x), g = read(memory, inputs.g), out = new Float64Array(sizeOf(output.shape));
  const sizes = { x: inputs.x.shape, w: output.shape, g: inputs.g.shape };
  eachProduct(attributes, sizes, (xi, wi, gi) => out[wi]! += x[xi]! * g[gi]!);
  write(memory, output, out);
}

export const CONV_REFERENCE: Table<keyof typeof CONV, [Memory], void> = { conv2d, conv2dInputGrad, conv2dWeightGrad };
