import assert from "node:assert/strict";
import {
  accuracy,
  Callback,
  CancelBatchException,
  CancelEpochException,
  CancelFitException,
  Learner,
  LearnerCore,
  type LearnerState,
  MetricsCB,
} from "../../lib/learner/mod.ts";
import * as data from "../../lib/data/mod.ts";
import { isGradEnabled } from "../../lib/graph/context.ts";
import { planStatistics } from "../../lib/tensor/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { SGD } from "../../lib/optim/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { assertClose, bytes, flat, golden, goldenModel, goldens, reference } from "../nn/helpers.ts";
import { crossEntropy, loaders, model, problem, Spy } from "./helpers.ts";

const TRAIN_BATCH = [
  "beforeBatch",
  "afterPredict",
  "afterLoss",
  "afterBackward",
  "afterStep",
  "afterBatch",
  "cleanupBatch",
];

const VALID_BATCH = ["beforeBatch", "afterPredict", "afterLoss", "afterBatch", "cleanupBatch"];

Deno.test("fit fires every event in order", async () => {
  const spy = new Spy();
  await new Learner(model(), loaders(), crossEntropy, { cbs: [spy] }).fit(1);
  assert.deepEqual(spy.events, [
    "beforeFit",
    "beforeEpoch",
    ...TRAIN_BATCH,
    ...TRAIN_BATCH,
    ...TRAIN_BATCH,
    "afterEpoch",
    "cleanupEpoch",
    "beforeEpoch",
    ...VALID_BATCH,
    "afterEpoch",
    "cleanupEpoch",
    "afterFit",
    "cleanupFit",
  ]);
});

Deno.test("fit without training, or without validation", async () => {
  const count = async (options: { train?: boolean; valid?: boolean }) => {
    const spy = new Spy();
    await new Learner(model(), loaders(), crossEntropy, { cbs: [spy] }).fit(2, options);
    return [spy.events.filter((e) => e === "afterStep").length, spy.events.filter((e) => e === "afterBatch").length];
  };
  assert.deepEqual(await count({ train: false }), [0, 2]);
  assert.deepEqual(await count({ valid: false }), [6, 6]);
});

Deno.test("the model learns", async () => {
  const metrics = new MetricsCB({ accuracy }, { log: null });
  await new Learner(model(), loaders(), crossEntropy, { lr: 0.5, cbs: [metrics] }).fit(8);
  const first = metrics.rows[0]!, last = metrics.rows.at(-1)!;
  assert.equal(metrics.rows.length, 16);
  assert.ok(last.loss < first.loss / 2 && (last.accuracy as number) > 0.9);
});

Deno.test("ten steps from PyTorch's weights have PyTorch's losses", async () => {
  const { images, labels, losses, lastBias } = goldens.training;
  const split = { images: bytes(images), labels: Uint8Array.from(labels), count: 40 };
  const set = new data.ImageDataset(split, { shape: [12, 12] });
  const loader = new data.DataLoader(set, { batchSize: 16 });
  const net = goldenModel();
  const found: Promise<number>[] = [];
  const note = new Spy({
    afterLoss: (learn) => void found.push(learn.batchLoss.item()),
    beforeBatch: () => {
      if (found.length === 10) throw new CancelFitException();
    },
  });
  await Learner.of(net, { train: loader }).loss(crossEntropy).lr(0.2).momentum(0.85).callbacks([note]).fit(4);
  assertClose(await Promise.all(found), losses, 2e-6);
  assertClose(await flat((net[6] as nn.Conv2d).bias!), lastBias, 2e-6);
  assert.equal(golden(images.shape && goldens.training.state["0.weight"]).shape.length, 4);
});

Deno.test("callbacks run by order, stated against each other", async () => {
  const seen: string[] = [];
  class First extends Callback {
    override order = MetricsCB.order - 1;
    override beforeFit(): void {
      seen.push("first");
    }
  }
  class Last extends Callback {
    static override order = MetricsCB.order + 1;
    override beforeFit(): void {
      seen.push("last");
    }
  }
  const middle = new Spy({ beforeFit: () => void seen.push("middle") });
  await new Learner(model(), loaders(), crossEntropy, { cbs: [new Last(), middle] }).fit(0, { cbs: [new First()] });
  assert.deepEqual(seen, ["first", "middle", "last"]);
});

Deno.test("asynchronous callbacks are awaited, one after the other", async () => {
  const seen: number[] = [];
  const slow = new Spy({
    beforeBatch: async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      seen.push(1);
    },
  });
  const next = new Spy({ beforeBatch: () => void seen.push(2) });
  await new Learner(model(), loaders(), crossEntropy, { cbs: [slow, next] }).fit(1);
  assert.deepEqual(seen, [1, 2, 1, 2, 1, 2, 1, 2]);
});

Deno.test("validation runs without gradients, in evaluation mode, and leaves the mode alone", async () => {
  const modes: [boolean, boolean, boolean][] = [];
  const net = model();
  const watch = new Spy({
    afterPredict: (learn) => void modes.push([learn.training, net[0]!.training, learn.preds.requiresGrad]),
    afterLoss: async (learn) => {
      assert.equal(isGradEnabled(), learn.training);
      await 0;
      assert.ok(isGradEnabled());
    },
  });
  await new Learner(net, loaders(), crossEntropy, { cbs: [watch] }).fit(1);
  assert.deepEqual(modes, [[true, true, true], [true, true, true], [true, true, true], [false, false, false]]);
});

