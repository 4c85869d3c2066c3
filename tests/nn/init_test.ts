import assert from "node:assert/strict";
import * as nn from "../../lib/nn/mod.ts";
import { ones, zeros } from "../../lib/tensor/create.ts";
import { Generator } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { flat } from "./helpers.ts";

const { init } = nn;

async function statistics(t: Tensor): Promise<{ mean: number; std: number; max: number }> {
  const values = await flat(t);
  const mean = values.reduce((a, b) => a + b) / values.length;
  const std = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1));
  return { mean, std, max: values.reduce((a, b) => Math.max(a, Math.abs(b)), 0) };
}

/** Within five standard errors of n draws. */
function near(found: number, wanted: number, n: number, scale: number): void {
  assert.ok(Math.abs(found - wanted) < 5 * scale / Math.sqrt(n), `found ${found}, wanted ${wanted}`);
}

const generator = () => new Generator(1);

Deno.test("calculateFan and calculateGain follow PyTorch", () => {
  assert.deepEqual(init.calculateFan(zeros([64, 32, 3, 5])), { fanIn: 480, fanOut: 960 });
  assert.throws(() => init.calculateFan(zeros([3])), /at least two axes/);
  assert.equal(init.calculateGain("tanh"), 5 / 3);
  assert.equal(init.calculateGain("relu"), Math.SQRT2);
  assert.equal(init.calculateGain("leakyRelu", 0.1), Math.sqrt(2 / 1.01));
  assert.throws(() => init.calculateGain("swish" as nn.Nonlinearity), /known are/);
});

Deno.test("Kaiming and Xavier have the deviations they promise", async () => {
  const shape = [64, 32, 3, 3], n = 64 * 32 * 9;
  const cases: [Tensor, number, boolean][] = [
    [init.kaimingNormal_(zeros(shape), { generator: generator() }), Math.sqrt(2 / 288), false],
    [
      init.kaimingNormal_(zeros(shape), { a: 0.1, mode: "fanOut", generator: generator() }),
      Math.sqrt(2 / 1.01 / 576),
      false,
    ],
    [init.kaimingUniform_(zeros(shape), { a: 0.1, generator: generator() }), Math.sqrt(2 / 1.01 / 288), true],
    [init.xavierNormal_(zeros(shape), { gain: 2, generator: generator() }), 2 * Math.sqrt(2 / 864), false],
    [init.xavierUniform_(zeros(shape), { generator: generator() }), Math.sqrt(2 / 864), true],
  ];
  for (const [t, std, uniform] of cases) {
    const found = await statistics(t);
    near(found.mean, 0, n, std);
    near(found.std, std, n, std);
    const reach = Math.sqrt(3) * std;
    assert.equal(found.max <= reach * (1 + 1e-6), uniform);
    if (uniform) assert.ok(found.max > 0.99 * reach);
  }
});

Deno.test("the default is uniform in 1/√fanIn, weight and bias", async () => {
  const layer = new nn.Conv2d(16, 400, 3, { generator: generator() });
  const bound = 1 / Math.sqrt(16 * 9);
  for (const p of [layer.weight, layer.bias!]) {
    const { mean, std, max } = await statistics(p);
    near(mean, 0, p.numel, bound);
    near(std, bound / Math.sqrt(3), p.numel, bound);
    assert.ok(max <= bound * (1 + 1e-6) && max > 0.95 * bound);
    assert.ok(p.requiresGrad && p.isLeaf);
  }
});

Deno.test("a weight without elements stays as it is, as in PyTorch, and a bias without inputs is 0", async () => {
  for (const shape of [[3, 0], [0, 3], [0, 0], [2, 3, 0]]) {
    const weight = zeros(shape);
    for (const mode of ["fanIn", "fanOut"] as const) {
      assert.equal(init.kaimingUniform_(weight, { mode }), weight);
      assert.equal(init.kaimingNormal_(weight, { mode }), weight);
    }
    assert.equal(init.xavierUniform_(weight), weight);
    assert.equal(init.xavierNormal_(weight), weight);
    assert.equal(init.orthogonal_(weight), weight);
    assert.deepEqual(weight.shape, shape);
  }
  const bias = ones([2]);
  init.defaultInit_(zeros([2, 0]), bias);
  assert.deepEqual((await bias.array() as number[]).map(Math.abs), [0, 0]);
  assert.throws(() => init.kaimingUniform_(zeros([0])), /at least two axes/);
});

Deno.test("the same generator gives the same layer", async () => {
  const weights = () => flat(new nn.Linear(5, 4, { generator: generator() }).weight);
  assert.deepEqual(await weights(), await weights());
});

