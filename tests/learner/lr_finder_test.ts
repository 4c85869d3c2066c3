import assert from "node:assert/strict";
import { figure } from "../../lib/plot/figures.ts";
import * as data from "../../lib/data/mod.ts";
import { Device } from "../../lib/device/device.ts";
import { stoppingStep } from "../../lib/learner/callbacks/lr_finder.ts";
import {
  Callback,
  Learner,
  LRFinderCB,
  MetricsCB,
  MomentumLearner,
  Recorder,
  suggestLr,
} from "../../lib/learner/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { noGrad } from "../../lib/graph/context.ts";
import { SGD } from "../../lib/optim/mod.ts";
import { tensor, zeros } from "../../lib/tensor/create.ts";
import { rand, randn } from "../../lib/tensor/create_random.ts";
import { defaultGenerator, Generator, setSeed } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { assertClose } from "../nn/helpers.ts";
import { crossEntropy, loaders, model } from "./helpers.ts";

/** Noise from two generators, a running mean and a count: all the state that a layer can have. */
class Restless extends nn.Module {
  declare means: Tensor;
  steps = 0;
  generator = new Generator(8);
  constructor(device: Device) {
    super();
    this.registerBuffer("means", zeros([3], { device }));
  }
  forward(x: Tensor): Tensor {
    if (this.training) {
      this.steps++;
      noGrad(() => this.means.lerp_(x.detach().mean(0), 0.1));
    }
    const { device } = x;
    const noise = rand(x.shape, { device }).add(rand(x.shape, { device, generator: this.generator }));
    return x.add(noise.mul(0.1)).sub(this.means);
  }
}

function setUp(device: Device, kind: typeof Learner = Learner) {
  setSeed(4);
  const generator = new Generator(2);
  const y = Int32Array.from({ length: 40 }, (_, i) => i % 3);
  const x = Float32Array.from({ length: 160 }, (_, i) => (i % 4 === y[i >> 2] ? 2 : 0) + generator.uniform());
  const set = new data.TensorDataset(tensor(x, { shape: [40, 4], device }), tensor(y, { device }));
  const dls = data.DataLoaders.of(set, set, { batchSize: 16 });
  const layers = new nn.Sequential(new nn.Linear(4, 3, { device }), new Restless(device));
  const recorder = new Recorder(), metrics = new MetricsCB({}, { log: null });
  return {
    learn: new kind(layers, dls, crossEntropy, { lr: 0.2, momentum: 0.9, cbs: [recorder, metrics] }),
    recorder,
    metrics,
  };
}

/** Everything that a search might leave changed. */
async function stateOf({ model, ...learn }: Learner) {
  const values = async (t: Tensor | null) => t && [...await t.toTypedArray()];
  const layer = [...model.children()][1] as Restless;
  return {
    tensors: await Promise.all([...model.parameters(), ...model.buffers()].map(values)),
    gradients: await Promise.all([...model.parameters()].map((p) => values(p.grad))),
    modes: [...model.modules()].map((module) => module.training),
    generators: [defaultGenerator.state, layer.generator.state],
    steps: layer.steps,
    epoch: [learn.epoch, learn.epochs, learn.iter, learn.training],
    opt: learn.opt,
  };
}

for (const [kind, when] of [[Learner, "before"], [Learner, "between"], [MomentumLearner, "between"]] as const) {
  Deno.test(`lrFind() ${when} the fits of a ${kind.name} leaves everything as it was, to the bit`, async () => {
    using plain = new Device("cpu", { threads: 1 }), searched = new Device("cpu", { threads: 1 });
    const fit = async (device: Device, search: boolean) => {
      const { learn, recorder, metrics } = setUp(device, kind);
      const losses: number[][] = [];
      if (when === "between") {
        await learn.fit(1);
        losses.push(recorder.losses, recorder.validLosses);
      }
      if (search) {
        learn.model.eval();
        const before = await stateOf(learn), { rows } = metrics;
        await learn.lrFind({ startLr: 1e-3 });
        assert.deepEqual(await stateOf(learn), before);
        assert.deepEqual([metrics.rows, learn.cbs.length], [rows, 2]);
      }
      await learn.fit(2);
      return [...losses, recorder.losses, recorder.validLosses];
    };
    const expected = await fit(plain, false);
    assert.equal(expected.at(-2)!.length, 6);
    assert.deepEqual(await fit(searched, true), expected);
  });
}

