import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import * as nn from "../../lib/nn/mod.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { testDevices } from "../oracle/golden.ts";
import { assertClose, flat } from "./helpers.ts";

const F = nn.functional;
const labels = (values: number[]) => tensor(values, { dtype: "int32" });

Deno.test("crossEntropy equals nllLoss of logSoftmax, in every reduction", async () => {
  const logits = randn([5, 3]), target = labels([0, 2, 1, 1, 0]);
  for (const reduction of ["mean", "sum", "none"] as const) {
    const fused = await flat(F.crossEntropy(logits, target, { reduction }));
    assertClose(fused, await flat(F.nllLoss(F.logSoftmax(logits, 1), target, { reduction })), 1e-6);
    assert.equal(fused.length, reduction === "none" ? 5 : 1);
  }
});

Deno.test("crossEntropy is stable, and right on a hand-made row", async () => {
  assertClose(await flat(F.crossEntropy(tensor([[0, 0]]), labels([1]))), [Math.LN2]);
  assertClose(await flat(F.crossEntropy(tensor([[1000, 0], [0, 1000]]), labels([0, 0]))), [500], 1e-3);
});

Deno.test("mseLoss averages squares, and refuses to broadcast", async () => {
  assertClose(await flat(F.mseLoss(tensor([1, 2]), tensor([3, 5]))), [6.5]);
  assert.throws(() => F.mseLoss(randn([4]), randn([4, 1])), /\[4\] and \[4, 1\]: the shapes must be equal/);
});

Deno.test("losses name wrong shapes, dtypes and reductions", () => {
  assert.throws(() => F.crossEntropy(randn([4, 10, 1, 1]), labels([0, 1, 2, 3])), /Put a Flatten/);
  assert.throws(() => F.crossEntropy(randn([4, 10]), labels([0, 1, 2])), /\[4, 10\] and \[3\]/);
  assert.throws(() => F.crossEntropy(randn([2, 3]), tensor([0, 1])), /class numbers are int32. Use target.int\(\)/);
  assert.throws(
    () => F.crossEntropy(randn([2, 3]), labels([0, 1]), { reduction: "avg" as "mean" }),
    /"mean", "sum" or "none"/,
  );
});

Deno.test("losses of classes name what does not fit among their options", () => {
  const x = randn([4, 3]), y = labels([0, 1, 2, 0]), halves = randn([4, 3]).softmax(1);
  const of = (options: object, target = y) => () => F.crossEntropy(x, target, options);
  assert.throws(
    of({ weight: randn([4]) }),
    /weight of shape \[4\] .*: it takes one float32 number for each of 3 classes/,
  );
  assert.throws(of({ weight: y.slice(0, 0, 3) }), /type int32: it takes one float32/);
  assert.throws(of({ weight: [1, 2, 3] }), /weight must be a tensor/);
  assert.throws(of({ labelSmoothing: -0.1 }), /labelSmoothing must be at least 0, found -0.1/);
  assert.throws(of({ labelSmoothing: 1.5 }), /labelSmoothing must be at most 1, found 1.5/);
  assert.throws(of({ labelSmoothing: "0.1" }), /labelSmoothing must be a number, found string/);
  assert.throws(of({ ignoreIndex: 0.5 }), /ignoreIndex/);
  assert.throws(of({ ignoreIndex: 0 }, halves), /it is a class number/);
  assert.throws(() => F.crossEntropy(randn([4, 3, 2]), y), /\[4, 3, 2\] and \[4\]: .*\[n, classes, …\] and \[n, …\]/);
  assert.throws(() => F.crossEntropy(randn([]), labels([0])), /Cannot compute crossEntropy of \[\] and \[1\]/);
  assert.throws(() => F.nllLoss(x, y, { labelSmoothing: 0.1 } as object), /did you mean|Its options are reduction/);
});

