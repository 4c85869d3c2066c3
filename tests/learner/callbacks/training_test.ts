/** Callbacks that change how a fit trains: accumulation, averages, plateaus, best weights, one cycle; and the log as CSV. */
import assert from "node:assert/strict";
import * as data from "../../../lib/data/mod.ts";
import {
  BestWeightsCB,
  Callback,
  CancelFitException,
  CheckpointCB,
  CSVLoggerCB,
  EMACB,
  GradientAccumulationCB,
  GradientClip,
  Learner,
  MetricsCB,
  type MetricsRow,
  MixUpCB,
  MomentumLearner,
  OneCycleCB,
  Recorder,
  ReduceOnPlateauCB,
} from "../../../lib/learner/mod.ts";
import * as nn from "../../../lib/nn/mod.ts";
import { Adam, oneCycle, SGD } from "../../../lib/optim/mod.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import { randn } from "../../../lib/tensor/create_random.ts";
import { Generator } from "../../../lib/tensor/random.ts";
import { assertClose, flat } from "../../nn/helpers.ts";
import { inFolder } from "../../in_folder.ts";
import { crossEntropy, loaders, model, problem, Spy } from "../helpers.ts";

const quiet = () => new MetricsCB({}, { log: null });
const weightsOf = async ({ model }: { model: nn.Module }) =>
  (await Promise.all([...model.parameters()].map(flat))).flat();
const inOrder = (count: number, batchSize: number) =>
  data.DataLoaders.of(problem(count), problem(10), { batchSize, shuffle: false });

/** Puts figures of one's choice in the place of those that MetricsCB read. */
class Pretend extends Callback {
  static override order = MetricsCB.order;
  constructor(readonly figures: readonly number[]) {
    super();
  }
  override async afterEpoch(learn: Learner): Promise<void> {
    await learn.settle();
    const { rows } = learn.find(MetricsCB)!, row = rows.at(-1)!;
    if (row.train === "eval") rows[rows.length - 1] = { ...row, loss: this.figures[learn.epoch]! } as MetricsRow;
  }
}

Deno.test("GradientAccumulationCB steps as with larger batches, and what looks at gradients sees their mean", async () => {
  const fit = async (batchSize: number, cbs: Callback[]) => {
    let steps = 0;
    const metrics = quiet(), spy = new Spy({ afterStep: () => void steps++ });
    const learn = new Learner(model(), inOrder(32, batchSize), crossEntropy, { cbs: [metrics, spy, ...cbs], lr: 0.5 });
    await learn.fit(2);
    return { steps, weights: await weightsOf(learn), losses: metrics.rows.map(({ loss }) => loss) };
  };
  for (const more of [() => [], () => [new GradientClip(0.05)]]) {
    const whole = await fit(32, more()), parts = await fit(8, [new GradientAccumulationCB(4), ...more()]);
    assert.deepEqual([whole.steps, parts.steps], [2, 2]);
    assertClose(parts.weights, whole.weights, 1e-9);
    assertClose(parts.losses, whole.losses, 1e-9);
  }
  // 16, 16, 8: the last one is a step of its own.
  assert.equal((await fit(16, [new GradientAccumulationCB(3)])).steps, 2);
  assert.throws(() => new GradientAccumulationCB(0), /number of batches must be a whole number of at least 1/);
});

Deno.test("GradientAccumulationCB leaves a MomentumLearner's past gradients whole", async () => {
  const fit = async (batchSize: number, cbs: Callback[]) => {
    const learn = new MomentumLearner(model(), inOrder(80, batchSize), crossEntropy, { cbs, lr: 0.5, momentum: 0.9 });
    await learn.fit(2);
    return await weightsOf(learn);
  };
  // Of the second, the five batches of an epoch are fewer than were asked for.
  for (const [large, small, parts] of [[40, 8, 5], [80, 16, 7]] as const) {
    assertClose(await fit(small, [new GradientAccumulationCB(parts)]), await fit(large, []), 1e-6);
  }
});

