/** Tensors without axes, empty axes, and indices: what PyTorch 1.13 takes and refuses, on every device. */
import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import * as nn from "../../lib/nn/mod.ts";
import { cat, crossEntropyRows, dequantizeGather, ones, tensor, zeros } from "../../lib/tensor/mod.ts";
import { testDevices } from "../oracle/golden.ts";

const F = nn.functional;

for (const name of testDevices()) {
  const on = { device: device(name) }, int = (values: number[]) => tensor(values, { dtype: "int32", ...on });

  Deno.test(`a tensor without axes has axes 0 and −1 in reductions and nowhere else on ${name}`, async () => {
    const t = tensor(4, on), whole = ["sum", "prod", "max", "min", "mean", "logsumexp"] as const;
    for (const axis of [0, -1, [-1]]) {
      for (const op of whole) assert.equal(await t[op](axis).item(), 4, op);
      assert.equal(await t.all(axis).item(), 1);
      assert.ok(Number.isNaN(await t.std(axis).item()));
      assert.deepEqual(t.sum(axis, { keepdim: true }).shape, []);
    }
    for (const axis of [0, -1]) {
      assert.equal(await t.argmax(axis).item(), 0);
      assert.equal(await t.argmin(axis).item(), 0);
      assert.equal(await t.cumsum(axis).item(), 4);
      assert.equal(await t.softmax(axis).item(), 1);
      assert.equal(await t.logSoftmax(axis).item(), 0);
      assert.equal(await t.transpose(axis, 0).squeeze(axis).item(), 4);
      assert.deepEqual(t.flatten(axis).shape, [1]);
    }
    for (const axis of [1, -2, 9]) {
      for (const op of [...whole, "any", "var", "argmax", "argmin", "cumsum", "softmax", "logSoftmax"] as const) {
        assert.throws(() => t[op](axis), /along axis -?\d: the tensor has no axis/, op);
      }
      assert.throws(() => t.transpose(0, axis), /the tensor has no axis/);
      assert.throws(() => t.squeeze(axis), /the tensor has no axis/);
      assert.throws(() => t.flatten(axis), /the tensor has no axis/);
    }
    for (
      const none of [() => t.slice(0), () => t.narrow(0, 0, 1), () => t.select(0, 0), () => t.size(0), () => cat([t])]
    ) {
      assert.throws(none, /along axis 0: the tensor has no axis$/);
    }
    assert.throws(() => t.sum([0, -1]), /0 is there twice/);
  });

  Deno.test(`gather, scatterAdd and indexSelect of tensors without axes on ${name}`, async () => {
    const t = tensor(4, { requiresGrad: true, ...on }), one = tensor(0, { dtype: "int32", ...on });
    assert.equal(await t.gather(0, one).item(), 4);
    assert.deepEqual(await t.gather(-1, int([0, 0])).array(), [4, 4]);
    assert.deepEqual(t.gather(0, int([])).shape, [0]);
    assert.equal(await tensor([7], on).gather(0, one).item(), 7);
    assert.equal(await t.scatterAdd(0, int([0, 0]), ones([2], on)).item(), 6);
    assert.equal(await t.scatterAdd(-1, one, tensor(3, on)).item(), 7);
    assert.deepEqual(await zeros([3], on).scatterAdd(0, one, ones([1], on)).array(), [1, 0, 0]);
    assert.equal(await t.indexSelect(0, int([0])).item(), 4);
    assert.equal(await t.indexSelect(-1, one).item(), 4);
    assert.deepEqual(
      await tensor([[0, 1, 2], [3, 4, 5]], on).indexSelect(1, tensor(2, { dtype: "int32", ...on })).array(),
      [[2], [5]],
    );
    assert.throws(() => t.indexSelect(0, int([0, 0])), /2 elements of a tensor without axes/);
    t.gather(0, int([0, 0])).sum().add(t.indexSelect(0, int([0]))).backward();
    assert.equal(await t.grad!.item(), 3);
    await assert.rejects(
      async () => await t.gather(0, int([1])).array(),
      /Cannot use index 1 in gather: it must be at least 0 and below 1/,
    );
    await assert.rejects(
      async () => await t.scatterAdd(0, int([-1]), ones([1], on)).array(),
      /Cannot use index -1 in scatterAdd/,
    );
    await assert.rejects(async () => await t.indexSelect(0, int([1000])).array(), /Cannot use index 1000 in gather/);
  });

  Deno.test(`scatterAdd: the index says how much of a larger source is added on ${name}`, async () => {
    const source = tensor([[1, 2, 4], [8, 16, 32]], { requiresGrad: true, ...on });
    const out = zeros([2, 3], on).scatterAdd(1, tensor([[1, 1]], { dtype: "int32", ...on }), source);
    assert.deepEqual(await out.array(), [[0, 3, 0], [0, 0, 0]]);
    out.sum().backward();
    assert.deepEqual(await source.grad!.array(), [[1, 1, 0], [0, 0, 0]]);
    assert.deepEqual(await zeros([3], on).scatterAdd(0, int([]), ones([4], on)).array(), [0, 0, 0]);
    assert.throws(() => zeros([3], on).scatterAdd(0, int([0, 1]), ones([1], on)), /each at least as large/);
    assert.throws(() => zeros([3], on).scatterAdd(0, int([0]), ones([2, 2], on)), /as many axes as the index/);
  });

  Deno.test(`an index into an empty axis is an error, and an empty index none, on ${name}`, async () => {
    const none = zeros([0, 3], on), one = int([0]), bytes = tensor(new Uint8Array(0), { shape: [0, 3], ...on });
    const wrong: [string, () => unknown][] = [
      ["gather", () => none.gather(0, zeros([1, 3], { dtype: "int32", ...on }))],
      ["indexSelect", () => none.indexSelect(0, one)],
      ["at", () => none.at(one)],
      ["scatterAdd", () => none.scatterAdd(0, zeros([1, 3], { dtype: "int32", ...on }), ones([1, 3], on))],
      ["embedding", () => F.embedding(one, none)],
      ["dequantizeGather", () => dequantizeGather(bytes, one)],
      ["labels of no classes", () => crossEntropyRows(zeros([1, 0], on), one)],
      ["F.crossEntropy", () => F.crossEntropy(zeros([1, 0], on), one)],
      ["F.nllLoss", () => F.nllLoss(zeros([1, 0], on), one)],
    ];
    for (const [what, call] of wrong) {
      assert.throws(call, /that axis is empty, and \d indices or labels are looked up there/, what);
    }
    assert.deepEqual(none.indexSelect(0, int([])).shape, [0, 3]);
    assert.deepEqual(dequantizeGather(bytes, int([])).shape, [0, 3]);
    assert.deepEqual(await zeros([2, 0], on).indexSelect(0, int([1, 1])).array(), [[], []]);
    assert.deepEqual(F.embedding(int([]), none).shape, [0, 3]);
  });

  Deno.test(`at: numbers in a tensor count from the end too on ${name}`, async () => {
    const t = tensor([[0, 1, 2], [3, 4, 5], [6, 7, 8]], on);
    assert.deepEqual(await t.at(int([-1, 0, -3])).array(), [[6, 7, 8], [0, 1, 2], [0, 1, 2]]);
    assert.deepEqual(await t.at([], int([-2])).array(), [[1], [4], [7]]);
    assert.deepEqual(await t.at(tensor(-1, { dtype: "int32", ...on })).array(), [6, 7, 8]);
    assert.deepEqual(await t.at(1, int([2, -1])).array(), [5, 5]);
    for (const off of [3, -4]) {
      await assert.rejects(
        async () => await t.at(int([0, off])).array(),
        new RegExp(`Cannot use index ${off} in gather`),
      );
    }
  });
}
