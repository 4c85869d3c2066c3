/** Values and gradients where formulas have no limit of their own (ties, zeros, infinities, NaN): PyTorch 1.13's, on every device under test. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { functional as F } from "../../lib/nn/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import type { NestedInput as Data } from "../../lib/tensor/from_data.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { testDevices } from "../oracle/golden.ts";

const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;

/** A function, what it is given, and PyTorch's result and gradients, the gradient of each element of the result being 1. */
type Case = [name: string, of: (...xs: Tensor[]) => Tensor, inputs: Data[], value: number[], ...gradients: number[][]];

const std = (axis?: number, correction = 1) => (x: Tensor) => x.std(axis, { correction });
const EDGES = [0, -0, INF, -INF, NAN, -1, 1e38];

const CASES: readonly Case[] = [
  // A deviation or a length of 0
  ["std of equal elements", std(), [[2, 2, 2]], [0], [0, 0, 0]],
  ["std of zeros", std(), [[0, 0, 0]], [0], [0, 0, 0]],
  ["biased std of equal elements", std(undefined, 0), [[3, 3]], [0], [0, 0]],
  ["std along an axis", std(1), [[[1, 1], [1, 3]]], [0, Math.SQRT2], [0, 0, -Math.SQRT1_2, Math.SQRT1_2]],
  ["std along the first axis", std(0), [[[5, 1], [5, 3]]], [0, Math.SQRT2], [0, -Math.SQRT1_2, 0, Math.SQRT1_2]],
  ["std beside an infinity", std(), [[INF, 1, 2]], [NAN], [NAN, NAN, NAN]],
  ["std of NaN", std(), [[NAN, 1, 2]], [NAN], [NAN, NAN, NAN]],
  ["var of equal elements", (x) => x.var(), [[2, 2, 2]], [0], [0, 0, 0]],
  ["var beside an infinity", (x) => x.var(), [[INF, 1, 2]], [NAN], [NAN, -INF, -INF]],
  ["norm of zeros", (x) => x.norm(), [[0, 0]], [0], [0, 0]],
  ["norm of a zero", (x) => x.norm(), [0], [0], [0]],
  ["norm", (x) => x.norm(), [[3, 0, 4]], [5], [0.6, 0, 0.8]],
  ["norm beside an infinity", (x) => x.norm(), [[INF, 1, 2]], [INF], [NAN, 0, 0]],
  ["norm of NaN", (x) => x.norm(), [[NAN, 1, 2]], [NAN], [NAN, NAN, NAN]],
  ["a root that a user writes", (x) => x.square().sum().sqrt(), [[0, 0]], [0], [NAN, NAN]],
  // Products
  ["prod beside an infinity", (x) => x.prod(), [[INF, 1, 2]], [INF], [NAN, INF, INF]],
  ["prod of infinity and zero", (x) => x.prod(), [[INF, 0, 2]], [NAN], [0, INF, NAN]],
  ["prod of NaN and zero", (x) => x.prod(), [[NAN, 0, 2]], [NAN], [0, NAN, NAN]],
  ["prod of two zeros", (x) => x.prod(), [[0, 0, 3]], [0], [0, 0, 0]],
  ["prod with a zero elsewhere", (x) => x.prod(1), [[[INF, 1, 2], [0, 1, 2], [NAN, 1, 2]]], [INF, 0, NAN], [
    ...[2, INF, INF],
    ...[2, 0, 0],
    ...[2, NAN, NAN],
  ]],
  ["prod without a zero", (x) => x.prod(1), [[[INF, 1, 2], [3, 1, 2], [NAN, 1, 2]]], [INF, 6, NAN], [
    ...[NAN, INF, INF],
    ...[2, 6, 3],
    ...[NAN, NAN, NAN],
  ]],
  ["prod of single elements", (x) => x.prod(1), [[[3], [0], [NAN]]], [3, 0, NAN], [1, 1, 1]],
  // Choices
  [
    "maximum",
    (a, b) => a.maximum(b!),
    [[NAN, 1, NAN, 2, INF, 1], [1, NAN, NAN, 2, INF, -INF]],
    [
      ...[NAN, NAN, NAN, 2, INF, 1],
    ],
    [1, 1, 1, 0.5, 0.5, 1],
    [1, 1, 1, 0.5, 0.5, 0],
  ],
  [
    "minimum",
    (a, b) => a.minimum(b!),
    [[NAN, 1, NAN, 2, INF, 1], [1, NAN, NAN, 2, INF, -INF]],
    [
      ...[NAN, NAN, NAN, 2, INF, -INF],
    ],
    [1, 1, 1, 0.5, 0.5, 0],
    [1, 1, 1, 0.5, 0.5, 1],
  ],
  [
    "clamp between equal bounds",
    (x, a, b) => x.clamp(a, b),
    [[0, 1, 2, 3], [1, 1, 1, 1], [1, 1, 1, 1]],
    [
      ...[1, 1, 1, 1],
    ],
    [0, 1, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 1, 1],
  ],
  [
    "clamp between crossed bounds",
    (x, a, b) => x.clamp(a, b),
    [[0, 1, 2, 3], [2, 2, 2, 2], [1, 1, 1, 1]],
    [
      ...[1, 1, 1, 1],
    ],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [1, 1, 1, 1],
  ],
  [
    "clamp and NaN",
    (x, a, b) => x.clamp(a, b),
    [[0, NAN, 2, 3], [NAN, 1, 1, 1], [1, 1, NAN, 4]],
    [NAN, NAN, NAN, 3],
    [
      ...[0, 0, 0, 1],
    ],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ],
  ["clampMin by NaN", (x, a) => x.clampMin(a!), [[1, 2, NAN, 0], [1, 3, 1, NAN]], [1, 3, NAN, NAN], [1, 0, 0, 0], [
    ...[0, 1, 0, 0],
  ]],
  ["clampMax by NaN", (x, a) => x.clampMax(a!), [[1, 3, NAN, 0], [1, 2, 1, NAN]], [1, 2, NAN, NAN], [1, 0, 0, 0], [
    ...[0, 1, 0, 0],
  ]],
  ["max of infinities", (x) => x.max(), [[INF, INF, 1]], [INF], [0.5, 0.5, 0]],
  ["max of NaN, which is amax's", (x) => x.max(), [[NAN, 1, 2]], [NAN], [NAN, NAN, NAN]],
  ["leakyRelu", (x) => x.leakyRelu(0.5), [[0, NAN, INF, -INF]], [0, NAN, INF, -INF], [0.5, 0.5, 1, 0.5]],
  // Logarithms of sums
  ["logsumexp of nothing likely", (x) => x.logsumexp(0), [[-INF, -INF]], [-INF], [NAN, NAN]],
  ["logsumexp of an infinity", (x) => x.logsumexp(0), [[INF, 1]], [INF], [NAN, 0]],
  ["logsumexp beside −∞", (x) => x.logsumexp(0), [[-INF, 1]], [1], [0, 1]],
  // Powers and remainders
  ["pow", (a, b) => a.pow(b!), [[0, 0, 0, 0, -1, -2, 0], [0, 1, 2, -1, 2, 3, 0.5]], [1, 0, 0, INF, 1, -8, 0], [
    ...[0, 1, 0, -INF, -2, 12, INF],
  ], [0, 0, 0, -INF, NAN, NAN, 0]],
  ["pow(0)", (x) => x.pow(0), [[0, 1, INF, NAN]], [1, 1, 1, 1], [0, 0, 0, 0]],
  ["pow(2)", (x) => x.pow(2), [[INF, NAN, 0]], [INF, NAN, 0], [INF, NAN, 0]],
  [
    "remainder",
    (a, b) => a.remainder(b!),
    [
      [-1, 1, INF, -INF, 1, -1, 5, -5, 0, NAN],
      [INF, INF, 1, 1, 0, 0, 3, 3, 0, 1],
    ],
    [INF, 1, NAN, NAN, NAN, NAN, 2, 1, NAN, NAN],
    Array(10).fill(1),
    [1, 0, NAN, NAN, -INF, INF, -1, 2, NAN, NAN],
  ],
  ["div", (a, b) => a.div(b!), [[0, 1, INF, 1, 0, INF], [0, 0, INF, INF, INF, 0]], [NAN, INF, NAN, 0, 0, INF], [
    ...[INF, INF, 0, 0, 0, INF],
  ], [NAN, -INF, NAN, 0, 0, -INF]],
  // Functions of one number
  ["abs", (x) => x.abs(), [EDGES], [0, 0, INF, INF, NAN, 1, 1e38], [0, 0, 1, -1, 0, -1, 1]],
  ["sign", (x) => x.sign(), [EDGES], [0, 0, 1, -1, 0, -1, 1], [0, 0, 0, 0, 0, 0, 0]],
  ["relu", (x) => x.relu(), [EDGES], [0, 0, INF, 0, NAN, 0, 1e38], [0, 0, 1, 0, 1, 0, 1]],
  ["sqrt", (x) => x.sqrt(), [EDGES], [0, 0, INF, NAN, NAN, NAN, 1e19], [INF, -INF, 0, NAN, NAN, NAN, 5e-20]],
  ["log", (x) => x.log(), [EDGES], [-INF, -INF, INF, NAN, NAN, NAN, Math.log(1e38)], [INF, -INF, 0, 0, NAN, -1, 1e-38]],
  // Pieces of which one overflows where another is meant
  [
    "smoothL1Loss",
    (a, b) => F.smoothL1Loss(a, b!, { reduction: "none" }),
    [[0, INF, 3e38, NAN, 0.25], [INF, 0, 0, 0, 0]],
    [INF, INF, 3e38, NAN, 0.03125],
    [-1, 1, 1, NAN, 0.25],
    [1, -1, -1, NAN, -0.25],
  ],
  [
    "huberLoss",
    (a, b) => F.huberLoss(a, b!, { reduction: "none", delta: 0.5 }),
    [[0, INF, 3e38, NAN, 0.25], [INF, 0, 0, 0, 0]],
    [INF, INF, 1.5e38, NAN, 0.03125],
    [-0.5, 0.5, 0.5, NAN, 0.25],
    [0.5, -0.5, -0.5, NAN, -0.25],
  ],
  ["hardswish", (x) => F.hardswish(x), [[INF, -INF, 4, -4]], [INF, NAN, 4, 0], [1, 0, 1, 0]],
  ["tanh", (x) => x.tanh(), [EDGES], [0, 0, 1, -1, NAN, Math.tanh(-1), 1], [1, 1, 0, 0, NAN, 1 - Math.tanh(1) ** 2, 0]],
];

