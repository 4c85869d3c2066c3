import assert from "node:assert/strict";
import { CharacterDataset, Vocabulary } from "../../lib/data/characters.ts";
import { type Dataset, TensorDataset } from "../../lib/data/dataset.ts";
import { DictDataset } from "../../lib/data/dict_dataset.ts";
import { DataLoader } from "../../lib/data/loader.ts";
import { ConcatDataset, kFold, randomSplit, Subset } from "../../lib/data/subset.ts";
import { WeightedRandomSampler } from "../../lib/data/weighted_sampler.ts";
import { arange } from "../../lib/tensor/create.ts";
import { Generator } from "../../lib/tensor/random.ts";
import { flat } from "../nn/helpers.ts";

const numbers = (from: number, to: number) => new TensorDataset(arange(from, to), arange(from, to).mul(2));

/** All batches of an epoch, each tensor's values. */
async function epoch(dataset: Dataset, batchSize: number, order?: number[]): Promise<number[][][]> {
  const sampler = order && { length: order.length, order: () => Int32Array.from(order) };
  const batches: number[][][] = [];
  for await (const batch of new DataLoader(dataset, { batchSize, ...sampler ? { sampler } : {} })) {
    batches.push(await Promise.all(batch.map(flat)));
  }
  return batches;
}

Deno.test("Subset: items in its own order, and subsets of subsets", async () => {
  const subset = new Subset(numbers(0, 10), [9, 3, 3, 7]);
  assert.deepEqual(await epoch(subset, 3), [[[9, 3, 3], [18, 6, 6]], [[7], [14]]]);
  assert.deepEqual(await epoch(new Subset(subset, [3, 0]), 2), [[[7, 9], [14, 18]]]);
  assert.throws(() => new Subset(numbers(0, 10), [0, 10]), RangeError);
  assert.throws(() => new Subset(numbers(0, 10), [0.5]), RangeError);
});

Deno.test("randomSplit: every item once; sizes, or shares as PyTorch rounds them", () => {
  const lengths = (length: number, sizes: number[]) =>
    randomSplit(numbers(0, length), sizes, { generator: new Generator(3) }).map((part) => part.length);
  assert.deepEqual(lengths(10, [7, 3]), [7, 3]);
  assert.deepEqual(lengths(10, [0.75, 0.25]), [8, 2]);
  assert.deepEqual(lengths(10, [0.33, 0.33, 0.34]), [4, 3, 3]); // torch.utils.data.random_split: [4, 3, 3]
  assert.deepEqual(lengths(100, [0.5, 0.29, 0.21]), [51, 28, 21]); // as there, since 0.29 * 100 < 29
  assert.deepEqual(lengths(100, [0.28, 0.14, 0.58]), [29, 14, 57]);
  assert.deepEqual(lengths(5, [5, 0]), [5, 0]);
  assert.deepEqual(lengths(7, [1]), [7]); // a share: all of them
  const parts = randomSplit(numbers(0, 50), [0.5, 0.5], { generator: new Generator(1) });
  const all = parts.flatMap(({ positions }) => [...positions]);
  assert.deepEqual(all.toSorted((a, b) => a - b), Array.from({ length: 50 }, (_, i) => i));
  assert.notDeepEqual(all, all.toSorted((a, b) => a - b));
  assert.throws(() => lengths(10, [7, 4]), /into \[7, 4\]: give numbers of items that add up to 10, or shares/);
  assert.throws(() => lengths(10, [0.7, 0.4]), RangeError);
  assert.throws(() => lengths(10, [-1, 11]), RangeError);
});

Deno.test("kFold: scikit-learn's folds, and each item validates once", () => {
  const folds = kFold(numbers(0, 10), 3);
  assert.deepEqual(folds.map(({ valid }) => [...valid.positions]), [[0, 1, 2, 3], [4, 5, 6], [7, 8, 9]]);
  assert.deepEqual([...folds[1]!.train.positions], [0, 1, 2, 3, 7, 8, 9]);
  const shuffled = kFold(numbers(0, 10), 5, { shuffle: true, generator: new Generator(2) });
  const all = shuffled.flatMap(({ valid }) => [...valid.positions]);
  assert.notDeepEqual(all, all.toSorted((a, b) => a - b));
  assert.deepEqual(all.toSorted((a, b) => a - b), Array.from({ length: 10 }, (_, i) => i));
  for (const { train, valid } of shuffled) {
    assert.equal(new Set([...train.positions, ...valid.positions]).size, 10);
  }
  assert.throws(() => kFold(numbers(0, 3), 4), RangeError);
  assert.throws(() => kFold(numbers(0, 3), 2, { generator: new Generator(1) }), TypeError);
});

