import assert from "node:assert/strict";
import { garments } from "../../lib/data/garments/garments.ts";
import { holdOut } from "../../lib/data/hold_out.ts";
import { pixelStatistics } from "../../lib/data/image_dataset.ts";

const split = (count: number) => ({
  images: Uint8Array.from({ length: count * 4 }, (_, i) => i),
  labels: Uint8Array.from({ length: count }, (_, i) => i),
  count,
});
const raw = { shape: [2, 2] as const, train: split(6), test: split(3) };

Deno.test("holdOut(): the last images of the training part, and nothing is copied", () => {
  const { shape, train, test } = holdOut(raw, 2);
  assert.deepEqual(shape, [2, 2]);
  assert.deepEqual([train.count, [...train.labels], [...train.images]], [4, [0, 1, 2, 3], [
    ...raw.train.images.slice(0, 16),
  ]]);
  assert.deepEqual([test.count, [...test.labels], [...test.images]], [2, [4, 5], [...raw.train.images.slice(16)]]);
  assert.equal(test.images.buffer, raw.train.images.buffer);
  assert.equal(train.complete, true);
});

Deno.test("holdOut(): images that are still drawn are asked for by their places in the whole", async () => {
  const asked: number[][] = [];
  const train = { ...split(6), complete: false, ready: (positions: Int32Array) => void asked.push([...positions]) };
  const parts = holdOut({ ...raw, train }, 2);
  assert.equal(parts.test.complete, false);
  await parts.train.ready!(Int32Array.of(0, 3));
  await parts.test.ready!(Int32Array.of(0, 1));
  assert.deepEqual(asked, [[0, 3], [4, 5]]);
});

Deno.test("holdOut(): garments that are drawn on demand are the same as in the whole", async () => {
  const drawn = garments({ seed: 3 }).drawAhead();
  const { test } = holdOut(drawn, 10_000);
  await pixelStatistics(test, Int32Array.of(0, 1));
  drawn.stop();
  const { images } = (await test.ready!(Int32Array.of(0)))!;
  const { images: whole } = (await drawn.train.ready!(Int32Array.of(50_000)))!;
  assert.deepEqual([...images.subarray(0, 784)], [...whole.subarray(50_000 * 784, 50_001 * 784)]);
  assert.ok(images.subarray(0, 784).some((byte) => byte > 0));
});

Deno.test("holdOut(): both parts keep images", () => {
  for (const count of [0, 6, 7, 1.5]) {
    assert.throws(
      () => holdOut(raw, count),
      new RegExp(`Cannot hold out some of 6 images: their number must be a whole number from 1 to 5, found ${count}`),
    );
  }
});
