/** Variances against 64-bit ones, in every layout, with and without a gradient. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { noGrad } from "../../lib/graph/context.ts";
import { planStatistics } from "../../lib/engine/plan/cache.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { testDevices } from "../oracle/golden.ts";

/** Variance over axes 0 and 2 of [5, 3, 7, 1], each in 64 bits. */
function expected(data: Float32Array, correction: number): number[] {
  return [0, 1, 2].map((c) => {
    const group = [...data].filter((_, i) => Math.floor(i / 7) % 3 === c);
    const mean = group.reduce((a, x) => a + x) / group.length;
    return group.reduce((a, x) => a + (x - mean) ** 2, 0) / Math.max(0, group.length - correction);
  });
}

for (const kind of testDevices()) {
  Deno.test(`var() is accurate far from 0, of every layout, with and without gradient, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const data = Float32Array.from({ length: 105 }, (_, i) => 10_000 + Math.sin(i * 7) * (1 + i % 3));
    for (const requiresGrad of [false, true]) {
      const x = tensor(data, { shape: [5, 3, 7, 1], device, requiresGrad });
      const turned = x.permute(3, 1, 2, 0);
      for (const correction of [0, 1, 34]) {
        const wanted = expected(data, correction);
        for (const found of [x.var([0, 2], { correction }), turned.var([2, 3], { correction, keepdim: true })]) {
          const values = await found.toTypedArray();
          wanted.forEach((v, i) => assert.ok(Math.abs(values[i]! - v) < 1e-6 * v, `${values[i]}, expected ${v}`));
        }
        assert.deepEqual(turned.var([2, 3], { correction, keepdim: true }).shape, [1, 3, 1, 1]);
      }
      assert.deepEqual(await x.narrow(0, 0, 1).var(0).isnan().all().item(), 1);
      assert.deepEqual(await x.narrow(0, 0, 0).var().isnan().item(), 1);
    }
  });
}

for (const kind of testDevices()) {
  Deno.test(`var() is as accurate with a gradient, where the mean is millions of deviations off, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    // Whole numbers, which are exact; their mean is not: a float32 near it stands every 1.
    const data = Float32Array.from({ length: 1000 }, (_, i) => 1e7 + i % 7);
    const x = tensor(data, { device, requiresGrad: true }), middle = data.reduce((a, b) => a + b) / 1000;
    const [variance, mean] = x.varMean(), wanted = data.reduce((sum, v) => sum + (v - middle) ** 2, 0) / 999;
    assert.ok(Math.abs(await variance.item() - wanted) < 1e-6 * wanted, `${await variance.item()}, expected ${wanted}`);
    assert.ok(Math.abs(await mean.item() - middle) <= 1);
    variance.backward();
    const gradient = await x.grad!.toTypedArray();
    data.forEach((v, i) => assert.ok(Math.abs(gradient[i]! - 2 * (v - middle) / 999) < 1e-5, `${i}: ${gradient[i]}`));
  });
}

Deno.test("var() without gradient is one reduction", async () => {
  using device = new Device("cpu", { threads: 1 });
  const x = tensor(new Float32Array(24).fill(1), { shape: [4, 6], device, requiresGrad: true });
  const variance = noGrad(() => x.var(0));
  assert.deepEqual(await variance.array(), [0, 0, 0, 0, 0, 0]);
  assert.equal(planStatistics(device).kernels, 2); // and the division by n − 1 in place of n
});
