import assert from "node:assert/strict";
import {
  Callback,
  CancelBatchException,
  DiagnoseCB,
  GradientAccumulationCB,
  Learner,
  type LearnerCore,
  MomentumLearner,
  normalize,
} from "../../../lib/learner/mod.ts";
import type { Evidence } from "../../../lib/learner/diagnose_rule.ts";
import { updateRatio } from "../../../lib/learner/diagnose_training.ts";
import * as nn from "../../../lib/nn/mod.ts";
import { Generator } from "../../../lib/tensor/random.ts";
import { crossEntropy, loaders, model, net } from "../helpers.ts";

const values = async (model: nn.Module) =>
  await Promise.all([...model.parameters()].map(async (p) => [...await p.toTypedArray()]));

const near = (a: number, b: number, what?: string) =>
  assert.ok(Math.abs(a - b) <= 2e-5 * Math.max(1, Math.abs(b)), `${what}: ${a} and not ${b}`);

const norm = (list: Iterable<number>) => Math.hypot(...list);

Deno.test("DiagnoseCB: the training is the same to the bit with it and without", async () => {
  const trained = async (cbs: Callback[]) => {
    const learn = new Learner(net(), loaders(), crossEntropy, { lr: 0.3 });
    await learn.fit(2, { cbs });
    return await values(learn.model);
  };
  assert.deepEqual(await trained([new DiagnoseCB()]), await trained([]));
  assert.deepEqual(await trained([new DiagnoseCB({ every: 2 })]), await trained([]));
});

Deno.test("DiagnoseCB: figures are those of plain arithmetic on what was trained", async () => {
  const cb = new DiagnoseCB(), rate = 0.3;
  const seen: {
    x: number[][];
    y: number[];
    before: number[][];
    gradients: number[][];
    loss: number;
    preds: number[][];
  }[] = [];
  const spy = new class SpyCB extends Callback {
    override async afterBackward(learn: LearnerCore): Promise<void> {
      if (!learn.training) return;
      const grads = [...learn.model.parameters()].map((p) => p.grad!);
      seen.push({
        x: await learn.batch[0]!.array() as number[][],
        y: await learn.batch[1]!.array() as number[],
        before: await values(learn.model),
        gradients: await Promise.all(grads.map(async (g) => [...await g.toTypedArray()])),
        loss: await learn.batchLoss.item(),
        preds: await learn.preds.array() as number[][],
      });
    }
  }();
  const learn = new Learner(model(), loaders(), crossEntropy, { lr: rate, cbs: [normalize()] });
  await learn.fit(1, { cbs: [cb, spy] });
  const { batches, parameters, inputs, classes, modes, left } = cb.records!;
  assert.deepEqual(batches, [0, 1, 2]);
  assert.deepEqual(
    parameters.map((
      { name, module, requiresGrad, optimised, reached },
    ) => [name, module, requiresGrad, optimised, reached]),
    [
      ["0.weight", "0 Linear", true, true, 3],
      ["0.bias", "0 Linear", true, true, 3],
    ],
  );
  assert.deepEqual([modes, left], [[], []]);
  assert.deepEqual(cb.lrs, [rate, rate, rate]);
  seen.forEach(({ x, y, before, gradients, loss, preds }, i) => {
    near(cb.losses[i]!, loss, "loss");
    parameters.forEach((p, k) => {
      near(p.gradients![i]!, norm(gradients[k]!), `gradient of ${p.name}`);
      near(p.updates![i]!, rate * norm(gradients[k]!) / norm(before[k]!), `update of ${p.name}`);
    });
    const flat = x.flat(), mean = flat.reduce((a, b) => a + b, 0) / flat.length;
    near(inputs!.mean[i]!, mean, "mean");
    near(inputs!.std[i]!, Math.sqrt(flat.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (flat.length - 1)), "std");
    const means = x[0]!.map((_, c) => x.reduce((sum, row) => sum + row[c]!, 0) / x.length);
    near(
      inputs!.signal[i]!,
      Math.sqrt(x.flatMap((row) => row.map((v, c) => (v - means[c]!) ** 2)).reduce((a, b) => a + b) / flat.length),
    );
    assert.deepEqual(classes!.counts[i], [0, 1, 2].map((c) => y.filter((label) => label === c).length));
    const right = preds.filter((row, n) => row.indexOf(Math.max(...row)) === y[n]).length;
    near(classes!.accuracy[i]!, right / y.length, "accuracy");
    near(classes!.surprise[i]!, loss, "the surprise is cross-entropy");
    if (i === 0) {
      classes!.firstOutputs.forEach((out, c) => near(out, preds.reduce((s, row) => s + row[c]!, 0) / preds.length));
    }
  });
});

Deno.test("DiagnoseCB: of modules it knows saturation, and what tells samples apart", async () => {
  const generator = new Generator(5);
  const tanh = new nn.Sequential(
    new nn.Linear(4, 8, { generator }),
    new nn.Tanh(),
    new nn.Sigmoid(),
    new nn.Linear(8, 3, { generator }),
  );
  tanh.at(0).apply((module) => module instanceof nn.Linear && nn.init.constant_(module.weight, 100));
  const cb = new DiagnoseCB();
  await new Learner(tanh, loaders(), crossEntropy).fit(1, { cbs: [cb] });
  const [linear, saturated, sigmoid] = cb.activationFigures();
  assert.deepEqual([linear!.saturated, saturated!.saturated![0], sigmoid!.saturated![0]], [undefined, 1, 0]);
  assert.equal(linear!.signal!.length, 3);
  assert.ok(linear!.signal![0]! > 10 && saturated!.signal![0]! < 1e-3, `${linear!.signal} ${saturated!.signal}`);
});

