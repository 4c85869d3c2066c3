/** Mean, deviation and counts against PyTorch (tests/goldens/statistics.json), of every layout, on every device under test. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { statistics, type StatisticsOptions } from "../../lib/tensor/statistics.ts";
import { floats, readGolden, testDevices } from "./golden.ts";

interface Golden {
  name: string;
  shape: number[];
  data: string;
  options: Required<StatisticsOptions>;
  mean: number;
  std: number;
  below: number;
  above: number;
  zeros: number;
  counts: number[];
}

const { cases } = readGolden<{ cases: Golden[] }>("statistics.json");

/** Relative to the values' magnitude. */
const LIMIT = 2 ** -22;

/** Below the normal numbers: WGSL lets a device take such a number to be 0. */
const isSubnormal = (x: number) => x !== 0 && Math.abs(x) < 2 ** -126;

for (const kind of testDevices()) {
  Deno.test(`statistics are PyTorch's on ${kind}`, async (t) => {
    using device = await new Device(kind).ready;
    const keepsSubnormals = await tensor([2 ** -130], { device }).mul(2).item() > 0;
    for (const { name, shape, data, options, ...expected } of cases) {
      if (!keepsSubnormals && floats(data).some(isSubnormal)) continue;
      await t.step(name, async () => {
        const given = floats(data), n = given.length;
        const x = tensor(given, { shape, device }), axes = shape.map((_, axis) => axis);
        // Every other element of a longer tensor: no gap may be counted.
        const gaps = Float32Array.from({ length: 2 * n }, (_, i) => i % 2 ? NaN : given[i / 2]!);
        const spread = tensor(gaps, { shape: [n, 2], device });
        const views = [x, x.permute(axes.toReversed()), spread.select(1, 0)];
        for (const view of views) {
          const { bins, min, max } = options;
          const [mean, std, below, above, zeros, nonFinite, ...counts] = await statistics(view, options).toTypedArray();
          assert.deepEqual(counts, expected.counts);
          const counted = options.absolute ? view.abs() : view;
          assert.deepEqual([...await counted.histc(bins, min, max).toTypedArray()], expected.counts);
          assert.deepEqual([counts.length, below, above, zeros, nonFinite], [
            bins,
            expected.below,
            expected.above,
            expected.zeros,
            0,
          ]);
          assert.equal(counts.reduce((a, b) => a + b), expected.counts.reduce((a, b) => a + b), `in [${min}, ${max}]`);
          const size = Math.abs(expected.mean) + expected.std;
          assert.ok(Math.abs(mean! - expected.mean) <= LIMIT * size, `mean ${mean}, expected ${expected.mean}`);
          assert.ok(Math.abs(std! - expected.std) <= LIMIT * expected.std, `std ${std}, expected ${expected.std}`);
        }
      });
    }
  });
}
