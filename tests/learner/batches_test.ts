/** What a fit says of batches that are none, and of losses that are none. */
import assert from "node:assert/strict";
import type { Batch } from "../../lib/data/dataset.ts";
import {
  accuracy,
  BatchTransformCB,
  CancelEpochException,
  EarlyStoppingCB,
  interpret,
  Learner,
  type Loaders,
  type LossFunction,
  MetricsCB,
  modelGraph,
  normalize,
  ParamScheduler,
  summarize,
  TrainCB,
} from "../../lib/learner/mod.ts";
import { tensor, zeros } from "../../lib/tensor/create.ts";
import { crossEntropy, loaders, model, Spy } from "./helpers.ts";

const batch: Batch = [zeros([2, 4]).keep(), tensor(Int32Array.of(0, 2)).keep()];

function* generated(): Generator<Batch> {
  yield batch;
  yield batch;
}

async function* awaited(): AsyncGenerator<Batch> {
  yield* generated();
}

const learner = (dls: Loaders, loss: LossFunction = crossEntropy) => new Learner(model(), dls, loss);

for (
  const [what, once] of Object.entries<() => Loaders["train"]>({
    "a generator": generated,
    "an async generator": awaited,
    "an array's iterator": () => [batch, batch].values(),
    "a map's values": () => new Map([[0, batch]]).values(),
  })
) {
  Deno.test(`${what} is told when it is used up: in a second epoch, in a second fit, in validation`, async () => {
    const used = /RangeError: Cannot train: dls.train gave no batch in epoch 1. An iterator.* can be gone through once/;
    await assert.rejects(learner({ train: once()! }).fit(2), used);
    const learn = learner({ train: once()! });
    await learn.fit(1);
    await assert.rejects(learn.fit(1), /dls.train gave no batch in epoch 0. An iterator/);
    await assert.rejects(
      learner({ train: [batch], valid: once()! }).fit(2),
      /Cannot validate: dls.valid gave no batch in epoch 1/,
    );
    await assert.rejects(learner({ train: once()! }).lrFind({ maxIter: 9 }), /gave no batch in epoch 1/);
  });
}

Deno.test("batches that begin anew each time are gone through as often as is asked", async () => {
  const again = { [Symbol.iterator]: generated };
  const learn = learner({ train: again, valid: { [Symbol.asyncIterator]: awaited } });
  await (await learn.fit(2)).fit(1);
  assert.equal(learn.iter, 2);
});

Deno.test("no batch at all is an error, unless a callback ends the epoch before", async () => {
  for (const none of [[], new Set<Batch>(), { [Symbol.iterator]: () => [][Symbol.iterator]() }]) {
    await assert.rejects(learner({ train: none }).fit(1), /dls.train gave no batch in epoch 0. Is its data set empty/);
    await assert.rejects(learner({ train: [batch], valid: none }).fit(1), /dls.valid gave no batch in epoch 0/);
    await assert.rejects(interpret(learner({ valid: none })), /Cannot interpret: the batches have no sample/);
  }
  const skip = new Spy({
    beforeEpoch: (learn) => {
      if (!learn.training) throw new CancelEpochException();
    },
  });
  await learner({ train: [batch], valid: [] }).callbacks([skip]).fit(1);
});

Deno.test("what is no loader, and what is no batch, is named", async () => {
  for (const [train, found] of [[3, "3"], [batch[0], "a Tensor"], [{ length: 2 }, "an object"]] as const) {
    await assert.rejects(
      learner({ train: train as unknown as Batch[] }).fit(1),
      new RegExp(`TypeError: Cannot take batches from dls.train: .* found ${found}$`),
    );
  }
  for (
    const [one, found] of [[batch[0], "a Tensor"], [[], "\\[\\]"], [[[1, 2]], "\\[an array, …\\]"], [7, "7"]] as const
  ) {
    await assert.rejects(
      learner({ train: [one as unknown as Batch] }).fit(1),
      new RegExp(`TypeError: Cannot use a batch of dls.train: .* found ${found}$`),
    );
  }
});

Deno.test("batches that can be gone through once cannot be drawn after they were judged", async () => {
  const seen = await interpret(learner({ train: [batch], valid: generated() }));
  await assert.rejects(seen.plotTopLosses(2), /gone through again, the batches have only 0 samples/);
});