Deno.test("DiagnoseCB: one batch in several, with the batches' numbers through all epochs; losses of all", async () => {
  const cb = new DiagnoseCB({ every: 2 });
  await new Learner(net(), loaders(), crossEntropy).fit(2, { cbs: [cb] });
  assert.deepEqual(cb.records!.batches, [0, 2, 3, 5]);
  assert.equal(cb.losses.length, 6);
  assert.equal(cb.records!.parameters[0]!.updates!.length, 4);
  assert.deepEqual(
    cb.activationFigures().map(({ signal, mean, batches }) => [signal!.length, mean.length, batches]),
    Array(5).fill([4, 4, [0, 2, 3, 5]]),
  );
  assert.throws(() => new DiagnoseCB({ every: 0 }), RangeError);
});

Deno.test("DiagnoseCB: of gathered batches, the steps are recorded with the batches that they end", async () => {
  // Batches of 16, 16 and 8 in each of four epochs; steps after the second and the third.
  for (const [every, steps] of [[1, [1, 2, 4, 5, 7, 8, 10, 11]], [2, [1, 4, 7, 10]]] as const) {
    const cb = new DiagnoseCB({ every });
    const learn = new Learner(net(), loaders(), crossEntropy, { lr: 0.3 });
    await learn.fit(4, { cbs: [new GradientAccumulationCB(2), cb] });
    for (const { batches, updates, gradients, reached } of cb.records!.parameters) {
      assert.deepEqual(batches, steps);
      assert.deepEqual([updates!.length, gradients!.length, reached], Array(3).fill(steps.length));
      assert.ok(updates!.every((u) => u > 0));
    }
    const { parameters } = cb.records!, seen = { parameters, records: cb.records } as Evidence;
    const ratio = (from: number, to: number) => updateRatio(seen, from, to);
    const median = (at: number) => {
      const all = parameters.filter(({ name }) => /weight$/.test(name)).map(({ updates }) => updates![at]!);
      return all.toSorted((a, b) => a - b)[1]!;
    };
    assert.equal(ratio(0, 2), median(0));
    assert.equal(ratio(7, 8), median(every === 1 ? 4 : 2));
    assert.ok(Number.isNaN(ratio(0, 1)));
  }
});

Deno.test("DiagnoseCB: gradients that are left are told from momentum in them, and from accumulation", async () => {
  class KeepCB extends Callback {
    zeroGrad(): void {}
  }
  class AccumulateCB extends Callback {
    override afterBackward(learn: LearnerCore): void {
      if (learn.iter % 2 === 0) throw new CancelBatchException();
    }
  }
  const shares = async (learn: Learner, cbs: Callback[]) => {
    const cb = new DiagnoseCB();
    await learn.fit(2, { cbs: [cb, ...cbs] });
    return cb.records!.left.map(({ share }) => share);
  };
  const plain = () => new Learner(model(), loaders(), crossEntropy);
  assert.deepEqual(await shares(plain(), []), []);
  assert.deepEqual(await shares(plain(), [new AccumulateCB()]), []);
  for (const share of await shares(plain(), [new KeepCB()])) near(share, 1);
  assert.equal((await shares(plain(), [new KeepCB()])).length, 5);
  const momentum = await shares(new MomentumLearner(model(), loaders(), crossEntropy, { momentum: 0.85 }), []);
  assert.equal(momentum.length, 5);
  for (const share of momentum) near(share, 0.85);
});

Deno.test("DiagnoseCB: modes and samples of norms as they were run, and records of a fit that fails", async () => {
  const generator = new Generator(5), norm = new nn.BatchNorm1d(8);
  const made = new nn.Sequential(new nn.Linear(4, 8, { generator }), norm, new nn.Linear(8, 3, { generator }));
  class EvalCB extends Callback {
    override beforeBatch(learn: LearnerCore): void {
      if (learn.iter === 1) norm.eval();
      if (learn.iter === 2) throw new Error("on purpose");
    }
  }
  const cb = new DiagnoseCB(), learn = new Learner(made, loaders(), crossEntropy, { cbs: [new EvalCB()] });
  await assert.rejects(learn.fit(1, { cbs: [cb] }), /on purpose/);
  assert.deepEqual(cb.records!.modes, [{
    name: "1 BatchNorm1d",
    batchNorm: true,
    samples: [16, 16],
    inEvaluation: [1],
  }]);
  assert.equal(cb.losses.length, 2);
  const [finding] = learn.diagnose();
  assert.deepEqual([finding!.problem, finding!.module, finding!.since], ["evaluation mode", "1 BatchNorm1d", 1]);
});

Deno.test("DiagnoseCB: a model of one number and a target that is none of classes leave out what cannot be told", async () => {
  const cb = new DiagnoseCB();
  const regression = new nn.Sequential(new nn.Linear(4, 1));
  await new Learner(regression, loaders(), (preds) => preds.square().mean()).fit(1, { cbs: [cb] });
  assert.equal(cb.records!.classes, undefined);
  assert.equal(cb.records!.inputs!.mean.length, 3);
});
