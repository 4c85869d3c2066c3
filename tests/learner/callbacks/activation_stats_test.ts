import assert from "node:assert/strict";
import { Device } from "../../../lib/device/device.ts";
import { planStatistics } from "../../../lib/tensor/mod.ts";
import { Callback } from "../../../lib/learner/callback.ts";
import type { LayerStatistics } from "../../../lib/learner/activation_figures.ts";
import * as data from "../../../lib/data/mod.ts";
import { GradientAccumulationCB } from "../../../lib/learner/callbacks/accumulation.ts";
import { ActivationStats } from "../../../lib/learner/callbacks/activation_stats.ts";
import { DiagnoseCB } from "../../../lib/learner/callbacks/diagnose.ts";
import { GradientClip } from "../../../lib/learner/callbacks/gradient_clip.ts";
import { DeviceCB } from "../../../lib/learner/callbacks/device.ts";
import { MetricsCB } from "../../../lib/learner/callbacks/metrics.ts";
import { Recorder } from "../../../lib/learner/callbacks/recorder.ts";
import { CancelFitException } from "../../../lib/learner/exceptions.ts";
import { isInstance } from "../../../lib/learner/hooks.ts";
import { Learner } from "../../../lib/learner/learner.ts";
import { MomentumLearner } from "../../../lib/learner/momentum_learner.ts";
import type { Chart } from "../../../lib/plot/chart.ts";
import * as nn from "../../../lib/nn/mod.ts";
import { Generator } from "../../../lib/tensor/random.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { setUp } from "../../engine/model_a.ts";
import { assertClose, flat, reference } from "../../nn/helpers.ts";
import { testDevices } from "../../oracle/golden.ts";
import { crossEntropy, loaders, problem, Spy } from "../helpers.ts";

function mlp(): nn.Sequential {
  const options = { generator: new Generator(5), device: reference };
  return new nn.Sequential(new nn.Linear(4, 6, options), new nn.ReLU(), new nn.Linear(6, 3, options));
}

/** What plain arithmetic says of the same numbers. */
function plain(x: readonly number[], bins: number, [min, max]: readonly [number, number], absolute: boolean) {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const std = Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / (x.length - 1));
  const counts = new Array<number>(bins).fill(0);
  let below = 0, above = 0, nonFinite = 0;
  for (const value of absolute ? x.map(Math.abs) : x) {
    if (!Number.isFinite(value)) nonFinite++;
    else if (value < min) below++;
    else if (value > max) above++;
    else counts[Math.min(bins - 1, Math.floor((value - min) / (max - min) * bins))]!++;
  }
  return { mean, std, below, above, zeros: x.filter((value) => value === 0).length, nonFinite, counts };
}

function assertEqual(layer: LayerStatistics, batches: readonly ReturnType<typeof plain>[]): void {
  assertClose(layer.mean, batches.map(({ mean }) => mean), 1e-6);
  assertClose(layer.std, batches.map(({ std }) => std), 1e-6);
  assert.deepEqual([...layer.below], batches.map(({ below }) => below));
  assert.deepEqual([...layer.above], batches.map(({ above }) => above));
  assert.deepEqual([...layer.zeros], batches.map(({ zeros }) => zeros));
  assert.deepEqual([...layer.nonFinite], batches.map(({ nonFinite }) => nonFinite));
  assert.deepEqual(layer.counts.map((row) => [...row]), batches.map(({ counts }) => counts));
}

