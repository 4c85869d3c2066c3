import assert from "node:assert/strict";
import { Device, device } from "../../lib/device/device.ts";
import { planStatistics } from "../../lib/engine/plan/cache.ts";
import { isInstance, lsuv, LsuvError, lsuvModules } from "../../lib/learner/mod.ts";
import { BatchNorm, ConvLayer, getCnnModel, getModel, initCnn } from "../../lib/lessons/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { rand, randn } from "../../lib/tensor/create_random.ts";
import { setSeed } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { testDevices } from "../oracle/golden.ts";

const reference = device("reference");
const act = () => new nn.GeneralReLU({ leak: 0.1, sub: 0.4 });

/** Mean and unbiased deviation in 64 bits, of values that were read. */
async function figures(t: Tensor): Promise<[mean: number, std: number]> {
  const values = [...await t.toTypedArray()] as number[];
  const mean = values.reduce((a, b) => a + b) / values.length;
  return [mean, Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1))];
}

for (const kind of testDevices()) {
  Deno.test(`lsuv() brings every activation of model A to mean 0 and deviation 1 on ${kind}, and leaves the last layer`, async () => {
    using on = await new Device(kind).ready;
    setSeed(3);
    const model = getModel({ act, device: on }), x = randn([16, 1, 28, 28], { device: on }).keep();
    const last = model.at(-2) as nn.Sequential, before = await (last[0] as nn.Conv2d).weight.array();
    const report = await lsuv(model, x);
    assert.deepEqual(report.rows.map(({ module }) => module), [
      "0 GeneralReLU",
      "1 GeneralReLU",
      "2 GeneralReLU",
      "3 GeneralReLU",
    ]);
    let h = x;
    for (const [i, row] of report.rows.entries()) {
      const [mean, std] = await figures(h = (model[i] as nn.Sequential).call(h));
      assert.ok(Math.abs(mean) <= 1.01e-3 && Math.abs(std - 1) <= 1.01e-3, `${row.module}: ${mean}, ${std}`);
      assert.ok(Math.abs(row.after.mean - mean) < 1e-5 && Math.abs(row.after.std - std) < 1e-5);
      assert.ok(
        row.before.std < 0.9 && row.rounds >= 2 && row.problem === undefined,
        `${row.before.std} ${row.rounds}`,
      );
    }
    assert.deepEqual(await (last[0] as nn.Conv2d).weight.array(), before);
  });

  Deno.test(`lsuvModules() scales, then shifts by sub, on ${kind}`, async () => {
    using on = await new Device(kind).ready;
    setSeed(4);
    const options = {
      channels: [1, 4, 8, 8],
      device: on,
      layer: (from: number, to: number, o: object) => new ConvLayer(from, to, o),
    };
    const model = initCnn(getCnnModel(options)), x = randn([16, 1, 20, 20], { device: on }).keep();
    const report = await lsuvModules(model, x, isInstance(ConvLayer));
    let h = x;
    for (const [i, row] of report.rows.entries()) {
      const [mean, std] = await figures(h = model[i]!.call(h));
      assert.ok(Math.abs(mean) <= 1e-6 && Math.abs(std - 1) <= 1e-5, `${row.module}: ${mean}, ${std}`);
      // With a convolution's bias at 0, one division and one shift are enough; deeper layers get the shifted values and biases of 0 too.
      assert.equal(row.rounds, 2);
      assert.ok(Math.abs((model[i] as ConvLayer).bias + row.before.mean / row.before.std) < 1e-4);
    }
  });
}

Deno.test("LSUV's rounds replay plans: on the lessons' networks one to measure a layer and one to change it, and one to save all", async () => {
  using on = await new Device("cpu", { threads: 1 }).ready;
  const x = randn([16, 1, 28, 28], { device: on }).keep();
  const compiled = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
    await x.sum().item(); // what was recorded before is no work of LSUV's
    const { compiled: before } = planStatistics(on), result = await work();
    return [result, planStatistics(on).compiled - before];
  };
  setSeed(7);
  const layer = (from: number, to: number, o: object) => new ConvLayer(from, to, o);
  const pooled = initCnn(getCnnModel({ layer, device: on }));
  await pooled.call(x).sum().item();
  const [{ rows }, alone] = await compiled(() => lsuvModules(pooled, x, isInstance(ConvLayer)));
  assert.equal(rows.length, 5);
  assert.equal(alone, 1 + 2 * 5);
  const strided = getModel({ act, device: on });
  await strided.call(x).sum().item();
  const [pairs, plans] = await compiled(() => lsuv(strided, x));
  assert.ok(pairs.rows.every(({ rounds }) => rounds > 5), "there must be rounds to replay");
  assert.equal(plans, 1 + 2 * 4);
});

