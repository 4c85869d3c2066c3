// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** Packing a matrix [k, n] of halves that is dense along k, as the weights of a layer are, into panels of float32: see pack.ts. */
import { widened4, widenedAt } from "./halves";
import { PackHalvesCommand } from "./layouts";
import { tileWidth } from "./panel";

/** Chunks run over groups of panels first, then over the batch. */
export function packHalves(command: usize, chunk: i32): void {
  const cmd = changetype<PackHalvesCommand>(command), columns = cmd.columns, length = cmd.length, most = cmd.panelColumns;
  const group = cmd.group, groups = (cmd.panels + group - 1) / group, batch = chunk / groups;
  const first = (chunk - batch * groups) * group, last = min(cmd.panels, first + group);
  const across = <usize> cmd.across << 1, source = cmd.source + (<usize> (batch * cmd.batchStride) << 1);
  let panel = cmd.scratch + <usize> cmd.at + <usize> batch * <usize> cmd.batchBytes + (<usize> (first * length * most) << 2);
  for (let p = first; p < last; p++) {
    const left = min(most, columns - p * most), width = tileWidth(left), from = source + <usize> (p * most) * across;
    let column = 0;
    for (; column + 4 <= left; column += 4) {
      packFour(panel + (<usize> column << 2), from + <usize> column * across, length, across, <usize> width << 2);
    }
    for (; column < width; column++) {
      let to = panel + (<usize> column << 2), at = from + <usize> column * across;
      for (let i = 0; i < length; i++, at += 2, to += <usize> width << 2) store<i32>(to, column < left ? widenedAt(at) : 0);
    }
    panel += <usize> (length * width) << 2;
  }
}

/** Four columns, `across` bytes apart, of `length` rows, which come to lie `step` bytes apart: blocks of 4 × 4 are transposed. */
function packFour(to: usize, from: usize, length: i32, across: usize, step: usize): void {
  let i = 0;
  for (; i + 4 <= length; i += 4, from += 8, to += 4 * step) {
    const a = widened4(v128.load16x4_u(from)), b = widened4(v128.load16x4_u(from + across));
    const c = widened4(v128.load16x4_u(from + 2 * across)), d = widened4(v128.load16x4_u(from + 3 * across));
    const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const ef = v128.shuffle<i32>(a, b, 2, 6, 3, 7), gh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
    v128.store(to + step, v128.shuffle<i64>(ab, cd, 1, 3));
    v128.store(to + 2 * step, v128.shuffle<i64>(ef, gh, 0, 2));
    v128.store(to + 3 * step, v128.shuffle<i64>(ef, gh, 1, 3));
  }
  for (; i < length; i++, from += 2, to += step) {
    for (let column: usize = 0; column < 4; column++) store<i32>(to + (column << 2), widenedAt(from + column * across));
  }
}
