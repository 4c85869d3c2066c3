/** What Embedding does beyond the values in tests/oracle/ops_test.ts: its start, its padding row, and numbers out of range. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { DeviceFaultError } from "../../lib/device/errors.ts";
import * as nn from "../../lib/nn/mod.ts";
import { SGD } from "../../lib/optim/sgd.ts";
import { ones, tensor } from "../../lib/tensor/create.ts";
import { Generator } from "../../lib/tensor/random.ts";
import { testDevices } from "../oracle/golden.ts";
import { flat } from "./helpers.ts";

for (const kind of testDevices()) {
  Deno.test(`Embedding starts standard normal but for its padding row, which training leaves alone, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const layer = new nn.Embedding(41, 50, { paddingIdx: -1, device, generator: new Generator(2) });
    assert.equal(layer.paddingIdx, 40);
    const before = await flat(layer.weight), trained = before.slice(0, 2000);
    assert.deepEqual(before.slice(2000), new Array(50).fill(0));
    // Five deviations of the mean and of the variance of 2,000 standard normal numbers
    const mean = trained.reduce((a, b) => a + b) / 2000, square = trained.reduce((a, b) => a + b * b, 0) / 2000;
    assert.ok(
      Math.abs(mean) < 5 / Math.sqrt(2000) && Math.abs(square - 1) < 5 * Math.sqrt(2 / 2000),
      `${mean}, ${square}`,
    );

    const optimizer = new SGD(layer.parameters(), { lr: 0.5 });
    layer.call(tensor([[3, 40], [3, 40], [0, 3]], { dtype: "int32", device })).sum().backward();
    optimizer.step();
    const after = await flat(layer.weight);
    const moved = (row: number) => before[50 * row]! - after[50 * row]!;
    for (const [row, times] of [[3, 3], [0, 1], [1, 0], [40, 0]] as const) {
      assert.ok(Math.abs(moved(row) - 0.5 * times) < 1e-6, `row ${row} moved by ${moved(row)}`);
    }
  });

  Deno.test(`embedding numbers out of range are thrown at the next read on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const layer = new nn.Embedding(5, 3, { device });
    for (const number of [5, -1]) {
      const rows = layer.call(tensor([0, number], { dtype: "int32", device }));
      await assert.rejects(rows.array(), (error) => {
        assert.ok(error instanceof DeviceFaultError);
        assert.deepEqual(error.fault, { kernel: "gather", index: number, size: 5 });
        return true;
      });
    }
    assert.deepEqual(
      await flat(layer.call(tensor([4], { dtype: "int32", device }))),
      (await flat(layer.weight)).slice(12),
    );
  });
}

Deno.test("embedding and Embedding name wrong settings", () => {
  const numbers = tensor([0, 1], { dtype: "int32" });
  const { embedding } = nn.functional;
  assert.throws(() => embedding(ones([2]), ones([3, 2])), {
    name: "TypeError",
    message: /embedding rows by float32 numbers: they must be int32. Convert with .int\(\)/,
  });
  assert.throws(() => embedding(numbers, ones([3])), /embedding rows of \[3\]: it takes a table \[rows, dim\]/);
  assert.throws(() => embedding(numbers, ones([3, 2]), { paddingIdx: 3 }), /a whole number from -3 to 2, found 3/);
  assert.throws(() => new nn.Embedding(3, 2, { paddingIdx: -4 }), /Cannot make Embedding: paddingIdx .* found -4/);
  assert.throws(
    () => new nn.Embedding(0, 2),
    /Cannot make Embedding: numEmbeddings must be a whole number of at least 1/,
  );
});
