/** Failures of flushes, and what they leave behind. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { OutOfDeviceMemoryError } from "../../lib/device/errors.ts";
import { flush } from "../../lib/engine/flush.ts";
import { planStatistics } from "../../lib/engine/plan/cache.ts";
import { ones, OverwrittenError, tensor, zeros } from "../../lib/tensor/mod.ts";

for (const name of ["cpu", "reference"] as const) {
  Deno.test(`a flush that fails poisons what it was to compute, and nothing else, on ${name}`, async () => {
    using device = new Device(name, { threads: 1 });
    const fine = tensor([1, 2], { device });
    const huge = zeros([2 ** 16, 2 ** 15], { device }).add(1).keep();
    assert.throws(() => flush(device), (error: Error) => {
      assert.ok(error instanceof OutOfDeviceMemoryError, String(error));
      assert.match(error.message, /Cannot allocate 8192\.0 MiB.*smaller batch/);
      return true;
    });
    await assert.rejects(async () => await huge.sum().item(), OutOfDeviceMemoryError);
    await assert.rejects(async () => await huge.narrow(0, 0, 1).narrow(1, 0, 1).item(), OutOfDeviceMemoryError);
    assert.deepEqual(await fine.add(1).array(), [2, 3]);
  });
}

Deno.test("an overwritten recipe fails alone: effects and reads of the same tick are served", async () => {
  using device = new Device("cpu", { threads: 1 });
  const x = tensor([1, 2], { device });
  const recipe = x.add(1);
  flush(device);
  x.add_(10);
  flush(device);
  const [lost, kept] = await Promise.allSettled([recipe.array(), x.mul_(2).array()]);
  assert.equal(lost.status, "rejected");
  assert.ok((lost as PromiseRejectedResult).reason instanceof OverwrittenError);
  assert.match(
    (lost as PromiseRejectedResult).reason.message,
    /shape \[2\].*flush_test\.ts:\d+:\d+.*add_\(\) has since overwritten.*keep\(\)/,
  );
  assert.deepEqual(kept, { status: "fulfilled", value: [22, 24] });
});

Deno.test("a long trace flushes itself, and the value is right", async () => {
  using device = new Device("cpu", { threads: 1 });
  let x = ones([4], { device });
  for (let i = 0; i < 25_000; i++) x = x.add(1);
  assert.ok(planStatistics(device).flushes >= 2);
  assert.deepEqual(await x.array(), [25_001, 25_001, 25_001, 25_001]);
});

Deno.test("numbers that change are no part of a plan: rates, slice starts and seeds reuse it", async () => {
  using device = new Device("cpu", { threads: 1 });
  const data = tensor(Array.from({ length: 100 }, (_, i) => i), { device });
  for (let i = 0; i < 10; i++) {
    const value = await data.narrow(0, i * 3, 4).mul(i + 0.5).sum().item();
    assert.equal(value, (i * 12 + 6) * (i + 0.5));
  }
  assert.equal(planStatistics(device).compiled, 1);
});
