// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * conv2d of images of one channel with kernels of 3 × 3, as the first layer of many networks: sums of nine products, too short for tiles.
 *
 * The nine weights of eight output channels stay in registers (of four, where the engine does not join neighbouring vectors), and images are read where
 * they lie. Of outputs at the left or right border, six weights meet the image. Above and below an image there is a row of zeros.
 */
import { scratch } from "./command";
import { zero } from "./border";
import { ConvolveOneChannelCommand } from "./layouts";
import { epilogue } from "./pointwise";
import { add, relu } from "./pointwise_functions";
import { madd } from "./relaxed";

/** A chunk is a group of images, or a band of output rows of one image. */
export function convolveOneChannel(command: usize, chunk: i32): void {
  const cmd = changetype<ConvolveOneChannelCommand>(command);
  const bands = cmd.bands, group = cmd.group, first = chunk / bands * group, last = min(cmd.images, first + group);
  const firstRow = chunk % bands * cmd.bandRows, lastRow = min(cmd.rows, firstRow + cmd.bandRows);
  const channels = cmd.channels, height = cmd.height, down = cmd.strideRows, above = cmd.paddingRows;
  const width = <usize> cmd.width << 2, outRow = <usize> (cmd.columns * channels) << 2;
  tapsFirst(cmd.weights, channels);
  const zeros = scratch + <usize> cmd.zeros;
  zero(zeros, zeros + width);
  // Rows whose three source rows all lie in the image.
  const firstWhole = max(firstRow, cmd.firstRow), lastWhole = min(lastRow, cmd.firstRow + cmd.wholeRows);
  for (let image = first; image < last; image++) {
    const source = cmd.image + <usize> (image * height) * width, output = cmd.output + <usize> (image * cmd.rows) * outRow;
    for (let row = firstRow; row < lastRow; row++) {
      const y = row * down - above, at = source + <usize> y * width, out = output + <usize> row * outRow;
      if (row >= firstWhole && row < lastWhole) {
        rowsOf(cmd, lastWhole - row, at, at + width, at + 2 * width, out);
        row = lastWhole - 1;
      } else {
        rowsOf(cmd, 1, y < 0 ? zeros : at, at + width, y + 2 < height ? at + 2 * width : zeros, out);
      }
    }
  }
  const imageStep = cmd.rows * cmd.columns * channels, done = first * imageStep + firstRow * cmd.columns * channels;
  epilogue(cmd.epilogue, done, bands == 1 ? last * imageStep : first * imageStep + lastRow * cmd.columns * channels);
}

/** Writes weights [O, 9] into scratch memory as [9, O]. */
function tapsFirst(weights: usize, channels: i32): void {
  const bytes = <usize> channels << 2;
  for (let c: usize = 0; c < bytes; c += 4) {
    for (let tap = 0, to = scratch + c; tap < 9; tap++, to += bytes, weights += 4) store<f32>(to, load<f32>(weights));
  }
}

/** Output rows whose source rows begin at p, q and r: all channels, a panel at a time. The last panel begins so early that it is whole. */
function rowsOf(cmd: ConvolveOneChannelCommand, rows: i32, p: usize, q: usize, r: usize, out: usize): void {
  const channels = cmd.channels, most = cmd.panelColumns;
  let column = 0;
  while (column < channels) {
    const wide = most == 16 && channels >= 8, width = wide ? 8 : 4, begin = min(column, channels - width);
    if (wide) panel8(cmd, rows, p, q, r, out, begin);
    else panel4(cmd, rows, p, q, r, out, begin);
    column = begin + width;
  }
}

// @ts-ignore: decorator
@inline
function panel(wide: bool, cmd: ConvolveOneChannelCommand, rows: i32, p: usize, q: usize, r: usize, out: usize, column: i32): void {
  const bytes = <usize> cmd.channels << 2, across = <usize> cmd.strideColumns << 2, down = <usize> (cmd.strideRows * cmd.width) << 2;
  const outRow = <usize> cmd.columns * bytes, weights = scratch + (<usize> column << 2), left = <usize> cmd.paddingColumns;
  const first = cmd.firstColumn, whole = cmd.wholeColumns, right = first + whole < cmd.columns;
  const start = first > 0 ? across - (left << 2) : 0, end = <usize> (first + whole) * across - (left << 2);
  let to = out + (<usize> column << 2);
  if (cmd.activated) {
    const bias = cmd.bias + (<usize> column << 2);
    if (first > 0) run(2, wide, true, 1, rows, p, q, r, 0, down, to, 0, outRow, weights + bytes, bytes, bias);
    run(3, wide, true, rows, whole, p + start, q + start, r + start, down, across, to + <usize> first * bytes, outRow, bytes, weights, bytes, bias);
    if (right) run(2, wide, true, 1, rows, p + end, q + end, r + end, 0, down, to + <usize> (first + whole) * bytes, 0, outRow, weights, bytes, bias);
  } else {
    if (first > 0) run(2, wide, false, 1, rows, p, q, r, 0, down, to, 0, outRow, weights + bytes, bytes, 0);
    run(3, wide, false, rows, whole, p + start, q + start, r + start, down, across, to + <usize> first * bytes, outRow, bytes, weights, bytes, 0);
    if (right) run(2, wide, false, 1, rows, p + end, q + end, r + end, 0, down, to + <usize> (first + whole) * bytes, 0, outRow, weights, bytes, 0);
  }
}