Deno.test("ActivationStats: mean, std and histogram of every training batch, as plain arithmetic has them", async () => {
  for (const [range, absolute] of [[[0, 1], true], [[-0.5, 0.5], false]] as const) {
    const model = mlp();
    const outputs: Promise<number[]>[] = [];
    const note = new Spy({
      beforeFit: () => void model.at(1).registerForwardHook((_m, _i, y) => void (note.on && outputs.push(flat(y)))),
      beforeEpoch: (learn) => void (note.on = learn.training),
    }) as Spy & { on: boolean };
    const stats = new ActivationStats(isInstance(nn.ReLU), { bins: 8, range, absolute });
    await new Learner(model, loaders(), crossEntropy, { cbs: [note, stats] }).fit(2);
    const expected = (await Promise.all(outputs)).map((x) => plain(x, 8, range, absolute));
    assert.equal(stats.layers.length, 1);
    assert.deepEqual([stats.layers[0]!.name, stats.layers[0]!.kind], ["1 ReLU", "ReLU"]);
    assert.equal(expected.length, 6);
    assertEqual(stats.layers[0]!, expected);
    assertEqual((await stats.stats())[0]!, expected);
  }
});

/** Adds to a ReLU's input what switches its units off or breaks them: unit 1 is on before batch 3 and off from then on, in batch 1 all are, in batch 2 unit 4 is NaN. */
class Tamper extends nn.Module {
  batch = 0;
  override forward(x: Tensor): Tensor {
    const units = x.shape[1]!, add = new Array<number>(units).fill(0);
    if (this.training) {
      add[1] = this.batch < 3 ? 9 : -1e6;
      if (this.batch === 1) add.fill(-1e6);
      if (this.batch === 2) add[4] = NaN;
      this.batch++;
    }
    return x.add(tensor(add, { device: x.device }));
  }
}

Deno.test("ActivationStats: figures tell zeros from small values and from dead units, and count what is not finite", async () => {
  for (const kind of testDevices()) {
    using device = await new Device(kind).ready;
    for (const settings of [{}, { onValid: true }, { range: [-7, 7] as const, absolute: false, bins: 28 }]) {
      const options = { generator: new Generator(5), device };
      const model = new nn.Sequential(new nn.Linear(4, 6, options), new Tamper(), new nn.ReLU());
      const seen: Promise<number[]>[] = [];
      model.at(2).registerForwardHook((_m, _i, y) => void (y.requiresGrad && seen.push(flat(y))));
      const stats = new ActivationStats(isInstance(nn.ReLU), settings);
      // A loss that does not depend on the output, so that NaN in it stays there.
      const loss = () => [...model.parameters()][1]!.sum();
      await new Learner(model, loaders(), loss, { lr: 0, cbs: [new DeviceCB(device), stats] }).fit(2);
      const batches = await Promise.all(seen), [figures] = stats.activationFigures();
      const off = batches.map((y) => [0, 1, 2, 3, 4, 5].filter((unit) => y.every((x, i) => i % 6 !== unit || x === 0)));
      const edge = settings.bins === 28 ? 0.5 : 0.25;
      assert.equal(batches.length, 6);
      assert.equal(figures!.name, "2 ReLU");
      assert.deepEqual(figures!.batches, [0, 1, 2, 3, 4, 5]);
      assert.deepEqual(figures!.elements, batches.map((y) => y.length));
      assert.deepEqual(figures!.zeros, batches.map((y) => y.filter((x) => x === 0).length / y.length));
      assert.deepEqual(figures!.small, batches.map((y) => y.filter((x) => x > 0 && x < edge).length / y.length));
      assert.equal(figures!.smallBelow, edge);
      assert.deepEqual(figures!.nonFinite, batches.map((y) => y.filter(Number.isNaN).length));
      assert.equal(figures!.nonFinite![2], batches[2]!.length / 6);
      assert.equal(figures!.units, 6);
      assert.deepEqual(figures!.unitsOff, off.map((units) => units.length));
      assert.equal(figures!.unitsOff![1], 6);
      const first = (unit: number) => 1 + off.findLastIndex((units) => !units.includes(unit));
      const dead = [0, 1, 2, 3, 4, 5].map((unit) => first(unit) === 6 ? -1 : first(unit));
      assert.deepEqual(figures!.deadSince, dead);
      assert.equal(dead[1], 3);
    }
  }
});

