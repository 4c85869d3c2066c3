/** A fit that was stopped and goes on in another Learner gives what one that was not stopped gives, to the bit. */
import assert from "node:assert/strict";
import { DataLoaders } from "../../lib/data/dataloaders.ts";
import { TensorDataset } from "../../lib/data/dataset.ts";
import { Device } from "../../lib/device/device.ts";
import { Callback } from "../../lib/learner/callback.ts";
import { ActivationStats } from "../../lib/learner/callbacks/activation_stats.ts";
import { NormalizeCB } from "../../lib/learner/callbacks/batch_transform.ts";
import { CheckpointCB } from "../../lib/learner/callbacks/checkpoint.ts";
import { DiagnoseCB } from "../../lib/learner/callbacks/diagnose.ts";
import { EarlyStoppingCB } from "../../lib/learner/callbacks/early_stopping.ts";
import { MetricsCB } from "../../lib/learner/callbacks/metrics.ts";
import { ParamScheduler } from "../../lib/learner/callbacks/param_scheduler.ts";
import { Recorder } from "../../lib/learner/callbacks/recorder.ts";
import { CancelFitException } from "../../lib/learner/exceptions.ts";
import { isInstance } from "../../lib/learner/hooks.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { accuracy } from "../../lib/learner/metrics.ts";
import type { OptimizerFunction } from "../../lib/learner/parts.ts";
import { BatchNorm2d } from "../../lib/nn/batch_norm.ts";
import { Conv2d } from "../../lib/nn/conv2d.ts";
import { Dropout } from "../../lib/nn/dropout.ts";
import { Flatten } from "../../lib/nn/flatten.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import { ReLU } from "../../lib/nn/activations.ts";
import { Tanh } from "../../lib/nn/smooth.ts";
import { Sequential } from "../../lib/nn/sequential.ts";
import { Adam } from "../../lib/optim/adam.ts";
import { RMSProp } from "../../lib/optim/rmsprop.ts";
import { schedCos } from "../../lib/optim/schedules.ts";
import { SGD } from "../../lib/optim/sgd.ts";
import { randint, randn } from "../../lib/tensor/create_random.ts";
import { loadSafetensors, safetensorsMetadata, saveSafetensors } from "../../lib/tensor/safetensors.ts";
import { Generator, setSeed } from "../../lib/tensor/random.ts";
import { tensor } from "../../lib/tensor/create.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { testDevices } from "../oracle/golden.ts";
import { inFolder } from "../in_folder.ts";

const BATCHES = 5, EPOCHS = 3;

/** Ends a fit after so many training batches, or after so many epochs. */
class StopAfter extends Callback {
  static override order = CheckpointCB.order + 1;
  #left: number;
  constructor(readonly count: number, readonly unit: "batches" | "epochs" = "batches") {
    super();
    this.#left = count;
  }
  #stop(): void {
    if (--this.#left <= 0) throw new CancelFitException();
  }
  override afterBatch(learn: Learner): void {
    if (learn.training && this.unit === "batches") this.#stop();
  }
  override afterEpoch(learn: Learner): void {
    if (learn.epochIsOver && this.unit === "epochs") this.#stop();
  }
}

interface Case {
  readonly name: string;
  readonly optFunc: OptimizerFunction;
  readonly scheduled?: boolean;
  /** A generator of the loader's own, rather than the default one, from which dropout draws too. */
  readonly own?: boolean;
  /** Nobody zeroes gradients. */
  readonly gathers?: boolean;
  /** The loss has a sum over weights, which goes through them as they lie in memory. */
  readonly penalty?: boolean;
  /** Which batches are diagnosed. */
  readonly every?: number;
}

/** Leaves gradients where they are. */
class Gather extends Callback {
  zeroGrad(): void {}
}

/** A Learner as a script makes it, from the seed on. */
function make(
  device: Device,
  { optFunc, scheduled, own, gathers, penalty, every = 1 }: Case,
  extra: readonly Callback[] = [],
) {
  setSeed(11);
  const on = { device };
  const set = (n: number) => new TensorDataset(randn([n, 1, 6, 6], on), randint(0, 3, [n], on));
  const dls = DataLoaders.of(set(4 * BATCHES + 1 - 4), set(8), {
    batchSize: 4,
    ...own ? { generator: new Generator(5) } : {},
  });
  const model = new Sequential(
    new Conv2d(1, 4, 3, on),
    new BatchNorm2d(4, on),
    new ReLU(),
    new Flatten(),
    new Tanh(),
    new Dropout(0.3),
    new Linear(4 * 4 * 4, 3, on),
  );
  const loss = (preds: Tensor, y: Tensor) => {
    const norms = [...model.parameters()].map((p) => p.norm());
    return crossEntropy(preds, y).add(norms.reduce((a, b) => a.add(b)).mul(0.1));
  };
  const recorder = new Recorder(), metrics = new MetricsCB({ accuracy }, { log: null });
  const stopping = new EarlyStoppingCB({ patience: 9 });
  const activations = new ActivationStats(isInstance(ReLU), { bins: 3, chunk: 4 });
  const diagnosis = new DiagnoseCB({ every });
  const cbs = [
    diagnosis,
    activations,
    recorder,
    metrics,
    stopping,
    new NormalizeCB(),
    ...gathers ? [new Gather()] : [],
    ...scheduled ? [new ParamScheduler("lr", schedCos(0.01, 0.001))] : [],
  ];
  const learn = new Learner(model, dls, penalty ? loss : crossEntropy, {
    lr: 0.05,
    optFunc,
    cbs: [...cbs, ...extra],
  });
  return { learn, recorder, metrics, activations, diagnosis };
}

