import assert from "node:assert/strict";
import * as data from "../../lib/data/mod.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { tta } from "../../lib/learner/tta.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import * as nn from "../../lib/nn/mod.ts";
import { stack } from "../../lib/tensor/combine.ts";
import { arange } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { Generator } from "../../lib/tensor/random.ts";
import { assertClose, flat } from "../nn/helpers.ts";

function learnerOf(shuffle: boolean) {
  const x = randn([30, 1, 3, 4], { generator: new Generator(1) });
  const set = new data.TensorDataset(x, arange(30).remainder(3).int());
  const model = new nn.Sequential(new nn.Flatten(), new nn.Linear(12, 3, { generator: new Generator(2) }));
  const loader = new data.DataLoader(set, { batchSize: 8, shuffle, ...shuffle ? { generator: new Generator(3) } : {} });
  return { x, model, learn: Learner.of(model, new data.DataLoaders(loader, loader)).loss(crossEntropy) };
}

Deno.test("tta(): the mean of the views' probabilities, and the targets once", async () => {
  const { x, model, learn } = learnerOf(false);
  const flip = data.randomFlip({ p: 1 }), views = [flip, ([x, y]: data.Batch) => [x!.neg(), y!]];
  const [found, targets] = await tta(learn, { views });
  const each = [x, flip([x])[0]!, x.neg()].map((view) => model.call(view).softmax(-1));
  assertClose(await flat(found), await flat(stack(each).mean(0)), 1e-6);
  assert.deepEqual(await flat(targets!), await flat(arange(30).remainder(3)));
  const [mirrored] = await tta(learn, { plain: false });
  assertClose(await flat(mirrored), await flat(each[1]!), 1e-6);
  const [scores] = await tta(learn, { views: [], activation: (outputs) => outputs });
  assertClose(await flat(scores), await flat(model.call(x)), 1e-6);
});

Deno.test("tta(): a loader that shuffles gives every view the same order", async () => {
  const { x, model, learn } = learnerOf(true);
  const [found, targets] = await tta(learn);
  const [, plain] = await learn.getPreds();
  assert.deepEqual(await flat(targets!), await flat(plain!));
  assert.notDeepEqual(await flat(plain!), await flat(arange(30).remainder(3)));
  const each = [x, data.randomFlip({ p: 1 })([x])[0]!].map((view) => model.call(view).softmax(-1));
  const wanted = await flat(stack(each).mean(0)), sums = (values: number[]) => values.reduce((a, b) => a + b * b, 0);
  assertClose([sums(await flat(found))], [sums(wanted)], 1e-5); // the same rows, in another order
});

Deno.test("tta(): what is wrong is named", async () => {
  const { learn } = learnerOf(false);
  await assert.rejects(tta({} as Learner), /its first argument must be a Learner/);
  await assert.rejects(tta(learn, { views: [1 as never] }), TypeError);
  await assert.rejects(tta(learn, { views: [], plain: false }), /Cannot average no view/);
});
