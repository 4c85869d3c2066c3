/** Mixed batches: mixup and CutMix. */
import assert from "node:assert/strict";
import * as data from "../../../lib/data/mod.ts";
import { betaFrom } from "../../../lib/learner/beta.ts";
import { CutMixCB, Learner, MixUpCB, TrainCB } from "../../../lib/learner/mod.ts";
import * as nn from "../../../lib/nn/mod.ts";
import { arange } from "../../../lib/tensor/create.ts";
import { randn } from "../../../lib/tensor/create_random.ts";
import { planStatistics } from "../../../lib/tensor/mod.ts";
import { Generator } from "../../../lib/tensor/random.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { assertClose, flat, reference } from "../../nn/helpers.ts";
import { crossEntropy, loaders, model, problem, Spy } from "../helpers.ts";

const inOrder = (count: number, batchSize: number) =>
  data.DataLoaders.of(problem(count), problem(10), { batchSize, shuffle: false });

Deno.test("betaFrom() has the distribution's mean and variance", () => {
  const uniform = new Generator(3).uniforms();
  for (const alpha of [0.2, 0.4, 1, 5]) {
    const draws = Array.from({ length: 4000 }, () => betaFrom(uniform, alpha));
    const mean = draws.reduce((a, b) => a + b) / draws.length;
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length, wanted = 1 / (4 * (2 * alpha + 1));
    assert.ok(Math.abs(mean - 0.5) < 0.03 && Math.abs(variance / wanted - 1) < 0.1, `${alpha}: ${mean}, ${variance}`);
  }
});

/** A loss that is the targets', weighted by where they stand. */
const weighted = (preds: Tensor, y: Tensor) => y.float().mul(arange(1, y.shape[0]! + 1)).sum().add(preds.sum().mul(0));

Deno.test("MixUpCB mixes inputs and losses by one share, in training alone", async () => {
  const seen: { x: number[]; loss: number }[] = [], given: Tensor[][] = [];
  const first = new Spy({ beforeBatch: (learn) => void given.push(learn.batch as Tensor[]) });
  first.order = -1;
  const spy = new Spy({
    afterLoss: async (learn) => void seen.push({ x: await flat(learn.batch[0]!), loss: await learn.batchLoss.item() }),
  });
  spy.order = 5;
  const mix = new MixUpCB({ alpha: 0.7, generator: new Generator(9) }), twin = new Generator(9);
  await new Learner(model(), inOrder(32, 8), weighted, { cbs: [first, mix, spy] }).fit(1);
  for (let i = 0; i < 4; i++) {
    const uniform = twin.uniforms(), order = twin.permutation(8), drawn = betaFrom(uniform, 0.7);
    const share = Math.max(drawn, 1 - drawn), [x, y] = await Promise.all(given[i]!.map(flat)) as [number[], number[]];
    const other = [...order].flatMap((from) => x.slice(4 * from, 4 * from + 4));
    assertClose(seen[i]!.x, x.map((v, k) => share * v + (1 - share) * other[k]!), 1e-9);
    const loss = (labels: readonly number[]) => labels.reduce((sum, label, k) => sum + label * (k + 1), 0);
    assertClose([seen[i]!.loss], [share * loss(y) + (1 - share) * loss([...order].map((k) => y[k]!))], 1e-9);
  }
  const [x, y] = await Promise.all(given[4]!.map(flat)) as [number[], number[]];
  assert.deepEqual(seen[4]!.x, x);
  assertClose([seen[4]!.loss], [y.reduce((sum, label, k) => sum + label * (k + 1), 0)], 1e-9);
});

Deno.test("CutMixCB puts a rectangle of another image into each, and shares by pixels", async () => {
  const [n, h, w] = [6, 7, 5],
    images = arange(0, n).view(n, 1, 1, 1).add(randn([n, 2, h, w]).mul(0)),
    y = arange(0, n).int();
  const seen: { x: number[]; loss: number }[] = [];
  const spy = new Spy({
    afterLoss: async (learn) =>
      void (learn.training && seen.push({ x: await flat(learn.batch[0]!), loss: await learn.batchLoss.item() })),
  });
  spy.order = 5;
  const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(2 * h * w, 1));
  const dls = { train: [[images, y]] };
  const learn = new Learner(net, dls, weighted, { cbs: [new CutMixCB({ generator: new Generator(2) }), spy] });
  await learn.fit(12);
  const { compiled } = planStatistics(reference);
  await learn.fit(8);
  assert.equal(planStatistics(reference).compiled, compiled, "rectangles are numbers: no plan of their own");
  const shares = seen.map(({ x, loss }) => {
    const channel = (i: number, c: number) => x.slice((i * 2 + c) * h * w, (i * 2 + c + 1) * h * w);
    const others = Array.from({ length: n }, (_, i) => channel(i, 0).find((v) => v !== i) ?? i);
    const cut = channel(others.findIndex((v, i) => v !== i), 0);
    const count = cut.filter((v) => v !== cut[0] || v !== others.findIndex((o, i) => o !== i)).length;
    for (let i = 0; i < n; i++) {
      assert.deepEqual(channel(i, 0), channel(i, 1));
      assert.ok(channel(i, 0).every((v) => v === i || v === others[i]));
    }
    const i = others.findIndex((v, k) => v !== k), own = i < 0 ? h * w : channel(i, 0).filter((v) => v === i).length;
    const share = own / (h * w), sum = (labels: readonly number[]) => labels.reduce((a, v, k) => a + v * (k + 1), 0);
    assertClose([loss], [share * sum([0, 1, 2, 3, 4, 5]) + (1 - share) * sum(others)], 1e-6);
    return [share, count] as const;
  });
  assert.ok(new Set(shares.map(([share]) => share)).size > 5, String(shares));
  assert.throws(() => new CutMixCB({ alpha: 0 }), /alpha of 0: it must be above 0/);
  const flatInputs = new Learner(model(), loaders(), crossEntropy, { cbs: [new CutMixCB()] });
  await assert.rejects(flatInputs.fit(1), /inputs \[16, 4\]: they must be images/);
  const several = new Learner(model(), loaders(), crossEntropy, { cbs: [new TrainCB(2), new MixUpCB()] });
  await assert.rejects(several.fit(1), /several inputs, and it mixes the first alone/);
});
