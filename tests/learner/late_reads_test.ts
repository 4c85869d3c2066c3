/** What a fit reads of the device: once an epoch, late, with nothing lost. Waits are counted, and not timed. */
import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { DataLoader } from "../../lib/data/loader.ts";
import { TensorDataset } from "../../lib/data/dataset.ts";
import { Device } from "../../lib/device/device.ts";
import { DeviceFaultError } from "../../lib/device/errors.ts";
import {
  accuracy,
  ActivationStats,
  Callback,
  CancelFitException,
  DiagnoseCB,
  EarlyStoppingCB,
  Learner,
  MetricsCB,
  Recorder,
} from "../../lib/learner/mod.ts";
import { BatchPlaces } from "../../lib/learner/batch_places.ts";
import * as nn from "../../lib/nn/mod.ts";
import { SGD } from "../../lib/optim/sgd.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { safetensorsMetadata } from "../../lib/tensor/safetensors.ts";
import { noGrad } from "../../lib/tensor/graph.ts";
import { Generator } from "../../lib/tensor/random.ts";
import { testDevices } from "../oracle/golden.ts";
import { Spy } from "./helpers.ts";

const { crossEntropy } = nn.functional;

/** Items of four numbers and one of three classes; `labels` replaces some of these. */
function items(device: Device, n: number, labels: Record<number, number> = {}): TensorDataset {
  const generator = new Generator(11), y = Int32Array.from({ length: n }, (_, i) => labels[i] ?? i % 3);
  const x = Float32Array.from({ length: n * 4 }, (_, i) => (i % 4 === (i >> 2) % 3 ? 2 : 0) + generator.uniform());
  return new TensorDataset(tensor(x, { shape: [n, 4], device }), tensor(y, { device }));
}

/** Three batches to train on, and two to validate. */
function learner(
  device: Device,
  cbs: Callback[],
  labels: { train?: Record<number, number>; valid?: Record<number, number> } = {},
) {
  const options = { generator: new Generator(5), device };
  const model = new nn.Sequential(new nn.Linear(4, 6, options), new nn.ReLU(), new nn.Linear(6, 3, options));
  const train = new DataLoader(items(device, 24, labels.train), { batchSize: 8 });
  const valid = new DataLoader(items(device, 16, labels.valid), { batchSize: 8 });
  return new Learner(model, { train, valid }, crossEntropy, { lr: 0.2, momentum: 0.9, cbs });
}

/** How often the device was asked before each batch of the fit, by epoch; a read that was asked for in the background counts too. */
class Waits extends Callback {
  readonly before: number[][] = [];
  override beforeBatch(learn: Learner): void {
    (this.before[learn.epoch] ??= []).push(learn.model.device.counters.readBacks);
  }
  /** How many fell between the first and the last batch of each epoch. */
  get inside(): number[] {
    return this.before.map((counts) => counts.at(-1)! - counts[0]!);
  }
}

const quiet = () => new MetricsCB({ accuracy }, { log: null });

