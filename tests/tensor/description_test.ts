/** Tensors that show themselves in one line: figures are compared with those of 64-bit loops over the same values. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { describe, ones, planStatistics, tensor } from "../../lib/tensor/mod.ts";
import { sparkBars, sparkLine } from "../../lib/tensor/spark.ts";
import { Generator } from "../../lib/tensor/random.ts";
import { testDevices } from "../oracle/golden.ts";

/** Mean, deviation, range and bins of the finite ones among `values`. */
function expected(values: readonly number[]) {
  const finite = values.filter(Number.isFinite), n = finite.length;
  const mean = finite.reduce((a, b) => a + b, 0) / n;
  const std = Math.sqrt(finite.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1));
  const min = Math.min(...finite), max = Math.max(...finite);
  const counts = new Array<number>(16).fill(0);
  for (const x of finite) counts[Math.min(15, Math.floor((x - min) / (max - min) * 16))]!++;
  return { mean, std, min, max, counts };
}

/** Eighths are exact, and so is what bin they are in. */
function eighths(n: number): number[] {
  const generator = new Generator(7);
  return Array.from({ length: n }, () => Math.round(generator.uniform() * 128) / 8 - 4);
}

const near = (found: number, wanted: number) => Math.abs(found - wanted) <= 2e-6 * Math.max(1, Math.abs(wanted));

for (const kind of testDevices()) {
  Deno.test(`describe() gives the figures of finite values (${kind})`, async () => {
    using device = await new Device(kind).ready;
    const values = [...eighths(4001), NaN, NaN, Infinity, -Infinity, Infinity],
      found = await describe(tensor(values, { device }));
    const { mean, std, min, max, counts } = expected(values);
    assert.deepEqual([found.min, found.max, found.nan, found.infinite], [min, max, 2, 3]);
    assert.deepEqual(found.figures.counts, counts);
    assert.ok(near(found.mean, mean), `mean ${found.mean}, expected ${mean}`);
    assert.ok(near(found.std, std), `std ${found.std}, expected ${std}`);
  });

  Deno.test(`describe() of views, whole types, few values and the ends of float32 (${kind})`, async () => {
    using device = await new Device(kind).ready;
    const x = tensor([[1, 2, 3], [4, 5, NaN]], { device });
    assert.match(
      String(await describe(x.t().narrow(0, 1, 2))),
      /^Tensor\(\[2, 2\], float32, .*\) {2}mean 3.333 ± 1.528 {2}2 … 5 {2}1 NaN {2}█/,
    );
    assert.equal((await describe(tensor([2 ** 31 - 1, 5], { dtype: "int32", device }))).max, 2 ** 31 - 1);
    assert.match(
      String(await describe(tensor([true, false, true], { device }))),
      /bool, .*mean 0.6667 ± 0.5774 {2}0 … 1/,
    );
    assert.equal((await describe(tensor(Uint8Array.of(1, 255), { device }))).max, 255);
    assert.match(String(await describe(ones([2, 3], { device }))), /\) {2}all 1$/);
    assert.match(String(await describe(ones([0, 3], { device }))), /\) {2}empty$/);
    assert.match(String(await describe(tensor(-2.5, { device }))), /\) {2}-2.5$/);
    assert.match(String(await describe(tensor([NaN, -Infinity], { device }))), /\) {2}1 NaN {2}1 ∞$/);
    const large = await describe(tensor([3e38, 2e38, 3.1e38], { device }));
    assert.ok(near(large.mean / 1e38, 2.7) && near(large.std / 1e38, Math.sqrt(0.37)), String(large));
    // A float32 stands every 0.25 here.
    const far = Array.from({ length: 1000 }, (_, i) => 3e6 + i % 7 / 4), { mean, std } = expected(far);
    const found = await describe(tensor(far, { device }));
    assert.ok(Math.abs(found.mean - mean) <= 0.25 && near(found.std, std), `${found.mean} ± ${found.std}, not ${std}`);
    const wide = await describe(tensor([-3e38, 3e38], { device }));
    assert.ok(near(wide.std / 1e38, 3 * Math.SQRT2), `${wide.std}`);
    assert.deepEqual(wide.figures.counts.filter((n) => n > 0), [1, 1]);
  });

  Deno.test(`describe() reads some bytes once, and changes neither gradients nor values (${kind})`, async () => {
    using device = await new Device(kind).ready;
    const w = tensor(eighths(5000), { device, requiresGrad: true }).keep(), loss = w.mul(w).sum();
    const backend = await device.backend(), download = backend.download.bind(backend), read: number[] = [];
    backend.download = (buffers) => {
      read.push(buffers.reduce((sum, { bytes }) => sum + bytes, 0));
      return download(buffers);
    };
    try {
      await describe(w);
      await describe(tensor([1, 2, 3], { dtype: "int32", device }));
    } finally {
      backend.download = download;
    }
    assert.deepEqual(read, [88, 96]);
    loss.backward();
    assert.deepEqual(await w.grad!.toTypedArray(), await w.mul(2).toTypedArray());
  });
}

Deno.test("console.log shows a tensor's figures once they were read, until it is written to, and runs nothing", async () => {
  using device = await new Device(testDevices()[0]!).ready;
  const x = tensor([1, 2], { device }), { flushes } = planStatistics(device);
  assert.match(Deno.inspect(x), /not read\)$/);
  assert.equal(planStatistics(device).flushes, flushes);
  const line = String(await describe(x));
  assert.equal(Deno.inspect(x), line);
  x.add_(1);
  assert.match(Deno.inspect(x), /not read\)$/);
});

Deno.test("spark lines: bars from 0, lines from the least to the greatest, means of neighbours", () => {
  assert.equal(sparkBars([0, 1, 8, 4]), " ▂█▅");
  assert.equal(sparkLine([0, 1, 2, 3, 4, 5, 6, 7], 8), "▁▂▃▄▅▆▇█");
  assert.equal(sparkLine([0, 0, 7, 7, NaN, 1], 3), "▁█·");
  assert.equal(sparkLine([2, 2], 5), "▁▁");
  assert.equal(sparkLine([], 5), "");
});
