/** Tensors of bytes: packed four to a word, and only read. */
import assert from "node:assert/strict";
import { device, tensor } from "../../lib/tensor/mod.ts";
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
    ];
    for (const view of views) {
      const expected = await view(numbers).array();
      assert.deepEqual(await view(bytes).array(), expected, `${view} read`);
      assert.deepEqual(await view(bytes).int().array(), expected, `${view} as int32`);
      assert.deepEqual(await view(bytes).float().array(), expected, `${view} as float32`);
    }
  });
}