Deno.test("lsuv() takes any predicates, and modules that count in their buffers get them back", async () => {
  setSeed(5);
  const model = new nn.Sequential(new nn.Linear(6, 8), new nn.Linear(8, 4)), x = rand([40, 6]).mul(9).keep();
  const linear = isInstance(nn.Linear);
  const { rows } = await lsuv(model, x, { activations: linear, layers: linear, tolerance: 1e-5 });
  for (const { after } of rows) assert.ok(Math.abs(after.mean) <= 1e-5 && Math.abs(after.std - 1) <= 1e-5);
  const normed = getModel({
    act,
    norm: (channels) => new BatchNorm(channels, { device: reference }),
    device: reference,
  });
  const norm = [...normed.modules()].find((module) => module instanceof BatchNorm)!;
  await lsuv(normed, randn([4, 1, 28, 28], { device: reference }).keep(), { strict: false, maxRounds: 2 });
  assert.equal(await norm.means.abs().max().item(), 0);
});

Deno.test("lsuv() ends with a reason where there is no unit variance to be had, and puts the layer back", async () => {
  setSeed(6);
  const x = randn([8, 1, 28, 28], { device: reference }).keep();
  const failure = async (model: nn.Module, options = {}) => {
    const error = await lsuv(model, x, options).then(() => undefined, (error) => error);
    assert.ok(error instanceof LsuvError, `${error}`);
    return error;
  };
  const plain = getModel({ device: reference }); // max(0, x) is never of mean 0, unless it is 0
  const first = (plain[0] as nn.Sequential)[0] as nn.Conv2d, weight = await first.weight.array();
  const late = await failure(plain, { maxRounds: 3 });
  assert.match(late.message, /Cannot bring 0 ReLU to unit variance: after 3 rounds|the layer is dead/);
  assert.deepEqual(await first.weight.array(), weight);
  assert.equal(late.report.rows.length, 1);

  const dead = getModel({ act, device: reference });
  nn.init.zeros_(((dead[1] as nn.Sequential)[0] as nn.Conv2d).weight);
  nn.init.zeros_(((dead[1] as nn.Sequential)[0] as nn.Conv2d).bias!);
  assert.match((await failure(dead)).message, /1 GeneralReLU.*constant.*dead/);
  const report = await lsuv(dead, x, { strict: false });
  assert.match(report.rows[1]!.problem!, /dead/);
  assert.match(String(report), /problem/);
  assert.deepEqual(report.rows.map(({ problem }) => problem === undefined), [true, false, true, true]);

  const broken = getModel({ act, device: reference });
  nn.init.constant_(((broken[0] as nn.Sequential)[0] as nn.Conv2d).bias!, NaN);
  assert.match((await failure(broken)).message, /0 GeneralReLU .*mean NaN and deviation NaN/);
});

Deno.test("lsuv() names what it cannot work on", async () => {
  const x = randn([2, 1, 28, 28], { device: reference }), model = getModel({ act, device: reference });
  const none = () => false;
  await assert.rejects(lsuv(model, x, { activations: none }), /no activation that fits/);
  await assert.rejects(lsuv(model, x, { layers: none }), /4 activations need as many layers before them, found 0/);
  await assert.rejects(lsuvModules(model, x, none), /no module that fits/);
  await assert.rejects(lsuvModules(model, x, isInstance(nn.GeneralReLU)), /GeneralReLU: it has no weight/);
  await assert.rejects(lsuv(getModel({ act, bias: false, device: reference }), x), /Conv2d: it has no bias/);
  await assert.rejects(lsuv(model, x, { tolerance: 0 }), /tolerance must be above 0/);
  await assert.rejects(lsuv(model, x, { maxRounds: 0.5 }), /maxRounds must be a whole number/);
  const unused = new nn.Lambda((t) => t), idle = new nn.ReLU();
  Object.assign(unused, { idle, layer: new nn.Linear(2, 2, { device: reference }) });
  await assert.rejects(lsuv(unused, x), /Cannot measure ReLU: the model does not use it/);
});