Deno.test("ActivationStats: a rectifier that is shifted down is off where it is lowest, unless it leaks", async () => {
  const options = { generator: new Generator(5), device: reference };
  for (
    const [settings, off] of [[{ sub: 0.4 }, 6], [{ sub: 0.5, leak: 0 }, 6], [{ sub: 0.4, leak: 0.1 }, 0], [
      {},
      6,
    ]] as const
  ) {
    const model = new nn.Sequential(new nn.Linear(4, 6, options), new nn.GeneralReLU(settings));
    nn.init.constant_(model.at(0).stateDict()["bias"]!, -1000);
    const stats = new ActivationStats(isInstance(nn.GeneralReLU));
    await new Learner(model, loaders(), crossEntropy, { lr: 0, cbs: [stats] }).fit(1);
    assert.deepEqual(stats.layers[0]!.unitsOff, [off, off, off]);
    assert.deepEqual([...stats.layers[0]!.zeros], "sub" in settings ? [0, 0, 0] : [96, 96, 48]);
  }
});

Deno.test("ActivationStats: validation too if asked; modules may be given; a record goes on in pieces", async () => {
  const model = mlp();
  const stats = new ActivationStats([model.at(0), model.at(1)], { onValid: true, chunk: 3 });
  const valid = new ActivationStats(undefined, { onValid: true, onTrain: false });
  await new Learner(model, loaders(), crossEntropy, { cbs: [stats, valid] }).fit(2);
  assert.deepEqual(stats.layers.map(({ name, kind, mean }) => [name, kind, mean.length]), [["0 Linear", "Linear", 8], [
    "1 ReLU",
    "ReLU",
    8,
  ]]);
  assert.deepEqual(valid.layers.map(({ name, mean }) => [name, mean.length]), [["0 Linear", 2], ["1 ReLU", 2], [
    "2 Linear",
    2,
  ]]);
  assert.deepEqual([stats.layers[1]!.mean[3], stats.layers[1]!.mean[7]], [...valid.layers[1]!.mean]);
  assert.deepEqual(stats.layers[1]!.batches, [0, 1, 2, 0, 3, 4, 5, 1]);
  assert.deepEqual(stats.layers[1]!.training, [true, true, true, false, true, true, true, false]);
  const [, ofTraining] = stats.activationFigures(), [, ofValidation] = valid.activationFigures();
  assert.deepEqual([ofTraining!.batches, ofValidation!.batches], [[0, 1, 2, 3, 4, 5], [0, 1]]);
  assert.deepEqual(ofTraining!.mean, [0, 1, 2, 4, 5, 6].map((i) => stats.layers[1]!.mean[i]));
});

Deno.test("ActivationStats: gradients, and the ratio of update to weight", async () => {
  const model = mlp();
  const weight = model.at(2).stateDict()["weight"]!;
  const gradients: Promise<number[]>[] = [], weights: Promise<number[]>[] = [];
  const note = new Spy({
    beforeBatch: (learn) => void (learn.training && weights.push(flat(weight.clone()))),
    afterBackward: () => void gradients.push(flat([...model.parameters()][2]!.borrowGrad()!.clone())),
    afterFit: () => void weights.push(flat(weight.clone())),
  });
  const [g, u, w] = [
    new ActivationStats(undefined, { of: "gradients", bins: 5 }),
    new ActivationStats([model.at(2)], { of: "updates" }),
    new ActivationStats([model.at(2)], { of: "weights", bins: 7, range: [-0.5, 0.5], absolute: false }),
  ];
  await new Learner(model, loaders(), crossEntropy, { cbs: [note, g, u, w] }).fit(1);
  assert.deepEqual(g.layers.map(({ name, kind }) => `${name} ${kind}`), [
    "0 Linear weight [6, 4]",
    "0 Linear bias [6]",
    "2 Linear weight [3, 6]",
    "2 Linear bias [3]",
  ]);
  assertEqual(g.layers[2]!, (await Promise.all(gradients)).map((x) => plain(x, 5, [0, 0.05], true)));
  assert.deepEqual(u.layers.map(({ name }) => name), ["2 Linear weight", "2 Linear bias"]);
  const ws = await Promise.all(weights);
  const std = (x: number[]) => plain(x, 1, [0, 1], true).std;
  const ratios = ws.slice(1).map((after, i) => std(after.map((value, k) => value - ws[i]![k]!)) / std(ws[i]!));
  assertClose(u.layers[0]!.std, ratios, 1e-6);
  // The parameters as each step left them
  assert.deepEqual(w.layers.map(({ name }) => name), ["2 Linear weight", "2 Linear bias"]);
  assertEqual(w.layers[0]!, ws.slice(1).map((x) => plain(x, 7, [-0.5, 0.5], false)));
  assert.equal(`${w.colorDim()}`, 'Chart("Histograms of weights")');
  assert.equal(`${w.plotStats()}`, 'Chart("Mean and standard deviation of weights")');
});