Deno.test("losses of elements and of distances name numbers that make no sense", () => {
  const x = randn([4, 3]), y = randn([4, 3]);
  assert.throws(() => F.huberLoss(x, y, { delta: 0 }), /delta must be above 0, found 0/);
  assert.throws(() => F.smoothL1Loss(x, y, { beta: -1 }), /beta must be at least 0, found -1/);
  assert.throws(() => F.pairwiseDistance(x, y, { p: 0 }), /p must be above 0, found 0/);
  assert.throws(() => F.pairwiseDistance(x, y, { p: NaN }), /p must be above 0, found NaN/);
  assert.throws(() => F.cosineEmbeddingLoss(x, y, randn([3])), /\[4, 3\] and targets \[3\]/);
  assert.throws(() => F.tripletMarginLoss(x, y, randn([4, 1])), /\[4, 3\] and \[4, 1\]: the shapes must be equal/);
  assert.throws(() => F.klDiv(x, y, { reduction: "batch" as "mean" }), /Cannot use reduction "batch"/);
  assert.throws(() => F.binaryCrossEntropy(x, y.t(), {}), /the shapes must be equal/);
});

Deno.test("a label out of range is found beside ignored ones, whatever its weight", async () => {
  const x = randn([3, 4]), weight = tensor([1, 0, 2, 3]);
  for (const options of [{ ignoreIndex: -100 }, { ignoreIndex: -100, weight }, { weight }, { labelSmoothing: 0.1 }]) {
    await assert.rejects(F.crossEntropy(x, labels([0, 4, 1]), options).item(), /4/, JSON.stringify(options));
    if (options.ignoreIndex === undefined) continue;
    assert.ok(Number.isFinite(await F.crossEntropy(x, labels([0, -100, 1]), options).item()));
  }
});

Deno.test("ignored targets count for nothing, whatever is predicted there", async () => {
  const x = tensor([[1, 2, 3], [NaN, 0, Infinity], [0, 0, 1]]),
    y = labels([0, 9, 1]),
    kept = x.indexSelect(0, labels([0, 2]));
  for (const options of [{}, { labelSmoothing: 0.1 }, { weight: tensor([1, 2, 3]) }]) {
    const found = await F.crossEntropy(x, y, { ...options, ignoreIndex: 9 }).item();
    assertClose([found], [await F.crossEntropy(kept, labels([0, 1]), options).item()], 1e-6);
  }
  assert.deepEqual(await flat(F.nllLoss(x, y, { ignoreIndex: 9, reduction: "none" })), [-1, 0, -0]);
});

Deno.test("losses as modules give what the functions give, keep their weights as buffers, and train", async () => {
  const x = randn([4, 3]).requiresGrad_(), y = labels([0, 1, 2, 0]), target = randn([4, 3]).softmax(1);
  const weight = tensor([1, 2, 0.5]), posWeight = tensor([2, 1, 3]);
  const pairs: [nn.Module, Tensor[], Tensor][] = [
    [new nn.CrossEntropyLoss({ weight }), [x, y], F.crossEntropy(x, y, { weight })],
    [new nn.NLLLoss({ weight, reduction: "sum" }), [x, y], F.nllLoss(x, y, { weight, reduction: "sum" })],
    [new nn.MSELoss(), [x, target], F.mseLoss(x, target)],
    [new nn.L1Loss(), [x, target], F.l1Loss(x, target)],
    [new nn.SmoothL1Loss({ beta: 0.2 }), [x, target], F.smoothL1Loss(x, target, { beta: 0.2 })],
    [new nn.HuberLoss({ delta: 0.2 }), [x, target], F.huberLoss(x, target, { delta: 0.2 })],
    [new nn.BCELoss({ weight }), [x.sigmoid(), target], F.binaryCrossEntropy(x.sigmoid(), target, { weight })],
    [
      new nn.BCEWithLogitsLoss({ weight, posWeight }),
      [x, target],
      F.binaryCrossEntropyWithLogits(x, target, { weight, posWeight }),
    ],
    [
      new nn.KLDivLoss({ reduction: "batchmean" }),
      [x.logSoftmax(1), target],
      F.klDiv(x.logSoftmax(1), target, { reduction: "batchmean" }),
    ],
    [
      new nn.CosineEmbeddingLoss(),
      [x, target, tensor([1, -1, 1, 1])],
      F.cosineEmbeddingLoss(x, target, tensor([1, -1, 1, 1])),
    ],
    [new nn.TripletMarginLoss(), [x, target, x.mul(2)], F.tripletMarginLoss(x, target, x.mul(2))],
  ];
  for (const [module, inputs, wanted] of pairs) {
    assert.equal(await module.call(...inputs).item(), await wanted.item(), module.typeName);
    x.grad = null;
    module.call(...inputs).backward();
    assert.ok((await flat(x.grad!)).some((value) => value !== 0), module.typeName);
  }
  assert.deepEqual(Object.keys(await pairs[0]![0].stateDict()), ["weight"]);
  assert.deepEqual(Object.keys(await pairs[7]![0].stateDict()), ["weight", "pos_weight"]);
  assert.deepEqual(Object.keys(await pairs[2]![0].stateDict()), []);
});