/** fc1, act, fc2, act, out: fields in another order than they run in, and one activation for all. */
class Shared extends nn.Module {
  out = new nn.Linear(30, 10);
  act: nn.Module;
  fc2 = new nn.Linear(30, 30);
  fc1 = new nn.Linear(20, 30);
  constructor(act: nn.Module) {
    super();
    this.act = act;
  }
  forward(x: Tensor): Tensor {
    const second = this.act.call(this.fc2.call(this.act.call(this.fc1.call(x))));
    return this.act.call(this.out.call(second));
  }
}

for (const kind of testDevices()) {
  Deno.test(`lsuv() has a turn for each use of a shared activation on ${kind}, in the order in which they run`, async () => {
    using on = await new Device(kind).ready;
    setSeed(3);
    const model = await new Shared(act()).to(on), x = randn([256, 20], { device: on }).keep();
    const report = await lsuv(model, x);
    assert.deepEqual(report.rows.map(({ module }) => module), [
      "act GeneralReLU",
      "act GeneralReLU (2)",
      "act GeneralReLU (3)",
    ]);
    let h: Tensor = x;
    for (const layer of [model.fc1, model.fc2, model.out]) {
      const [mean, std] = await figures(h = model.act.call(layer.call(h)));
      assert.ok(Math.abs(mean) <= 1.01e-3 && Math.abs(std - 1) <= 1.01e-3, `${mean}, ${std}`);
    }
  });
}

Deno.test("lsuv() does the same with one activation module as with several", async () => {
  const x = randn([64, 20]).keep(), shared = act();
  const make = (acts: nn.Module[]) => {
    setSeed(9);
    const [first, second, third] = acts as [nn.Module, nn.Module, nn.Module];
    return new nn.Sequential(new nn.Linear(20, 8), first, new nn.Linear(8, 8), second, new nn.Linear(8, 4), third);
  };
  const several = make([act(), act(), act()]), one = make([shared, shared, shared]);
  const [a, b] = [await lsuv(several, x), await lsuv(one, x)];
  assert.deepEqual(
    b.rows.map(({ after, rounds }) => [after, rounds]),
    a.rows.map(({ after, rounds }) => [after, rounds]),
  );
  assert.deepEqual(await (one[4] as nn.Linear).weight.array(), await (several[4] as nn.Linear).weight.array());
  assert.deepEqual(b.rows.map(({ module }) => module), ["1 GeneralReLU", "1 GeneralReLU (2)", "1 GeneralReLU (3)"]);
});

Deno.test("lsuv() says what cannot be brought there: a shared layer, too few layers, an order that does not fit", async () => {
  setSeed(6);
  const x = randn([16, 8]).keep(), layer = () => new nn.Linear(8, 8), tied = layer(), shared = act();
  const tests: [nn.Module, RegExp][] = [
    [
      new nn.Sequential(tied, act(), tied, act(), layer()),
      /0 Linear runs more than once, and its one weight cannot/,
    ],
    [new nn.Sequential(tied, shared, tied, shared), /0 Linear runs more than once/],
    [new nn.Sequential(layer(), shared, shared), /run 2 times and need as many layers before them, found 1/],
    [new nn.Sequential(shared, layer()), /1 Linear, which was to change for 0 GeneralReLU, runs after it/],
  ];
  for (const [model, message] of tests) {
    await assert.rejects(lsuv(model, x), (error: Error) => {
      assert.ok(error instanceof RangeError, `${error}`);
      assert.match(error.message, message);
      return true;
    });
  }
  const twice = new nn.Sequential(tied, act(), tied), before = await tied.weight.array();
  await assert.rejects(lsuvModules(twice, x, isInstance(nn.Linear)), /0 Linear runs more than once/);
  assert.deepEqual(await tied.weight.array(), before);
  // A layer that runs again beyond the last activation is nobody's second output.
  assert.equal((await lsuv(twice, x)).rows.length, 1);
});