/** All that a fit leaves. */
async function outcome({ learn, recorder, metrics, activations, diagnosis }: ReturnType<typeof make>) {
  const values = await Promise.all(
    Object.entries(learn.model.stateDict()).map(async ([name, t]) => [name, [...await t.toTypedArray()]]),
  );
  return {
    losses: recorder.losses,
    validLosses: recorder.validLosses,
    lrs: recorder.lrs,
    activations: activations.layers,
    records: diagnosis.records,
    recorded: { losses: diagnosis.losses, lrs: diagnosis.lrs, figures: diagnosis.activationFigures() },
    diagnosis: learn.diagnose(),
    rows: metrics.rows.map(({ seconds: _, ...row }) => row),
    model: Object.fromEntries(values),
  };
}

const CASES: readonly Case[] = [
  { name: "SGD with momentum", optFunc: (params, settings) => new SGD(params, { ...settings, momentum: 0.9 }) },
  { name: "Adam with a schedule and weights in the loss", optFunc: Adam, scheduled: true, penalty: true },
  {
    name: "RMSProp, centred, and a loader with a generator of its own",
    optFunc: (params, { lr }) => new RMSProp(params, { lr: lr / 50, centered: true }),
    own: true,
    every: 2,
  },
  { name: "SGD whose gradients nobody zeroes", optFunc: SGD, gathers: true, every: 2 },
];

for (const kind of testDevices()) {
  for (const one of CASES) {
    Deno.test(`resumed is equal to uninterrupted: ${one.name}, dropout, batch norm (${kind})`, () =>
      inFolder(async (folder) => {
        using device = await new Device(kind).ready;
        const whole = make(device, one);
        await whole.learn.fit(EPOCHS);
        const expected = await outcome(whole);
        assert.equal(expected.losses.length, EPOCHS * BATCHES);
        assert.equal(expected.records!.left.length > 0, one.gathers ?? false);
        assert.equal(expected.records!.classes!.counts.length, EPOCHS * Math.ceil(BATCHES / (one.every ?? 1)));
        // In the first batch, within an epoch, at its last batch, between two epochs, at the first batch of the next.
        const stops = [1, 2, BATCHES, BATCHES + 1, 2 * BATCHES + 3].map((count) => new StopAfter(count));
        for (const stop of [...stops, new StopAfter(1, "epochs"), new StopAfter(2, "epochs")]) {
          const cut = make(device, one, [new CheckpointCB(folder, { batches: 1 }), stop]);
          await cut.learn.fit(EPOCHS);
          const later = make(device, one, [new CheckpointCB(folder, { batches: 100 }), new StopAfter(Infinity)]);
          setSeed(999);
          await later.learn.load(folder);
          await later.learn.fit(EPOCHS, { resume: true });
          assert.deepEqual(await outcome(later), expected, `stopped after ${stop.count} ${stop.unit}`);
        }
      }));
  }

  Deno.test(`a fit that had come to its end is gone on with as with resume in one process (${kind})`, () =>
    inFolder(async (folder) => {
      using device = await new Device(kind).ready;
      const here = make(device, CASES[1]!), there = make(device, CASES[1]!);
      await here.learn.fit(1);
      await here.learn.save(folder);
      await here.learn.fit(1, { resume: true });
      // Shuffled with the default generator: it has to stand where it stood.
      const states = here.recorder.losses;
      await there.learn.load(folder);
      await there.learn.fit(1, { resume: true });
      assert.equal(there.recorder.losses.length, states.length);
    }));
}