Deno.test("GradientAccumulationCB goes on from a checkpoint with the batches that wait for a step", () =>
  inFolder(async (folder) => {
    const batches = Array.from({ length: 5 }, (_, i) => [
      randn([4, 4], { generator: new Generator(i) }),
      tensor([0, 1, 2, i % 3], { dtype: "int32" }),
    ]);
    const unknown = () => ({
      train: {
        *[Symbol.iterator]() {
          yield* batches;
        },
      },
    });
    for (const kind of [Learner, MomentumLearner]) {
      const make = (stopBefore: number) => {
        const stop = new Spy({
          beforeEpoch: (learn) => {
            if (learn.epoch === stopBefore) throw new CancelFitException();
          },
        });
        const cbs = [new GradientAccumulationCB(2), new CheckpointCB(folder), stop];
        return new kind(model(), unknown(), crossEntropy, { lr: 0.5, momentum: 0.9, cbs });
      };
      const whole = make(3);
      await whole.fit(3);
      await make(1).fit(3);
      const again = await make(3).load(folder);
      await again.fit(3, { resume: true });
      assert.deepEqual(await weightsOf(again), await weightsOf(whole), kind.name);
    }
  }));

Deno.test("GradientAccumulationCB steps with what there is at the end of an epoch, and leaves no gradient behind", async () => {
  let steps = 0;
  const spy = new Spy({ afterStep: () => void steps++ });
  const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [new GradientAccumulationCB(2), spy] });
  await learn.fit(2); // of three batches each
  assert.equal(steps, 4);
  const endless = {
    train: {
      *[Symbol.iterator]() {
        for (let i = 0; i < 3; i++) yield [randn([2, 4]), tensor([0, 1], { dtype: "int32" })];
      },
    },
  };
  const open = new Learner(model(), endless, crossEntropy, { cbs: [new GradientAccumulationCB(2)] });
  await open.fit(1);
  assert.ok([...open.model.parameters()].every((p) => p.grad === null));
});

Deno.test("EMACB averages weights after each step, validates with the averages and leaves them in the model", async () => {
  const run = async (cbs: Callback[]) => {
    const trained: Promise<number[]>[] = [], validated: Promise<number[]>[] = [];
    const spy = new Spy({
      afterStep: (learn) => void trained.push(flat(learn.model.stateDict()["0.weight"]!.clone())),
      beforeBatch: (learn) =>
        void (learn.training || validated.push(flat(learn.model.stateDict()["0.weight"]!.clone()))),
    });
    const recorder = new Recorder();
    const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [recorder, ...cbs, spy] });
    const first = await flat(learn.model.stateDict()["0.weight"]!);
    await learn.fit(2);
    const last = await flat(learn.model.stateDict()["0.weight"]!);
    return {
      first,
      last,
      losses: recorder.losses,
      trained: await Promise.all(trained),
      validated: await Promise.all(validated),
    };
  };
  const plain = await run([]);
  for (const warmUp of [false, true]) {
    const { first, last, losses, trained, validated } = await run([new EMACB({ decay: 0.6, warmUp })]);
    assert.deepEqual(losses, plain.losses); // training does not see it
    const averages = [first];
    trained.forEach((weights, i) => {
      const kept = warmUp ? Math.min(0.6, (2 + i) / (11 + i)) : 0.6;
      averages.push(weights.map((w, k) => kept * averages.at(-1)![k]! + (1 - kept) * w));
    });
    assertClose(validated[0]!, averages[3]!, 1e-9);
    assertClose(last, averages[6]!, 1e-9);
  }
  const { last, validated } = await run([new EMACB({ decay: 0.6, validate: false, final: false })]);
  assert.deepEqual([last, validated], [plain.last, plain.validated]);
  assert.throws(() => new EMACB({ decay: 1 }), /decay of EMACB to 1/);
});