Deno.test("lrFind() returns rates and losses up to the step that ended it, a suggestion and a chart", async () => {
  const learn = new Learner(model(), loaders(), crossEntropy);
  const { lr, loss, suggestion, chart } = await learn.lrFind({ startLr: 1e-3, maxEpochs: 40 });
  assert.equal(lr.length, loss.length);
  assert.ok(lr.length > 10 && lr.length < 120);
  assertClose(lr.slice(0, 3), [1e-3, 1.3e-3, 1.69e-3], 1e-12);
  assert.equal(stoppingStep(loss, 3), loss.length - 1);
  assert.ok(lr.includes(suggestion!) && suggestion! < lr[loss.indexOf(Math.min(...loss))]!);
  assert.match(await chart.svg(), /^<svg/);
  assert.match(chart.alt, new RegExp(`suggested rate ${figure(suggestion!)} at `)); // the rate, which is not the height of its point
  assert.equal(learn.opt, undefined);
});

Deno.test("lrFind() from minLr to maxLr takes maxIter batches at equal factors", async () => {
  const { lr } = await new Learner(model(), loaders(), crossEntropy).lrFind({ minLr: 1e-4, maxLr: 1e-2, maxIter: 5 });
  assertClose(lr, [1e-4, 10 ** -3.5, 1e-3, 10 ** -2.5, 1e-2], 1e-12);
});

Deno.test("lrFind() doesn't depend on when losses are read", async () => {
  const search = async (slow: boolean) => {
    class Slow extends Callback {
      override async afterBatch(): Promise<void> {
        if (slow) await new Promise((resolve) => setTimeout(resolve, 2)); // every look has its answer at once
      }
    }
    const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [new Slow()] });
    const { lr, loss } = await learn.lrFind({ startLr: 0.01, gamma: 1.5, maxMult: 1.5 });
    return { lr, loss };
  };
  assert.deepEqual(await search(false), await search(true));
});

Deno.test("lrFind() stops at NaN and puts back an optimiser that is used again, and what a failing callback left", async () => {
  const layers = model();
  const opt = new SGD(layers.parameters(), { lr: 0.3, momentum: 0.9 });
  const learn = new Learner(layers, loaders(), crossEntropy, { optFunc: () => opt });
  await learn.fit(1);
  const velocity = async () => [...await (opt.stateDict().state[0]!.momentumBuffer as Tensor).toTypedArray()];
  const before = await velocity();
  await learn.lrFind({ minLr: 1e-2, maxLr: 1e12, maxIter: 30, maxMult: 1e9 });
  assert.deepEqual([await velocity(), opt.lr], [before, 0.3]);

  class Failing extends Callback {
    override afterStep(learn: Learner): void {
      if (learn.iter === 1) throw new Error("no more");
    }
  }
  const weights = [...await layers.parameters().next().value!.toTypedArray()];
  learn.callbacks([new Failing()]);
  await assert.rejects(learn.lrFind(), /Callback Failing failed in afterStep: no more/);
  assert.deepEqual([...await layers.parameters().next().value!.toTypedArray()], weights);
  assert.equal(learn.cbs.length, 1);
});

Deno.test("lrFind() during a fit is refused and changes nothing", async () => {
  const learn = new Learner(model(), loaders(), crossEntropy);
  const fit = learn.fit(2);
  await assert.rejects(learn.lrFind(), /Cannot search for a rate during a fit/);
  await fit;
});

