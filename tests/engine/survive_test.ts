/** What has one element outlives its step: losses, their summands, metrics, whatever is recorded after them and however late they are read. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { flush } from "../../lib/engine/flush.ts";
import { planStatistics } from "../../lib/engine/plan/cache.ts";
import { noGrad } from "../../lib/graph/context.ts";
import { OverwrittenError } from "../../lib/graph/errors.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import { mseLoss } from "../../lib/nn/regression_losses.ts";
import { Sequential } from "../../lib/nn/sequential.ts";
import { Sigmoid } from "../../lib/nn/smooth.ts";
import { Adam } from "../../lib/optim/adam.ts";
import { SGD } from "../../lib/optim/sgd.ts";
import { cleanMem } from "../../lib/tensor/clean_mem.ts";
import { ones, tensor, zeros } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { Generator } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { testDevices } from "../oracle/golden.ts";

/** A small classifier and its data, the same at each call. */
function setUp(device: Device) {
  const generator = new Generator(7), made = { device, generator };
  const model = new Sequential(new Linear(6, 8, made), new Sigmoid(), new Linear(8, 3, made));
  const x = randn([16, 6], made).keep();
  const y = tensor(Int32Array.from({ length: 16 }, (_, i) => i % 3), { device });
  return { model, x, y, opt: new SGD(model.parameters(), { lr: 0.5, momentum: 0.9 }) };
}

const items = (list: readonly Tensor[]) => Promise.all(list.map((t) => t.item()));

for (const kind of testDevices()) {
  const test = (name: string, body: (device: Device) => void | Promise<void>) =>
    Deno.test(`${name} (${kind})`, async () => {
      using device = await new Device(kind).ready;
      await body(device);
    });

  /** The losses of six steps, each read before the next. */
  const readAtOnce = async (device: Device) => {
    const { model, x, y, opt } = setUp(device), losses: number[] = [];
    for (let i = 0; i < 6; i++) {
      const loss = crossEntropy(model.call(x), y);
      loss.backward();
      losses.push(await loss.item());
      opt.step();
      opt.zeroGrad();
    }
    return losses;
  };

  test("losses.push(loss.detach()) after the step, read at the end", async (device) => {
    const expected = await readAtOnce(device),
      { model, x, y, opt } = setUp(device),
      detached: Tensor[] = [],
      raw: Tensor[] = [];
    for (let i = 0; i < 6; i++) {
      const loss = crossEntropy(model.call(x), y);
      loss.backward();
      opt.step();
      opt.zeroGrad();
      detached.push(loss.detach());
      raw.push(loss);
    }
    assert.deepEqual(await items(detached), expected);
    assert.deepEqual(await items(raw), expected);
    assert.notEqual(expected[0], expected[5]);
  });

  test("a loss's summands, an accuracy, and a count, recorded before the step and read after the last", async (device) => {
    const run = async (late: boolean) => {
      const { model, x, y, opt } = setUp(device), found: Tensor[] = [], values: number[] = [];
      for (let i = 0; i < 4; i++) {
        const out = model.call(x),
          data = crossEntropy(out, y),
          decay = model[0]!.parameters().next().value!.square().sum();
        const loss = data.add(decay.mul(0.01)), hits = out.argmax(1).eq(y);
        const step = [data, decay, loss, hits.float().mean(), hits.sum(), hits.all()];
        loss.backward();
        if (late) found.push(...step);
        else values.push(...await items(step));
        opt.step();
        opt.zeroGrad();
      }
      return late ? await items(found) : values;
    };
    assert.deepEqual(await run(true), await run(false));
  });

  test("a GAN: two optimisers, both losses read after the second step", async (device) => {
    const run = async (late: boolean) => {
      const generator = new Generator(3), made = { device, generator };
      const g = new Sequential(new Linear(2, 4, made), new Sigmoid(), new Linear(4, 2, made));
      const d = new Sequential(new Linear(2, 4, made), new Sigmoid(), new Linear(4, 1, made));
      const gOpt = new Adam(g.parameters(), { lr: 0.01 }), dOpt = new Adam(d.parameters(), { lr: 0.01 });
      const real = randn([8, 2], made).keep(), yes = ones([8, 1], { device }), no = zeros([8, 1], { device });
      const values: number[] = [];
      for (let i = 0; i < 3; i++) {
        const fake = g.call(randn([8, 2], made));
        dOpt.zeroGrad();
        const dLoss = mseLoss(d.call(real), yes).add(mseLoss(d.call(fake.detach()), no));
        dLoss.backward();
        if (!late) values.push(await dLoss.item());
        dOpt.step();
        gOpt.zeroGrad();
        const gLoss = mseLoss(d.call(fake), yes);
        gLoss.backward();
        if (!late) values.push(await gLoss.item());
        gOpt.step();
        if (late) values.push(await dLoss.item(), await gLoss.item());
      }
      return values;
    };
    const [late, early] = [await run(true), await run(false)];
    late.forEach((value, i) => assert.ok(Math.abs(value - early[i]!) < 1e-6, `${late} is not ${early}`));
  });

  test("numbers in place: a total, a running mean, and a loss that is changed after it was recorded", async (device) => {
    const w = tensor([1, 2, 3], { device }).keep(), total = zeros([], { device });
    let mean = zeros([], { device });
    const losses: Tensor[] = [];
    for (let i = 0; i < 3; i++) {
      const loss = w.square().sum();
      losses.push(loss);
      total.add_(loss);
      mean = mean.mul(0.5).add(loss.mul(0.5));
      const changed = w.sum();
      changed.mul_(10).add_(i);
      losses.push(changed);
      w.mul_(2);
      flush(device);
    }
    assert.deepEqual(await items(losses), [14, 60, 56, 121, 224, 242]);
    assert.deepEqual([await total.item(), await mean.item()], [294, 14 / 8 + 56 / 4 + 224 / 2]);
  });

  test("values of one element of any shape and type survive; more elements are lost, which names shape, writer and line", async (device) => {
    const w = tensor([3, 4], { device }).keep();
    const kept = [
      w.sum(0, { keepdim: true }),
      w.max(),
      w.mul(2).int().sum(),
      w.gt(3).all(),
      w.unsqueeze(0).matmul(w.unsqueeze(1)),
    ];
    const lost = w.add(1);
    flush(device);
    w.mul_(0);
    flush(device);
    assert.deepEqual(await Promise.all(kept.map(async (t) => [t.dtype, t.shape, [...await t.toTypedArray()]])), [
      ["float32", [1], [7]],
      ["float32", [], [4]],
      ["int32", [], [14]],
      ["bool", [], [0]],
      ["float32", [1, 1], [25]],
    ]);
    await assert.rejects(() => lost.array(), (error: Error) => {
      assert.ok(error instanceof OverwrittenError);
      assert.match(
        error.message,
        /^Cannot read this tensor of shape \[2\] and type float32 at file:.*survive_test\.ts:\d+:\d+: .*mul_\(\) has since overwritten a tensor of shape \[2\].*keep\(\)/,
      );
      return true;
    });
  });

  test("what a step overwrites is told by the optimiser's name, or the running averages', and no operation that nobody wrote", async (device) => {
    const { model, x, y, opt } = setUp(device);
    flush(device);
    const out = model.call(x);
    crossEntropy(out, y).backward();
    opt.step();
    await assert.rejects(() => out.array(), /shape \[16, 3\].*SGD\.step\(\) has since overwritten a tensor of shape/);
    const adam = new Adam(model.parameters());
    const later = noGrad(() => model.call(x));
    crossEntropy(model.call(x), y).backward();
    adam.step();
    await assert.rejects(() => later.array(), /Adam\.step\(\) has since overwritten/);
  });

  test("a value nobody asked for that cannot be computed fails where it is read, and not the flush", async (device) => {
    const w = tensor([1, 2], { device }).keep(), recipe = w.add(1);
    flush(device);
    w.mul_(3);
    flush(device);
    const late = recipe.sum(), fine = w.sum();
    flush(device);
    assert.equal(await fine.item(), 9);
    await assert.rejects(() => late.item(), OverwrittenError);
  });
}

