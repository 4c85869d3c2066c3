/** Figures of `statistics` in closed form: zeros, what is not finite, few elements and many, of every layout. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { ActivationStats } from "../../lib/learner/mod.ts";
import { conv2d } from "../../lib/tensor/conv.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { flush } from "../../lib/tensor/graph.ts";
import { statistics, type StatisticsOptions } from "../../lib/tensor/statistics.ts";
import { Generator } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { testDevices } from "../oracle/golden.ts";

/** What is to be counted: an element at a time, in plain arithmetic. */
function plain(x: readonly number[], { bins = 40, min = 0, max = 10, absolute = true }: StatisticsOptions) {
  const counts = new Array<number>(bins).fill(0);
  let below = 0, above = 0, zeros = 0, nonFinite = 0;
  for (const raw of x) {
    const value = absolute ? Math.abs(raw) : raw;
    if (raw === 0) zeros++;
    if (!Number.isFinite(raw)) nonFinite++;
    else if (value < min) below++;
    else if (value > max) above++;
    else counts[Math.min(bins - 1, Math.floor((value - min) / (max - min) * bins))]!++;
  }
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const std = x.length ? Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / (x.length - 1)) : NaN;
  return { mean, std, counted: [below, above, zeros, nonFinite, ...counts] };
}

function same(found: number, expected: number, what: string): void {
  const near = Math.abs(found - expected) <= 1e-5 * Math.abs(expected) + 1e-9;
  assert.ok(Object.is(found, expected) || near, `${what}: ${found}, expected ${expected}`);
}

async function check(x: Tensor, values: readonly number[], options: StatisticsOptions, what: string): Promise<void> {
  const [mean, std, ...counted] = await statistics(x, options).toTypedArray();
  const expected = plain(values, options);
  same(mean!, expected.mean, `${what}: mean`);
  same(std!, expected.std, `${what}: std`);
  assert.deepEqual(counted, expected.counted, what);
}

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** Quarters, so that none lies between two numbers of float32; half of them zeros, as after a ReLU. */
function activations(n: number): number[] {
  const random = new Generator(n).uniforms();
  return Array.from({ length: n }, () => random() < 0.5 ? 0 : (Math.floor(81 * random()) - 40) / 4 + 0.125);
}

for (const kind of testDevices()) {
  Deno.test(`statistics of few elements, of zeros and of what is not finite, in closed form, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const cases: Record<string, number[]> = {
      "none": [],
      "one": [3],
      "one zero": [0],
      "zeros of either sign": [0, -0, 0, -0, 0],
      "NaN alone": [nan],
      "an infinity alone": [-infinity],
      "infinities that agree": [1, infinity, infinity, 2],
      "infinities that do not": [1, infinity, -infinity],
      "NaN beside zeros": [0, 0, nan, 0, -1, nan, 4],
      "beside 0": [0, 1e-30, -1e-30, 0],
    };
    for (const [name, values] of Object.entries(cases)) {
      for (const options of [{ bins: 5, min: 0, max: 4 }, { bins: 8, min: -4, max: 4, absolute: false }]) {
        await check(
          tensor(values, { device, dtype: "float32" }),
          values,
          options,
          `${name}, ${JSON.stringify(options)}`,
        );
      }
    }
  });

  Deno.test(`statistics of many elements, each counted once, with any number of NaN and infinities among them, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    for (const [n, broken] of [[7, 1], [255, 0], [4099, 3], [70_001, 2], [70_001, 40_000]] as const) {
      const values = activations(n), random = new Generator(broken).uniforms();
      for (let i = 0; i < broken; i++) values[Math.floor(n * random())] = [nan, infinity, -infinity][i % 3]!;
      // More bins than a workgroup counts at once
      for (const bins of [40, 3000]) {
        for (const options of [{ bins, min: 0, max: 3 }, { bins, min: -7, max: 7, absolute: false }]) {
          const x = tensor(values, { device }), what = `${broken} of ${n} are broken, ${JSON.stringify(options)}`;
          await check(x, values, options, what);
          // Every other element of a longer tensor: no gap may be counted.
          const gaps = Float32Array.from({ length: 2 * n }, (_, i) => i % 2 ? nan : values[i / 2]!);
          await check(tensor(gaps, { shape: [n, 2], device }).select(1, 0), values, options, `${what}, with gaps`);
          const { counted: [below, above, , nonFinite, ...counts] } = plain(values, options);
          assert.equal(counts.reduce((a, b) => a + b, below! + above! + nonFinite!), n);
        }
      }
    }
  });
}

Deno.test("statistics of what a chain makes are counted by the chain's command, and are those of its result read from memory, on cpu", async () => {
  for (const threads of [1, 2]) {
    using device = await new Device("cpu", { threads }).ready;
    const random = (shape: number[], seed: number) => randn(shape, { device, generator: new Generator(seed) });
    const images = random([37, 3, 17, 17], 1), weights = random([10, 3, 3, 3], 2), rows = random([301, 40], 3);
    const square = random([40, 33], 4), long = random([70_003], 5);
    const chains: Record<string, () => Tensor> = {
      convolution: () => conv2d(images, weights, { stride: 2, padding: 1 }).relu(),
      "with values beyond the range": () => conv2d(images, weights).mul(9).relu(),
      product: () => rows.matmul(square).relu(),
      "chain alone": () => long.mul(2).add(0.5).relu(),
      "not finite": () => long.sub(3).log(),
    };
    for (const [name, make] of Object.entries(chains)) {
      const count = async (x: Tensor) => {
        const before = device.counters.launches, found = await statistics(x, { max: 6 }).toTypedArray();
        return { found, launches: device.counters.launches - before };
      };
      const stored = make().keep();
      const before = device.counters.launches;
      flush(device);
      const making = device.counters.launches - before;
      const [alone, inside] = [await count(stored), await count(make())];
      assert.equal(alone.launches, 2, name);
      assert.equal(inside.launches - making, 1, name);
      const [mean, std, ...counted] = inside.found, [expectedMean, expectedStd, ...expected] = alone.found;
      assert.deepEqual(counted, expected, name);
      same(mean!, expectedMean!, `${name}: mean`);
      same(std!, expectedStd!, `${name}: std`);
    }
  }
});

Deno.test("statistics refuse edges that are not finite", () => {
  for (const [min, max] of [[0, infinity], [-infinity, 0], [1, 1], [2, 1], [nan, 1], [-3e38, 3e38]]) {
    assert.throws(() => statistics(tensor([1]), { min: min!, max: max! }), RangeError);
  }
});

Deno.test("counts refuse ranges that are empty or infinite in 32 bits, in which places are computed", () => {
  const x = tensor([1, 2]);
  for (
    const [min, max] of [[1, 1 + 1e-9], [-3e38, 3e38], [-1e300, 1e300], [0, 1e39], [1e39, 1e40], [0, 1e-50]] as const
  ) {
    assert.throws(() => x.histc(4, min, max), /min must be below max, and both and their difference finite in 32 bits/);
    assert.throws(() => statistics(x, { min, max }), /finite in 32 bits/);
    assert.throws(() => new ActivationStats(undefined, { range: [min, max] }), /finite in 32 bits/);
  }
  x.histc(4, 1, 1 + 2 ** -23), x.histc(4, -1.7e38, 1.7e38);
});