Deno.test("CSVLoggerCB writes the rows of MetricsCB", async () => {
  const folder = await Deno.makeTempDir(), path = `${folder}/new/fit.csv`;
  const metrics = new MetricsCB({ 'a "b", c': (preds) => preds.mean() }, { log: null });
  await new Learner(model(), loaders(), crossEntropy, { cbs: [metrics, new CSVLoggerCB(path)] }).fit(2);
  const [head, ...lines] = (await Deno.readTextFile(path)).trimEnd().split("\r\n");
  assert.equal(head, '"a ""b"", c",loss,epoch,train,seconds');
  assert.deepEqual(
    lines.map((line) => line.split(",").slice(1, 4)),
    metrics.rows.map(({ loss, epoch, train }) => [String(loss), String(epoch), train]),
  );
  await Deno.remove(folder, { recursive: true });
  await assert.rejects(
    new Learner(model(), loaders(), crossEntropy, { cbs: [new CSVLoggerCB(path)] }).fit(1),
    /nothing measures any. Add a MetricsCB/,
  );
});

Deno.test("CSVLoggerCB, CheckpointCB: what cannot be written is told before the first batch", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "kept");
    await Deno.mkdir(`${folder}/taken.csv`);
    await Deno.mkdir(`${folder}/last.safetensors`);
    const cases: [Callback, RegExp][] = [
      [
        new CSVLoggerCB(`${folder}/file/fit.csv`),
        /CSVLoggerCB failed in beforeFit: Cannot write .*file is in the place/,
      ],
      [new CSVLoggerCB(`${folder}/taken.csv`), /CSVLoggerCB failed in beforeFit: .*there is a folder of that name/],
      [
        new CheckpointCB(`${folder}/file/deep`),
        /CheckpointCB failed in beforeFit: Cannot write .*file is in the place/,
      ],
      [new CheckpointCB(folder), /CheckpointCB failed in beforeFit: .*there is a folder of that name/],
    ];
    for (const [cb, message] of cases) {
      const spy = new Spy();
      const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [quiet(), spy, cb] });
      await assert.rejects(learn.fit(1), { name: "CallbackError", message });
      assert.ok(!spy.events.includes("beforeBatch"), cb.name);
    }
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    assert.deepEqual(names.sort(), ["file", "last.safetensors", "taken.csv"]);
    assert.equal(await Deno.readTextFile(`${folder}/file`), "kept");
  });
});

Deno.test("BestWeightsCB puts the best epoch's weights back, however the fit ends; with EMACB those that were validated", async () => {
  for (const averaged of [false, true]) {
    const epochs: number[][] = [];
    const spy = new Spy({
      beforeBatch: async (learn) => {
        if (!learn.training) epochs.push(await weightsOf(learn));
      },
    });
    const best = new BestWeightsCB();
    const cbs = [quiet(), new Pretend([3, 1, NaN, 2, 1]), best, spy, ...averaged ? [new EMACB({ decay: 0.5 })] : []];
    const learn = new Learner(model(), loaders(), crossEntropy, { cbs });
    await learn.fit(5);
    assert.deepEqual([best.best, best.bestEpoch], [1, 1]);
    assert.deepEqual(await weightsOf(learn), epochs[1]);
    assert.notDeepEqual(epochs[1], epochs[4]);
  }
  const failing = new Learner(model(), loaders(), crossEntropy, { cbs: [new BestWeightsCB({ monitor: "f1" })] });
  await assert.rejects(failing.fit(1), /keep the best weights by "f1": nothing measures it/);
});

Deno.test("ReduceOnPlateauCB lowers the rate after epochs without improvement", async () => {
  const rates: number[] = [];
  const spy = new Spy({ beforeEpoch: (learn) => void (learn.training && rates.push(learn.opt.lr)) });
  const cbs = [
    quiet(),
    new Pretend([3, 2, 2, 2, 2, 1, 1, 1]),
    new ReduceOnPlateauCB({ patience: 1, factor: 0.5, minLr: 0.03 }),
    spy,
  ];
  await new Learner(model(), loaders(), crossEntropy, { cbs, lr: 0.1 }).fit(8);
  assertClose(rates, [0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05], 1e-12);
  assert.throws(() => new ReduceOnPlateauCB({ better: "max" as never }), /better is "lower" or "higher"/);
});