for (const name of testDevices()) {
  const test = (what: string, run: (device: Device) => Promise<void>) =>
    Deno.test(`${what} on ${name}`, async () => {
      using device = await new Device(name, { threads: 1 }).ready;
      await run(device);
    });

  test("a fit waits once an epoch and never inside, with metrics and all records too", async (device) => {
    const kinds: Record<string, () => Callback[]> = {
      bare: () => [],
      metrics: () => [quiet()],
      records: () => [quiet(), new Recorder(), new ActivationStats(), new DiagnoseCB()],
    };
    for (const [kind, cbs] of Object.entries(kinds)) {
      const waits = new Waits(), learn = learner(device, [...cbs(), waits]), before = device.counters.readBacks;
      await learn.fit(4);
      assert.equal(device.counters.readBacks - before, 4, kind);
      assert.deepEqual(waits.inside, [0, 0, 0, 0], kind);
    }
    // One that goes by the figures waits for them, and says so; the records are one read more, since the fit did not know that it would end.
    const stopping = [
      quiet(),
      new Recorder(),
      new ActivationStats(),
      new EarlyStoppingCB({ patience: 9 }),
      new Waits(),
    ];
    const before = device.counters.readBacks;
    await learner(device, stopping).fit(3);
    assert.equal(device.counters.readBacks - before, 4);
  });

  test("an epoch of 700 batches waits as seldom, though each may meet an index out of range", async (device) => {
    const waits = new Waits(),
      { model } = learner(device, []),
      train = new DataLoader(items(device, 700), { batchSize: 1 });
    const learn = new Learner(model, { train }, crossEntropy, { cbs: [quiet(), waits] }),
      before = device.counters.readBacks;
    await learn.fit(1);
    assert.equal(learn.iter, 700);
    assert.deepEqual([waits.inside, device.counters.readBacks - before], [[0], 1]);
  });

  test("a loop written by hand reads once an epoch, and awaits that while the next one runs", async (device) => {
    const { model, dls: { train } } = learner(device, []);
    const opt = new SGD(model.parameters(), { lr: 0.2, momentum: 0.9 });
    let last: Promise<number> | undefined;
    const losses: number[] = [], reads = device.counters.readBacks;
    for (let epoch = 0; epoch < 3; epoch++) {
      const sum = tensor(0, { device }).keep(), inside = device.counters.readBacks;
      for await (const [x, y] of train!) {
        const loss = crossEntropy(model.call(x!), y!);
        loss.backward();
        noGrad(() => sum.add_(loss.detach()));
        opt.step();
        opt.zeroGrad();
      }
      assert.ok(device.counters.readBacks - inside <= 1); // the one that began before this epoch
      if (last) losses.push(await last);
      last = sum.item();
    }
    losses.push(await last!);
    assert.equal(device.counters.readBacks - reads, 3);
    assert.ok(losses[2]! < losses[0]!);
  });

  test("rows come late, in order, and are those of a fit that waits, to the bit", async (device) => {
    const seen: string[] = [];
    const metrics = new MetricsCB({ accuracy }, { log: ({ epoch, train }) => seen.push(`row ${epoch} ${train}`) });
    const spy = new Spy({
      beforeEpoch: ({ epoch, training }) => void seen.push(`begin ${epoch} ${training ? "train" : "eval"}`),
      afterFit: () => void seen.push("end"),
    });
    await learner(device, [metrics, spy]).fit(3);
    const rows = seen.filter((line) => line.startsWith("row"));
    assert.deepEqual(rows, [0, 1, 2].flatMap((epoch) => ["train", "eval"].map((phase) => `row ${epoch} ${phase}`)));
    assert.ok(seen.indexOf("row 0 eval") > seen.indexOf("begin 1 train"), "the next epoch has begun");
    assert.ok(seen.indexOf("row 0 eval") < seen.indexOf("row 1 train"));
    assert.deepEqual(seen.slice(-3), ["row 2 train", "row 2 eval", "end"]);
    assert.ok(metrics.rows.every(({ seconds }) => seconds > 0 && seconds < 60));

    const waiting = quiet(), counts: number[] = [];
    await learner(device, [
      waiting,
      new Spy({
        afterEpoch: async (learn) => {
          await learn.settle();
          counts.push(waiting.rows.length);
        },
      }),
    ]).fit(3);
    assert.deepEqual(counts, [1, 2, 3, 4, 5, 6]);
    const figures = (of: MetricsCB) =>
      of.rows.map(({ loss, accuracy, epoch, train }) => [loss, accuracy, epoch, train]);
    assert.deepEqual(figures(metrics), figures(waiting));
  });

  test("a label out of range is told with its batch and epoch, though the next epoch has begun", async (device) => {
    const cases = [
      [{ train: { 12: 7 } }, "training batch 1 of epoch 0"],
      [{ valid: { 8: -1 } }, "validation batch 1 of epoch 0"],
    ] as const;
    for (const [labels, place] of cases) {
      const label = Object.values(Object.values(labels)[0]!)[0]!;
      for (const cbs of [[], [quiet()], [quiet(), new Recorder(), new ActivationStats()]]) {
        const spy = new Spy();
        await assert.rejects(learner(device, [...cbs, spy], labels).fit(9), (error: Error) => {
          assert.ok(error instanceof DeviceFaultError, String(error));
          assert.match(
            error.message,
            new RegExp(`^Cannot use label ${label} in crossEntropy: .*\\. It was in ${place}$`),
          );
          return true;
        });
        assert.equal(spy.events.at(-1), "cleanupFit");
        assert.ok(spy.events.filter((event) => event === "beforeEpoch").length <= 4, "the fit ends in the next epoch");
      }
    }
    // One that waits tells it too, and not as its own failure.
    const cbs = [quiet(), new EarlyStoppingCB()];
    await assert.rejects(learner(device, cbs, { train: { 0: 9 } }).fit(9), DeviceFaultError);
  });

  test("a label that is wrong in the last epoch alone is told before the fit returns", async (device) => {
    const y = tensor([0, 1, 2, 0], { dtype: "int32", device }).keep(),
      x = tensor(new Float32Array(16), { shape: [4, 4], device }).keep();
    const spoil = new Spy({ beforeBatch: (learn) => void (learn.epoch === 1 && (learn.batch = [x, y.add(3)])) });
    const learn = new Learner(learner(device, []).model, { train: [[x, y]] }, crossEntropy, { cbs: [spoil] });
    await assert.rejects(learn.fit(2), /label 3 in crossEntropy: .*training batch 0 of epoch 1$/);
    await learn.fit(1); // nothing of it is left
  });

  test("a search for a rate reads in the background, every few steps, and its result does not tell when", async (device) => {
    const search = async (waits: boolean) => {
      class Wait extends Callback {
        override async afterBatch(learn: Learner): Promise<void> {
          if (waits) await learn.model.device.synchronize(); // every look has its answer
        }
      }
      const reads = device.counters.readBacks;
      const { lr, loss, ended } = await learner(device, [new Wait()]).lrFind({
        startLr: 0.01,
        gamma: 1.5,
        maxMult: 1.5,
      });
      return { found: { lr, loss, ended }, reads: device.counters.readBacks - reads };
    };
    const { found, reads } = await search(false);
    assert.equal(found.ended, "loss");
    assert.deepEqual(found, (await search(true)).found);
    // Three batches an epoch, a look every eight, and at most 35 rates: one read an epoch, the looks, and one at the end.
    assert.ok(reads <= 12 + 4 + 1, `${reads} reads`);
  });

  test("a late read may fail before it is awaited", async (device) => {
    const late = tensor([1, 2], { device }).gather(0, tensor([5], { dtype: "int32", device })).item();
    await device.synchronize().catch(() => {});
    for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => setImmediate(() => resolve()));
    await assert.rejects(late, /Cannot use index 5 in gather/);
  });
}