Deno.test("a loss or a metric that is no tensor is named with the remedy", async () => {
  const losses: [unknown, RegExp][] = [
    [async () => await Promise.resolve(crossEntropy), /a loss function is synchronous, .* Leave out async and await/],
    [async () => await Promise.reject(new Error("later")), /a loss function is synchronous/],
    [() => 0.5, /a loss function must return a 0-d tensor, found number. Leave out item\(\)/],
    [() => {}, /a loss function must return a 0-d tensor, found undefined/],
    [() => null, /found null/],
    ["mse", /Cannot fit: the loss must be a function, such as F.crossEntropy, or a module, found string/],
  ];
  for (const [loss, message] of losses) {
    for (const cbs of [[], [new TrainCB()]]) {
      const learn = learner(loaders(), loss as LossFunction);
      await assert.rejects(learn.callbacks(cbs).fit(1), (error: Error) => {
        assert.ok(error instanceof TypeError);
        assert.match(error.message, message);
        return true;
      });
      await assert.rejects(learn.fit(1, { train: false }), message);
    }
  }
  const slow = new MetricsCB({ slow: (async () => await Promise.resolve(3)) as never });
  await assert.rejects(learner(loaders()).fit(1, { cbs: [slow] }), /Cannot average "slow": a metric is synchronous/);
  const plain = new MetricsCB({ plain: (() => 3) as never });
  await assert.rejects(
    learner(loaders()).fit(1, { cbs: [plain] }),
    /"plain": a metric must return a 0-d tensor, found number/,
  );
});

Deno.test("what is no model, no optimiser or no device is named", async () => {
  const make = (model: unknown) => () => new Learner(model as never, loaders(), crossEntropy);
  assert.throws(
    make(() => 1),
    /TypeError: Cannot make a Learner: the model must be a Module, found a function: wrap it/,
  );
  assert.throws(make(undefined), /must be a Module, found undefined/);
  const learn = learner(loaders());
  await assert.rejects(learn.optimizer((() => 3) as never).fit(1), /must return an Optimizer, such as .* found number/);
  await assert.rejects(
    learn.optimizer({} as never).fit(1),
    /must be a class or a function that makes one, found object/,
  );
  assert.throws(
    () => new Learner(model(), undefined as never),
    /its batches must be { train, valid }, found undefined/,
  );
  assert.throws(() => learn.hyper("lr"), /Cannot read lr: there is no optimiser before the first fit/);
  await assert.rejects(
    learn.to(-1 as never),
    /TypeError: Cannot use -1 as a device: give a Device, such as device\("cpu"\)/,
  );
  await assert.rejects(learn.to("cpu" as never), /Cannot use "cpu" as a device/);
});

Deno.test("callbacks, transforms, metrics and samples that are none are named", async () => {
  const metrics = new MetricsCB({}, { log: null });
  const one = /TypeError: Cannot run .*: (cbs|its argument) must be a list of callbacks, found a MetricsCB/;
  assert.throws(() => new Learner(model(), loaders(), crossEntropy, { cbs: metrics as never }), one);
  assert.throws(() => learner(loaders()).callbacks(metrics as never), one);
  await assert.rejects(learner(loaders()).fit(1, { cbs: metrics as never }), one);
  await assert.rejects(interpret(learner(loaders()), { batches: 3 as never }), /Cannot take batches from batches/);
  const bad: [() => unknown, RegExp][] = [
    [
      () => new BatchTransformCB(3 as never),
      /TypeError: Cannot run BatchTransformCB: its function must be a function, found 3/,
    ],
    [() => normalize([3] as never), /TypeError: Cannot run NormalizeCB: the batch must be .* found 3/],
    [() => new MetricsCB(3 as never), /TypeError: Cannot measure number/],
    [
      () => accuracy([[1, 2]] as never, 1 as never),
      /TypeError: Cannot run accuracy: the predictions must be a tensor, found an array/,
    ],
    [() => summarize(model(), 3 as never), /TypeError: Cannot run summarize: the sample must be a tensor/],
    [() => modelGraph(model(), 3 as never), /TypeError: Cannot run summarize/],
    [
      () => new ParamScheduler("lr", 3 as never),
      /TypeError: Cannot run ParamScheduler: the schedule must be a function/,
    ],
    [() => new EarlyStoppingCB({ better: "up" as never }), /RangeError: .* better is "lower" or "higher"/],
    [() => new EarlyStoppingCB({ phase: "valid" as never }), /RangeError: .* the phases are "train" and "eval"/],
  ];
  for (const [make, message] of bad) assert.throws(make, message);
});
