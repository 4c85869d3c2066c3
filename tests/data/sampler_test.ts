import assert from "node:assert/strict";
import { RandomSampler, SequentialSampler } from "../../lib/data/sampler.ts";
import { Generator } from "../../lib/tensor/random.ts";

Deno.test("SequentialSampler keeps the order", () => {
  assert.deepEqual([...new SequentialSampler(4).order()], [0, 1, 2, 3]);
});

Deno.test("RandomSampler visits every item once, differently each epoch, the same for the same seed", () => {
  const epochs = (seed: number) => {
    const sampler = new RandomSampler(100, new Generator(seed));
    return [[...sampler.order()], [...sampler.order()]] as const;
  };
  const [first, second] = epochs(3);
  const all = Array.from({ length: 100 }, (_, i) => i);
  assert.deepEqual(first.toSorted((a, b) => a - b), all);
  assert.deepEqual(second.toSorted((a, b) => a - b), all);
  assert.notDeepEqual(first, second);
  assert.deepEqual(epochs(3), [first, second]);
  assert.notDeepEqual(epochs(4)[0], first);
});
