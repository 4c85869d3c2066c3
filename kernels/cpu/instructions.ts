// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript
/** The instructions of pointwise chains by number. Made by `deno task kernels` of lib/device/cpu/instructions.ts: do not edit. */
import { tableIndex } from "./command";
import { Op } from "./instruction_names";
import { copy, map1, map2, where } from "./pointwise_ops";

const INSTRUCTIONS: StaticArray<(out: usize, a: usize, b: usize, c: usize, n: i32) => void> = [
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
  (out, a, b, c, n) => { map1(Op.log2, out, a, n); },
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

/** Function-table index of instruction `number`, or −1. */
export function instruction(number: i32): i32 {
  return tableIndex(INSTRUCTIONS, number);
}
