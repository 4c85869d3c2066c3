import assert from "node:assert/strict";
import { Heap, HEAP_ALIGNMENT } from "../../lib/device/heap.ts";

Deno.test("Heap hands out aligned, disjoint ranges and merges what is freed", () => {
  const heap = new Heap(100, 1 << 20);
  const live = new Map<number, number>();
  let seed = 1;
  const random = (n: number) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
  for (let round = 0; round < 20_000; round++) {
    if (live.size > 0 && random(2)) {
      const keys = [...live.keys()];
      const offset = keys[random(keys.length)]!;
      heap.free(offset);
      live.delete(offset);
    } else {
      const bytes = random(5000);
      const offset = heap.allocate(bytes);
      if (offset < 0) continue;
      assert.equal(offset % HEAP_ALIGNMENT, 0);
      assert.ok(offset >= 100 && offset + bytes <= 100 + (1 << 20));
      if (round % 50 === 0) {
        for (const [other, size] of live) assert.ok(offset + Math.max(1, bytes) <= other || other + size <= offset);
      }
      live.set(offset, Math.max(1, bytes));
    }
  }
  for (const offset of live.keys()) heap.free(offset);
  assert.equal(heap.usedBytes, 0);
  assert.equal(heap.allocate(heap.tailBytes), 256, "all free blocks have merged into one");
});

Deno.test("Heap reports exhaustion with −1 and serves again after grow()", () => {
  const heap = new Heap(0, 1024);
  assert.equal(heap.allocate(1024), 0);
  assert.equal(heap.allocate(1), -1);
  heap.grow(2048);
  assert.equal(heap.tailBytes, 1024);
  assert.equal(heap.allocate(1000), 1024);
  assert.equal(heap.usedBytes, 2048);
});

Deno.test("Heap works beyond 4 GiB", () => {
  const heap = new Heap(0, 2 ** 33);
  const big = heap.allocate(2 ** 32);
  const next = heap.allocate(2 ** 32);
  assert.deepEqual([big, next].sort((a, b) => a - b), [0, 2 ** 32]);
});

Deno.test("Heap refuses to free what it did not hand out", () => {
  const heap = new Heap(0, 4096);
  const offset = heap.allocate(10);
  heap.free(offset);
  assert.throws(() => heap.free(offset), /no block starts there/);
});

Deno.test("Heap keeps blocks of 2^40 bytes and more apart from small ones", () => {
  for (const bytes of [2 ** 40, 2 ** 40 + 1, 2 ** 45 - 256, 2 ** 50]) {
    const heap = new Heap(0, 1 << 20);
    assert.equal(heap.allocate(bytes), -1, String(bytes));
    const large = new Heap(0, bytes + 2 ** 41);
    assert.equal(large.allocate(bytes), 0, String(bytes));
    assert.ok(large.allocate(1) >= bytes);
    large.free(0);
    assert.equal(large.allocate(bytes), 0);
  }
});