Deno.test("CheckpointCB keeps the last, so many older ones, and the best", () =>
  inFolder(async (folder) => {
    using device = new Device("cpu", { threads: 1 });
    const files = () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    const checkpoints = new CheckpointCB(folder, { batches: 2, keep: 3, best: "loss" });
    const { learn, metrics } = make(device, CASES[0]!, [checkpoints]);
    await learn.fit(2);
    assert.deepEqual(files(), [
      "best.safetensors",
      "epoch-0001-batch-000002.safetensors",
      "epoch-0001-batch-000004.safetensors",
      "epoch-0002-batch-000000.safetensors",
      "last.safetensors",
    ]);
    const best = metrics.rows.filter(({ train }) => train === "eval").reduce((a, b) => b.loss < a.loss ? b : a);
    const { sonde } = await safetensorsMetadata(`${folder}/best.safetensors`);
    assert.ok(
      sonde!.includes(`"loss":${best.loss},"epoch":${best.epoch},"train":"eval"`),
      "the best epoch's row is its last",
    );
    assert.ok(!sonde!.includes(`"epoch":${best.epoch + 1},"train":"eval"`));
  }));

Deno.test("CheckpointCB counts the older ones of a fit that it goes on with among those that it keeps", () =>
  inFolder(async (folder) => {
    using device = new Device("cpu", { threads: 1 });
    const cut = make(device, CASES[0]!, [
      new CheckpointCB(folder, { batches: 1, keep: 2 }),
      new StopAfter(BATCHES + 2),
    ]);
    await cut.learn.fit(2);
    const cbs = [new CheckpointCB(folder, { batches: 1, keep: 2 }), new StopAfter(Infinity)];
    const { learn } = make(device, CASES[0]!, cbs);
    await learn.load(folder);
    await learn.fit(2, { resume: true });
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
      "epoch-0001-batch-000005.safetensors",
      "epoch-0002-batch-000000.safetensors",
      "last.safetensors",
    ]);
  }));

Deno.test("what does not fit together is refused: another model, optimiser, callbacks, generators, epochs, no checkpoint", () =>
  inFolder(async (folder) => {
    using device = new Device("cpu", { threads: 1 });
    const cut = make(device, CASES[0]!, [new CheckpointCB(folder, { batches: 1 }), new StopAfter(BATCHES + 2)]);
    await cut.learn.fit(EPOCHS);
    const like = (one: Case, extra: Callback[] = [new CheckpointCB(folder), new StopAfter(Infinity)]) =>
      make(device, one, extra).learn;
    const resume = async (learn: Learner, epochs = EPOCHS) => {
      await learn.load(folder);
      await learn.fit(epochs, { resume: true });
    };
    await assert.rejects(() => resume(like(CASES[1]!)), /saved with SGD, this fit is with Adam/);
    await assert.rejects(
      () => resume(like(CASES[0]!, [])),
      /saved with the callbacks DiagnoseCB, ActivationStats, .*StopAfter, this fit has DiagnoseCB, ActivationStats, /,
    );
    await assert.rejects(
      () => resume(like({ ...CASES[0]!, own: true })),
      /saved with 1 generators, this Learner has 2/,
    );
    await assert.rejects(
      () => resume(like(CASES[0]!), 1),
      /stands in epoch 1 of 3, counted from 0\. Call fit\(3, \{ resume: true \}\)/,
    );
    const other = new Learner(new Linear(2, 2, { device }), cut.learn.dls, crossEntropy);
    await assert.rejects(() => other.load(folder), /Linear: missing keys/);
    await assert.rejects(() => other.load(`${folder}/none`), /Cannot read checkpoint .*none: there is no such file/);
    await saveSafetensors(`${folder}/x.safetensors`, { x: tensor([1], { device }) });
    await assert.rejects(
      () => other.load(`${folder}/x.safetensors`),
      /holds tensors alone\. Load a model's with model\.load/,
    );
    const bad = await loadSafetensors(`${folder}/last.safetensors`, { device });
    for (
      const [text, message] of [["{", /its description is no JSON/], ["{}", /version/], [
        '{"version":2}',
        /version/,
      ]] as const
    ) {
      await saveSafetensors(`${folder}/bad.safetensors`, bad, { metadata: { sonde: text } });
      await assert.rejects(() => cut.learn.load(`${folder}/bad.safetensors`), message);
    }
    class SaveTooEarly extends Callback {
      override async afterLoss(learn: Learner): Promise<void> {
        await learn.save(folder);
      }
    }
    await assert.rejects(
      () => make(device, CASES[0]!, [new SaveTooEarly()]).learn.fit(1),
      /Cannot save this fit now: it is within a batch/,
    );
    assert.throws(() => new CheckpointCB(folder, { batches: 0 }), /batches/);
    assert.throws(() => new CheckpointCB(folder, { minutes: 0 }), /minutes/);
    assert.throws(() => new CheckpointCB(3 as never), /give a folder's path, found number/);
    await assert.rejects(
      () => make(device, CASES[0]!, [new CheckpointCB(folder, { best: "f1" })]).learn.fit(1),
      /Cannot keep the best by "f1": MetricsCB measures accuracy, loss/,
    );
  }));
