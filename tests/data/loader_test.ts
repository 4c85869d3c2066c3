import assert from "node:assert/strict";
import * as data from "../../lib/data/mod.ts";
import { device } from "../../lib/device/device.ts";
import { arange, tensor } from "../../lib/tensor/create.ts";
import { Generator } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { flat } from "../nn/helpers.ts";

/** Two columns of n items: float [n, 2] and int32 [n]. */
function numbered(n: number): data.TensorDataset {
  return new data.TensorDataset(arange(0, 2 * n).float().view(n, 2), arange(0, n).int());
}

/** `count` images of 2×2 whose pixels are the image's number. */
function images(count: number): data.ImageSplit {
  return {
    images: Uint8Array.from({ length: count * 4 }, (_, i) => i >> 2),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
    count,
  };
}

async function epoch(loader: data.DataLoader): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const batch of loader) batches.push(await flat(batch[1]!));
  return batches;
}

Deno.test("DataLoader gives every item once and keeps the short last batch", async () => {
  const loader = new data.DataLoader(numbered(10), { batchSize: 4 });
  assert.equal(loader.length, 3);
  assert.deepEqual(await epoch(loader), [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]);
  const dropping = new data.DataLoader(numbered(10), { batchSize: 4, dropLast: true });
  assert.equal(dropping.length, 2);
  assert.deepEqual(await epoch(dropping), [[0, 1, 2, 3], [4, 5, 6, 7]]);
});

Deno.test("DataLoader shuffles by its generator, items and labels together", async () => {
  const make = () => new data.DataLoader(numbered(50), { batchSize: 8, shuffle: true, generator: new Generator(5) });
  const loader = make();
  const first = await epoch(loader), second = await epoch(loader);
  assert.deepEqual(first.flat().toSorted((a, b) => a - b), Array.from({ length: 50 }, (_, i) => i));
  assert.notDeepEqual(first, second);
  const again = make();
  assert.deepEqual([await epoch(again), await epoch(again)], [first, second]);
  for await (const [x, y] of loader) assert.deepEqual(await flat(x!.at([], 0)), (await flat(y!)).map((v) => 2 * v));
});

Deno.test("a batch can be read after its epoch was left", async () => {
  const [x] = await new data.DataLoader(numbered(10), { batchSize: 3, shuffle: true }).first();
  assert.equal((await flat(x!)).length, 6);
});

Deno.test("DataLoader lets timers fire", async () => {
  const loader = new data.DataLoader(numbered(64), { batchSize: 1 });
  let fired = 0;
  const timer = setInterval(() => fired++, 1);
  for await (const _ of loader) {
    const busy = performance.now() + 3;
    while (performance.now() < busy);
  }
  clearInterval(timer);
  assert.ok(fired >= 5, `the timer fired ${fired} times in 200 ms`);
});

for (const name of ["cpu", "reference"] as const) {
  Deno.test(`bytes in a data set are int32 in each of its batches on ${name}`, async () => {
    const bytes = (...values: number[]) => tensor(new Uint8Array(values), { device: device(name) });
    const items = [5, 6, 7, 8].map((value) => ({ value: bytes(value) }));
    for (
      const set of [
        new data.TensorDataset(bytes(5, 6, 7, 8)),
        new data.DictDataset({ value: bytes(5, 6, 7, 8) }, { device: device(name) }),
        new data.DictDataset(items, { device: device(name) }),
      ]
    ) {
      const batches: number[][] = [];
      for await (const [x] of new data.DataLoader(set, { batchSize: 2 })) {
        assert.equal(x!.dtype, "int32");
        batches.push(await flat(x!));
      }
      assert.deepEqual(batches, [[5, 6], [7, 8]]);
    }
  });
}

