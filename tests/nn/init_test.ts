import assert from "node:assert/strict";
import * as nn from "../../lib/nn/mod.ts";
import { zeros } from "../../lib/tensor/create.ts";
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