const onReference = () => new Device("reference");

Deno.test("a fit that is cancelled or fails in an epoch keeps the rows of the phases before", async () => {
  for (const stop of [new CancelFitException(), new Error("no more")]) {
    const seen: string[] = [];
    const metrics = new MetricsCB({}, { log: ({ epoch, train }) => seen.push(`${epoch} ${train}`) });
    const recorder = new Recorder();
    const spy = new Spy({
      beforeBatch: (learn) => {
        if (learn.epoch === 1 && !learn.training) throw stop;
      },
    });
    const fit = learner(onReference(), [metrics, recorder, spy]).fit(5);
    if (stop instanceof CancelFitException) await fit;
    else await assert.rejects(fit, /^CallbackError: Callback Spy failed in beforeBatch: no more$/);
    assert.deepEqual(seen, ["0 train", "0 eval", "1 train"]);
    assert.equal(recorder.losses.length, 6);
  }
});

Deno.test("what a row's log throws ends the fit, as its callback's failure or as a cancellation", async () => {
  const failing = new MetricsCB({}, {
    log: () => {
      throw new Error("full disk");
    },
  });
  await assert.rejects(
    learner(onReference(), [failing]).fit(3),
    /^CallbackError: Callback MetricsCB failed in afterEpoch: full disk$/,
  );
  const spy = new Spy();
  const cancelling = new MetricsCB({}, {
    log: () => {
      throw new CancelFitException();
    },
  });
  await learner(onReference(), [cancelling, spy]).fit(9);
  assert.ok(spy.events.filter((event) => event === "beforeEpoch").length <= 4);
  assert.ok(!spy.events.includes("afterFit"));
});