Deno.test("stoppingStep() is the first loss that is not finite, or the second within five that stands too high", () => {
  const first = [2.1, 2, 2.2, 2, 2.1, 2, 2.1, 2, 1.5, 1.2]; // the highest is 1 above the least
  assert.equal(stoppingStep([...first, 4.1, 4.3, 4.4, 9], 3), 12);
  assert.equal(stoppingStep([...first, 4.3, 2, 2, 4.3, 2], 3), 13);
  assert.equal(stoppingStep([...first, 4.3, 2, 2, 2, 2, 4.3, 2], 3), undefined);
  assert.equal(stoppingStep([...first, 0.2, 6.1, 6.1, 6.3, 6.3], 3), 14); // 2 above
  assert.equal(stoppingStep([2, NaN, 1], 3), 1);
  assert.equal(stoppingStep([2, -Infinity], 3), 1);
  assert.equal(stoppingStep([2, 1, 2], 3), undefined);
  assert.equal(stoppingStep([0.01, 0.5, 0.1, 40], 3), undefined); // noise: too few to say what is usual
  for (const shift of [-1e6, -2, 0, 1e6]) {
    const losses = [...first, 1, 2, 5, 9, 30].map((loss) => loss + shift);
    assert.equal(stoppingStep(losses, 3), 13);
    assert.equal(stoppingStep(losses, 50), undefined);
  }
});

/** A regression to x₁ + x₂ + x₃, whose loss is shifted. */
function regression(items: number, batchSize: number, shift = 0) {
  setSeed(1);
  const x = randn([items, 3]), set = new data.TensorDataset(x, x.sum(1, { keepdim: true }));
  const loss = (p: Tensor, t: Tensor) => nn.functional.mseLoss(p, t).sub(shift);
  return new Learner(new nn.Linear(3, 1), data.DataLoaders.of(set, set, { batchSize }), loss);
}

Deno.test("lrFind() finds the same with a loss that is shifted below zero", async () => {
  const plain = await regression(256, 16).lrFind({ startLr: 1e-4, gamma: 1.5 });
  assert.ok(plain.ended === "loss" && plain.lr.length > 20);
  for (const shift of [1, 64, 1024]) {
    const { lr, suggestion } = await regression(256, 16, shift).lrFind({ startLr: 1e-4, gamma: 1.5 });
    assert.deepEqual(lr, plain.lr);
    assert.ok(Math.abs(Math.log(suggestion! / plain.suggestion!)) < 1e-9 || shift === 1024); // float32 rounds 1024 + x
  }
});

Deno.test("lrFind() goes through few batches again and again, and covers its range", async () => {
  for (const [items, batchSize] of [[32, 16], [16, 16], [3, 2]] as const) {
    const { lr, ended, reason } = await regression(items, batchSize).lrFind({ minLr: 1e-6, maxLr: 0.1, maxIter: 100 });
    assert.deepEqual([lr.length, ended], [100, "range"]);
    assertClose([lr.at(-1)!], [0.1], 1e-9);
    assert.equal(reason, "tried 100 of 100 rates, up to 0.1 of 0.1: these were all");
  }
  const open = await regression(32, 16).lrFind();
  assert.ok(open.lr.at(-1)! > 0.5, `${open.reason}`);
});

Deno.test("lrFind() is not ended by the noise of small batches", async () => {
  for (const batchSize of [1, 2, 4]) {
    const { lr, ended } = await regression(256, batchSize).lrFind();
    assert.ok(ended === "loss" && lr.at(-1)! > 0.3, `batches of ${batchSize}: ${ended} at ${lr.at(-1)}`);
  }
});

Deno.test("lrFind() suggests a rate from where the loss falls, not from the noise before it", async () => {
  for (const batchSize of [4, 8, 16, 32]) {
    for (let seed = 0; seed < 4; seed++) {
      setSeed(seed);
      const x = randn([256, 3]), y = x.sum(1, { keepdim: true }).add(randn([256, 1]).mul(0.1));
      const set = new data.TensorDataset(x, y), dls = data.DataLoaders.of(set, set, { batchSize });
      const { suggestion } = await new Learner(new nn.Linear(3, 1), dls, nn.functional.mseLoss).lrFind();
      assert.ok(suggestion! > 1e-3 && suggestion! < 0.3, `batches of ${batchSize}, seed ${seed}: ${suggestion}`);
    }
  }
  // Noise of ±0.3 on a plateau, then a fall from 2 to 1 whose steps are of 0.1.
  const losses = Array.from({ length: 40 }, (_, i) => i < 30 ? 2 + 0.3 * Math.sin(i * i) : 2 - (i - 29) / 10);
  const lrs = losses.map((_, i) => 1e-5 * 1.3 ** i);
  for (const shift of [0, -50]) {
    const at = lrs.indexOf(suggestLr(lrs, losses.map((loss) => loss + shift))!);
    assert.ok(at >= 26 && at < 38, `${at}`);
  }
});

