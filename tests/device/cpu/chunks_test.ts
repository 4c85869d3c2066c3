/** Commands of more chunks than threads can claim in one round. */
import assert from "node:assert/strict";
import { Device } from "../../../lib/device/device.ts";
import { CHUNK_BITS } from "../../../lib/device/cpu/numbers.ts";
import { arange } from "../../../lib/tensor/create.ts";

Deno.test("a batch of more than a million products is computed, by one thread and by two", async () => {
  const count = 2 ** CHUNK_BITS + 3; // a chunk each
  for (const threads of [1, 2]) {
    const device = new Device("cpu", { threads });
    const rows = arange(0, 2 * count, 1, { device }).remainder(7).reshape([count, 1, 2]);
    for (let round = 0; round < 4; round++) {
      const columns = arange(round, 2 * count + round, 1, { device }).remainder(5).reshape([count, 2, 1]);
      const products = await rows.matmul(columns).toTypedArray();
      const isWrong = (found: number, i: number) => {
        const [a, b] = [2 * i, 2 * i + 1];
        return found !== (a % 7) * ((a + round) % 5) + (b % 7) * ((b + round) % 5);
      };
      assert.deepEqual(
        [products.length, products.findIndex(isWrong)],
        [count, -1],
        `${threads} threads, round ${round}`,
      );
      await new Promise((resolve) => setTimeout(resolve, 100)); // helpers announce themselves
    }
    device.dispose();
  }
});