Deno.test("data names what it cannot take", () => {
  assert.throws(() => new data.TensorDataset(tensor([1, 2]), tensor([1])), /\[2\] and \[1\]: the first axes/);
  assert.throws(() => new data.TensorDataset(3 as unknown as Tensor), /number/);
  assert.throws(() => new data.DataLoader(numbered(3), { batchSize: 0 }), /batchSize/);
  assert.throws(() => new data.DataLoader(numbered(3), { batchSize: 4, dropLast: true }), /no batch would come/);
  for (const [what, found] of [[[1, 2], "an array"], [undefined, "undefined"], [tensor([1]), "a Tensor"]] as const) {
    assert.throws(
      () => new data.DataLoader(what as unknown as data.Dataset),
      new RegExp(`TypeError: Cannot run DataLoader: the data set must be a Dataset, such as .*found ${found}`),
    );
  }
  assert.throws(
    () => new data.ImageDataset({ ...images(3), count: 4 }, { shape: [2, 2] }),
    /12 bytes and 3 labels as 4 images/,
  );
  assert.throws(
    () => new data.ImageDataset(images(3), { shape: [2, 2], normalize: { mean: 0, std: 0 } }),
    /deviation 0/,
  );
});

Deno.test("a sampler whose order is not as long as it says is told, and so is one of no length", async () => {
  const sampler = (length: number, count: number): data.Sampler => ({
    length,
    order: () => Int32Array.from({ length: count }, (_, i) => i),
  });
  for (const [length, count] of [[6, 4], [4, 6], [6, 0]] as const) {
    const loader = new data.DataLoader(numbered(6), { batchSize: 2, sampler: sampler(length, count) });
    await assert.rejects(epoch(loader), new RegExp(`order has ${count} positions, its length is ${length}`));
  }
  for (const length of [0, NaN]) {
    assert.throws(() => new data.DataLoader(numbered(6), { sampler: sampler(length, 6) }), /no batch would come/);
  }
});

Deno.test("positions that a data set does not have are told, whatever it is made of: a subset gave its first item for them", async () => {
  const three = numbered(3),
    sampler = (...positions: number[]): data.Sampler => ({
      length: positions.length,
      order: () => Int32Array.from(positions),
    });
  const sets = {
    tensors: three,
    subset: new data.Subset(numbered(9), [4, 5, 6]),
    joined: new data.ConcatDataset(numbered(1), numbered(2)),
    items: new data.DictDataset([{ x: 1 }, { x: 2 }, { x: 3 }]),
    images: new data.ImageDataset(images(3), { shape: [2, 2] }),
  };
  for (const [name, set] of Object.entries(sets)) {
    for (const [position, place] of [[3, 2], [-1, 0]] as const) {
      const order = [0, 1, 2].with(place, position);
      const loader = new data.DataLoader(set, { batchSize: 2, sampler: sampler(...order) });
      const wanted = new RegExp(`order has ${position} \\(place ${place}\\), and the data set's 3 items are 0 to 2`);
      await assert.rejects(loader.first(), wanted, name);
    }
  }
  const weights = new data.WeightedRandomSampler([0, 0, 0, 1], { generator: new Generator(0) });
  await assert.rejects(new data.DataLoader(three, { sampler: weights }).first(), /Make the sampler for this data set/);
  const halves = { length: 2, order: () => [0, 1.5] as unknown as Int32Array };
  await assert.rejects(new data.DataLoader(three, { sampler: halves }).first(), /order has 1\.5 \(place 1\)/);
});

Deno.test("an epoch keeps its order, though the sampler fills the same list anew for the next one", async () => {
  const order = new Int32Array(4);
  let epochs = 0;
  const sampler = {
    length: 4,
    order() {
      order.set(epochs++ === 0 ? [0, 1, 2, 3] : [3, 2, 1, 0]);
      return order;
    },
  };
  const items = new data.DictDataset([0, 1, 2, 3].map((x) => ({ x })));
  const loader = new data.DataLoader(items, { batchSize: 2, sampler });
  const first = loader[Symbol.asyncIterator](), second = loader[Symbol.asyncIterator]();
  const batches: number[][] = [];
  for (const one of [first, second, first]) batches.push(await flat((await one.next()).value![0]!));
  assert.deepEqual(batches, [[0, 1], [3, 2], [2, 3]]);
});

Deno.test("TensorDataset: tensors on several devices are named", async () => {
  const [here, there] = [await device("cpu"), await device("reference")];
  assert.throws(() => new data.TensorDataset(tensor([1], { device: here }), tensor([1], { device: there })), {
    name: "RangeError",
    message: /tensors on cpu and reference: move them to one device/,
  });
});
