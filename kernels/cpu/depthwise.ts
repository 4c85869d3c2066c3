// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Convolutions over NHWC images whose channels never meet: out[y, x, c] = Σ over taps of source[…, c] · weights[tap, c]. Which taps meet which places
 * of the source is told by a table for each axis, so that strides, borders, dilation and the gradient for the images are one loop. Neighbouring
 * channels are the lanes of vectors.
 */
import { scratch } from "./command";
import { DepthwiseCommand, DepthwiseWeightsCommand } from "./layouts";
import { madd } from "./relaxed";
import { epilogue } from "./pointwise";

/** conv2d and conv2dInputGrad. A chunk is a group of images, or a band of output rows of one image. */
export function depthwise(command: usize, chunk: i32): void {
  const cmd = changetype<DepthwiseCommand>(command);
  const bands = cmd.bands, group = cmd.group, first = chunk / bands * group, last = min(cmd.images, first + group);
  const firstRow = chunk % bands * cmd.bandRows, lastRow = min(cmd.rows, firstRow + cmd.bandRows);
  const channels = cmd.channels, columns = cmd.columns, bytes = <usize> channels << 2;
  tapsFirst(cmd.weights, channels, cmd.taps);
  const firstWhole = cmd.firstRow, lastWhole = firstWhole + cmd.wholeRows;
  const firstColumn = cmd.firstColumn, lastColumn = firstColumn + cmd.wholeColumns;
  const rowBytes = <usize> cmd.rowWords << 2, columnBytes = <usize> cmd.columnWords << 2;
  for (let image = first; image < last; image++) {
    const source = cmd.source + (<usize> (image * cmd.sourceStep) << 2);
    let out = cmd.output + <usize> ((image * cmd.rows + firstRow) * columns) * bytes;
    let rowTaps = cmd.rowTaps + <usize> firstRow * rowBytes;
    for (let row = firstRow; row < lastRow; row++, rowTaps += rowBytes) {
      const whole = row >= firstWhole && row < lastWhole ? bytes & ~31 : 0;
      if (whole > 0) {
        const columnTaps = cmd.columnTaps + <usize> cmd.firstColumn * columnBytes;
        threeByThree(cmd.wholeColumns, source, out + <usize> cmd.firstColumn * bytes, bytes, cmd.columnStep, whole, rowTaps, columnTaps);
      }
      let columnTaps = cmd.columnTaps;
      for (let column = 0; column < columns; column++, columnTaps += columnBytes, out += bytes) {
        pixel(source, out, column >= firstColumn && column < lastColumn ? whole : 0, bytes, rowTaps, columnTaps);
      }
    }
  }
  const step = columns * channels, imageStep = cmd.rows * step, done = first * imageStep + firstRow * step;
  epilogue(cmd.epilogue, done, bands == 1 ? last * imageStep : first * imageStep + lastRow * step);
}

/** Writes weights [C, taps] into scratch memory as [taps, C]. */
function tapsFirst(weights: usize, channels: i32, taps: i32): void {
  const bytes = <usize> channels << 2;
  for (let c: usize = 0; c < bytes; c += 4) {
    for (let tap = 0, to = scratch + c; tap < taps; tap++, to += bytes, weights += 4) store<f32>(to, load<f32>(weights));
  }
}

/**
 * A run of outputs that meet all nine taps, `bytes` apart, as their places in the source are `step` bytes: the first `whole` bytes of their channels,
 * eight channels at a time, whose weights stay in registers.
 */
