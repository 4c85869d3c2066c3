import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { flush } from "../../lib/engine/flush.ts";
import { read } from "../../lib/engine/read.ts";
import { pendingOf, Storage } from "../../lib/engine/storage.ts";
import { noGrad } from "../../lib/graph/context.ts";
import type { Leaf } from "../../lib/graph/node.ts";
import { add, mul, neg, unary } from "../../lib/ops/pointwise.ts";
import { data, full } from "../../lib/ops/sources.ts";

const ready = () => new Device("reference").ready;

/** A storage with these numbers, which may be a leaf. */
function storageOf(device: Device, numbers: readonly number[], leaf?: Leaf): Storage {
  const storage = new Storage(data(device, "float32", [numbers.length], Float64Array.from(numbers)));
  if (leaf) storage.become(leaf);
  return storage;
}

const LEAF: Leaf = { accumulate() {} };

async function numbers(storage: Storage): Promise<number[]> {
  return Array.from(await read(storage.current, storage));
}

/** What the next flush owes. */
const owed = (device: Device) => [...pendingOf(device).effects, ...pendingOf(device).kept];

Deno.test("a node belongs to one storage: a second gets an alias", async () => {
  using device = await ready();
  const a = storageOf(device, [1, 2]), b = new Storage(a.current);
  assert.notEqual(b.current, a.current);
  assert.deepEqual(b.current.inputs, [a.current]);
  b.write(neg(b.current), false, "neg_()");
  flush(device);
  assert.deepEqual([await numbers(a), await numbers(b)], [[1, 2], [-1, -2]]);
});

Deno.test("write() moves the contents on, and earlier readers keep what they saw", async () => {
  using device = await ready();
  const a = storageOf(device, [1, 2]), seen = new Storage(add(a.current, a.current));
  const before = a.current, next = neg(before);
  a.write(next, false, "neg_()");
  assert.equal(a.current, next);
  assert.equal(a.version, 1);
  assert.deepEqual([await numbers(seen), await numbers(a)], [[2, 4], [-1, -2]]);
});

Deno.test("a write is an effect on what is stored, kept, or older than the last flush, and no other", async () => {
  using device = await ready();
  const recipe = () => new Storage(unary("exp", full(device, "float32", [2], 0)));
  const write = (storage: Storage) => {
    storage.write(neg(storage.current), false, "neg_()");
    return pendingOf(device).effects.has(storage);
  };
  const fresh = recipe(), kept = recipe(), old = recipe();
  kept.keep();
  assert.equal(write(fresh), false);
  assert.equal(write(kept), true);
  assert.equal(write(storageOf(device, [1])), true);
  flush(device);
  assert.deepEqual([fresh.memory === undefined, kept.memory === undefined], [true, false]);
  assert.equal(write(old), true);
  flush(device);
  assert.deepEqual(await numbers(old), [-1, -1]);
});

Deno.test("an effect keeps its memory, and the node before has lost its value and says to what", async () => {
  using device = await ready();
  const a = storageOf(device, [1, 2]), { memory, current: before } = a;
  a.write(neg(before), false, "neg_()");
  assert.deepEqual([a.materialised, a.memory], [before, memory]);
  flush(device);
  assert.equal(a.memory, memory);
  assert.equal(before.value, undefined);
  assert.equal(before.overwrittenBy, "neg_()");
  assert.deepEqual(a.current.inputs, [], "its history is let go");
  await assert.rejects(
    read(add(before, before), new Storage(add(before, before))),
    /neg_\(\) has since overwritten/,
  );
});

Deno.test("two writes between flushes are one effect", async () => {
  using device = await ready();
  const a = storageOf(device, [1, 2]), { memory } = a;
  a.write(neg(a.current), false, "neg_()");
  a.write(mul(a.current, a.current), false, "neg_()");
  assert.deepEqual(owed(device), [a]);
  flush(device);
  assert.equal(a.memory, memory);
  assert.deepEqual(await numbers(a), [1, 4]);
});

Deno.test("a hidden write leaves a leaf that leaf, and other nodes their history", async () => {
  using device = await ready();
  const leaf = storageOf(device, [1], LEAF), computed = new Storage(neg(leaf.current));
  const history = computed.current, value = full(device, "float32", [1], 7);
  noGrad(() => leaf.write(add(leaf.current, value), false, "neg_()"));
  assert.deepEqual([leaf.current.leaf, leaf.current.requiresGrad, leaf.current.op.name], [LEAF, true, "add"]);
  leaf.write(add(leaf.current, value), true, "neg_()");
  assert.deepEqual([leaf.current.leaf, leaf.current.requiresGrad, leaf.current.op.name], [LEAF, true, "detach"]);
  computed.write(neg(value), true, "neg_()");
  assert.deepEqual([computed.current.op.name, computed.current.inputs[1]], ["straightThrough", history]);
  assert.equal(computed.current.requiresGrad, true);
  computed.write(neg(computed.current), false, "neg_()");
  assert.equal(computed.current.op.name, "neg", "a write that gradients see is the new contents");
});

Deno.test("keep() stores at the next flush; abandon() takes that back, and effects with it", async () => {
  using device = await ready();
  const make = () => new Storage(unary("exp", full(device, "float32", [2], 0)));
  const kept = make(), abandoned = make(), written = storageOf(device, [1]);
  kept.keep();
  abandoned.keep();
  written.write(neg(written.current), false, "neg_()");
  assert.deepEqual(new Set(owed(device)), new Set([kept, abandoned, written]));
  abandoned.abandon();
  written.abandon();
  assert.deepEqual(owed(device), [kept]);
  flush(device);
  assert.deepEqual([kept.memory === undefined, abandoned.memory === undefined], [false, true]);
  kept.keep();
  assert.deepEqual(owed(device), [], "it is stored");
});

Deno.test("become() leaves nodes recorded before without gradients, and takes a leaf back", async () => {
  using device = await ready();
  const a = new Storage(unary("exp", full(device, "float32", [2], 0))), before = a.current, reader = neg(before);
  a.become(LEAF);
  assert.notEqual(a.current, before);
  assert.deepEqual([before.requiresGrad, reader.inputs[0]], [false, before]);
  assert.deepEqual([a.current.requiresGrad, a.current.leaf], [true, LEAF]);
  assert.equal(neg(a.current).requiresGrad, true);
  a.become(undefined);
  assert.deepEqual([a.current.requiresGrad, a.current.leaf], [false, undefined]);
  const unread = unary("exp", full(device, "float32", [2], 0)), b = new Storage(unread);
  b.become(LEAF);
  assert.equal(b.current, unread);
});

Deno.test("dispose() lets go of memory and of what was owed, once", async () => {
  using device = await ready();
  const a = storageOf(device, [1, 2]), { memory } = a;
  a.write(neg(a.current), false, "neg_()");
  a.dispose();
  a.dispose();
  assert.ok(memory!.released);
  assert.deepEqual(owed(device), []);
  new Storage(neg(a.current)).keep();
  assert.throws(() => flush(device), /Cannot use a tensor after dispose\(\): source \[2\]/);
});
