// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Max pooling over [N, C, H, W] of any strides: the largest element of each window, its place, or the windows' gradient brought to that place.
 *
 * Of equal elements the first in row-major order is the largest; a NaN is larger than what comes before it. The gradient finds the places again
 * rather than storing them: windows are small. A chunk is one image.
 */
import { MaxPoolCommand } from "./layouts";
import { MaxPoolResult } from "./numbers";
import { at32 } from "./shape";

// @ts-ignore: decorator
@inline
function add(at: usize, i: i32, x: f32): void {
  const place = at + (<usize> i << 2);
  store<f32>(place, load<f32>(place) + x);
}

export function maxPool(command: usize, chunk: i32): void {
  const cmd = changetype<MaxPoolCommand>(command);
  const channels = cmd.channels, height = cmd.height, width = cmd.width;
  const oh = cmd.rows, ow = cmd.columns, result = cmd.result;
  const xs = cmd.inputStrides, ys = cmd.outputStrides, vertical = cmd.vertical, horizontal = cmd.horizontal;
  const dy = cmd.dilationY, dx = cmd.dilationX, xc = at32(xs, 1), yc = at32(ys, 1);
  const input = cmd.input + (<usize> (chunk * at32(xs, 0)) << 2);
  const output = cmd.output + (<usize> (chunk * at32(ys, 0)) << 2);
  // What a window reads its gradient with, and how a place counts: in the gradient's case as an offset in the output.
  let g: usize = 0, gs = ys, rowPlace = width, columnPlace = 1;
  if (result == MaxPoolResult.maxPool2dGrad) {
    gs = cmd.gStrides;
    g = cmd.g + (<usize> (chunk * at32(gs, 0)) << 2);
    rowPlace = at32(ys, 2);
    columnPlace = at32(ys, 3);
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const out = output + (<usize> (i * rowPlace + j * columnPlace) << 2);
        for (let c = 0; c < channels; c++) store<f32>(out + (<usize> (c * yc) << 2), 0);
      }
    }
  }
  const gc = at32(gs, 1), dense = xc == 1 && (result == MaxPoolResult.maxPool2dGrad ? gc : yc) == 1;
  for (let y = 0; y < oh; y++) {
    const y0 = at32(vertical, 2 * y), y1 = y0 + at32(vertical, 2 * y + 1) * dy;
    for (let x = 0; x < ow; x++) {
      const x0 = at32(horizontal, 2 * x), x1 = x0 + at32(horizontal, 2 * x + 1) * dx;
      const window = <usize> (y * at32(gs, 2) + x * at32(gs, 3)) << 2;
      const first = y0 * rowPlace + x0 * columnPlace;
      let c = 0;
      if (dense) {
        for (; c + 4 <= channels; c += 4) {
          let best = f32x4.splat(-Infinity), place = i32x4.splat(first);
          for (let i = y0; i < y1; i += dy) {
            for (let j = x0; j < x1; j += dx) {
              const v = v128.load(input + (<usize> (i * at32(xs, 2) + j * at32(xs, 3) + c) << 2));
              const larger = v128.or(f32x4.gt(v, best), f32x4.ne(v, v));
              best = v128.bitselect(v, best, larger);
              place = v128.bitselect(i32x4.splat(i * rowPlace + j * columnPlace), place, larger);
            }
          }
          if (result == MaxPoolResult.maxPool2dGrad) {
            const out = output + (<usize> (c * yc) << 2), from = v128.load(g + window + (<usize> c << 2));
            add(out, i32x4.extract_lane(place, 0), f32x4.extract_lane(from, 0));
            add(out, i32x4.extract_lane(place, 1) + yc, f32x4.extract_lane(from, 1));
            add(out, i32x4.extract_lane(place, 2) + 2 * yc, f32x4.extract_lane(from, 2));
            add(out, i32x4.extract_lane(place, 3) + 3 * yc, f32x4.extract_lane(from, 3));
          } else v128.store(output + window + (<usize> c << 2), result == MaxPoolResult.maxPool2dIndices ? place : best);
        }
      }
      for (; c < channels; c++) {
        const image = input + (<usize> (c * xc) << 2);
        let best: f32 = -Infinity, place = first;
        for (let i = y0; i < y1; i += dy) {
          for (let j = x0; j < x1; j += dx) {
            const v = load<f32>(image + (<usize> (i * at32(xs, 2) + j * at32(xs, 3)) << 2));
            if (v > best || v != v) {
              best = v;
              place = i * rowPlace + j * columnPlace;
            }
          }
        }
        const at = window + (<usize> (c * gc) << 2);
        if (result == MaxPoolResult.maxPool2dGrad) add(output, c * yc + place, load<f32>(g + at));
        else if (result == MaxPoolResult.maxPool2dIndices) store<i32>(output + at, place);
        else store<f32>(output + at, best);
      }
    }
  }
}