Deno.test("Cancel exceptions end the batch, the epoch, or the fit", async () => {
  const run = async (exception: new () => Error) => {
    let once = true;
    const spy = new Spy({
      afterPredict: () => {
        if (once) throw (once = false, new exception());
      },
    });
    await new Learner(model(), loaders(), crossEntropy, { cbs: [spy] }).fit(1);
    return spy.events;
  };
  const batch = await run(CancelBatchException);
  assert.deepEqual(batch.slice(0, 6), [
    "beforeFit",
    "beforeEpoch",
    "beforeBatch",
    "afterPredict",
    "cleanupBatch",
    "beforeBatch",
  ]);
  assert.ok(batch.includes("afterFit"));
  const epoch = await run(CancelEpochException);
  assert.deepEqual(epoch.slice(3, 7), ["afterPredict", "cleanupBatch", "cleanupEpoch", "beforeEpoch"]);
  const fit = await run(CancelFitException);
  assert.deepEqual(fit.slice(3), ["afterPredict", "cleanupBatch", "cleanupEpoch", "cleanupFit"]);
});

Deno.test("a Cancel exception outside its phase is an error", async () => {
  const spy = new Spy({
    beforeFit: () => {
      throw new CancelBatchException();
    },
  });
  await assert.rejects(
    new Learner(model(), loaders(), crossEntropy, { cbs: [spy] }).fit(1),
    /CancelBatchException here/,
  );
});

Deno.test("stop ends the fit at the next batch; the cleanups run", async () => {
  const spy = new Spy({ afterStep: (learn) => learn.stop() });
  const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [spy] });
  await learn.fit(5);
  assert.equal(spy.events.filter((e) => e === "afterBatch").length, 1);
  assert.equal(spy.events.at(-1), "cleanupFit");
  assert.ok(!spy.events.includes("afterFit"));
  learn.stop(); // without a fit it does nothing
  spy.events.length = 0;
  await learn.fit(1, { train: false });
  assert.ok(spy.events.includes("afterFit"));
});

Deno.test("a failing callback is named with its event, and leaves nothing behind", async () => {
  class Clumsy extends Callback {
    armed = true;
    override afterLoss(): void {
      if (this.armed) throw new RangeError("too big");
    }
  }
  const clumsy = new Clumsy(), net = model().eval();
  const spy = new Spy();
  const learn = new Learner(net, loaders(), crossEntropy, { cbs: [clumsy, spy] });
  await assert.rejects(learn.fit(1), (error: Error) => {
    assert.equal(error.name, "CallbackError");
    assert.equal(error.message, "Callback Clumsy failed in afterLoss: too big");
    assert.ok(error.cause instanceof RangeError);
    return true;
  });
  assert.deepEqual(spy.events.slice(-3), ["cleanupBatch", "cleanupEpoch", "cleanupFit"]);
  assert.ok(!learn.running && !net.training && !net[0]!.training);
  clumsy.armed = false;
  await learn.fit(1);
});

Deno.test("a fit that ends between backward and the step leaves no gradient; a cancelled batch does", async () => {
  const at = (exception: new () => Error, batch: number) =>
    new Spy({
      afterBackward: (learn) => {
        if (learn.iter === batch) throw new exception();
      },
    });
  const run = async (cb: Spy) => {
    const net = model();
    await new Learner(net, loaders(), crossEntropy, { cbs: [cb] }).fit(1, { valid: false });
    return [...net.parameters()].map((p) => p.grad !== null);
  };
  assert.deepEqual(await run(at(CancelFitException, 1)), [false, false]);
  assert.deepEqual(await run(at(CancelBatchException, 2)), [true, true]);
});

Deno.test("gradients are on in every event outside validation", async () => {
  const seen: string[] = [];
  const look = (name: string) => () => void seen.push(`${name} ${isGradEnabled()}`);
  const watch = new Spy({ beforeFit: look("before"), beforeEpoch: look("epoch"), afterFit: look("after") });
  const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [watch] });
  await learn.fit(1);
  assert.deepEqual(seen, ["before true", "epoch true", "epoch false", "after true"]);
  await learn.fit(0);
  assert.deepEqual(seen.slice(4), ["before true", "after true"]);
});

Deno.test("every cleanup runs, and all failures are told", async () => {
  const bad = (message: string) =>
    new Spy({
      cleanupFit: () => {
        throw new Error(message);
      },
    });
  const last = new Spy();
  const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [bad("one"), bad("two"), last] });
  await assert.rejects(
    learn.fit(0),
    (error: Error) => error instanceof AggregateError && /one; and then: .*two/.test(error.message),
  );
  assert.equal(last.events.at(-1), "cleanupFit");
});

