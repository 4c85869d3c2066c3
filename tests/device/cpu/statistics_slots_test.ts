/**
 * Slots that are found by products are those of the quotient: of numbers on every edge and beside it, each in a block of its own, so that no other
 * one has the block divided.
 */
import assert from "node:assert/strict";
import { Device } from "../../../lib/device/device.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import { statistics } from "../../../lib/tensor/statistics.ts";

/** As in kernels/cpu/statistics_places.ts. */
const BLOCK = 4096;

interface Range {
  readonly min: number;
  readonly max: number;
  readonly bins: number;
  readonly absolute: boolean;
}

const RANGES: readonly Range[] = [
  { min: 0, max: 10, bins: 40, absolute: true },
  { min: 0, max: 7, bins: 40, absolute: true },
  { min: 0, max: 0.37, bins: 17, absolute: true },
  { min: 0, max: 5, bins: 62, absolute: true },
  { min: 0, max: 1e-38, bins: 50, absolute: true },
  { min: 0, max: 3e38, bins: 3, absolute: true },
  { min: 0, max: 1, bins: 1, absolute: true },
  { min: 0, max: 6, bins: 40, absolute: false },
  { min: -7, max: 7, bins: 40, absolute: false },
  { min: -1.1, max: 2.3, bins: 37, absolute: false },
  { min: 4990, max: 5010, bins: 62, absolute: true },
  { min: 1e-7, max: 3.3e-7, bins: 13, absolute: true },
];

const numbers = new Float32Array(1), words = new Int32Array(numbers.buffer);

/** The neighbours of a number in float32, and itself. */
function around(x: number): number[] {
  numbers[0] = x;
  const word = words[0]!;
  return [-2, -1, 0, 1, 2].map((step) => {
    words[0] = word + step;
    return numbers[0]!;
  });
}

/** Where an element is counted in [below, above, zeros, nonFinite, …bins], by the definition. */
function places(raw: number, { min, max, bins, absolute }: Range): number[] {
  const f = Math.fround, low = f(min), high = f(max), x = f(raw), y = absolute ? Math.abs(x) : x;
  const zero = x === 0 ? [2] : [];
  if (!Number.isFinite(x)) return [3];
  if (y < low) return [...zero, 0];
  if (y > high) return [...zero, 1];
  const position = f(f(f(y - low) / f(high - low)) * bins);
  return [...zero, 4 + Math.min(bins - 1, Math.trunc(position))];
}

/** What lies on edges or beside them, or is odd. */
function critical({ min, max, bins }: Range): number[] {
  const edges = Array.from({ length: bins + 1 }, (_, i) => min + (max - min) * i / bins);
  const odd = [NaN, Infinity, -Infinity, 0, -0, 1e-45, -1e-45, 1e-40, 3.4e38, -3.4e38, 1e30, -1e30];
  return [...edges.flatMap((edge) => [...around(edge), ...around(-edge)]), ...odd];
}

Deno.test("statistics count numbers on edges, and their neighbours, where the quotient puts them, on cpu", async () => {
  for (const range of RANGES) {
    using device = await new Device("cpu", { threads: 1 }).ready;
    const { min, max, bins } = range, width = (max - min) / bins;
    // A block in the middles of bins, behind one of which a single element is critical.
    const values = Float32Array.from({ length: 2 * BLOCK }, (_, i) => min + width * (i % bins + 0.5));
    const without = new Array<number>(4 + bins).fill(0);
    for (const value of values.subarray(1)) for (const place of places(value, range)) without[place]!++;
    const all = critical(range),
      found = all.map((value) => {
        values[0] = value;
        return statistics(tensor(values, { device }), range).toTypedArray();
      });
    for (const [i, value] of all.entries()) {
      const [, , ...counts] = await found[i]!, expected = [...without];
      for (const place of places(value, range)) expected[place]!++;
      assert.deepEqual(counts, expected, `${value} in ${JSON.stringify(range)}`);
    }
  }
});

Deno.test("statistics count many numbers on edges, few, and none for a while, where the quotient puts them, on cpu", async () => {
  for (const range of RANGES) {
    using device = await new Device("cpu", { threads: 1 }).ready;
    const { min, max, bins } = range, width = (max - min) / bins, all = critical(range);
    for (const every of [1, 3, 5000, 70_000]) {
      const values = Float32Array.from(
        { length: 200_037 },
        (_, i) => i % every ? min + width * (i % bins + 0.5) : all[(i / every) % all.length]!,
      );
      const expected = new Array<number>(4 + bins).fill(0);
      for (const value of values) for (const place of places(value, range)) expected[place]!++;
      const [, , ...counts] = await statistics(tensor(values, { device }), range).toTypedArray();
      assert.deepEqual(counts, expected, `one of ${every} in ${JSON.stringify(range)}`);
    }
  }
});

Deno.test("statistics count a few numbers far from the others, more, and many, where the quotient puts them, on cpu", async () => {
  for (const range of RANGES) {
    using device = await new Device("cpu", { threads: 1 }).ready;
    const { min, max, bins } = range, width = (max - min) / bins;
    // One by one below about one in 200, or in more where the far ones would take many rounds.
    for (const every of [1000, 300, 100, 30, 10, 3]) {
      // The first bins have nearly all; the far ones go through all bins, and beyond the last.
      const place = (i: number) => i % every === 0 ? (i / every) % (bins + 1) : i % Math.min(5, bins);
      const values = Float32Array.from({ length: 5 * BLOCK + 17 }, (_, i) => min + width * (place(i) + 0.5));
      const expected = new Array<number>(4 + bins).fill(0);
      for (const value of values) for (const place of places(value, range)) expected[place]!++;
      const [, , ...counts] = await statistics(tensor(values, { device }), range).toTypedArray();
      assert.deepEqual(counts, expected, `one in ${every} in ${JSON.stringify(range)}`);
    }
  }
});