/** Whether numbers are those of PyTorch; −0 is 0. */
function assertSame(found: ArrayLike<number>, wanted: readonly number[], what: string): void {
  const close = (a: number, b: number) => a === b || (a !== a && b !== b) || Math.abs(a - b) <= 1e-5 * Math.abs(b);
  const same = found.length === wanted.length && wanted.every((b, i) => close(found[i]!, b));
  assert.ok(same, `${what}: found ${Array.from(found)}, PyTorch has ${wanted}`);
}

/** H · v, H being the second derivatives of `of` at `values`. */
async function hessianTimes(of: (x: Tensor) => Tensor, values: Data, v: Data, device: Device): Promise<number[]> {
  const x = tensor(values, { device, requiresGrad: true });
  of(x).backward(undefined, { createGraph: true });
  const first = x.grad!;
  x.grad = null;
  first.mul(tensor(v, { device })).sum().backward();
  return [...await x.grad!.toTypedArray()];
}

for (const kind of testDevices()) {
  Deno.test(`values and gradients at special points are PyTorch's on ${kind}`, async (t) => {
    using device = await new Device(kind).ready;
    for (const [name, of, inputs, value, ...gradients] of CASES) {
      await t.step(name, async () => {
        const xs = inputs.map((data) => tensor(data, { device, requiresGrad: true })), y = of(...xs);
        y.sum().backward();
        assertSame(await y.toTypedArray(), value, "the value");
        for (const [i, wanted] of gradients.entries()) {
          assertSame(await xs[i]!.grad!.toTypedArray(), wanted, `the gradient of input ${i}`);
        }
        assertSame(await of(...xs.map((x) => x.detach())).toTypedArray(), value, "the value without gradient");
      });
    }
  });

  Deno.test(`second gradients of products with zeros are those of the products, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const prod = (x: Tensor) => x.prod();
    assert.deepEqual(await hessianTimes(prod, [0, 2, 3], [1, 2, 3], device), [12, 3, 2]);
    assert.deepEqual(await hessianTimes(prod, [0, 0, 3], [1, 2, 3], device), [6, 3, 0]);
    assert.deepEqual(await hessianTimes(prod, [1, 2, 3], [1, 2, 3], device), [12, 6, 4]);
    const rows = (x: Tensor) => x.prod(1).sum();
    const found = await hessianTimes(rows, [[0, 2, 3], [4, 5, 1]], [[1, 2, 3], [1, 1, 1]], device);
    assertSame(found, [12, 3, 2, 6, 5, 9], "rows");
    for (const [value, of] of [[2, (x: Tensor) => x.std()], [0, (x: Tensor) => x.norm()]] as const) {
      assert.deepEqual(await hessianTimes(of, [value, value, value], [1, 2, 3], device), [0, 0, 0]);
    }
    // Elsewhere second gradients are what differences of first ones tend to.
    const step = 1e-2, at = [1, 2, 4], along = [1, -2, 0.5];
    const gradient = async (h: number) => {
      const x = tensor(at.map((a, i) => a + h * along[i]!), { device, requiresGrad: true });
      x.std().backward();
      return [...await x.grad!.toTypedArray()];
    };
    const [before, after] = [await gradient(-step), await gradient(step)];
    const curved = await hessianTimes((x) => x.std(), at, along, device);
    curved.forEach((h, i) => assert.ok(Math.abs(h - (after[i]! - before[i]!) / (2 * step)) < 1e-3, `${curved}`));
  });

  Deno.test(`hypot and logaddexp have their second gradients beside zeros and of equal arguments, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const of = (f: "hypot" | "logaddexp") => (x: Tensor) => x.at(0)[f](x.at(1)).sum();
    // b²/h³, −ab/h³ and a²/h³; nothing at 0.
    const found = await hessianTimes(of("hypot"), [[0, 4, 3, 0], [2, 0, -3, 0]], [[1, 1, 2, 1], [3, 1, 0, 1]], device);
    const third = 1 / (3 * Math.SQRT2);
    [0.5, 0, third, 0, 0, 0.25, third, 0].forEach((h, i) => assert.ok(Math.abs(h - found[i]!) < 1e-6, `${found}`));
    // p·(1 − p) of the difference.
    assert.deepEqual(await hessianTimes(of("logaddexp"), [[3, 0], [3, 0]], [[1, 2], [0, 1]], device), [
      ...[0.25, 0.25],
      ...[-0.25, -0.25],
    ]);
  });

  Deno.test(`exponential units have the slope below and no bend at 0, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const at = [0, -0, 1, NAN], along = [1, 1, 1, 1], scale = 1.0507009873554805;
    for (
      const [unit, slope, above] of [
        ...[[(x: Tensor) => F.elu(x), 1, 1], [(x: Tensor) => F.elu(x, 3), 3, 1]] as const,
        ...[[(x: Tensor) => F.celu(x, 3), 1, 1], [F.selu, 1.6732632423543772 * scale, scale]] as const,
      ]
    ) {
      const x = tensor(at, { device, requiresGrad: true });
      unit(x).sum().backward();
      assertSame(await x.grad!.toTypedArray(), [slope, slope, above, NAN].map(Math.fround), "the gradient");
      assertSame(await hessianTimes((x) => unit(x).sum(), at, along, device), [0, 0, 0, NAN], "the second gradient");
    }
  });

  Deno.test(`losses that turn from a square into a line count the turn to the line, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const target = tensor([0, 0, 0, 0], { device }), at = [-2, 1.5, 2, 3], along = [1, 1, 1, 1];
    const huber = (x: Tensor) => F.huberLoss(x, target, { delta: 2, reduction: "sum" });
    const smooth = (x: Tensor) => F.smoothL1Loss(x, target, { beta: 2, reduction: "sum" });
    assert.deepEqual(await hessianTimes(huber, at, along, device), [0, 1, 0, 0]);
    assert.deepEqual(await hessianTimes(smooth, at, along, device), [0, 0.5, 0, 0]);
  });

  Deno.test(`the gradient of a product with a zero is the product of the others, of any count and axes, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    for (const n of [1, 2, 3, 4, 5, 7, 8, 13]) {
      for (const zeros of [[], [0], [n - 1], [n >> 1, 0]]) {
        const values = Float32Array.from({ length: 2 * n }, (_, i) => zeros.includes(i % n) ? 0 : 1 + (i % 3) / 4);
        const x = tensor(values, { shape: [2, 1, n], device, requiresGrad: true });
        const turned = n % 2 ? x.permute(2, 0, 1).prod([0, 2]) : x.prod([1, 2], { keepdim: true });
        turned.sum().backward();
        const wanted = Array.from(values, (_, i) => {
          const row = [...values.subarray(i - i % n, i - i % n + n)];
          return row.reduce((product, value, k) => k === i % n ? product : product * value, 1);
        });
        assertSame(await x.grad!.toTypedArray(), wanted, `${n} elements with zeros at ${zeros}`);
      }
    }
    const empty = tensor(new Float32Array(0), { shape: [2, 0], device, requiresGrad: true });
    empty.prod(1).sum().backward();
    assert.deepEqual(empty.grad!.shape, [2, 0]);
  });
}