function panel8(cmd: ConvolveOneChannelCommand, rows: i32, p: usize, q: usize, r: usize, out: usize, column: i32): void {
  panel(true, cmd, rows, p, q, r, out, column);
}

function panel4(cmd: ConvolveOneChannelCommand, rows: i32, p: usize, q: usize, r: usize, out: usize, column: i32): void {
  panel(false, cmd, rows, p, q, r, out, column);
}

/**
 * `lines` × `count` outputs: 4 or 8 channels of each, out of 2 or 3 neighbouring numbers of each of three source rows. From one output to the next these lie
 * `step` bytes on, and from one line to the next `lineStep`. Weights of one tap lie `bytes` after those of the one before, three taps a row.
 */
// @ts-ignore: decorator
@inline
function run(
  taps: i32, wide: bool, activated: bool, lines: i32, count: i32, p: usize, q: usize, r: usize, lineStep: usize, step: usize, out: usize, outLine: usize,
  outStep: usize, weights: usize, bytes: usize, bias: usize,
): void {
  const none = f32x4.splat(0), second = weights + 3 * bytes, third = weights + 6 * bytes;
  const a0 = v128.load(weights), a1 = v128.load(weights + bytes), a2 = taps > 2 ? v128.load(weights + 2 * bytes) : none;
  const b0 = v128.load(second), b1 = v128.load(second + bytes), b2 = taps > 2 ? v128.load(second + 2 * bytes) : none;
  const c0 = v128.load(third), c1 = v128.load(third + bytes), c2 = taps > 2 ? v128.load(third + 2 * bytes) : none;
  const d0 = wide ? v128.load(weights, 16) : none, d1 = wide ? v128.load(weights + bytes, 16) : none;
  const d2 = wide && taps > 2 ? v128.load(weights + 2 * bytes, 16) : none;
  const e0 = wide ? v128.load(second, 16) : none, e1 = wide ? v128.load(second + bytes, 16) : none;
  const e2 = wide && taps > 2 ? v128.load(second + 2 * bytes, 16) : none;
  const f0 = wide ? v128.load(third, 16) : none, f1 = wide ? v128.load(third + bytes, 16) : none;
  const f2 = wide && taps > 2 ? v128.load(third + 2 * bytes, 16) : none;
  const low = activated ? v128.load(bias) : none, high = activated && wide ? v128.load(bias, 16) : none;
  for (; lines > 0; lines--, p += lineStep, q += lineStep, r += lineStep, out += outLine) {
    let x0 = p, x1 = q, x2 = r, to = out;
    for (let i = count; i > 0; i--, x0 += step, x1 += step, x2 += step, to += outStep) {
      let x = v128.load32_splat(x0), s = f32x4.mul(x, a0), t = none;
      if (wide) t = f32x4.mul(x, d0);
      x = v128.load32_splat(x0, 4);
      s = madd(x, a1, s);
      if (wide) t = madd(x, d1, t);
      if (taps > 2) {
        x = v128.load32_splat(x0, 8);
        s = madd(x, a2, s);
        if (wide) t = madd(x, d2, t);
      }
      x = v128.load32_splat(x1);
      s = madd(x, b0, s);
      if (wide) t = madd(x, e0, t);
      x = v128.load32_splat(x1, 4);
      s = madd(x, b1, s);
      if (wide) t = madd(x, e1, t);
      if (taps > 2) {
        x = v128.load32_splat(x1, 8);
        s = madd(x, b2, s);
        if (wide) t = madd(x, e2, t);
      }
      x = v128.load32_splat(x2);
      s = madd(x, c0, s);
      if (wide) t = madd(x, f0, t);
      x = v128.load32_splat(x2, 4);
      s = madd(x, c1, s);
      if (wide) t = madd(x, f1, t);
      if (taps > 2) {
        x = v128.load32_splat(x2, 8);
        s = madd(x, c2, s);
        if (wide) t = madd(x, f2, t);
      }
      if (activated) {
        s = relu(add(s, low));
        if (wide) t = relu(add(t, high));
      }
      v128.store(to, s);
      if (wide) v128.store(to, t, 16);
    }
  }
}
