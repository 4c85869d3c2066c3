// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** Floats of 16 bits ("halves", IEEE 754 binary16): what is computed from them is float32. */
import { scratch } from "./command";
import { HalfCommand, WidenCommand } from "./layouts";
import { BLOCK } from "./numbers";
import { at32, offsetOf } from "./shape";
import { gather } from "./strided";

/**
 * Halves, one in the low 16 bits of each lane, as float32. Behind the sign, exponent and fraction move up 13 bits; what that gives is 2⁻¹¹² times the
 * number, also of a subnormal half, and the product with 2¹¹² is exact. What is not finite gets the exponent for that.
 */
// @ts-ignore: decorator
@inline
export function widened4(halves: v128): v128 {
  const size = v128.and(halves, i32x4.splat(0x7fff)), sign = i32x4.shl(v128.and(halves, i32x4.splat(0x8000)), 16);
  const number = f32x4.mul(i32x4.shl(size, 13), f32x4.splat(5192296858534827628530496329220096.0));
  const special = v128.and(i32x4.gt_s(size, i32x4.splat(0x7bff)), i32x4.splat(0x7f800000));
  return v128.or(v128.or(number, special), sign);
}

/** The half at an address, as the bits of a float32. */
// @ts-ignore: decorator
@inline
export function widenedAt(at: usize): i32 {
  return i32x4.extract_lane(widened4(i32x4.splat(<i32> load<u16>(at))), 0);
}

/**
 * float32 numbers rounded to halves, one in the low 16 bits of each lane: to the nearest, ties to even, from 65520 on to infinity. A carry into the
 * exponent is right. Below 2⁻¹⁴ halves are multiples of 2⁻²⁴, as are the float32 in [½, 1): adding ½ rounds.
 */
// @ts-ignore: decorator
@inline
function narrowed4(x: v128): v128 {
  const size = v128.and(x, i32x4.splat(0x7fffffff)), sign = v128.and(i32x4.shr_u(x, 16), i32x4.splat(0x8000));
  const odd = v128.and(i32x4.shr_u(size, 13), i32x4.splat(1));
  const normal = i32x4.shr_u(i32x4.add(i32x4.add(size, i32x4.splat(0xfff - 0x38000000)), odd), 13);
  const small = i32x4.sub(f32x4.add(size, f32x4.splat(0.5)), i32x4.splat(0x3f000000));
  let half = v128.bitselect(small, normal, i32x4.lt_s(size, i32x4.splat(0x38800000)));
  half = v128.bitselect(i32x4.splat(0x7c00), half, i32x4.ge_s(size, i32x4.splat(0x477ff000)));
  half = v128.bitselect(i32x4.splat(0x7e00), half, i32x4.gt_s(size, i32x4.splat(0x7f800000)));
  return v128.or(half, sign);
}

/** Copies `count` halves, `step` bytes apart, to float32 without gaps. */
function widenRun(to: usize, from: usize, count: i32, step: usize): void {
  const end = to + (<usize> count << 2);
  if (step == 2) {
    for (const whole = to + (<usize> (count & ~7) << 2); to < whole; to += 32, from += 16) {
      const eight = v128.load(from);
      v128.store(to, widened4(i32x4.extend_low_i16x8_u(eight)));
      v128.store(to, widened4(i32x4.extend_high_i16x8_u(eight)), 16);
    }
  }
  for (; to < end; to += 4, from += step) store<i32>(to, widenedAt(from));
}

/** A strided view of halves as float32 in scratch memory, without gaps. */
export function widen(command: usize, chunk: i32): void {
  const cmd = changetype<WidenCommand>(command), rank = cmd.rank, shape = cmd.shape, strides = cmd.strides;
  const inner = at32(shape, rank - 1), step = <usize> at32(strides, rank - 1) << 1, from = cmd.from;
  let i = chunk * cmd.size, to = cmd.scratch + <usize> cmd.at + (<usize> i << 2);
  const last = min(cmd.total, i + cmd.size);
  while (i < last) {
    const run = min(inner - i % inner, last - i);
    widenRun(to, from + (<usize> offsetOf(i, rank, shape, strides) << 1), run, step);
    i += run;
    to += <usize> run << 2;
  }
}

/** A strided view of float32 as halves without gaps. */
export function half(command: usize, chunk: i32): void {
  const cmd = changetype<HalfCommand>(command), rank = cmd.rank, shape = cmd.shape, strides = cmd.strides, from = cmd.input;
  const first = chunk * cmd.size, last = min(cmd.total, first + cmd.size);
  let to = cmd.output + (<usize> first << 1);
  for (let i = first; i < last; i += BLOCK) {
    const count = min(BLOCK, last - i);
    gather(scratch, from, count, i, rank, shape, strides);
    let k = 0;
    for (; k + 4 <= count; k += 4, to += 8) {
      const four = narrowed4(v128.load(scratch + (<usize> k << 2)));
      v128.store64_lane(to, i16x8.narrow_i32x4_u(four, four), 0);
    }
    for (; k < count; k++, to += 2) {
      store<u16>(to, <u16> i32x4.extract_lane(narrowed4(v128.load32_splat(scratch + (<usize> k << 2))), 0));
    }
  }
}