Deno.test("OneCycleCB cycles each group's rate, and the momentum of optimisers that have one", async () => {
  const run = async (optFunc: ConstructorParameters<typeof Learner>[3] & object) => {
    const recorder = new Recorder({ values: ["momentum"] });
    const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [recorder], ...optFunc });
    await learn.fitOneCycle(2, { lr: 0.4, pct: 0.5, momenta: [0.9, 0.8, 0.9] });
    return { lrs: recorder.lrs, momenta: recorder.values["momentum"]!, learn };
  };
  const at = (schedule: (position: number) => number) => [0, 1, 2, 3, 4, 5].map((step) => schedule(step / 6));
  const cycle = oneCycle(0.4, { start: 0.4 / 25, end: 0.4 / 1e5, pct: 0.5 });
  const momentum = at(oneCycle(0.8, { start: 0.9, end: 0.9, pct: 0.5 }));
  for (
    const [options, momenta] of [
      [{ optFunc: SGD }, [0, 0, 0, 0, 0, 0]],
      [{ optFunc: SGD, momentum: 0.5 }, momentum],
      [{ optFunc: Adam }, momentum],
    ] as const
  ) {
    const { lrs, momenta: found } = await run(options);
    assertClose(lrs, at(cycle), 1e-12);
    assertClose(found, momenta, 1e-12);
  }
  assert.throws(() => new OneCycleCB({ div: 0 }), /div of OneCycleCB to 0/);
  assert.throws(() => new OneCycleCB({ momenta: [0.9] as never }), /through 1 momenta/);
});

Deno.test("callbacks that change the training go on from a checkpoint to the bit, whoever saves it at an epoch's end", async () => {
  for (const order of [CheckpointCB.order, MetricsCB.order + 0.3]) await goesOn(order);
});

Deno.test("a fit of one cycle goes on from a checkpoint to the bit", async () => {
  let saved: Uint8Array | undefined;
  const make = (save: boolean) => {
    const saver = new Spy({
      afterEpoch: async (learn) => {
        if (save && !learn.training && learn.epoch === 1) saved = await (learn as Learner).checkpoint();
      },
    });
    saver.order = CheckpointCB.order;
    return new Learner(model(), loaders(), crossEntropy, { cbs: [saver], optFunc: Adam, lr: 0.1 });
  };
  const whole = await make(true).fitOneCycle(4);
  const again = await make(false).load(saved!);
  await again.fitOneCycle(4, { resume: true });
  assert.deepEqual(await weightsOf(again), await weightsOf(whole));
});

async function goesOn(order: number) {
  const make = (save?: (learn: Learner) => Promise<void>) => {
    const figures = new Pretend([3, 2, 2, 1, 5]);
    const saver = new Spy({ afterEpoch: async (learn) => void (learn.training || await save?.(learn as Learner)) });
    saver.order = order;
    const cbs = [
      quiet(),
      figures,
      ...order === CheckpointCB.order ? [new ReduceOnPlateauCB({ patience: 0, factor: 0.5 })] : [],
      new EMACB({ decay: 0.7 }),
      new MixUpCB({ generator: new Generator(4) }),
      saver,
    ];
    return { learn: new Learner(model(), loaders(), crossEntropy, { cbs, lr: 0.2 }) };
  };
  let saved: Uint8Array | undefined;
  const whole = make(async (learn) => {
    if (learn.epoch === 2) saved = await learn.checkpoint();
  });
  await whole.learn.fit(5);
  const again = make();
  await again.learn.load(saved!);
  await again.learn.fit(5, { resume: true });
  assert.deepEqual(await weightsOf(again.learn), await weightsOf(whole.learn));
  assert.equal(again.learn.opt.lr, whole.learn.opt.lr);
}
