// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** A batch out of a data set of bytes, as numbers: out = bytes[index] · scale + shift. Indices out of range raise the fault flag. */
import { scratch } from "./command";
import { fault } from "./control";
import { DequantizeGatherCommand } from "./layouts";
import { at32 } from "./shape";

export function dequantizeGather(command: usize, chunk: i32): void {
  const cmd = changetype<DequantizeGatherCommand>(command);
  const first = chunk * cmd.size, last = min(cmd.batch, first + cmd.size);
  const bytes = cmd.bytes,
    index = cmd.index,
    indexStride = cmd.indexStride,
    output = cmd.output;
  const length = cmd.length, rows = cmd.count;
  const scale = <f32> cmd.scale, shift = <f32> cmd.shift;
  const scales = f32x4.splat(scale), shifts = f32x4.splat(shift);
  for (let row = first; row < last; row++) {
    if ((row - first) % AHEAD == 0) touch(cmd, row, min(last, row + AHEAD));
    const place = at32(index, row * indexStride);
    let out = output + (<usize> (row * length) << 2);
    if (<u32> place >= <u32> rows) {
      fault(command, place, rows);
      memory.fill(out, 0, <usize> length << 2);
      continue;
    }
    let from = bytes + <usize> place * <usize> length, i = 0;
    for (; i + 8 <= length; i += 8, from += 8, out += 32) {
      const eight = v128.load8x8_u(from);
      const low = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(eight)),
        high = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(eight));
      v128.store(out, f32x4.add(f32x4.mul(low, scales), shifts));
      v128.store(out, f32x4.add(f32x4.mul(high, scales), shifts), 16);
    }
    for (; i < length; i++, from++, out += 4) store<f32>(out, <f32> load<u8>(from) * scale + shift);
  }
}

/** Rows that are fetched together. */
const AHEAD = 8;

/** Bytes of a cache line. */
const LINE = 64;

/**
 * Reads a byte of each cache line of some rows. They lie anywhere, so that the processor cannot fetch them before they are asked for; asked for together,
 * they come together.
 */
function touch(cmd: DequantizeGatherCommand, row: i32, last: i32): void {
  const bytes = cmd.bytes, index = cmd.index, stride = cmd.indexStride, length = <usize> cmd.length, rows = cmd.count;
  let seen: u32 = 0;
  for (; row < last; row++) {
    const place = at32(index, row * stride);
    if (<u32> place >= <u32> rows) continue;
    let at = bytes + <usize> place * length;
    for (const end = at + length; at < end; at += LINE) seen |= load<u8>(at);
  }
  store<u32>(scratch, seen);
}
