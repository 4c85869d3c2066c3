/** Normalisation of inputs near the ends of float32, of no inputs, and running averages that follow a batch at once; on every device under test. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import * as nn from "../../lib/nn/mod.ts";
import { tensor, zeros } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { setSeed } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { testDevices } from "../oracle/golden.ts";
import { assertClose } from "./helpers.ts";

const F = nn.functional;

for (const kind of testDevices()) {
  const test = (name: string, body: (device: Device) => Promise<void>) =>
    Deno.test(`${name}, on ${kind}`, async () => {
      using device = await new Device(kind).ready;
      setSeed(1);
      await body(device);
    });

  test("normalised inputs have deviation 1 whatever their size, and gradients of the opposite size", async (device) => {
    const base = randn([6, 4, 5, 5], { device }), cotangent = randn([6, 4, 5, 5], { device }), eps = 0;
    const norms: Record<string, (x: Tensor) => Tensor> = {
      batchNorm: (x) => F.batchNorm(x, { training: true, eps }),
      layerNorm: (x) => F.layerNorm(x, [5, 5], { eps }),
      groupNorm: (x) => F.groupNorm(x, 2, { eps }),
      instanceNorm: (x) => F.instanceNorm(x, { eps }),
    };
    for (const [name, norm] of Object.entries(norms)) {
      const run = async (size: number) => {
        const x = base.mul(size).detach().requiresGrad_(), y = norm(x);
        y.mul(cotangent).sum().backward();
        return [await y.toTypedArray(), (await x.grad!.toTypedArray()).map((g) => g * size)] as const;
      };
      const [wanted, slope] = await run(1);
      for (const size of [1e-30, 1e-25, 1e-19, 1e10, 1e19, 1e25, 1e30, 3e37]) {
        const [y, g] = await run(size);
        assertClose(y, wanted, 1e-4);
        assert.ok(y.some((v) => Math.abs(v) > 1), `${name} of ${size}`);
        assertClose(g, slope, 1e-3);
      }
    }
  });

  test("small inputs keep their size beside eps, as in PyTorch", async (device) => {
    const x = tensor([[1e-25, 2e-25, 3e-25]], { device });
    for (const eps of [1e-5, 1e-12]) {
      const y = Array.from(await F.layerNorm(x, [3], { eps }).toTypedArray(), (v) => v * 1e25 * Math.sqrt(eps));
      assertClose(y, [-1, 0, 1], 1e-5);
    }
  });

  test("running averages with momentum 1, or none at the first batch, are the batch's", async (device) => {
    for (const momentum of [1, null]) {
      const bn = new nn.BatchNorm1d(1, { momentum, eps: 0, device });
      const x = tensor([[1e-4], [3e-4], [5e-4]], { device });
      bn.call(x);
      const [mean, variance] = [await bn.running_mean!.item(), await bn.running_var!.item()];
      assert.ok(Math.abs(mean / 3e-4 - 1) < 1e-6 && Math.abs(variance / 4e-8 - 1) < 1e-5, `${mean}, ${variance}`);
      assertClose(await bn.eval().call(x).toTypedArray(), [-1, 0, 1], 1e-4);
    }
    const images = randn([2, 3, 4, 4], { device }).mul(1e-4);
    const norm = new nn.InstanceNorm2d(3, { momentum: 1, trackRunningStats: true, device });
    norm.call(images);
    const wanted = await images.mean([2, 3]).mean(0).toTypedArray();
    assertClose(await norm.running_mean!.toTypedArray(), wanted, 1e-10);
    const averages = { runningMean: tensor([1e8], { device }), runningVar: tensor([1e8], { device }) };
    F.batchNorm(tensor([[1], [3]], { device }), { ...averages, training: true, momentum: 1 });
    assert.deepEqual([await averages.runningMean.item(), await averages.runningVar.item()], [2, 2]);
  });

  test("an empty batch stays empty", async (device) => {
    for (const shape of [[0, 2], [0, 2, 3], [2, 2, 0]]) {
      const bn = new nn.BatchNorm1d(2, { device }), x = zeros(shape, { device, requiresGrad: true });
      const y = bn.call(x);
      assert.deepEqual(y.shape, shape);
      y.sum().backward();
      assert.deepEqual(await bn.weight!.grad!.array(), [0, 0]);
      assert.deepEqual(await bn.bias!.grad!.array(), [0, 0]);
      assert.deepEqual(x.grad!.shape, shape);
      assert.deepEqual(await bn.running_mean!.array(), [0, 0]);
      assert.deepEqual(await bn.running_var!.array(), [1, 1]);
      assert.equal(await bn.num_batches_tracked!.item(), 1);
      assert.deepEqual(bn.eval().call(x).shape, shape);
    }
    const images = zeros([0, 2, 4, 4], { device });
    const norms = [
      new nn.BatchNorm2d(2, { device }),
      new nn.InstanceNorm2d(2, { device, affine: true, trackRunningStats: true }),
      new nn.GroupNorm(2, 2, { device }),
      new nn.LayerNorm([2, 4, 4], { device }),
    ];
    for (const norm of norms) {
      const y = norm.call(images);
      y.sum().backward();
      assert.deepEqual(y.shape, [0, 2, 4, 4]);
      assert.deepEqual(await y.array(), []);
      const sum = await norm.weight!.grad!.sum().item();
      assert.equal(sum, 0);
    }
    for (const norm of [F.instanceNorm, (x: Tensor) => F.groupNorm(x, 1), (x: Tensor) => F.layerNorm(x, [3, 0])]) {
      assert.deepEqual(norm(zeros([2, 3, 0], { device })).shape, [2, 3, 0]);
    }
  });
}

Deno.test("normalisations take float32 alone, running averages included", () => {
  using device = new Device("reference");
  const x = zeros([2, 3, 4], { device }), whole = zeros([3], { device, dtype: "int32" }), flags = whole.bool();
  const float = zeros([3], { device });
  const fails = (run: () => unknown, what: RegExp) => assert.throws(run, { name: "TypeError", message: what });
  const wanted = (name: string, dtype = "int32") =>
    new RegExp(`with ${name} of ${dtype}: it must be float32.*float\\(\\)`);
  const running = { runningMean: float, runningVar: float };
  for (const training of [false, true]) {
    fails(() => F.batchNorm(x.int(), { ...running, training }), wanted("input"));
    fails(() => F.batchNorm(x, { ...running, runningMean: whole, training }), wanted("runningMean"));
    fails(() => F.batchNorm(x, { ...running, runningVar: flags, training }), wanted("runningVar", "bool"));
    fails(() => F.batchNorm(x, { ...running, weight: whole, training }), wanted("weight"));
    fails(() => F.batchNorm(x, { ...running, bias: flags, training }), wanted("bias", "bool"));
    fails(() => F.instanceNorm(x, { ...running, runningVar: whole, useInputStats: training }), wanted("runningVar"));
    fails(() => F.instanceNorm(x.bool(), { ...running, useInputStats: training }), wanted("input", "bool"));
  }
  fails(() => F.layerNorm(x.int(), [4]), /int32/);
  fails(() => F.groupNorm(x, 3, { weight: whole }), /int32/);
});
