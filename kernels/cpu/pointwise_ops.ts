// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * The instructions of pointwise chains: each a loop over one block of `n` elements, out[i] = f(a[i], b[i], c[i]).
 *
 * The last n mod 4 elements go through the same vector function, so results do not depend on where in a block an element lies.
 */
import { tableIndex } from "./command";
import { binary, Op, unary } from "./pointwise_functions";

/** Whether an instruction is so light that the loop around it matters: four vectors a round then. */
// @ts-ignore: decorator
@inline
function isLight(op: Op): bool {
  return !((op >= Op.exp && op <= Op.log1p) || (op >= Op.sin && op <= Op.erf) || op == Op.pow || op == Op.remainder ||
    op == Op.divInt ||
    op == Op.powInt || op == Op.remainderInt);
}

// @ts-ignore: decorator
@inline
function map1(op: Op, out: usize, a: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  if (isLight(op)) {
    for (const most = out + (<usize> (n & ~15) << 2); out < most; out += 64, a += 64) {
      const x = unary(op, v128.load(a)), y = unary(op, v128.load(a, 16));
      const z = unary(op, v128.load(a, 32)), w = unary(op, v128.load(a, 48));
      v128.store(out, x);
      v128.store(out, y, 16);
      v128.store(out, z, 32);
      v128.store(out, w, 48);
    }
  }
  for (; out < whole; out += 16, a += 16) v128.store(out, unary(op, v128.load(a)));
  for (; out < end; out += 4, a += 4) v128.store32_lane(out, unary(op, v128.load32_splat(a)), 0);
}

// @ts-ignore: decorator
@inline
function map2(op: Op, out: usize, a: usize, b: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  if (isLight(op)) {
    for (const most = out + (<usize> (n & ~15) << 2); out < most; out += 64, a += 64, b += 64) {
      const x = binary(op, v128.load(a), v128.load(b)), y = binary(op, v128.load(a, 16), v128.load(b, 16));
      const z = binary(op, v128.load(a, 32), v128.load(b, 32)), w = binary(op, v128.load(a, 48), v128.load(b, 48));
      v128.store(out, x);
      v128.store(out, y, 16);
      v128.store(out, z, 32);
      v128.store(out, w, 48);
    }
  }
  for (; out < whole; out += 16, a += 16, b += 16) v128.store(out, binary(op, v128.load(a), v128.load(b)));
  for (; out < end; out += 4, a += 4, b += 4) {
    v128.store32_lane(out, binary(op, v128.load32_splat(a), v128.load32_splat(b)), 0);
  }
}

function copy(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  for (; out < whole; out += 16, a += 16) v128.store(out, v128.load(a));
  for (; out < end; out += 4, a += 4) store<i32>(out, load<i32>(a));
}

function where(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  const end = out + (<usize> n << 2), whole = out + (<usize> (n & ~3) << 2);
  for (; out < whole; out += 16, a += 16, b += 16, c += 16) {
    v128.store(out, v128.bitselect(v128.load(b), v128.load(c), i32x4.ne(v128.load(a), i32x4.splat(0))));
  }
  for (; out < end; out += 4, a += 4, b += 4, c += 4) store<i32>(out, load<i32>(a) != 0 ? load<i32>(b) : load<i32>(c));
}

type Instruction = (out: usize, a: usize, b: usize, c: usize, n: i32) => void;

/**
 * One function an instruction, each small enough for the engine to compile well; called through the function table. The order is that of
 * INSTRUCTIONS in lib/device/cpu/instructions.ts.
 */
const INSTRUCTIONS: StaticArray<Instruction> = [
  copy,
  where,
  (out, a, b, c, n) => { map1(Op.neg, out, a, n); },
  (out, a, b, c, n) => { map1(Op.abs, out, a, n); },
  (out, a, b, c, n) => { map1(Op.sign, out, a, n); },
  (out, a, b, c, n) => { map1(Op.exp, out, a, n); },
  (out, a, b, c, n) => { map1(Op.expm1, out, a, n); },
  (out, a, b, c, n) => { map1(Op.log, out, a, n); },
  (out, a, b, c, n) => { map1(Op.log1p, out, a, n); },
  (out, a, b, c, n) => { map1(Op.sqrt, out, a, n); },
  (out, a, b, c, n) => { map1(Op.rsqrt, out, a, n); },
  (out, a, b, c, n) => { map1(Op.reciprocal, out, a, n); },
  (out, a, b, c, n) => { map1(Op.sin, out, a, n); },
  (out, a, b, c, n) => { map1(Op.cos, out, a, n); },
  (out, a, b, c, n) => { map1(Op.tanh, out, a, n); },
  (out, a, b, c, n) => { map1(Op.sigmoid, out, a, n); },
  (out, a, b, c, n) => { map1(Op.erf, out, a, n); },
  (out, a, b, c, n) => { map1(Op.relu, out, a, n); },
  (out, a, b, c, n) => { map1(Op.floor, out, a, n); },
  (out, a, b, c, n) => { map1(Op.ceil, out, a, n); },
  (out, a, b, c, n) => { map1(Op.round, out, a, n); },
  (out, a, b, c, n) => { map1(Op.isnan, out, a, n); },
  (out, a, b, c, n) => { map1(Op.toInt, out, a, n); },
  (out, a, b, c, n) => { map1(Op.toFloat, out, a, n); },
  (out, a, b, c, n) => { map1(Op.toBool, out, a, n); },
  (out, a, b, c, n) => { map1(Op.intToBool, out, a, n); },
  (out, a, b, c, n) => { map1(Op.not, out, a, n); },
  (out, a, b, c, n) => { map1(Op.negInt, out, a, n); },
  (out, a, b, c, n) => { map1(Op.absInt, out, a, n); },
  (out, a, b, c, n) => { map1(Op.signInt, out, a, n); },
  (out, a, b, c, n) => { map1(Op.reluInt, out, a, n); },
  (out, a, b, c, n) => { map2(Op.add, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.sub, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.mul, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.div, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.pow, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.maximum, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.minimum, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.remainder, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.leakyRelu, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.eq, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.ne, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.lt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.le, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.gt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.ge, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.addInt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.subInt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.mulInt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.divInt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.powInt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.maximumInt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.minimumInt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.remainderInt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.eqInt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.neInt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.ltInt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.leInt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.gtInt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.geInt, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.and, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.or, out, a, b, n); },
  (out, a, b, c, n) => { map2(Op.xor, out, a, b, n); },
];

/** Function-table index of instruction `op`, or −1. */
export function instruction(op: i32): i32 {
  return tableIndex(INSTRUCTIONS, op);
}
