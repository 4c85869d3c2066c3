/** Laid out in another order in memory, a tensor has the same values; and the order is found again. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import type { DType } from "../../lib/device/dtype.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { flush } from "../../lib/tensor/graph.ts";
import { inMemoryOrder, memoryOrder } from "../../lib/tensor/memory_order.ts";
import { testDevices } from "../oracle/golden.ts";

/** Values of 24 elements, with those that a sum would change. */
const VALUES: Partial<Record<DType, number[]>> = {
  float32: [-0, NaN, Infinity, -Infinity, 1e-40, ...Array.from({ length: 19 }, (_, i) => i - 9.5)],
  int32: Array.from({ length: 24 }, (_, i) => i * 89_478_485 - 2 ** 30),
  bool: Array.from({ length: 24 }, (_, i) => i % 3 & 1),
};

for (const kind of testDevices()) {
  Deno.test(`inMemoryOrder() changes no value, and memoryOrder() finds the order (${kind})`, async () => {
    using device = await new Device(kind).ready;
    for (const [dtype, values] of Object.entries(VALUES)) {
      for (
        const [shape, order, found] of [
          [[24], [0], undefined],
          [[4, 6], [0, 1], undefined],
          [[4, 6], [1, 0], [1, 0]],
          [[2, 3, 4], [2, 0, 1], [2, 0, 1]],
          [[2, 1, 12], [2, 1, 0], [2, 1, 0]],
          [[2, 12, 1], [2, 0, 1], undefined], // an axis of one element lies anywhere
          [[2, 3, 2, 2], [0, 2, 3, 1], [0, 2, 3, 1]],
        ] as const
      ) {
        const plain = tensor(values, { shape, dtype: dtype as DType, device });
        const laid = inMemoryOrder(plain, order).keep();
        flush(device);
        assert.deepEqual(memoryOrder(plain), undefined);
        assert.deepEqual(memoryOrder(laid), found, `${dtype} [${shape}] ${order}`);
        assert.deepEqual(memoryOrder(laid.detach()), found);
        assert.deepEqual([laid.dtype, laid.shape], [dtype, [...shape]]);
        assert.deepEqual(await laid.toTypedArray(), await plain.toTypedArray());
      }
    }
    const t = tensor([[1, 2], [3, 4]], { device });
    assert.equal(memoryOrder(t.add(1)), undefined, "nothing has been computed");
    for (const order of [[0], [0, 0], [1, 2], [-1, 0], [0, 1, 2]]) {
      assert.throws(() => inMemoryOrder(t, order), /Cannot load a tensor \[2, 2\] in the order .* of its axes/);
    }
  });
}