Deno.test("a value nobody asked for that is too large to compute takes nothing else with it", async () => {
  using device = new Device("cpu", { threads: 1 });
  const w = tensor([1, 2], { device }).keep();
  flush(device);
  const huge = ones([2 ** 16, 1], { device }).keep().add(ones([1, 2 ** 16], { device }).keep()).sum();
  w.mul_(3);
  const fine = w.sum();
  flush(device);
  assert.deepEqual([await w.array(), await fine.item().catch(String)], [[3, 6], await fine.item().catch(String)]);
  await assert.rejects(() => huge.item(), /Cannot allocate/);
});

Deno.test("losses take 4 bytes of the device each while they are held, and are given back when they are dropped", async () => {
  using device = new Device("cpu", { threads: 1 });
  const { model, x, y, opt } = setUp(device);
  const step = () => {
    const loss = crossEntropy(model.call(x), y);
    loss.backward();
    opt.step();
    opt.zeroGrad();
    return loss.detach();
  };
  for (let i = 0; i < 100; i++) step();
  await cleanMem(device);
  for (let i = 0; i < 2; i++) step();
  const before = device.liveBytes, { compiled } = planStatistics(device);
  let held: Tensor[] | undefined = Array.from({ length: 6400 }, step);
  assert.ok(device.liveBytes - before <= 4 * 6400 + 256, `${device.liveBytes - before} bytes`);
  assert.ok(planStatistics(device).compiled === compiled, "the plan is the same at each step");
  assert.ok(Number.isFinite(await held[17]!.item()));
  held = undefined;
  for (let i = 0; i < 6400; i++) step();
  assert.ok(device.liveBytes - before <= 8 * 6400 + 512);
  await cleanMem(device);
  assert.ok(device.liveBytes - before <= 512, `${device.liveBytes - before} bytes are held for losses that are gone`);
});

Deno.test("a loss that is held takes at most 550 bytes of JavaScript", async () => {
  using device = new Device("cpu", { threads: 1 });
  const { model, x, y, opt } = setUp(device), held: Tensor[] = [];
  const steps = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const loss = crossEntropy(model.call(x), y);
      loss.backward();
      opt.step();
      opt.zeroGrad();
      held.push(loss.detach());
    }
    await cleanMem(device);
    return Deno.memoryUsage().heapUsed;
  };
  const before = await steps(1000), after = await steps(10_000);
  assert.ok(after - before < 550 * 10_000, `${(after - before) / 10_000} bytes each`);
  assert.ok(Number.isFinite(await held.at(-1)!.item()));
});

Deno.test("elements that are disposed of by hand give their page back without the garbage collector", async () => {
  using device = new Device("cpu", { threads: 1 });
  const w = tensor([1, 2, 3], { device }).keep(), before = () => device.liveBytes;
  const make = () => {
    const loss = w.sum();
    flush(device);
    return loss;
  };
  make();
  const start = before();
  for (let i = 0; i < 640; i++) make().dispose();
  assert.ok(before() - start <= 256, `${before() - start} bytes`);
  await assert.rejects(async () => {
    const gone = make();
    gone.dispose();
    await gone.item();
  }, /after dispose/);
});
