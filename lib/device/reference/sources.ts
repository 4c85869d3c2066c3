/** Kernels that make numbers out of nothing: random numbers and ranges. */
import type { StepOf, Table } from "../steps/mod.ts";
import type { SOURCES } from "../steps/sources.ts";
import { type Memory, sizeOf, write } from "./memory.ts";

/** High 32 bits of the product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff, aHigh = a >>> 16, bLow = b & 0xffff, bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16); // below 2³²
  const other = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(other / 0x10000)) >>> 0;
}

/** One block of Philox4x32-10: four random unsigned 32-bit integers for a counter of four and a key of two. */
export function philox(counter: readonly number[], key: readonly number[]): [number, number, number, number] {
  let [x0, x1, x2, x3] = counter as [number, number, number, number];
  let [k0, k1] = key as [number, number];
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, x0), low0 = Math.imul(0xd2511f53, x0) >>> 0;
    const high1 = multiplyHigh(0xcd9e8d57, x2), low1 = Math.imul(0xcd9e8d57, x2) >>> 0;
    [x0, x1, x2, x3] = [(high1 ^ x1 ^ k0) >>> 0, low1, (high0 ^ x3 ^ k1) >>> 0, low0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [x0, x1, x2, x3];
}

/** Radius and angle of the Box–Muller transform of two lanes. */
export function boxMuller(x: number, y: number): { radius: number; angle: number } {
  return {
    radius: Math.sqrt(-2 * Math.log(((x >>> 8) + 1) * 2 ** -24)),
    angle: 2 * Math.PI * (y >>> 8) * 2 ** -24,
  };
}

/** Counter-based uniform or normal numbers. */
function random({ output, attributes: { distribution }, numbers }: StepOf<"random">, memory: Memory): void {
  const word = (slot: number) => memory.scalars[slot]! >>> 0;
  const key = [word(numbers.seedLow), word(numbers.seedHigh)];
  const out = new Float64Array(sizeOf(output.shape));
  for (let i = 0; i < out.length; i += 4) {
    const lanes = philox([i >>> 2, 0, word(numbers.counterLow), word(numbers.counterHigh)], key);
    for (let lane = 0; lane < 4 && i + lane < out.length; lane++) {
      if (distribution === "uniform") out[i + lane] = (lanes[lane]! >>> 8) * 2 ** -24;
      else {
        const { radius, angle } = boxMuller(lanes[lane & 2]!, lanes[lane | 1]!);
        out[i + lane] = radius * (lane & 1 ? Math.sin(angle) : Math.cos(angle));
      }
    }
  }
  write(memory, output, out);
}

/** Whole numbers of 64 random bits. */
function randint({ output, numbers }: StepOf<"randint">, memory: Memory): void {
  const word = (slot: number) => memory.scalars[slot]! >>> 0;
  const key = [word(numbers.seedLow), word(numbers.seedHigh)];
  const low = memory.scalars[numbers.low]!, count = BigInt(memory.scalars[numbers.span]!) + 1n;
  const out = new Float64Array(sizeOf(output.shape));
  for (let i = 0; i < out.length; i++) {
    const lanes = philox([i >>> 1, 0, word(numbers.counterLow), word(numbers.counterHigh)], key), first = 2 * (i & 1);
    const x = (BigInt(lanes[first]!) << 32n) + BigInt(lanes[first + 1]!);
    out[i] = low + Number((x * count) >> 64n);
  }
  write(memory, output, out);
}

/** `start + i · step`. */
function arange({ output, attributes: { dtype }, numbers }: StepOf<"arange">, memory: Memory): void {
  const start = memory.scalars[numbers.start]!, by = memory.scalars[numbers.step]!;
  const out = new Float64Array(sizeOf(output.shape));
  out.forEach((_, i) => out[i] = dtype === "int32" ? (start + i * by) | 0 : start + i * by);
  write(memory, output, out);
}

export const SOURCES_REFERENCE: Table<keyof typeof SOURCES, [Memory], void> = { random, randint, arange };