Deno.test("ConcatDataset: batches across its parts, in any order, of data sets that wait too", async () => {
  const items = [20, 21, 22].map((value) => ({ x: value, y: 2 * value }));
  const slow = new DictDataset(items, { batch: ({ x, y }) => ({ x: x!.float(), y: y!.float() }) });
  const both = new ConcatDataset(numbers(0, 3), numbers(10, 12), slow);
  assert.equal(both.length, 8);
  assert.deepEqual(await epoch(both, 3), [
    [[0, 1, 2], [0, 2, 4]],
    [[10, 11, 20], [20, 22, 40]],
    [[21, 22], [42, 44]],
  ]);
  assert.deepEqual(await epoch(both, 4, [7, 0, 3, 6, 1, 1, 4, 2]), [
    [[22, 0, 10, 21], [44, 0, 20, 42]],
    [[1, 1, 11, 2], [2, 2, 22, 4]],
  ]);
  assert.throws(() => new ConcatDataset(), RangeError);
  const odd = new ConcatDataset(numbers(0, 2), new TensorDataset(arange(2)));
  await assert.rejects(epoch(odd, 4), /batches of 2 and 1 tensors/);
});

Deno.test("WeightedRandomSampler: probabilities, with and without replacement", () => {
  const weights = [1, 0, 3, 4], count = 40_000;
  const order = new WeightedRandomSampler(weights, { length: count, generator: new Generator(5) }).order();
  const shares = weights.map((_, i) => order.filter((position) => position === i).length / count);
  // Five standard deviations of a share.
  weights.forEach((weight, i) =>
    assert.ok(Math.abs(shares[i]! - weight / 8) < 5 * Math.sqrt(0.25 / count), String(shares))
  );
  assert.equal(shares[1], 0);

  // The first of those without replacement has the same probabilities; the second those of what is left.
  const firsts = new Array<number>(4).fill(0), seconds = new Array<number>(4).fill(0), rounds = 20_000;
  const sampler = new WeightedRandomSampler(weights, { length: 3, replacement: false, generator: new Generator(6) });
  for (let i = 0; i < rounds; i++) {
    const [first, second] = sampler.order();
    firsts[first!]!++;
    seconds[second!]!++;
  }
  const after = (i: number) =>
    [0, 2, 3].reduce((sum, j) => sum + (i === j ? 0 : weights[j]! / 8 * weights[i]! / (8 - weights[j]!)), 0);
  for (const i of [0, 2, 3]) {
    assert.ok(Math.abs(firsts[i]! / rounds - weights[i]! / 8) < 5 * Math.sqrt(0.25 / rounds), String(firsts));
    assert.ok(Math.abs(seconds[i]! / rounds - after(i)) < 5 * Math.sqrt(0.25 / rounds), String(seconds));
  }
  const huge = new WeightedRandomSampler([1e308, 1e308, 1e308, 0], { length: 99, generator: new Generator(7) }).order();
  assert.deepEqual([...new Set(huge)].sort(), [0, 1, 2], "whose sum is beyond all numbers");
  const tiny = new WeightedRandomSampler([0, 1e-320], { length: 1, replacement: false, generator: new Generator(7) });
  assert.deepEqual([...tiny.order()], [1], "of which a logarithm's quotient is beyond all numbers");
  assert.throws(() => new WeightedRandomSampler([1, -1]), /weight -1 \(position 1\)/);
  assert.throws(() => new WeightedRandomSampler([1, NaN]), RangeError);
  assert.throws(() => new WeightedRandomSampler([0, 0]), /no weight is above 0/);
  assert.throws(
    () => new WeightedRandomSampler([1, 0], { replacement: false }),
    /Cannot draw 2 items without replacement: 1 have/,
  );
});

Deno.test("characters: a vocabulary there and back, and pieces with what follows", async () => {
  const letters = new Vocabulary("déjà 🐌 vu");
  assert.equal(letters.size, 8);
  assert.equal(letters.decode(letters.encode("vu 🐌 déjà")), "vu 🐌 déjà");
  assert.throws(() => letters.encode("x"), /Cannot encode "x": the vocabulary has 8 characters/);
  assert.throws(() => letters.decode([8]), /Cannot decode 8: codes are whole numbers from 0 to 7/);
  const set = new CharacterDataset("abcdefgh", { length: 3, stride: 2 });
  assert.equal(set.length, 3);
  assert.deepEqual(await epoch(set, 2), [[[0, 1, 2, 2, 3, 4], [1, 2, 3, 3, 4, 5]], [[4, 5, 6], [5, 6, 7]]]);
  assert.equal(new CharacterDataset("abcd", { length: 3 }).length, 1);
  assert.throws(() => new CharacterDataset("abc", { length: 3 }), /text of 3 characters into pieces of 3/);
});
