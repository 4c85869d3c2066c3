// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Average pooling and its transpose over [N, C, H, W] of any strides. A chunk is one image. The divisor of a window is the product of its two parts.
 */
import { AvgPoolCommand } from "./layouts";
import { at32 } from "./shape";

export function avgPool(command: usize, chunk: i32): void {
  const cmd = changetype<AvgPoolCommand>(command);
  const channels = cmd.channels, oh = cmd.rows, ow = cmd.columns;
  const xs = cmd.inputStrides,
    ys = cmd.outputStrides,
    vertical = cmd.vertical,
    horizontal = cmd.horizontal;
  const input = cmd.input + (<usize> (chunk * at32(xs, 0)) << 2),
    output = cmd.output + (<usize> (chunk * at32(ys, 0)) << 2);
  const dense = at32(xs, 1) == 1 && at32(ys, 1) == 1;
  for (let y = 0; y < oh; y++) {
    const y0 = at32(vertical, 3 * y), y1 = at32(vertical, 3 * y + 1);
    for (let x = 0; x < ow; x++) {
      const x0 = at32(horizontal, 3 * x), x1 = at32(horizontal, 3 * x + 1);
      const divisor = <f32> (at32(vertical, 3 * y + 2) * at32(horizontal, 3 * x + 2));
      const out = output + (<usize> (y * at32(ys, 2) + x * at32(ys, 3)) << 2);
      let c = 0;
      if (dense) {
        for (; c + 4 <= channels; c += 4) {
          let sum = f32x4.splat(0);
          for (let i = y0; i < y1; i++) {
            for (let j = x0; j < x1; j++) {
              sum = f32x4.add(sum, v128.load(input + (<usize> (i * at32(xs, 2) + j * at32(xs, 3) + c) << 2)));
            }
          }
          v128.store(out + (<usize> c << 2), f32x4.div(sum, f32x4.splat(divisor)));
        }
      }
      for (; c < channels; c++) {
        let sum: f32 = 0;
        for (let i = y0; i < y1; i++) {
          for (let j = x0; j < x1; j++) {
            sum += load<f32>(input + (<usize> (i * at32(xs, 2) + j * at32(xs, 3) + c * at32(xs, 1)) << 2));
          }
        }
        store<f32>(out + (<usize> (c * at32(ys, 1)) << 2), sum / divisor);
      }
    }
  }
}

/** Here `input` is [N, C, OH, OW] and `output` [N, C, H, W]. */
export function avgPoolGrad(command: usize, chunk: i32): void {
  const cmd = changetype<AvgPoolCommand>(command);
  const channels = cmd.channels,
    height = cmd.height,
    width = cmd.width,
    oh = cmd.rows,
    ow = cmd.columns;
  const gs = cmd.inputStrides,
    xs = cmd.outputStrides,
    vertical = cmd.vertical,
    horizontal = cmd.horizontal;
  const input = cmd.input + (<usize> (chunk * at32(gs, 0)) << 2),
    output = cmd.output + (<usize> (chunk * at32(xs, 0)) << 2);
  const cs = at32(xs, 1), dense = cs == 1 && at32(gs, 1) == 1;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const out = output + (<usize> (i * at32(xs, 2) + j * at32(xs, 3)) << 2);
      for (let c = 0; c < channels; c++) store<f32>(out + (<usize> (c * cs) << 2), 0);
    }
  }
  for (let y = 0; y < oh; y++) {
    const y0 = at32(vertical, 3 * y), y1 = at32(vertical, 3 * y + 1);
    for (let x = 0; x < ow; x++) {
      const x0 = at32(horizontal, 3 * x), x1 = at32(horizontal, 3 * x + 1);
      const divisor = <f32> (at32(vertical, 3 * y + 2) * at32(horizontal, 3 * x + 2));
      const g = input + (<usize> (y * at32(gs, 2) + x * at32(gs, 3)) << 2);
      for (let i = y0; i < y1; i++) {
        for (let j = x0; j < x1; j++) {
          const out = output + (<usize> (i * at32(xs, 2) + j * at32(xs, 3)) << 2);
          let c = 0;
          if (dense) {
            for (; c + 4 <= channels; c += 4) {
              const at = out + (<usize> c << 2);
              v128.store(
                at,
                f32x4.add(v128.load(at), f32x4.div(v128.load(g + (<usize> c << 2)), f32x4.splat(divisor))),
              );
            }
          }
          for (; c < channels; c++) {
            const at = out + (<usize> (c * cs) << 2);
            store<f32>(at, load<f32>(at) + load<f32>(g + (<usize> (c * at32(gs, 1)) << 2)) / divisor);
          }
        }
      }
    }
  }
}