Deno.test("MetricsCB refuses a callback that goes by the rows of an epoch that are not there, and says how to wait", async () => {
  class Hasty extends Callback {
    static override order = MetricsCB.order + 1;
    override afterEpoch(learn: Learner): void {
      learn.find(MetricsCB)!.rows.at(-1);
    }
  }
  await assert.rejects(
    learner(onReference(), [quiet(), new Hasty()]).fit(1),
    /Hasty failed in afterEpoch: Cannot read the rows of MetricsCB yet: the figures of epoch 0 \(train\) .*await learn.settle/,
  );
});

Deno.test("a callback of one's own reads late too: its values come between batches, or before the fit's end", async () => {
  const seen: string[] = [];
  class Norms extends Callback {
    override afterEpoch(learn: Learner): void {
      if (!learn.training) return;
      const { epoch } = learn, norm = noGrad(() => [...learn.model.parameters()][0]!.norm());
      learn.readLate(this, [norm, norm.mul(2)], ([one, two], at) => {
        seen.push(`${epoch} in ${learn.epoch}`);
        assert.ok(one![0]! > 0 && Math.abs(two![0]! - 2 * one![0]!) < 1e-6 && at <= performance.now());
      });
    }
  }
  const learn = learner(onReference(), [new Norms()]);
  await learn.fit(3);
  assert.deepEqual(seen, ["0 in 1", "1 in 2", "2 in 3"]);
  assert.throws(() => learn.readLate(new Norms(), [], () => {}), /Cannot read late outside a fit/);
  await learn.settle(); // nothing to wait for
});

Deno.test("a checkpoint at the end of an epoch has its rows, and what their log told", async () => {
  class Log extends Callback {
    readonly lines: number[] = [];
    override saveState() {
      return { values: [...this.lines] };
    }
  }
  const log = new Log(), metrics = new MetricsCB({}, { log: ({ epoch }) => void log.lines.push(epoch) });
  const saved: number[] = [];
  const spy = new Spy({
    afterEpoch: async (learn) => {
      if (!learn.epochIsOver) return;
      const { callbacks } = JSON.parse((await safetensorsMetadata(await learn.checkpoint())).sonde!);
      saved.push(callbacks[0].values.length, callbacks[1].values.rows.length);
    },
  });
  await learner(onReference(), [log, metrics, spy]).fit(2);
  assert.deepEqual(saved, [2, 2, 4, 4]);
});

Deno.test("BatchPlaces names the batch of a run, and forgets phases that are over", () => {
  const places = new BatchPlaces();
  places.phase(0, true, 10);
  for (const runs of [13, 14, 16]) places.batch(runs);
  places.phase(0, false, 18);
  places.batch(20);
  assert.deepEqual([10, 11, 13, 14, 16, 17, 19, 21].map((run) => places.of(run)), [
    undefined,
    "training batch 0 of epoch 0",
    "training batch 0 of epoch 0",
    "training batch 1 of epoch 0",
    "training batch 2 of epoch 0",
    undefined,
    "validation batch 0 of epoch 0",
    undefined,
  ]);
  places.forget(16);
  assert.equal(places.of(14), undefined);
  assert.equal(places.of(19), "validation batch 0 of epoch 0");
});
