/** Numbers near the ends of float32, whose squares are beyond it, on every device under test. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { tensor, zeros } from "../../lib/tensor/create.ts";
import { statistics } from "../../lib/tensor/statistics.ts";
import { assertClose } from "../nn/helpers.ts";
import { testDevices } from "../oracle/golden.ts";

/** Sizes whose squares are 0, subnormal, ordinary and infinite. */
const SIZES = [1e-37, 1e-30, 1e-25, 1e-22, 1e-19, 1e-12, 1, 1e12, 1e18, 1e19, 1e20, 1e25, 1e30, 1e37];

for (const kind of testDevices()) {
  const test = (name: string, body: (device: Device) => Promise<void>) =>
    Deno.test(`${name}, on ${kind}`, async () => {
      using device = await new Device(kind).ready;
      await body(device);
    });

  test("std and its gradient are right from 1e-37 to 1e37", async (device) => {
    for (const k of SIZES) {
      const times = (t: ArrayLike<number>, by: number) => Array.from(t, (x) => x * by);
      for (const requiresGrad of [false, true]) {
        const x = tensor([[k, 5 * k], [2 * k, 5 * k], [3 * k, 8 * k]], { device, requiresGrad });
        assertClose(times(await x.std(0).toTypedArray(), 1 / k), [1, Math.sqrt(3)], 1e-5);
        assertClose(times(await x.std(0, { correction: 0, keepdim: true }).toTypedArray(), 1 / k), [
          ...[Math.sqrt(2 / 3), Math.SQRT2],
        ], 1e-5);
        if (!requiresGrad) continue;
        x.std(0).sum().backward();
        const [a, b] = [Math.sqrt(3) / 6, Math.sqrt(3) / 3];
        assertClose(await x.grad!.toTypedArray(), [-0.5, -a, 0, -a, 0.5, b], 1e-5);
      }
    }
  });

  test("std of many numbers, along either axis, and far from 0", async (device) => {
    const shape = [300, 700], n = 300 * 700;
    for (const k of [1e-30, 1e-22, 1, 1e20, 1e34]) {
      const wave = Float32Array.from({ length: n }, (_, i) => k * (1000 + Math.sin(i * 0.7)));
      const x = tensor(wave, { shape, device });
      for (const std of [x.std(), x.std(0), x.std(1), x.permute(1, 0).std(1)]) {
        for (const value of await std.toTypedArray()) assert.ok(Math.abs(value / k - Math.SQRT1_2) < 0.03, `${value}`);
      }
    }
    assert.equal(await zeros([5], { device }).std().item(), 0);
    assert.ok(Number.isNaN(await tensor([1e30], { device }).std().item()));
  });

  test("norm and its gradient are right from 1e-37 to 1e37", async (device) => {
    for (const k of SIZES) {
      const x = tensor([[3 * k, 0], [0, -4 * k]], { device, requiresGrad: true }), norm = x.norm();
      norm.backward();
      assert.ok(Math.abs(await norm.item() / (5 * k) - 1) < 1e-6, `${k}`);
      assertClose(await x.grad!.toTypedArray(), [0.6, 0, 0, -0.8], 1e-6);
      const equal = tensor(new Float32Array(625).fill(k), { device }), wanted = 25 * k;
      assert.ok(Math.abs(await equal.norm().item() / wanted - 1) < 1e-6, `625 times ${k}`);
    }
    assert.equal(await tensor([1, 2, 2], { device }).norm().item(), 3);
    assert.equal(await tensor([3, 4], { device, dtype: "int32" }).norm().item(), 5);
    assert.equal(await zeros([0], { device }).norm().item(), 0);
  });

  test("statistics for telemetry are right from 1e-37 to 1e37", async (device) => {
    for (const k of SIZES) {
      const wave = Float32Array.from({ length: 20_000 }, (_, i) => k * (i % 2 ? 1 : 3));
      // More bins than a workgroup counts at once
      for (const bins of [4, 3000]) {
        const [mean, std] = await statistics(tensor(wave, { device }), { bins }).toTypedArray();
        assert.ok(Math.abs(mean! / k - 2) < 1e-5 && Math.abs(std! / k - 1) < 1e-4, `${k}: mean ${mean}, std ${std}`);
      }
      const few = await statistics(tensor([k, 2 * k, 3 * k], { device })).toTypedArray();
      assert.ok(Math.abs(few[1]! / k - 1) < 1e-5, `${k}: std ${few[1]}`);
    }
  });

  test("logarithms of subnormal numbers are right", async (device) => {
    const values = [1.4e-45, 1e-42, 1e-40, 1.1e-38, 1.2e-38], x = tensor(values, { device });
    const held = Array.from(await x.toTypedArray());
    assertClose(await x.log().toTypedArray(), held.map(Math.log), 2e-5);
    assertClose(await x.log2().toTypedArray(), held.map(Math.log2), 2e-5);
    const below = tensor([-1e-40, -0, 0], { device });
    for (const y of [below.log(), below.log2()]) {
      assert.deepEqual([...await y.toTypedArray()], [NaN, -Infinity, -Infinity]);
    }
  });

  test("lerp with a weight of 1 is the end, and near it nearly so", async (device) => {
    const start = tensor([1e8, 3, -5e7], { device }), end = tensor([1, 0.1, 1e-4], { device });
    const ends = [...await end.toTypedArray()];
    for (const weight of [1, tensor(1, { device }), tensor([1, 1, 1], { device })]) {
      assert.deepEqual([...await start.lerp(end, weight).toTypedArray()], ends);
      assert.deepEqual([...await start.clone().lerp_(end, weight).toTypedArray()], ends);
    }
    for (const weight of [0, 0.25, 0.5, 0.75, 1 - 2 ** -10, 1.5, -0.25, -1]) {
      const wanted = ends.map((b, i) => [1e8, 3, -5e7][i]! * (1 - weight) + b * weight);
      for (const w of [weight, tensor(weight, { device })]) {
        const found = await start.lerp(end, w).toTypedArray();
        wanted.forEach((y, i) =>
          assert.ok(Math.abs(found[i]! / y - 1) < 1e-6 || found[i] === y, `${weight}: ${found}`)
        );
      }
    }
    for (const weight of [0.25, 0.75, 1]) {
      const [a, b, w] = [1, 3, weight].map((value) => tensor([value], { device, requiresGrad: true }));
      a!.lerp(b!, weight).sum().backward();
      a!.lerp(b!, w!).sum().backward();
      const gradients = await Promise.all([a!, b!, w!].map((t) => t.grad!.item()));
      assertClose(gradients, [2 * (1 - weight), 2 * weight, 2], 1e-6);
    }
  });

  test("logsumexp of nothing is −∞", async (device) => {
    for (const requiresGrad of [false, true]) {
      const nothing = (...shape: number[]) => zeros(shape, { device, requiresGrad });
      assert.deepEqual(await nothing(2, 0).logsumexp(1).array(), [-Infinity, -Infinity]);
      assert.equal(await nothing(0).logsumexp().item(), -Infinity);
      assert.deepEqual(await nothing(1, 0, 2).logsumexp(1, { keepdim: true }).array(), [[[-Infinity, -Infinity]]]);
      assert.deepEqual(await nothing(2, 0).logsumexp(0).array(), []);
      const x = nothing(2, 0);
      if (requiresGrad) {
        x.logsumexp(1).sum().backward();
        assert.deepEqual(x.grad!.shape, [2, 0]);
      }
    }
  });

  test("softmax passes over −∞, and one NaN or a row of −∞ makes all of its row NaN", async (device) => {
    for (const n of [1, 3, 16, 17, 67, 130]) {
      const waves = Array.from({ length: n }, (_, i) => Math.sin(i * 0.7) * 4);
      const rows = waves.map((_, place) => waves.map((x, i) => (i + place) % 3 === 1 ? -Infinity : x));
      rows.forEach((row, place) => row[place] = 0);
      const expected = rows.map((row) => {
        const e = row.map(Math.exp), sum = e.reduce((a, b) => a + b);
        return e.map((x) => x / sum);
      });
      const masked = await tensor(rows, { device }).softmax(1).array() as number[][];
      assertClose(masked.flat(), expected.flat(), 1e-6);
      rows.forEach((row, place) => row.forEach((x, i) => x === -Infinity && assert.equal(masked[place]![i], 0)));

      rows.forEach((row, place) => row[place] = NaN);
      rows.push(waves.map(() => -Infinity));
      const spoiled = tensor(rows, { device });
      for (const result of [spoiled.softmax(1), spoiled.logSoftmax(1)]) {
        assert.ok((await result.toTypedArray()).every(Number.isNaN), `${n} columns`);
      }
    }
  });

  test("softmax and logSoftmax of equal large numbers share evenly", async (device) => {
    for (const k of [1e8, 1e20, 3e38]) {
      const x = tensor([[k, k, -k], [k, 0, k]], { device });
      assertClose(await x.softmax(1).toTypedArray(), [0.5, 0.5, 0, 0.5, 0, 0.5], 1e-6);
      const [a, b] = await x.logSoftmax(1).toTypedArray();
      assertClose([a!, b!], [-Math.LN2, -Math.LN2], 1e-6);
    }
  });
}