Deno.test("constant fills keep the tensor a leaf", async () => {
  const { weight } = new nn.Linear(2, 2);
  assert.deepEqual(await flat(init.ones_(weight)), [1, 1, 1, 1]);
  assert.deepEqual(await flat(init.zeros_(weight)), [0, 0, 0, 0]);
  assert.deepEqual(await flat(init.constant_(weight, 0.5)), [.5, .5, .5, .5]);
  assert.ok(weight.isLeaf && weight.requiresGrad);
});

Deno.test("truncNormal_ has the moments of the truncated normal distribution, inside the bounds", async () => {
  // Mean and deviation by numerical integration of the density over [a, b].
  const moments = (mean: number, std: number, a: number, b: number) => {
    const n = 20_000, x = Array.from({ length: n }, (_, i) => a + (b - a) * (i + 0.5) / n);
    // Over its greatest value, so that a far tail does not vanish.
    const peak = (Math.max(a, Math.min(b, mean)) - mean) / std;
    const density = x.map((v) => Math.exp((peak ** 2 - ((v - mean) / std) ** 2) / 2));
    const total = density.reduce((p, q) => p + q);
    const first = x.reduce((sum, v, i) => sum + v * density[i]!, 0) / total;
    return [first, Math.sqrt(x.reduce((sum, v, i) => sum + (v - first) ** 2 * density[i]!, 0) / total)] as const;
  };
  for (
    const [mean, std, a, b] of [[0, 1, -2, 2], [1, 2, -2, 6], [0, 1, 0.5, 1], [0, 1, 6, 9], [0, 1, -9, -6], [
      3,
      0.1,
      0,
      3,
    ]] as const
  ) {
    const t = init.truncNormal_(zeros([40, 250]), { mean, std, a, b, generator: generator() });
    const [wantedMean, wantedStd] = moments(mean, std, a, b), found = await statistics(t), values = await flat(t);
    near(found.mean, wantedMean, 10_000, wantedStd);
    near(found.std, wantedStd, 10_000, 2 * wantedStd);
    assert.ok(values.every((v) => v >= Math.fround(a) && v <= Math.fround(b)), `outside [${a}, ${b}]`);
  }
  assert.throws(() => init.truncNormal_(zeros([2]), { a: 1, b: 1 }), /from \[1, 1\]: a must be below b/);
  assert.throws(() => init.truncNormal_(zeros([2]), { std: 0 }), /std must be above 0/);
});

Deno.test("truncNormal_ draws as few candidates far out in the tail as near the mean", async () => {
  class Counting extends Generator {
    drawn = 0;
    override uniforms(): () => number {
      const draw = super.uniforms();
      return () => (this.drawn++, draw());
    }
  }
  for (const std of [1, 0.1, 1e-2, 1e-4, 1e-7]) {
    const counting = new Counting(3);
    const values = await flat(init.truncNormal_(zeros([500]), { std, a: 1, b: 2, generator: counting }));
    assert.ok(values.every((v) => v >= 1 && v <= 2));
    assert.ok(counting.drawn < 500 * 400, `${counting.drawn} for a deviation of ${std}`);
  }
});

Deno.test("orthogonal_ makes rows or columns orthonormal, times the gain, in every orientation alike", async () => {
  for (const [shape, gain] of [[[5, 3, 2, 2], 1], [[12, 5], 2], [[7, 7], 0.5], [[1, 4], 1]] as const) {
    const t = init.orthogonal_(zeros(shape), { gain, generator: generator() });
    const [rows, columns] = [shape[0], t.numel / shape[0]], w = await flat(t);
    const at = (i: number, k: number) => rows <= columns ? w[i * columns + k]! : w[k * columns + i]!;
    for (let i = 0; i < Math.min(rows, columns); i++) {
      for (let j = 0; j <= i; j++) {
        let product = 0;
        for (let k = 0; k < Math.max(rows, columns); k++) product += at(i, k) * at(j, k);
        assert.ok(Math.abs(product - (i === j ? gain ** 2 : 0)) < 1e-6, `[${shape}] ${i}, ${j}: ${product}`);
      }
    }
  }
  // Each entry of a 3×3 orthogonal matrix has mean 0 and variance 1/3; without R's sign the first would be one-sided.
  const many = generator(), first: number[] = [];
  for (let i = 0; i < 2000; i++) first.push((await flat(init.orthogonal_(zeros([3, 3]), { generator: many })))[0]!);
  near(first.reduce((a, b) => a + b) / 2000, 0, 2000, Math.sqrt(1 / 3));
  near(first.reduce((a, b) => a + b * b, 0) / 2000, 1 / 3, 2000, 1 / 3);
  assert.throws(() => init.orthogonal_(zeros([3])), /\[3\] orthogonal: it takes two axes/);
});