Deno.test("lrFind() says why it ended before its range did", async () => {
  const told: string[] = [], { warn } = console;
  console.warn = (text: string) => told.push(text);
  try {
    const found = await regression(32, 16).lrFind({ maxEpochs: 2 });
    assert.deepEqual([found.lr.length, found.ended], [4, "epochs"]);
    assert.match(found.reason, /^tried 4 of 54 rates, up to 2.2e-5 of 11: 2 epochs were over. Give more maxEpochs/);
    assert.match(JSON.stringify(found.chart.spec), /Loss against learning rate \(tried 4 of 54 rates/);
    class Stop extends Callback {
      override beforeBatch(learn: Learner): void {
        if (learn.epoch === 1) learn.stop();
      }
    }
    const stopped = await regression(32, 16).lrFind({ cbs: [new Stop()] });
    assert.deepEqual([stopped.ended, stopped.lr.length], ["cancelled", 3]);
    assert.equal(told.length, 2);
    assert.equal(
      (await regression(32, 16).lrFind({ minLr: 1e9, maxLr: 1e30, maxIter: 20 })).ended,
      "not finite",
    );
    assert.equal(told.length, 2);
  } finally {
    console.warn = warn;
  }
  const finder = new LRFinderCB();
  await regression(32, 16).fit(3, { cbs: [finder] });
  assert.deepEqual([finder.ended, finder.lrs.length, finder.maxIter], ["epochs", 6, 54]);
});

Deno.test("suggestLr() is where the smoothed loss falls fastest, before its minimum", () => {
  const lrs = Array.from({ length: 30 }, (_, i) => 1e-4 * 1.5 ** i);
  const bump = lrs.map((lr) => 2.3 - 1.5 / (1 + Math.exp(-3 * Math.log(lr / 0.02)))); // steepest at 0.02
  const suggestion = suggestLr(lrs, bump)!;
  assert.ok(Math.abs(Math.log(suggestion / 0.02)) < 0.6, `${suggestion}`);
  assert.equal(suggestLr(lrs, [...bump.slice(0, 25), NaN]), suggestion);
  assert.equal(suggestLr([1, 2, 3], [1, 2, 3]), undefined);
  assert.equal(suggestLr([], []), undefined);
});

Deno.test("LRFinderCB names bad options", () => {
  assert.throws(() => new LRFinderCB({ gamma: 1.1, maxIter: 10 }), /Cannot search in both forms/);
  assert.throws(() => new LRFinderCB({ gamma: 1 }), /factor of 1: rates must grow/);
  assert.throws(() => new LRFinderCB({ startLr: 0 }), /rate of 0: it must be above 0/);
  assert.throws(() => new LRFinderCB({ maxIter: 1 }), /maxIter must be a whole number of at least 2/);
  assert.throws(() => new LRFinderCB({ maxMult: 1 }), /maxMult must be above 1/);
  assert.throws(() => new LRFinderCB({ maxEpochs: 0 }), /maxEpochs must be a whole number of at least 1/);
  assert.throws(() => new LRFinderCB({ gamma: NaN }), /factor of NaN: rates must grow/);
});

Deno.test("suggestLr() names losses without rates", () => {
  assert.throws(() => suggestLr([1e-3, 1e-2], [3, 2, 1]), {
    name: "RangeError",
    message: "Cannot suggest a rate: there must be a rate for each loss, found 2 rates and 3 losses",
  });
});