function threeByThree(
  count: i32, source: usize, out: usize, bytes: usize, step: usize, whole: usize, rowTaps: usize, columnTaps: usize,
): void {
  const left = load<usize>(columnTaps, 8), middle = load<usize>(columnTaps, 16) - left, right = load<usize>(columnTaps, 24) - left;
  for (let c: usize = 0; c < whole; c += 32) {
    const at = scratch + c + load<usize>(columnTaps, 4);
    const second = load<usize>(columnTaps, 12) - load<usize>(columnTaps, 4), third = load<usize>(columnTaps, 20) - load<usize>(columnTaps, 4);
    const w0 = at + load<usize>(rowTaps, 4), w1 = at + load<usize>(rowTaps, 12), w2 = at + load<usize>(rowTaps, 20);
    const a0 = v128.load(w0), b0 = v128.load(w0, 16), c0 = v128.load(w0 + second), d0 = v128.load(w0 + second, 16);
    const e0 = v128.load(w0 + third), f0 = v128.load(w0 + third, 16);
    const a1 = v128.load(w1), b1 = v128.load(w1, 16), c1 = v128.load(w1 + second), d1 = v128.load(w1 + second, 16);
    const e1 = v128.load(w1 + third), f1 = v128.load(w1 + third, 16);
    const a2 = v128.load(w2), b2 = v128.load(w2, 16), c2 = v128.load(w2 + second), d2 = v128.load(w2 + second, 16);
    const e2 = v128.load(w2 + third), f2 = v128.load(w2 + third, 16);
    const from = source + left + c;
    let x0 = from + load<usize>(rowTaps, 8), x1 = from + load<usize>(rowTaps, 16), x2 = from + load<usize>(rowTaps, 24);
    for (let i = 0, to = out + c; i < count; i++, to += bytes, x0 += step, x1 += step, x2 += step) {
      let s = f32x4.mul(v128.load(x0), a0), t = f32x4.mul(v128.load(x0, 16), b0);
      s = madd(v128.load(x0 + middle), c0, s);
      t = madd(v128.load(x0 + middle, 16), d0, t);
      s = madd(v128.load(x0 + right), e0, s);
      t = madd(v128.load(x0 + right, 16), f0, t);
      s = madd(v128.load(x1), a1, s);
      t = madd(v128.load(x1, 16), b1, t);
      s = madd(v128.load(x1 + middle), c1, s);
      t = madd(v128.load(x1 + middle, 16), d1, t);
      s = madd(v128.load(x1 + right), e1, s);
      t = madd(v128.load(x1 + right, 16), f1, t);
      s = madd(v128.load(x2), a2, s);
      t = madd(v128.load(x2, 16), b2, t);
      s = madd(v128.load(x2 + middle), c2, s);
      t = madd(v128.load(x2 + middle, 16), d2, t);
      s = madd(v128.load(x2 + right), e2, s);
      t = madd(v128.load(x2 + right, 16), f2, t);
      v128.store(to, s);
      v128.store(to, t, 16);
    }
  }
}

/** All channels of one output from byte `c` on: first sixteen at a time, then four, then one. */
function pixel(source: usize, out: usize, c: usize, bytes: usize, rowTaps: usize, columnTaps: usize): void {
  const rowsEnd = rowTaps + 4 + (load<usize>(rowTaps) << 3), columnsEnd = columnTaps + 4 + (load<usize>(columnTaps) << 3);
  for (; c + 64 <= bytes; c += 64) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let row = rowTaps + 4; row < rowsEnd; row += 8) {
      const weights = scratch + load<usize>(row) + c, from = source + load<usize>(row, 4) + c;
      for (let column = columnTaps + 4; column < columnsEnd; column += 8) {
        const w = weights + load<usize>(column), x = from + load<usize>(column, 4);
        s0 = madd(v128.load(x), v128.load(w), s0);
        s1 = madd(v128.load(x, 16), v128.load(w, 16), s1);
        s2 = madd(v128.load(x, 32), v128.load(w, 32), s2);
        s3 = madd(v128.load(x, 48), v128.load(w, 48), s3);
      }
    }
    v128.store(out + c, s0);
    v128.store(out + c, s1, 16);
    v128.store(out + c, s2, 32);
    v128.store(out + c, s3, 48);
  }
  for (; c + 16 <= bytes; c += 16) {
    let sum = f32x4.splat(0);
    for (let row = rowTaps + 4; row < rowsEnd; row += 8) {
      const weights = scratch + load<usize>(row) + c, from = source + load<usize>(row, 4) + c;
      for (let column = columnTaps + 4; column < columnsEnd; column += 8) {
        sum = madd(v128.load(from + load<usize>(column, 4)), v128.load(weights + load<usize>(column)), sum);
      }
    }
    v128.store(out + c, sum);
  }
  for (; c < bytes; c += 4) {
    let sum: f32 = 0;
    for (let row = rowTaps + 4; row < rowsEnd; row += 8) {
      const weights = scratch + load<usize>(row) + c, from = source + load<usize>(row, 4) + c;
      for (let column = columnTaps + 4; column < columnsEnd; column += 8) {
        sum += load<f32>(from + load<usize>(column, 4)) * load<f32>(weights + load<usize>(column));
      }
    }
    store<f32>(out + c, sum);
  }
}

