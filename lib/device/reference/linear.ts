/** Matrix products and 2-D convolutions, straight from their definitions. */
import type { ConvStep, MatmulStep } from "../program.ts";
import { type Memory, read, write } from "./memory.ts";

/** `out[b, m, n] = Σ_k a[b, m, k] · b[b, k, n]`. */
export function matmul(step: MatmulStep, memory: Memory): void {
  const [batch, m, k] = step.a.shape as [number, number, number], n = step.b.shape[2]!;
  const a = read(memory, step.a), b = read(memory, step.b);
  const out = new Float64Array(batch * m * n);
  for (let s = 0; s < batch; s++) {
    for (let i = 0; i < m; i++) {
      for (let l = 0; l < k; l++) {
        const x = a[(s * m + i) * k + l]!;
        for (let j = 0; j < n; j++) out[(s * m + i) * n + j]! += x * b[(s * k + l) * n + j]!;
      }
    }
  }
  write(memory, step.output, out);
}

/** Shapes of a convolution's three tensors, from whichever two are its operands and the third that is its result. */
interface Sizes {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly g: readonly number[];
}

/**
 * Calls `visit` with the row-major indices of x [N, C, H, W], w [O, C, kh, kw] and g [N, O, OH, OW] for every product of the
 * convolution. The three kernels differ only in which of the three is accumulated.
 */
function eachProduct(step: ConvStep, sizes: Sizes, visit: (x: number, w: number, g: number) => void): void {
  const [batch, channels, height, width] = sizes.x as [number, number, number, number];
  const [outChannels, , kh, kw] = sizes.w as [number, number, number, number];
  const [, , outHeight, outWidth] = sizes.g as [number, number, number, number];
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outChannels; o++) {
      for (let oy = 0; oy < outHeight; oy++) {
        for (let ox = 0; ox < outWidth; ox++) {
          const g = ((n * outChannels + o) * outHeight + oy) * outWidth + ox;
          for (let ky = 0; ky < kh; ky++) {
            const y = oy * step.stride[0] + ky - step.padding[0];
            if (y < 0 || y >= height) continue;
            for (let kx = 0; kx < kw; kx++) {
              const column = ox * step.stride[1] + kx - step.padding[1];
              if (column < 0 || column >= width) continue;
              for (let c = 0; c < channels; c++) {
                visit(((n * channels + c) * height + y) * width + column, ((o * channels + c) * kh + ky) * kw + kx, g);
              }
            }
          }
        }
      }
    }
  }
}

/** `conv2d(x, w) → g`. */
export function conv2d(step: ConvStep, memory: Memory): void {
  const x = read(memory, step.a), w = read(memory, step.b);
  const sizes = { x: step.a.shape, w: step.b.shape, g: step.output.shape };
  const out = new Float64Array(sizes.g.reduce((a, b) => a * b));
  eachProduct(step, sizes, (xi, wi, gi) => out[gi]! += x[xi]! * w[wi]!);
  write(memory, step.output, out);
}

/** `conv2dInputGrad(g, w) → x`. */
export function conv2dInputGrad(step: ConvStep, memory: Memory): void {
  const g = read(memory, step.a), w = read(memory, step.b);
  const sizes = { x: step.output.shape, w: step.b.shape, g: step.a.shape };
  const out = new Float64Array(sizes.x.reduce((a, b) => a * b));
  eachProduct(step, sizes, (xi, wi, gi) => out[xi]! += g[gi]! * w[wi]!);
  write(memory, step.output, out);
}

/** `conv2dWeightGrad(x, g) → w`. */
export function conv2dWeightGrad(step: ConvStep, memory: Memory): void {
  const x = read(memory, step.a), g = read(memory, step.b);
  const sizes = { x: step.a.shape, w: step.output.shape, g: step.b.shape };
  const out = new Float64Array(sizes.w.reduce((a, b) => a * b));
  eachProduct(step, sizes, (xi, wi, gi) => out[wi]! += x[xi]! * g[gi]!);
  write(memory, step.output, out);
}
