/** Kernels that make numbers out of few: random, arange, histogram. */
import type { ArangeStep, HistogramStep, RandomStep, StatisticsStep } from "../program.ts";
import { type Memory, read, sizeOf, write } from "./memory.ts";

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
export function random(step: RandomStep, memory: Memory): void {
  const [seedLow, seedHigh, counterLow, counterHigh] = step.state.map((slot) => memory.scalars[slot]! >>> 0);
  const out = new Float64Array(sizeOf(step.output.shape));
  for (let i = 0; i < out.length; i += 4) {
    const lanes = philox([i >>> 2, 0, counterLow!, counterHigh!], [seedLow!, seedHigh!]);
    for (let lane = 0; lane < 4 && i + lane < out.length; lane++) {
      if (step.distribution === "uniform") out[i + lane] = (lanes[lane]! >>> 8) * 2 ** -24;
      else {
        const { radius, angle } = boxMuller(lanes[lane & 2]!, lanes[lane | 1]!);
        out[i + lane] = radius * (lane & 1 ? Math.sin(angle) : Math.cos(angle));
      }
    }
  }
  write(memory, step.output, out);
}

/** `start + i · step`. */
export function arange(step: ArangeStep, memory: Memory): void {
  const start = memory.scalars[step.start]!, by = memory.scalars[step.step]!;
  const out = new Float64Array(sizeOf(step.output.shape));
  out.forEach((_, i) => out[i] = step.dtype === "int32" ? (start + i * by) | 0 : start + i * by);
  write(memory, step.output, out);
}

/** Position of `x` on the axis of bins, each operation rounded to 32 bits as PyTorch's histc does; NaN if it lies outside. */
function histogramPosition(x: number, bins: number, min: number, max: number): number {
  const low = Math.fround(min), high = Math.fround(max), value = Math.fround(x);
  if (!(value >= low && value <= high)) return NaN;
  return Math.fround(Math.fround(Math.fround(value - low) / Math.fround(high - low)) * bins);
}

/** Counts in equal bins. */
export function histogram(step: HistogramStep, memory: Memory): void {
  const bins = step.output.shape[0]!, out = new Float64Array(bins);
  for (const x of read(memory, step.input)) {
    const position = histogramPosition(x, bins, memory.scalars[step.min]!, memory.scalars[step.max]!);
    if (!Number.isNaN(position)) out[Math.min(Math.trunc(position), bins - 1)]!++;
  }
  write(memory, step.output, out);
}

/** Moments and counts in one. */
export function statistics(step: StatisticsStep, memory: Memory): void {
  const bins = step.output.shape[0]! - 4, out = new Float64Array(bins + 4);
  const values = read(memory, step.input), n = values.length;
  const min = memory.scalars[step.min]!, max = memory.scalars[step.max]!;
  let sum = 0, squares = 0;
  for (const x of values) sum += x;
  const mean = sum / n;
  for (const x of values) squares += (x - mean) ** 2;
  out[0] = mean;
  out[1] = Math.sqrt(squares / (n - 1));
  for (const raw of values) {
    const x = step.absolute ? Math.abs(raw) : raw;
    if (x < Math.fround(min)) out[2]!++;
    else if (x > Math.fround(max)) out[3]!++;
    else {
      const position = histogramPosition(x, bins, min, max);
      if (!Number.isNaN(position)) out[4 + Math.min(Math.trunc(position), bins - 1)]!++;
    }
  }
  write(memory, step.output, out);
}
