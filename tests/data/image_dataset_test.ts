import assert from "node:assert/strict";
import * as data from "../../lib/data/mod.ts";
import { garments } from "../../lib/data/garments/garments.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { Generator } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { assertClose, flat } from "../nn/helpers.ts";

/** `count` images of 2×2 whose pixels are the image's number. */
function images(count: number): data.ImageSplit {
  return {
    images: Uint8Array.from({ length: count * 4 }, (_, i) => i >> 2),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
    count,
  };
}

Deno.test("image batches are scaled, or normalised", async () => {
  const raw = { shape: [2, 2] as const, train: images(20), test: images(6) };
  const plain = data.DataLoaders.fromRaw(raw, { batchSize: 4, shuffle: false });
  const [x, y] = await plain.oneBatch();
  assert.deepEqual(x!.shape, [4, 1, 2, 2]);
  assert.equal(y!.dtype, "int32");
  assertClose(await flat(x!.at([], 0, 0, 0)), [0, 1, 2, 3].map((v) => v / 255));
  assert.equal(plain.valid.batchSize, 8);
  assert.deepEqual((await plain.valid.first())[0]!.shape, [6, 1, 2, 2]);

  const normalize = await data.pixelStatistics(raw.train);
  assertClose([normalize.mean], [9.5 / 255]);
  const normalised = data.DataLoaders.fromRaw(raw, { batchSize: 20, normalize, shuffle: false });
  const [z] = await normalised.oneBatch();
  assertClose([await z!.mean().item(), await z!.std().item()], [0, 1], 1e-5);
  assert.equal(data.DataLoaders.fromRaw(raw, { limit: 5 }).train.dataset.length, 5);
});

Deno.test("images that are drawn on demand give the same batches", async () => {
  const whole = images(20);
  const drawn = new Set<number>();
  const pixels = new Uint8Array(80);
  const lazy: data.ImageSplit = {
    images: pixels,
    labels: whole.labels,
    count: 20,
    get complete() {
      return drawn.size === 20;
    },
    ready(positions = Int32Array.from({ length: 20 }, (_, i) => i)) {
      for (const p of positions) {
        drawn.add(p);
        pixels.set(whole.images.subarray(4 * p, 4 * p + 4), 4 * p);
      }
    },
  };
  const run = async (train: data.ImageSplit) => {
    const set = new data.ImageDataset(train, { shape: [2, 2] });
    const loader = new data.DataLoader(set, { batchSize: 8, shuffle: true, generator: new Generator(2) });
    const values: number[][] = [];
    for (let i = 0; i < 2; i++) for await (const [x, y] of loader) values.push([...await flat(x!), ...await flat(y!)]);
    return values;
  };
  const loader = new data.DataLoader(new data.ImageDataset(lazy, { shape: [2, 2] }), { batchSize: 8 });
  await loader.first();
  assert.equal(drawn.size, 8, "only what the first batch needs is drawn");
  drawn.clear();
  pixels.fill(0);
  assert.deepEqual(await run(lazy), await run(whole));
});

Deno.test("nothing reads the images of a split that is still drawn, which would wait for all of them", async () => {
  const whole = images(20);
  const late: data.RawSplit = {
    get images(): Uint8Array {
      throw new Error("all images were waited for");
    },
    labels: whole.labels,
    count: 20,
    complete: false,
    ready: () => Promise.resolve(whole),
  };
  const { mean } = await data.pixelStatistics(late, Int32Array.of(3, 5));
  assert.equal(mean, 4 / 255);
  const held = data.holdOut({ shape: [2, 2], train: late, test: late }, 4);
  for (const raw of [{ shape: [2, 2] as const, train: late, test: late }, held]) {
    const { train } = data.DataLoaders.fromRaw(raw, { batchSize: 4, shuffle: false });
    const [x] = await train.first();
    assertClose(await flat(x!.at([], 0, 0, 0)), [0, 1, 2, 3].map((v) => v / 255));
  }
});

Deno.test("gather() of images that are drawn on demand takes positions, whatever the order in which they were sent", async () => {
  const source = garments({ seed: 9, trainCount: 30, testCount: 1 });
  const whole = (await source.drawAll()).train;
  const index = tensor([4, 0, 29], { dtype: "int32" });
  const expected = new data.ImageDataset(whole).gather(index);
  for (const batches of [0, 1, Infinity]) {
    const { train, stop } = source.drawAhead();
    stop();
    const set = new data.ImageDataset(train);
    let seen = 0;
    for await (const _ of new data.DataLoader(set, { batchSize: 8, shuffle: true, generator: new Generator(1) })) {
      if (++seen >= batches) break;
    }
    const [x, y] = set.gather(index);
    assert.deepEqual(await flat(y!), await flat(expected[1]!));
    assert.deepEqual(await flat(x!), await flat(expected[0]!));
    // And an epoch after it is the same as of the whole.
    const [again] = await new data.DataLoader(set, { batchSize: 30 }).first();
    const [wanted] = await new data.DataLoader(new data.ImageDataset(whole), { batchSize: 30 }).first();
    assert.deepEqual(await flat(again!), await flat(wanted!));
  }
});

Deno.test("gather() of images that do not say when they are there throws", () => {
  const late: data.ImageSplit = { ...images(20), complete: false, ready: () => {} };
  const set = new data.ImageDataset(late, { shape: [2, 2] });
  assert.throws(() => set.gather(tensor([0], { dtype: "int32" })), /still drawn: await ready\(\).*DataLoader/);
});

Deno.test("images that are drawn on demand are counted when they come", async () => {
  const late: data.ImageSplit = { ...images(20), count: 19, complete: false, ready: () => {} };
  const loader = new data.DataLoader(new data.ImageDataset(late, { shape: [2, 2] }), { batchSize: 8 });
  await assert.rejects(loader.first(), /Cannot use 80 bytes and 20 labels as 19 images of 2×2/);
});

Deno.test("a subclass's own gather() is asked for every batch, of whole sets and of those that are still drawn", async () => {
  class Inverted extends data.ImageDataset {
    override gather(index: Tensor): data.Batch {
      const [x, y] = super.gather(index);
      return [x!.neg(), y!];
    }
  }
  const { train, stop } = garments({ seed: 9, trainCount: 30, testCount: 1 }).drawAhead();
  stop();
  for (const split of [train, images(20)]) {
    const options = split === train ? {} : { shape: [2, 2] as const };
    const sums = await Promise.all([data.ImageDataset, Inverted].map(async (kind) => {
      const [x] = await new data.DataLoader(new kind(split, options), { batchSize: 8 }).first();
      return await x!.sum().item();
    }));
    assertClose([sums[1]!], [-sums[0]!]);
  }
});

Deno.test("pixelStatistics(): of images that the split does not have there are none, and bytes must be those of so many images", async () => {
  const three = images(3);
  assertClose([(await data.pixelStatistics(three, Int32Array.of(2, 2, 0))).mean], [4 / 3 / 255]);
  for (const position of [3, -1]) {
    await assert.rejects(data.pixelStatistics(three, Int32Array.of(0, position)), {
      name: "RangeError",
      message: new RegExp(`each position must be a whole number from 0 to 2, found ${position}`),
    });
  }
  await assert.rejects(data.pixelStatistics(three, [0.5] as unknown as Int32Array), /found 0\.5/);
  await assert.rejects(data.pixelStatistics({ ...three, count: 2 }), /12 bytes and 3 labels as those of 2 images/);
});