Deno.test("equal vectors get no gradient from their distance without an eps, in any norm, as in PyTorch", async () => {
  for (const p of [0.5, 1, 1.5, 2, 3, Infinity]) {
    const x = tensor([[1, 2], [0, 0]], { requiresGrad: true }), y = tensor([[1, 2], [0, 1]]);
    const distance = F.pairwiseDistance(x, y, { p, eps: 0 });
    assertClose(await flat(distance), [0, 1]);
    distance.sum().backward();
    assertClose(await flat(x.grad!), [0, 0, 0, -1]);
    const anchor = tensor([[1, 2]], { requiresGrad: true });
    F.tripletMarginLoss(anchor, tensor([[1, 2]]), tensor([[1, 4]]), { p, eps: 0, margin: 3 }).backward();
    assertClose(await flat(anchor.grad!), [0, 1]);
  }
  const far = tensor([[3e20, -4e20]], { requiresGrad: true }), distance = F.pairwiseDistance(far, tensor([[0, 0]]));
  assertClose([await distance.item() / 1e20], [5]);
  distance.backward();
  assertClose(await flat(far.grad!), [0.6, -0.8]);
});

Deno.test("huberLoss of an infinite delta is half the square, with its gradient", async () => {
  const x = tensor([1, -3, 0], { requiresGrad: true });
  const losses = F.huberLoss(x, tensor([0, 0, 0]), { delta: Infinity, reduction: "none" });
  assertClose(await flat(losses), [0.5, 4.5, 0]);
  losses.sum().backward();
  assertClose(await flat(x.grad!), [1, -3, 0]);
});

Deno.test("weights of two-class losses must not make them more than there are", () => {
  const x = randn([3]).sigmoid(), target = tensor([0, 1, 1]), wide = tensor([[1], [2], [3]]);
  assert.throws(() => F.binaryCrossEntropy(x, target, { weight: wide }), /of \[3\] with weight of shape \[3, 1\]/);
  const { binaryCrossEntropyWithLogits: loss } = F;
  assert.throws(() => loss(x, target, { weight: tensor([1, 2]) }), /with weight of shape \[2\]: it must broadcast/);
  assert.throws(() => loss(x, target, { posWeight: wide, weight: target }), /with posWeight of shape \[3, 1\]/);
});

Deno.test("crossEntropy takes probabilities stored as float16", async () => {
  const logits = randn([4, 3]), target = randn([4, 3]).softmax(1).half();
  const wanted = await F.crossEntropy(logits, target.float()).item();
  assertClose([await F.crossEntropy(logits, target).item()], [wanted]);
});

Deno.test("cosines of vectors whose squares are beyond float32 are those of short ones, and so are their losses", async () => {
  for (const kind of testDevices()) {
    using device = await new Device(kind).ready;
    const one = tensor([[3, 1]], { device }), other = tensor([[1, 2]], { device }), target = tensor([1], { device });
    for (const size of [1e10, 1e19, 1e25, 5e37]) {
      const x = one.mul(size).detach().requiresGrad_(), y = other.mul(size).detach();
      const cosine = F.cosineSimilarity(x, y), loss = F.cosineEmbeddingLoss(x, y, target);
      cosine.sum().backward();
      assertClose(await flat(cosine), [Math.SQRT1_2], 1e-6);
      assertClose([await loss.item()], [1 - Math.SQRT1_2], 1e-6);
      assertClose((await flat(x.grad!)).map((g) => g * size), [-Math.SQRT2 / 20, 3 * Math.SQRT2 / 20], 1e-6);
    }
    // The square of this eps is 0.
    assert.deepEqual(await flat(F.cosineSimilarity(one.mul(0), other, { eps: 1e-25 })), [0]);
  }
});