Deno.test("ActivationStats: every: only the first of so many batches of a phase, and the charts say so", async () => {
  for (const kind of ["activations", "gradients", "updates", "weights"] as const) {
    // Three training batches an epoch: the first and the third.
    const watch = async (every: number) => {
      const stats = new ActivationStats(isInstance(nn.Linear), { of: kind, every });
      await new Learner(mlp(), loaders(), crossEntropy, { cbs: [stats] }).fit(2);
      return stats;
    };
    const [all, some] = [await watch(1), await watch(2)];
    for (const [i, layer] of some.layers.entries()) {
      const { std, counts } = all.layers[i]!;
      assert.deepEqual(layer.batches, [0, 2, 3, 5]);
      assert.deepEqual([...layer.std], [0, 2, 3, 5].map((batch) => std[batch]!));
      assert.deepEqual(layer.counts, [0, 2, 3, 5].map((batch) => counts[batch]!));
    }
    for (const draw of ["colorDim", "plotStats", "sparseChart", "binChart"] as const) {
      assert.match(JSON.stringify(some[draw]().spec), /"batches, in steps of 2"/);
      assert.match(JSON.stringify(all[draw]().spec), /"batch"/);
    }
  }
});

Deno.test("ActivationStats: its charts, before and after a fit", async () => {
  const model = mlp();
  const stats = new ActivationStats(isInstance(nn.ReLU));
  assert.throws(() => stats.colorDim(), /they are read when a fit ends. Await learn.fit\(\)/);
  await assert.rejects(stats.stats(), /read when a fit ends/);
  const during: number[] = [];
  const look = new Spy({ afterEpoch: async () => void during.push((await stats.stats())[0]!.mean.length) });
  const updates = new ActivationStats(undefined, { of: "updates" });
  await new Learner(model, loaders(), crossEntropy, { cbs: [stats, updates, look] }).fit(2);
  assert.deepEqual(during, [3, 3, 6, 6]);
  assert.equal(`${stats.colorDim()}`, 'Chart("Histograms of activations")');
  assert.equal(`${stats.deadChart()}`, 'Chart("Units that are off, and dead units")');
  assert.equal(`${stats.sparseChart()}`, 'Chart("Sparsity: share of activations that are 0")');
  assert.equal(`${stats.binChart()}`, 'Chart("Share of |activation| below 0.25")');
  assert.equal(`${stats.deadChart({ bins: [2, 3] })}`, 'Chart("Share of |activation| from 0.5 to 1")');
  assert.throws(() => stats.binChart({ bins: [0, 40] }), /Cannot take bins 0 to 40: give two of 0 to 39/);
  assert.throws(
    () => updates.deadChart(),
    /Cannot draw the dead units of updates: units are channels.* sparseChart\(\)/,
  );
  const panel = (stats.plotStats({ first: 2 }).spec["concat"] as { data: { values: unknown[] } }[])[0]!;
  assert.equal(panel.data.values.length, 2);
  for (
    const chart of [
      stats.plotStats(),
      stats.colorDim(),
      stats.deadChart(),
      stats.sparseChart(),
      stats.binChart(),
      updates.plotStats(),
      updates.colorDim(),
      updates.sparseChart(),
    ]
  ) {
    assert.match(await chart.svg(), /^<svg/);
  }
  const [figures] = stats.activationFigures();
  assert.equal(figures!.name, "1 ReLU");
  assert.equal(figures!.zeros!.length, 6);
});

