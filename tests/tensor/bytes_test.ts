/** Tensors of bytes: packed four to a word, and only read. */
import assert from "node:assert/strict";
import { device, F, tensor } from "../../mod.ts";
import { testDevices } from "../oracle/golden.ts";

for (const name of testDevices()) {
  Deno.test(`views of bytes read and convert as the same views of numbers do, on ${name}`, async () => {
    const values = Array.from({ length: 3 * 5 * 2 }, (_, i) => (i * 37) % 256);
    const options = { device: device(name), shape: [3, 5, 2] };
    const bytes = tensor(Uint8Array.from(values), options), numbers = tensor(Int32Array.from(values), options);
    const views = [
      (t: typeof bytes) => t,
      (t: typeof bytes) => t.narrow(1, 1, 3),
      (t: typeof bytes) => t.select(0, 1),
      (t: typeof bytes) => t.permute(2, 0, 1).narrow(0, 1, 1),
      (t: typeof bytes) => t.slice(0, 1, undefined, 2).view(1, 10),
      (t: typeof bytes) => t.select(0, 2).unsqueeze(0).expand(4, 5, 2),
      // Their elements lie in another order: of numbers these are copies.
      (t: typeof bytes) => t.permute(1, 0, 2).reshape(5, 6),
      (t: typeof bytes) => t.permute(1, 0, 2).reshape(5, 6).t().reshape(3, 10).narrow(1, 1, 4),
      (t: typeof bytes) => t.select(0, 2).unsqueeze(0).expand(4, 5, 2).reshape(40),
      (t: typeof bytes) => t.permute(2, 1, 0).flatten(),
      (t: typeof bytes) => t.diagonal(1, 2, 0),
    ];
    for (const view of views) {
      const expected = await view(numbers).array();
      assert.deepEqual(await view(bytes).array(), expected, `${view} read`);
      assert.deepEqual(await view(bytes).int().array(), expected, `${view} as int32`);
      assert.deepEqual(await view(bytes).float().array(), expected, `${view} as float32`);
    }
  });

  Deno.test(`bytes are not written, nor taken for bools, on ${name}`, async () => {
    const on = { device: device(name) }, bytes = tensor(Uint8Array.from([5, 200, 0, 7]), on);
    // A kernel would write a word for each byte, over whatever lies behind them.
    assert.throws(() => bytes.copy_(tensor(new Uint8Array(4), on)), /Cannot copy_ into a uint8 tensor: bytes are only/);
    for (const roll of [() => bytes.roll(1), () => bytes.roll(1, 0)]) {
      assert.throws(roll, /Cannot roll uint8 tensors.*Convert with \.float\(\)/);
    }
    assert.throws(() => bytes.unfold(0, 2, 1), /Cannot unfold uint8 tensors/);
    assert.throws(() => F.unfold(bytes.view(1, 1, 2, 2), 1), /Cannot unfold uint8 tensors/);
    const padded = (sides: number[], mode: "constant" | "reflect") => F.pad(bytes, sides, { mode }).array();
    assert.deepEqual(await padded([1, 2], "reflect"), [200, 5, 200, 0, 7, 0, 200]);
    assert.deepEqual(await padded([-1, -1], "constant"), [200, 0]);
    assert.deepEqual(await bytes.array(), [5, 200, 0, 7]);
  });
}
