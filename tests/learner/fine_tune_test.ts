/** Groups of layers: rates of their own, freezing, and fine-tuning. */
import assert from "node:assert/strict";
import { Callback, layerRates, Learner } from "../../lib/learner/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { Adam, SGD } from "../../lib/optim/mod.ts";
import { Generator } from "../../lib/tensor/random.ts";
import { assertClose, flat } from "../nn/helpers.ts";
import { crossEntropy, loaders, Spy } from "./helpers.ts";

const generator = () => new Generator(5);
const net = () =>
  new nn.Sequential(
    new nn.Linear(4, 8, { generator: generator() }),
    new nn.BatchNorm1d(8),
    new nn.ReLU(),
    new nn.Linear(8, 3, { generator: generator() }),
  );
const trained = (model: nn.Module) =>
  [...model.namedParameters()].filter(([, p]) => p.requiresGrad).map(([name]) => name);

Deno.test("layerRates() gives each group its own rate, and the last what is in none", async () => {
  const model = net(), [first, , , last] = [...model];
  const rates: number[][] = [];
  const spy = new Spy({ beforeBatch: (learn) => void rates.push(learn.opt.paramGroups.map(({ lr }) => lr)) });
  const make = layerRates(Adam, [[first!], [last!]], [0.1, 1]);
  assert.equal(make.name, "Adam");
  const learn = Learner.of(model, loaders()).loss(crossEntropy).optimizer(make).lr(0.02).callbacks([spy]);
  const before = await flat(model.at(0).stateDict()["weight"]!);
  await learn.fit(1, { valid: false });
  assertClose(rates[0]!, [0.002, 0.02], 1e-12);
  assert.deepEqual(learn.opt.paramGroups.map(({ params }) => params.length), [2, 4]);
  // Adam's first steps are of the rate's size.
  const after = await flat(model.at(0).stateDict()["weight"]!), moved = after.map((v, i) => Math.abs(v - before[i]!));
  assert.ok(Math.max(...moved) < 3 * 0.0021, `moved ${Math.max(...moved)}`);
  assert.throws(() => layerRates(Adam, [[first!]], [1, 2]), /1 groups need as many factors, found 2/);
  assert.throws(() => layerRates(Adam, [[]], [1]), /array of arrays of modules/);
});

Deno.test("freeze() leaves norms and the last group to train; freezeTo() counts groups", () => {
  const model = net(), learn = Learner.of(model, loaders());
  assert.deepEqual(trained(learn.freeze().model), ["1.weight", "1.bias", "3.weight", "3.bias"]);
  assert.equal(trained(learn.unfreeze().model).length, 6);
  learn.layers([model.at(0)], [model.at(1)], [model.at(3)]).freezeTo(1);
  assert.deepEqual(trained(model), ["1.weight", "1.bias", "3.weight", "3.bias"]);
  assert.throws(() => learn.freezeTo(3), /to group 3: there are 3, and one is to be trained/);
  assert.throws(() => learn.layers(), /one group at least/);
});

Deno.test("fineTune() trains the head, then all layers at rates that fall towards the first", async () => {
  const model = net(), notes: { rates: number[]; first: number[] }[] = [];
  class Note extends Callback {
    override async afterEpoch(learn: Learner) {
      if (learn.training) return;
      const { paramGroups } = learn.opt, [first] = [...learn.model.parameters()];
      notes.push({ rates: paramGroups.map(({ lr }) => lr), first: await flat(first!) });
    }
  }
  const highest: number[] = [];
  const spy = new Spy({
    beforeBatch: (learn) =>
      learn.opt.paramGroups.forEach(({ lr }, i) => highest[i] = Math.max(highest[i] ?? 0, learn.epochs === 3 ? lr : 0)),
  });
  const start = await flat([...model.parameters()][0]!);
  const learn = Learner.of(model, loaders()).loss(crossEntropy).optimizer(SGD).lr(0.4).callbacks([new Note(), spy]);
  await learn.fineTune(3, { freezeEpochs: 2, lrMult: 10 });
  assert.equal(notes.length, 5);
  assert.deepEqual(notes.map(({ rates }) => rates.length), [1, 1, 2, 2, 2]);
  assert.deepEqual(notes[1]!.first, start);
  assert.notDeepEqual(notes[2]!.first, start);
  assertClose([highest[1]! / highest[0]!], [10], 1e-9);
  assert.ok(highest[1]! <= 0.2 && highest[1]! > 0.15, `highest ${highest}`);
  assert.equal(trained(model).length, 6);
  assert.equal(learn.options.optFunc, SGD);
  await assert.rejects(learn.fineTune(1, { lrMult: 0 }), /lrMult of 0/);
});