/** The panels of a chart: title, and each line's values. */
function panels(chart: Chart): [string, Record<string, number[]>][] {
  const parts = chart.spec["concat"] as { title: { text: string }; data: { values: { s: number; y: number }[] } }[];
  const labels = JSON.parse(
    JSON.stringify(chart.spec).match(/"labelExpr":"(\[.*?\])\[datum/)![1]!.replaceAll('\\"', '"'),
  ) as string[];
  return parts.filter(({ title }) => title).map(({ title, data: { values } }) => {
    const lines: Record<string, number[]> = {};
    for (const { s, y } of values) (lines[labels[s]!] ??= []).push(y);
    return [title.text, lines];
  });
}

Deno.test("ActivationStats: charts of sparsity and of units draw what was counted", async () => {
  const model = new nn.Sequential(new nn.Linear(4, 6, { device: reference }), new Tamper(), new nn.ReLU());
  nn.init.constant_(model.at(0).stateDict()["bias"]!, 1e-3);
  nn.init.constant_(model.at(0).stateDict()["weight"]!, 0);
  const stats = new ActivationStats(isInstance(nn.ReLU));
  const loss = () => [...model.parameters()][1]!.sum();
  await new Learner(model, loaders(), loss, { lr: 0, cbs: [stats] }).fit(2);
  // All units are on, and small but for unit 1 (9.001); all are off in batch 1; unit 4 is NaN in batch 2; unit 1 is off from batch 3 on.
  const [sparse] = panels(stats.sparseChart()), [dead] = panels(stats.deadChart());
  const sixth = (n: number) => Number((n / 6).toPrecision(4));
  const rounded = (lines: Record<string, number[]>) =>
    Object.fromEntries(Object.entries(lines).map(([name, ys]) => [name, ys.map((y) => Number(y.toPrecision(4)))]));
  assert.equal(sparse![0], "2 ReLU: not finite in batch 2");
  assert.deepEqual(rounded(sparse![1]), {
    "exactly 0": [0, 6, 0, 1, 1, 1].map(sixth),
    "within 0.25 of 0": [5, 6, 4, 6, 6, 6].map(sixth),
  });
  assert.equal(dead![0], "2 ReLU: 1 of 6 off to the end");
  assert.deepEqual(rounded(dead![1]), {
    "off": [0, 6, 0, 1, 1, 1].map(sixth),
    "off from here on": [0, 0, 0, 1, 1, 1].map(sixth),
  });
});

Deno.test("ActivationStats: charts say in which batches values are not finite", async () => {
  const model = new nn.Sequential(new nn.Linear(4, 6, { device: reference }), new Tamper(), new nn.ReLU());
  const stats = new ActivationStats(isInstance(nn.ReLU, Tamper));
  const loss = () => [...model.parameters()][1]!.sum();
  await new Learner(model, loaders(), loss, { lr: 0, cbs: [stats] }).fit(1);
  for (const chart of [stats.colorDim(), stats.sparseChart()]) {
    assert.match(JSON.stringify(chart.spec), /1 Tamper: not finite in batch 2".*2 ReLU: not finite in batch 2"/s);
  }
  assert.match(JSON.stringify(stats.plotStats().spec), /"1 Tamper is not finite in batch 2, the first of 2 layers"/);
  // A batch has its own number, however few are watched.
  const some = new ActivationStats(isInstance(nn.ReLU), { every: 2 });
  const another = new nn.Sequential(new nn.Linear(4, 6, { device: reference }), new Tamper(), new nn.ReLU());
  await new Learner(another, loaders(), () => [...another.parameters()][1]!.sum(), { lr: 0, cbs: [some] }).fit(1);
  assert.deepEqual(some.layers[0]!.batches.slice(0, 2), [0, 2]);
  for (const chart of [some.colorDim(), some.plotStats()]) {
    assert.match(JSON.stringify(chart.spec), /not finite in batch 2"/);
  }
  const sound = new ActivationStats(isInstance(nn.ReLU));
  await new Learner(mlp(), loaders(), crossEntropy, { cbs: [sound] }).fit(1);
  for (const chart of [sound.colorDim(), sound.sparseChart(), sound.plotStats()]) {
    assert.doesNotMatch(JSON.stringify(chart.spec), /not finite/);
  }
});

Deno.test("ActivationStats: what was seen is there after a fit that was cancelled, and no hook is left", async () => {
  const model = mlp();
  const stats = new ActivationStats(isInstance(nn.ReLU));
  const stop = new Spy({
    afterBatch: (learn) => {
      if (learn.iter === 1) throw new CancelFitException();
    },
  });
  await new Learner(model, loaders(), crossEntropy, { cbs: [stats, stop] }).fit(3);
  assert.equal(stats.layers[0]!.mean.length, 2);
  model.call(loadersInput());
  assert.equal(stats.layers[0]!.mean.length, 2);
});

function loadersInput(): Tensor {
  return mlp().at(0).stateDict()["weight"]!;
}

Deno.test("ActivationStats: names what is wrong with its settings", async () => {
  assert.throws(
    () => new ActivationStats(undefined, { bins: 0 }),
    /Cannot watch: bins must be a whole number of at least 1, found 0/,
  );
  assert.throws(() => new ActivationStats(undefined, { range: [3, 3] }), /the first edge must be below the last/);
  assert.throws(() => new ActivationStats(undefined, { of: "inputs" as "updates" }), /Cannot watch "inputs"/);
  await assert.rejects(
    new Learner(mlp(), loaders(), crossEntropy, { cbs: [new ActivationStats(isInstance(nn.Conv2d))] }).fit(1),
    /ActivationStats failed in beforeFit: Cannot hook the model: no module was chosen. It has Sequential, Linear, ReLU/,
  );
});

const watchers = () => [
  new ActivationStats(isInstance(nn.ReLU)),
  new ActivationStats(undefined, { of: "gradients" }),
  new ActivationStats(undefined, { of: "updates" }),
];

for (const Kind of [Learner, MomentumLearner]) {
  Deno.test(`watching activations, gradients and updates changes no loss of model A by a bit on cpu (${Kind.name})`, async () => {
    const fit = async (cbs: Callback[]) => {
      using cpu = new Device("cpu", { threads: 2 });
      const { model, dls } = setUp(cpu);
      const recorder = new Recorder();
      await new Kind(model, dls, crossEntropy, { lr: 0.2, momentum: 0.85, cbs: [recorder, ...cbs] }).fit(2);
      return recorder.losses;
    };
    const expected = await fit([]);
    assert.equal(expected.length, 10);
    const cbs = watchers();
    assert.deepEqual(await fit(cbs), expected);
    const [a] = cbs;
    assert.equal(a!.layers.length, 4);
    assert.ok(
      a!.layers.every(({ mean, counts, above }) =>
        mean.length === 10 && counts.every((row, i) => row.reduce((x, y) => x + y, above[i]) > 0)
      ),
    );
  });
}

Deno.test("watching compiles no plan after the first epoch, over the edges of the record's pieces too", async () => {
  using cpu = new Device("cpu", { threads: 1 });
  const { model, dls } = setUp(cpu, { count: 40, batchSize: 8 });
  const compiled: number[] = [];
  const count = new Spy({ afterEpoch: () => void compiled.push(planStatistics(cpu).compiled) });
  const stats = new ActivationStats(isInstance(nn.ReLU), { chunk: 7 });
  await new Learner(model, dls, crossEntropy, { cbs: [new MetricsCB({}, { log: null }), stats, count] }).fit(4);
  assert.equal(stats.layers[0]!.mean.length, 20);
  assert.deepEqual(compiled.slice(2), compiled.slice(2).map(() => compiled[1]), `plans: ${compiled}`);
});

/** Notes how much memory the device gets back when a fit ends. */
class Weighed extends ActivationStats {
  freed = 0;
  override async cleanupFit(learn: Learner): Promise<void> {
    const before = learn.model.device.liveBytes;
    await super.cleanupFit(learn);
    this.freed = before - learn.model.device.liveBytes;
  }
}

Deno.test("ActivationStats names what watching costs, as the device counts it", async (t) => {
  const settings = {
    activations: { of: "activations" },
    gradients: { of: "gradients" },
    updates: { of: "updates" },
    "every second batch": { of: "activations", every: 2 },
    "fewer bins": { of: "activations", bins: 10, chunk: 100 },
    "without units": { of: "activations", units: false },
  } as const;
  for (const kind of testDevices()) {
    using device = await new Device(kind, kind === "cpu" ? { threads: 1 } : {}).ready;
    /** What a fit with these callbacks ran. */
    const fit = async (cbs: Callback[]) => {
      const { model, dls } = setUp(device, { count: 32, batchSize: 8 });
      const before = { ...planStatistics(device) };
      await new MomentumLearner(model, dls, crossEntropy, { lr: 0.1, cbs }).fit(1, { valid: false });
      const after = planStatistics(device);
      return { kernels: after.kernels - before.kernels, watching: after.watching - before.watching };
    };
    await fit([]);
    const plain = await fit([]);
    assert.equal(plain.watching, 0);
    for (const [name, options] of Object.entries(settings)) {
      await t.step(`${name}, ${kind}`, async () => {
        const stats = new Weighed(options.of === "activations" ? isInstance(nn.ReLU) : undefined, options);
        assert.equal(`${stats}`, `ActivationStats of ${options.of}: no fit has ended yet`);
        await fit([stats]);
        const watched = await fit([stats]), cost = stats.cost!, batches = "every" in options ? 2 : 4;
        assert.equal(cost.batches, batches);
        assert.ok(cost.kernelsPerBatch > 0);
        assert.equal(cost.kernelsPerBatch * batches, watched.kernels - plain.kernels);
        assert.equal(watched.watching, watched.kernels - plain.kernels);
        // Devices round what they allocate up.
        assert.ok(
          cost.bytes <= stats.freed && stats.freed <= 1.01 * cost.bytes + 4096,
          `${cost.bytes}, freed ${stats.freed}`,
        );
        const layers = stats.layers.length, row = 4 * (6 + ("bins" in options ? options.bins : 40));
        const units = options.of === "activations" && !("units" in options);
        assert.equal(cost.bytesPerBatch, layers * (row + (units ? 4 : 0)));
        assert.equal(stats.layers.some((layer) => layer.units !== undefined), units);
        if (!units) assert.throws(() => stats.deadChart(), /Cannot draw the dead units/);
      });
    }
    const stats = new ActivationStats(isInstance(nn.ReLU));
    await fit([stats]);
    assert.equal(
      Deno.inspect(stats),
      "ActivationStats of activations (4 layers): 4 batches were watched. Each added 752 bytes on the device (393,696 in all, in whole pieces) " +
        "and 16 kernels that only watch",
    );
  }
});

Deno.test("a record takes 188 bytes a module and batch, and its memory is given back after the fit", async () => {
  using cpu = new Device("cpu", { threads: 1 });
  const { model, dls } = setUp(cpu, { count: 16, batchSize: 8 });
  const live = async (cbs: Callback[]) => {
    let most = 0;
    const look = new Spy({ afterBatch: () => void (most = Math.max(most, cpu.liveBytes)) });
    await new Learner(model, dls, crossEntropy, { cbs: [...cbs, look] }).fit(1);
    return most;
  };
  await live([]);
  const plain = await live([]);
  const watched = await live([new ActivationStats(isInstance(nn.ReLU), { chunk: 1000 })]);
  assert.ok(watched - plain >= 4 * 188_000 && watched - plain < 4 * 200_000, `${watched - plain} bytes`);
  const after = await live([]);
  assert.ok(after - plain < 188_000, `${after - plain} bytes are left`);
});

/** Loaders of 12 training batches, of 8 items each. */
const twelve = () => data.DataLoaders.of(problem(96), problem(10), { batchSize: 8, shuffle: false });

Deno.test("ActivationStats: gradients, updates and weights are of batches that end with a step, one step in so many", async () => {
  for (
    const [gathered, every, batches, title] of [
      [2, 2, [1, 5, 9, 13, 17, 21], "batches, in steps of 4"],
      [4, 4, [3, 15], "batches, in steps of 12"],
      [3, 1, [2, 5, 8, 11, 14, 17, 20, 23], "batches, in steps of 3"],
      [1, 1, Array.from({ length: 24 }, (_, i) => i), "batch"],
    ] as const
  ) {
    for (const kind of ["gradients", "updates", "weights"] as const) {
      const stats = new ActivationStats(undefined, { of: kind, every });
      const cbs = [new GradientAccumulationCB(gathered), stats];
      await new Learner(mlp(), twelve(), crossEntropy, { cbs }).fit(2);
      for (const layer of stats.layers) {
        assert.deepEqual([layer.batches, layer.mean.length], [batches, batches.length], `${kind} ${gathered}`);
      }
      assert.ok(JSON.stringify(stats.plotStats().spec).includes(`"${title}"`), `${kind} ${gathered} ${title}`);
    }
  }
});

Deno.test("ActivationStats and DiagnoseCB: gradients are those that the step uses, whoever changed them and wherever the callback stands", async () => {
  const bound = 1e-3,
    halved = new Spy({
      afterBackward: ({ opt }) => void [...opt.parameters()].forEach((p) => p.grad = p.grad!.mul(0.5)),
    });
  for (const turn of [0, 1, 2]) {
    const stats = new ActivationStats(undefined, { of: "gradients" }), records = new DiagnoseCB();
    const cbs = [[stats, records], [new GradientClip(bound)], [halved]];
    await new Learner(mlp(), loaders(), crossEntropy, { cbs: [...cbs.slice(turn), ...cbs.slice(0, turn)].flat() }).fit(
      1,
    );
    const squares = stats.layers.map(({ mean, std, counts }) => {
      const n = counts[0]!.reduce((a, b) => a + b, 0);
      return (n - 1) * std[0]! ** 2 + n * mean[0]! ** 2;
    });
    assertClose([Math.sqrt(squares.reduce((a, b) => a + b))], [bound / 2], 1e-4 * bound);
    assertClose([Math.hypot(...records.records!.parameters.map((p) => p.gradients![0]!))], [bound / 2], 1e-4 * bound);
  }
});

Deno.test("ActivationStats: charts say where entries are no batches: of a module that runs twice, and of validations in between", async () => {
  const relu = new nn.ReLU(), options = { generator: new Generator(5), device: reference };
  const model = new nn.Sequential(new nn.Linear(4, 6, options), relu, new nn.Linear(6, 3, options), relu);
  const title = async (stats: ActivationStats) => {
    await new Learner(model, loaders(), crossEntropy, { cbs: [stats] }).fit(2);
    return JSON.stringify(stats.plotStats().spec).match(/"(batch[^"]*|entry[^"]*)"/)?.[1];
  };
  assert.equal(await title(new ActivationStats([relu])), "entry of the record");
  assert.equal(await title(new ActivationStats([model[0]!])), "batch");
  assert.equal(await title(new ActivationStats([model[0]!], { onValid: true })), "entry of the record");
});