Deno.test("a failing asynchronous callback is named too", async () => {
  const learn = new Learner(model(), loaders(), crossEntropy, {
    cbs: [new Spy({ afterEpoch: () => Promise.reject(new Error("late")) })],
  });
  await assert.rejects(learn.fit(1), /Callback Spy failed in afterEpoch: late/);
});

Deno.test("an optimiser may be a class or a function", async () => {
  const learn = new Learner(model(), loaders(), crossEntropy, {
    optFunc: (params, { lr }) => new SGD(params, { lr: lr * 2, weightDecay: 0.1 }),
  });
  await learn.fit(1);
  assert.equal(learn.opt.lr, 0.2);
  assert.ok(learn.opt.flushes, "a Learner's optimiser can be used by hand afterwards");
});

Deno.test("a verb may be overridden, but not be asynchronous", async () => {
  class Late extends Learner {
    override predict(): void {
      return Promise.resolve() as unknown as void;
    }
  }
  await assert.rejects(
    new Late(model(), loaders(), crossEntropy).fit(1),
    /Cannot await predict of Late: verbs are synchronous/,
  );
});

Deno.test("a fit with synchronous callbacks lets timers fire", async () => {
  let fired = 0;
  const timer = setInterval(() => fired++, 1);
  const busy = new Spy({
    afterBatch: () => {
      const until = performance.now() + 5;
      while (performance.now() < until);
    },
  });
  await new Learner(model(), loaders(), crossEntropy, { cbs: [busy] }).fit(10);
  clearInterval(timer);
  assert.ok(fired >= 5, `the timer fired ${fired} times`);
});

Deno.test("plans are compiled in the first epoch only", async () => {
  const counts: number[] = [];
  const note = new Spy({ afterEpoch: () => void counts.push(planStatistics(reference).compiled) });
  const cbs = [note, new MetricsCB({ accuracy }, { log: null })];
  await new Learner(model(), loaders(), crossEntropy, { cbs, momentum: 0.9 }).fit(4);
  assert.deepEqual(new Set(counts.slice(1)).size, 1, `plans after each phase: ${counts}`);
});

Deno.test("a label out of range ends the fit, though nothing is read", async () => {
  const batch = [tensor([[1, 2, 3, 4]]), tensor([3], { dtype: "int32" })];
  await assert.rejects(new Learner(model(), { train: [batch] }, crossEntropy).fit(1), /label 3 in crossEntropy/);
});

Deno.test("fit names what is wrong", async () => {
  const dls = loaders();
  await assert.rejects(new Learner(model(), dls).fit(1), /without a loss function/);
  await assert.rejects(
    new Learner(model(), dls, crossEntropy).fit(1.5),
    /Cannot fit: epochs must be a whole number of at least 0, found 1.5/,
  );
  await assert.rejects(new Learner(model(), dls, crossEntropy).fit(1, { lr: NaN }), /lr of fit to NaN/);
  await assert.rejects(new Learner(model(), {}, crossEntropy).fit(1), /dls has no train/);
  await assert.rejects(
    new Learner(model(), { train: dls.train }, crossEntropy).fit(1, { valid: true }),
    /dls has no valid/,
  );
  await assert.rejects(new Learner(new nn.Identity(), dls, crossEntropy).fit(1), /without parameters/);
  assert.throws(
    () => new Learner(model(), dls, crossEntropy, { cbs: [MetricsCB as unknown as Callback] }),
    /write new MetricsCB/,
  );
  const short = new Learner(
    model(),
    { train: [[problem(3).gather(tensor([0], { dtype: "int32" }))[0]!]] },
    crossEntropy,
  );
  await assert.rejects(short.fit(1), TypeError);
});

/** Declares its events with each of the types that a Learner has. */
class Declared extends Callback {
  seen: LearnerState[] = [];
  override beforeFit(learn: Learner): void {
    learn.find(Declared)!.seen = [];
  }
  override afterBatch(learn: LearnerCore): void {
    if (learn.running && learn.cbs.includes(this)) this.seen.push(learn);
  }
  override afterEpoch(state: LearnerState): void {
    this.seen.push(state);
  }
  override afterFit(learn: Learner): void {
    assert.throws(() => learn.progress(), /during a fit/); // the fluent steps are there, too
  }
}

Deno.test("callbacks may declare their events with Learner, LearnerCore or LearnerState: they get the Learner", async () => {
  const declared = new Declared();
  const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [declared] });
  await learn.fit(1);
  assert.deepEqual(declared.seen.map((one) => one === learn), Array(6).fill(true)); // 3 + 1 batches, 2 phases
});

Deno.test("LearnerCore has the loop without the fluent steps, and trains to the same bits", async () => {
  const trained = await Promise.all([Learner, LearnerCore].map(async (Kind) => {
    const metrics = new MetricsCB({}, { log: null });
    const learn = new Kind(model(), loaders(), crossEntropy, { lr: 0.2, momentum: 0.9, cbs: [metrics] });
    await learn.fit(2, { valid: false });
    return { losses: metrics.rows.map(({ loss }) => loss), weight: await flat([...learn.model.parameters()][0]!) };
  }));
  assert.deepEqual(trained[1], trained[0]);
  assert.ok(!("lrFind" in LearnerCore.prototype));
});
