import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import { tensor } from "../../lib/tensor/create.ts";
import * as data from "../../lib/data/mod.ts";
import { assertClose, flat } from "../nn/helpers.ts";

Deno.test("fromDict: columns and items, with transforms", async () => {
  const columns = { image: [[0, 255], [255, 0], [51, 51]], label: [1, 0, 1] };
  const half = (c: data.Columns) => ({ image: c.image!.div(255), label: c.label! });
  const dls = data.DataLoaders.fromDict({ train: columns, test: columns }, {
    batchSize: 2,
    shuffle: false,
    batch: half,
  });
  const [x, y] = await dls.oneBatch();
  assertClose(await flat(x!), [0, 1, 1, 0]);
  assert.equal(y!.dtype, "int32");
  assert.deepEqual(await flat(y!), [1, 0]);

  const items = [{ image: [1, 2], label: 0 }, { image: [3, 4], label: 1 }, { image: [5, 6], label: 0 }];
  const flipped = new data.DictDataset(items, {
    item: (item) => ({ ...item, image: (item.image as number[]).toReversed() }),
  });
  const found: number[][] = [];
  for await (const [a, b] of new data.DataLoader(flipped, { batchSize: 2 })) found.push(await flat(a!), await flat(b!));
  assert.deepEqual(found, [[2, 1, 4, 3], [0, 1], [6, 5], [0]]);
  assert.throws(() => data.collate([{ a: 1 }, { b: 2 }]), /item 1 of it has no "a"/);
  assert.throws(() => new data.DictDataset({ a: [1, 2], b: [1] }), /column "b" has 1 items, "a" has 2/);
  assert.throws(() => data.DataLoaders.fromDict({ train: columns }), /train and valid/);
});

Deno.test("fromDict: whole numbers that int32 cannot hold are float32, in columns and in items", async () => {
  for (
    const source of [
      { income: [3e9, 1], label: [0, 1] },
      [{ income: 3e9, label: 0 }, { income: 1, label: 1 }],
    ]
  ) {
    for await (const [income, label] of new data.DataLoader(new data.DictDataset(source), { batchSize: 2 })) {
      assert.deepEqual([income!.dtype, await income!.array()], ["float32", [3e9, 1]]);
      assert.deepEqual([label!.dtype, await label!.array()], ["int32", [0, 1]]);
    }
  }
});

Deno.test("DictDataset: what a transform gives is looked at: a promise has no values, and a batch of none would be a batch without tensors", async () => {
  const first = async (options: unknown) =>
    await new data.DataLoader(new data.DictDataset([{ x: 1 }, { x: 2 }], options as never)).first();
  await assert.rejects(first({ item: async (item: unknown) => await item }), {
    name: "TypeError",
    message: /what item gives must be an object of values by name, found a Promise\. .*without async/,
  });
  await assert.rejects(first({ batch: async (columns: unknown) => await columns }), /what batch gives .*without async/);
  await assert.rejects(first({ item: () => undefined }), /what item gives must be .*found undefined/);
  await assert.rejects(first({ batch: () => undefined }), /what batch gives must be .*found undefined/);
  await assert.rejects(first({ batch: () => ({ x: 3 }) }), /"x" of what batch gives must be a tensor, found 3/);
  await assert.rejects(first({ item: 5 }), /item must be a function, found 5/);
});

Deno.test("DictDataset: fractions that a transform gives for whole numbers are refused, not cut off; under another name they are there", async () => {
  const items = [{ x: 3 }, { x: 4 }];
  const first = (item: data.TransformOptions["item"]) =>
    new data.DataLoader(new data.DictDataset(items, { item: item! }), { batchSize: 2 }).first();
  await assert.rejects(first(({ x }) => ({ x: (x as number) / 2 })), {
    name: "RangeError",
    message: /"x" of item 0 of it must be a whole number .*found 1\.5\. Under another name it is float32/,
  });
  await assert.rejects(first((_, position) => ({ x: position === 0 ? 1 : NaN })), /"x" of item 1 .*found NaN/);
  const [half] = await first(({ x }) => ({ half: (x as number) / 2 }));
  assert.deepEqual([half!.dtype, await half!.array()], ["float32", [1.5, 2]]);
  const [less] = await first(({ x }) => ({ x: (x as number) - 1 }));
  assert.deepEqual([less!.dtype, await less!.array()], ["int32", [2, 3]]);
  assert.throws(() => data.collate([{ x: 2 ** 31 }], undefined, new Set(["x"])), /found 2147483648/);
});

Deno.test("DictDataset: tensors in items come to where batches are made, before the batch transform; a column that is elsewhere is named", async () => {
  const [here, there] = [await device("cpu"), await device("reference")];
  const items = [5, 6].map((v) => ({ x: tensor([v, v], { device: here }).keep(), y: v - 5 }));
  const set = new data.DictDataset(items, { device: here, batch: ({ x, y }) => ({ sum: x!.sum(1).add(y!), y: y! }) });
  const read = async () => {
    const batch = await new data.DataLoader(set, { batchSize: 2 }).first();
    assert.deepEqual(await Promise.all(batch.map((t) => t.array())), [[10, 13], [0, 1]]);
    return batch.map((t) => t.device.kind);
  };
  assert.deepEqual(await read(), ["cpu", "cpu"]);
  await set.to(there);
  assert.deepEqual(await read(), ["reference", "reference"]);
  assert.throws(() => new data.DictDataset({ x: items[0]!.x }, { device: there }), {
    name: "RangeError",
    message: /column "x" of a tensor on cpu: batches are made on reference/,
  });
});
