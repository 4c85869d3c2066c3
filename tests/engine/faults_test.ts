/** An index out of range rejects the reads that depend on it, at whatever remove, and no others. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { DeviceFaultError } from "../../lib/device/errors.ts";
import { flush } from "../../lib/engine/flush.ts";
import { noGrad } from "../../lib/graph/context.ts";
import * as nn from "../../lib/nn/mod.ts";
import { SGD } from "../../lib/optim/sgd.ts";
import { crossEntropyRows, dequantizeGather, ones, type Tensor, tensor, zeros } from "../../lib/tensor/mod.ts";
import { setImmediate } from "node:timers";
import { testDevices } from "../oracle/golden.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(() => resolve()));

const fails = (x: Tensor, index: number, what = "index") =>
  assert.rejects(async () => await x.array(), (error: Error) => {
    assert.ok(error instanceof DeviceFaultError, String(error));
    assert.match(error.message, new RegExp(`Cannot use ${what} ${index} in `));
    return true;
  });

for (const name of testDevices()) {
  const test = (what: string, run: (device: Device, int: (...values: number[]) => Tensor) => Promise<void>) =>
    Deno.test(`${what} on ${name}`, async () => {
      using device = await new Device(name, { threads: 2 }).ready;
      await run(device, (...values) => tensor(values, { dtype: "int32", device }));
    });

  test("reads of one tick: each fails or succeeds by itself, and with its own index", async (device, int) => {
    const x = tensor([1, 2, 3], { device });
    await Promise.all([
      fails(x.indexSelect(0, int(0, 7)), 7),
      x.indexSelect(0, int(2, 1)).array().then((y) => assert.deepEqual(y, [3, 2])),
      fails(x.gather(0, int(-1)).add(1), -1),
      x.add(1).array().then((y) => assert.deepEqual(y, [2, 3, 4])),
      fails(zeros([2], { device }).scatterAdd(0, int(5), ones([1], { device })), 5),
      fails(dequantizeGather(tensor(new Uint8Array(4), { shape: [2, 2], device }), int(2)), 2),
      fails(nn.functional.embedding(int(4), ones([4, 1], { device })), 4),
      fails(crossEntropyRows(zeros([1, 3], { device }), int(3)), 3, "label"),
    ]);
    assert.deepEqual(await x.array(), [1, 2, 3]);
  });

  test(
    "what is computed from it in later flushes fails too, as often as it is read, and nothing else",
    async (device, int) => {
      const x = tensor([1, 2, 3], { device }), bad = x.indexSelect(0, int(3)).keep(), good = x.mul(2).keep();
      flush(device);
      const worse = bad.add(1).keep(), better = good.add(1).keep();
      flush(device);
      const worst = worse.sum().keep(), both = worse.sum().add(better);
      flush(device);
      assert.deepEqual(await better.array(), [3, 5, 7]);
      for (const t of [worst, bad, both, worst, worse.mul(0), bad]) await fails(t, 3);
      assert.deepEqual(await good.sub(better).array(), [-1, -1, -1]);
    },
  );

  test("a write in place fails what it is written to, until it is written anew", async (device, int) => {
    const state = tensor([1, 2, 3, 4], { device }), other = tensor([1], { device });
    await state.array();
    state.narrow(0, 0, 1).add_(other.indexSelect(0, int(1)));
    other.add_(1);
    flush(device);
    assert.deepEqual(await other.array(), [2]);
    await fails(state, 1);
    await fails(state.narrow(0, 3, 1), 1);
    const before = state.mul(1).keep();
    state.copy_(tensor([5, 6, 7, 8], { device }));
    flush(device);
    await fails(before, 1);
    assert.deepEqual(await state.array(), [5, 6, 7, 8]);
    assert.deepEqual(await state.add(1).array(), [6, 7, 8, 9]);
    // The same, with nothing read in between.
    state.narrow(0, 1, 1).copy_(other.indexSelect(0, int(6)));
    flush(device);
    const again = state.mul(1).keep();
    state.fill_(3);
    flush(device);
    assert.deepEqual(await state.array(), [3, 3, 3, 3]);
    await fails(again, 6);
  });

  test("a label that only a gradient looks at is found", async (device, int) => {
    const logits = tensor([[1, 2], [3, 4]], { requiresGrad: true, device });
    crossEntropyRows(logits, int(1, 2)).backward(ones([2], { device }));
    await fails(logits.grad!, 2, "label");
  });

  test("training on a bad label spoils the model that was trained, and no other", async (device, int) => {
    const models = [0, 1].map(() => new nn.Linear(2, 3, { device }));
    const step = (model: nn.Linear, label: number) => {
      const opt = new SGD(model.parameters(), { lr: 0.1 }), x = ones([1, 2], { device });
      const loss = nn.functional.crossEntropy(model.call(x), int(label)).keep();
      loss.backward();
      opt.step();
      return loss;
    };
    const bad = step(models[0]!, 3), good = step(models[1]!, 2);
    assert.ok(Number.isFinite(await good.item()));
    await fails(bad, 3, "label");
    await fails(models[0]!.weight, 3, "label");
    assert.ok(Number.isFinite(await step(models[1]!, 0).item()));
    noGrad(() => models[0]!.parameters().forEach((p) => p.copy_(zeros(p.shape, { device }))));
    flush(device);
    assert.ok(Number.isFinite(await step(models[0]!, 1).item()));
  });

  test("synchronize() tells of a fault that no read has told of, once", async (device, int) => {
    const x = tensor([1, 2], { device });
    x.indexSelect(0, int(9)).keep();
    flush(device);
    await assert.rejects(device.synchronize(), /Cannot use index 9 in gather/);
    await device.synchronize();
    await fails(x.indexSelect(0, int(8)), 8);
    await device.synchronize();
    assert.deepEqual(await x.array(), [1, 2]);
  });

  test("thousands of runs and of picks between two reads: none is lost", async (device, int) => {
    const x = tensor([1, 2, 3, 4], { device }), kept: Tensor[] = [];
    for (let i = 0; i < 1500; i++) {
      const picked = x.indexSelect(0, int(i === 3 || i === 1400 ? 4 + i : i % 4));
      if (i % 100 === 3 || i === 1400) kept.push(picked.add(1).keep());
      else picked.keep();
      flush(device);
    }
    // Long after a fault, with runs that cannot raise any.
    const late = x.indexSelect(0, int(77)).keep();
    flush(device);
    let sum = late.sum().keep();
    for (let i = 0; i < 600; i++) {
      sum = sum.add(1).keep();
      flush(device);
      if (i % 50 === 0) await turn();
    }
    await fails(sum, 77);
    const failed: number[] = [];
    for (const [i, t] of kept.entries()) await t.array().catch(() => failed.push(i));
    assert.deepEqual(failed, [0, 14]);
    // More picks in one flush than there is room for on any device.
    const picks = Array.from({ length: 1100 }, (_, i) => x.indexSelect(0, int(i === 5 ? 9 : i % 4)));
    const found = await Promise.allSettled(picks.map((t) => t.array()));
    assert.deepEqual(found.flatMap(({ status }, i) => status === "rejected" ? [i] : []), [5]);
  });
}

for (const kind of testDevices()) {
  Deno.test(`numbers that int32 cannot hold fail the reads that depend on them, by the function's name, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const most = tensor([2 ** 31 - 1, 5], { dtype: "int32", device }).keep(),
      small = tensor([1, 2, 3], { dtype: "int32", device }).keep();
    const reads: [Tensor, RegExp | number[]][] = [
      [most.add(1), /Cannot take add of int32 numbers/],
      [small.add(1), [2, 3, 4]],
      [most.sum(), /Cannot take sum of int32/],
      [small.sum(), [6]],
      [most.mul(most).sub(1), /Cannot take mul of int32/],
      // In one fused chain, the function that met it is named, and not the first.
      [most.sub(1).add(0).mul(3), /Cannot take mul of int32/],
      [most.cumsum(0), /Cannot take cumsum of int32/],
      [small.cumsum(0), [1, 3, 6]],
      [tensor([NaN, 1], { device }).int(), /Cannot convert to int32/],
      [small.float().mul(1.5).int(), [1, 3, 4]],
    ];
    const found = await Promise.allSettled(reads.map(([t]) => t.toTypedArray()));
    found.forEach((one, i) => {
      const wanted = reads[i]![1];
      if (Array.isArray(wanted)) assert.deepEqual(one.status === "fulfilled" && [...one.value], wanted, `read ${i}`);
      else assert.match(String(one.status === "rejected" && one.reason), wanted, `read ${i}`);
    });
    // An effect that overflowed spoils what reads it, until it is written anew.
    small.mul_(2 ** 30);
    flush(device);
    await assert.rejects(() => small.add(0).array(), /Cannot take mul of int32/);
    assert.deepEqual(await most.sub(1).array(), [2 ** 31 - 2, 4]);
    small.fill_(7);
    assert.deepEqual(await small.add(1).array(), [8, 8, 8]);
  });
}

for (const kind of testDevices()) {
  Deno.test(`of more than a thousand reads of one tick, those fail that met a fault, each by its own, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const int = (...values: number[]) => tensor(values, { dtype: "int32", device });
    const x = int(1, 2, 3, 4), most = int(2 ** 31 - 1, 1);
    const reads = Array.from(
      { length: 1100 },
      (_, i) => i === 1097 ? most.cumsum(0) : i % 2 ? x.cumsum(0) : x.indexSelect(0, int(i === 1098 ? 5000 : i % 4)),
    );
    const found = await Promise.allSettled(reads.map((t) => t.array()));
    const bad = found.flatMap((read, i) => read.status === "rejected" ? [[i, read.reason.message.slice(0, 38)]] : []);
    assert.deepEqual(bad, [
      [1097, "Cannot take cumsum of int32 numbers: a"],
      [1098, "Cannot use index 5000 in gather: it mu"],
    ]);
    const s = int(1, 2, 3);
    s.mul_(2 ** 30);
    await assert.rejects(() => s.add(0).array(), /Cannot take mul of int32/);
    s.copy_(int(5, 6, 7));
    assert.deepEqual(await s.add(1).array(), [6, 7, 8]);
  });
}
