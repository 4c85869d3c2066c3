// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** Sources of values: random numbers and ranges. */
import { ArangeCommand, RandintCommand, RandomCommand } from "./layouts";
import { Range } from "./numbers";
import { cos, log, sin } from "./math";

/** Philox4x32-10's four lanes, per thread. */
let lane0: u32 = 0, lane1: u32 = 0, lane2: u32 = 0, lane3: u32 = 0;

function philox(block: u32, counterLow: u32, counterHigh: u32, seedLow: u32, seedHigh: u32): void {
  let c0 = block, c1: u32 = 0, c2 = counterLow, c3 = counterHigh, k0 = seedLow, k1 = seedHigh;
  for (let round = 0; round < 10; round++) {
    const p0 = <u64> c0 * 0xd2511f53, p1 = <u64> c2 * 0xcd9e8d57;
    c0 = <u32> (p1 >> 32) ^ c1 ^ k0;
    c1 = <u32> p1;
    c2 = <u32> (p0 >> 32) ^ c3 ^ k1;
    c3 = <u32> p0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  lane0 = c0;
  lane1 = c1;
  lane2 = c2;
  lane3 = c3;
}

export function random(command: usize, chunk: i32): void {
  const cmd = changetype<RandomCommand>(command);
  const total = cmd.total, first = chunk * cmd.size, last = min(total, first + cmd.size);
  const normal = cmd.normal, output = cmd.output;
  const seedLow = <u32> <i64> cmd.seedLow,
    seedHigh = <u32> <i64> cmd.seedHigh,
    counterLow = <u32> <i64> cmd.counterLow,
    counterHigh = <u32> <i64> cmd.counterHigh;
  const unit: f32 = 1.0 / 16777216.0;
  for (let i = first; i < last; i += 4) {
    philox(<u32> i >> 2, counterLow, counterHigh, seedLow, seedHigh);
    let x = f32x4(<f32> (lane0 >> 8), <f32> (lane1 >> 8), <f32> (lane2 >> 8), <f32> (lane3 >> 8));
    if (normal) {
      const radius = v128.shuffle<i32>(x, x, 0, 0, 2, 2), turn = v128.shuffle<i32>(x, x, 1, 1, 3, 3);
      const r = f32x4.sqrt(
        f32x4.mul(f32x4.splat(-2), log(f32x4.mul(f32x4.add(radius, f32x4.splat(1)), f32x4.splat(unit)))),
      );
      const angle = f32x4.mul(f32x4.splat(<f32> 6.283185307179586), f32x4.mul(turn, f32x4.splat(unit)));
      x = f32x4.mul(r, v128.shuffle<i32>(cos(angle), sin(angle), 0, 5, 2, 7));
    } else x = f32x4.mul(x, f32x4.splat(unit));
    const at = output + (<usize> i << 2);
    if (i + 4 <= last) v128.store(at, x);
    else {
      v128.store32_lane(at, x, 0);
      if (i + 1 < last) v128.store32_lane(at, x, 1, 4);
      if (i + 2 < last) v128.store32_lane(at, x, 2, 8);
    }
  }
}

/** Whole numbers: the upper 32 of the 96 bits of a random number of 64 bits times how many there are. */
export function randint(command: usize, chunk: i32): void {
  const cmd = changetype<RandintCommand>(command), output = cmd.output;
  const first = chunk * cmd.size, last = min(cmd.total, first + cmd.size);
  const seedLow = <u32> <i64> cmd.seedLow,
    seedHigh = <u32> <i64> cmd.seedHigh,
    counterLow = <u32> <i64> cmd.counterLow,
    counterHigh = <u32> <i64> cmd.counterHigh;
  const low = <i32> cmd.low, count = <u64> <i64> cmd.span + 1;
  for (let i = first; i < last; i++) {
    if ((i & 1) == 0 || i == first) philox(<u32> i >> 1, counterLow, counterHigh, seedLow, seedHigh);
    const upper = <u64> ((i & 1) == 0 ? lane0 : lane2), lower = <u64> ((i & 1) == 0 ? lane1 : lane3);
    const drawn = (upper * count + ((lower * count) >> 32)) >> 32;
    store<i32>(output + (<usize> i << 2), low + <i32> drawn);
  }
}

export function arange(command: usize, chunk: i32): void {
  const cmd = changetype<ArangeCommand>(command);
  const total = cmd.total, first = chunk * cmd.size, last = min(total, first + cmd.size);
  const kind = cmd.kind,
    output = cmd.output,
    start = cmd.start,
    step = cmd.step;
  for (let i = first; i < last; i++) {
    const at = output + (<usize> i << 2), x = start + <f64> i * step;
    if (kind == Range.float32) store<f32>(at, <f32> x);
    else if (kind == Range.int32) store<i32>(at, <i32> x);
    else store<i32>(at, i32(x != 0));
  }
}