/** conv2dWeightGrad, each chunk over a group of images: accumulators [kernel row, kernel column][C]. */
export function depthwiseWeights(command: usize, chunk: i32): void {
  const cmd = changetype<DepthwiseWeightsCommand>(command);
  const channels = cmd.channels, bytes = <usize> channels << 2, kh = cmd.kernelRows, kw = cmd.kernelColumns;
  const step = <usize> cmd.padded << 2, size = <usize> (kh * kw) * step, sums = cmd.scratch + <usize> cmd.sums + <usize> chunk * size;
  memory.fill(sums, 0, size);
  const first = chunk * cmd.group, last = min(cmd.images, first + cmd.group), rows = cmd.rows, height = cmd.height;
  const imageRow = <usize> cmd.width * bytes, gRow = <usize> cmd.columns * bytes, apart = <usize> cmd.strideColumns * bytes;
  for (let image = first; image < last; image++) {
    let g = cmd.g + <usize> (image * rows) * gRow;
    for (let row = 0; row < rows; row++, g += gRow) {
      for (let ky = 0; ky < kh; ky++) {
        const y = row * cmd.strideRows + ky * cmd.dilationRows - cmd.paddingRows;
        if (y < 0 || y >= height) continue;
        const from = cmd.image + <usize> (image * height + y) * imageRow;
        let out = sums + <usize> (ky * kw) * step;
        for (let kx = 0, range = cmd.ranges; kx < kw; kx++, range += 12, out += step) {
          addProducts(load<i32>(range, 4), g + load<usize>(range) * bytes, from + load<usize>(range, 8) * bytes, bytes, apart, out);
        }
      }
    }
  }
}

/** out[c] += Σ over `count` pixels of g[c] · image[c], which lie `bytes` and `apart` bytes from one pixel to the next. */
function addProducts(count: i32, g: usize, image: usize, bytes: usize, apart: usize, out: usize): void {
  let c: usize = 0;
  for (; c + 64 <= bytes; c += 64) {
    let s0 = v128.load(out + c), s1 = v128.load(out + c, 16), s2 = v128.load(out + c, 32), s3 = v128.load(out + c, 48);
    for (let i = 0, a = g + c, b = image + c; i < count; i++, a += bytes, b += apart) {
      s0 = madd(v128.load(a), v128.load(b), s0);
      s1 = madd(v128.load(a, 16), v128.load(b, 16), s1);
      s2 = madd(v128.load(a, 32), v128.load(b, 32), s2);
      s3 = madd(v128.load(a, 48), v128.load(b, 48), s3);
    }
    v128.store(out + c, s0);
    v128.store(out + c, s1, 16);
    v128.store(out + c, s2, 32);
    v128.store(out + c, s3, 48);
  }
  for (; c + 16 <= bytes; c += 16) {
    let sum = v128.load(out + c);
    for (let i = 0, a = g + c, b = image + c; i < count; i++, a += bytes, b += apart) sum = madd(v128.load(a), v128.load(b), sum);
    v128.store(out + c, sum);
  }
  for (; c < bytes; c += 4) {
    let sum = load<f32>(out + c);
    for (let i = 0, a = g + c, b = image + c; i < count; i++, a += bytes, b += apart) sum += load<f32>(a) * load<f32>(b);
    store<f32>(out + c, sum);
  }
}
