/** Dropout2d, InstanceNorm1d, RMSNorm, dictionaries of modules, lists of parameters, and initial values in patterns. */
import assert from "node:assert/strict";
import * as nn from "../../lib/nn/mod.ts";
import { ones, tensor, zeros } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { Generator, setSeed } from "../../lib/tensor/random.ts";
import { assertClose, flat } from "./helpers.ts";

const { functional: F, init } = nn;

Deno.test("Dropout2d drops whole channels of single samples, and keeps the expectation", async () => {
  setSeed(4);
  const layer = new nn.Dropout2d(0.25), y = layer.call(ones([40, 50, 2, 3]));
  const sums = await flat(y.sum([2, 3])), kept = sums.filter((sum) => sum !== 0);
  assertClose(kept, kept.map(() => 6 / 0.75), 1e-5);
  assert.ok(Math.abs(kept.length / sums.length - 0.75) < 0.03, `kept ${kept.length} of ${sums.length}`);
  assert.deepEqual(await flat(layer.eval().call(ones([1, 2, 1, 2]))), [1, 1, 1, 1]);
  assert.equal(String(layer), "Dropout2d(p=0.25, inplace=False)");
  assert.throws(() => layer.train().call(ones([2, 3])), /Cannot dropout2d \[2, 3\]: it takes \[batch, channels, …\]/);
  assert.throws(() => new nn.Dropout2d(2), /Cannot make Dropout2d: p must be/);
});

Deno.test("InstanceNorm1d is InstanceNorm2d of images of one row, states and all", async () => {
  const options = { affine: true, trackRunningStats: true };
  const one = new nn.InstanceNorm1d(3, options), two = new nn.InstanceNorm2d(3, options);
  assert.equal(String(one), "InstanceNorm1d(3, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)");
  assert.deepEqual(Object.keys(one.stateDict()), Object.keys(two.stateDict()));
  for (let i = 0; i < 3; i++) {
    const x = randn([2, 3, 7]).mul(3).add(1);
    assert.deepEqual(await flat(one.call(x)), await flat(two.call(x.unsqueeze(2))));
  }
  assert.deepEqual(await flat(one.running_var!), await flat(two.running_var!));
  assert.deepEqual(one.call(randn([3, 7])).shape, [3, 7]);
  assert.throws(() => one.call(randn([1, 2, 3, 4])), /Cannot InstanceNorm1d .*: it takes 2 or 3 axes, found 4/);
});

Deno.test("RMSNorm divides by the root of the mean square, and its gradient is that of the formula", async () => {
  const layer = new nn.RMSNorm([2, 3], { eps: 0.1 }), x = randn([4, 2, 3]).requiresGrad_();
  init.uniform_(layer.weight!, 0.5, 2);
  const weight = await flat(layer.weight!), given = await flat(x), side = await flat(randn([4, 2, 3]));
  const plain = (values: readonly number[]) =>
    values.map((v, i) => {
      const from = Math.floor(i / 6) * 6, part = values.slice(from, from + 6);
      return v / Math.sqrt(part.reduce((a, b) => a + b * b, 0) / 6 + 0.1) * weight[i % 6]!;
    });
  const y = layer.call(x);
  assertClose(await flat(y), plain(given), 1e-6);
  y.mul(tensor(Float64Array.from(side), { shape: [4, 2, 3] })).sum().backward();
  const loss = (values: readonly number[]) => plain(values).reduce((sum, v, i) => sum + v * side[i]!, 0);
  const wanted = given.map((_, i) => {
    const [up, down] = [1e-5, -1e-5].map((step) => loss(given.map((v, k) => v + (k === i ? step : 0))));
    return (up! - down!) / 2e-5;
  });
  assertClose(await flat(x.grad!), wanted, 1e-5);
  assert.equal(String(layer), "RMSNorm((2, 3), eps=0.1, elementwise_affine=True)");
  assert.equal(
    String(new nn.RMSNorm(4, { elementwiseAffine: false })),
    "RMSNorm((4,), eps=None, elementwise_affine=False)",
  );
  assert.throws(() => F.rmsNorm(randn([2, 3]), [2]), /over \[2\]: its last axes must have these sizes/);
  assert.throws(() => new nn.RMSNorm([]), /must be a size or an array of sizes/);
});

Deno.test("ModuleDict holds modules by name", () => {
  const dict = new nn.ModuleDict({ conv: new nn.Conv2d(1, 2, 3), act: new nn.ReLU() });
  assert.deepEqual(dict.keys(), ["conv", "act"]);
  assert.deepEqual(Object.keys(dict.stateDict()), ["conv.weight", "conv.bias"]);
  assert.equal([...dict.parameters()].length, 2);
  assert.equal(dict.get("act").typeName, "ReLU");
  assert.deepEqual([...new nn.ModuleDict(dict)].map(([name]) => name), ["conv", "act"]);
  dict.set("rnn", new nn.GRU(2, 3));
  assert.deepEqual([dict.size, dict.has("rnn"), dict.has("forward"), dict.delete("conv"), dict.delete("conv")], [
    ...[3, true, false],
    ...[true, false],
  ]);
  assert.equal(String(dict), "ModuleDict(\n  (act): ReLU()\n  (rnn): GRU(2, 3)\n)");
  assert.throws(() => dict.get("conv"), /module "conv" of a ModuleDict: it has act, rnn/);
  assert.throws(() => dict.set("train", new nn.ReLU()), /every module has a member of that name/);
  assert.throws(() => dict.set("a.b", new nn.ReLU()), /has no dot/);
  assert.throws(() => dict.call(ones([1])), /Cannot call a ModuleDict/);
});

Deno.test("ParameterList holds parameters in order", () => {
  const list = new nn.ParameterList([nn.parameter(zeros([2, 3])), nn.parameter(zeros([4]))]);
  list.append(nn.parameter(ones([1])));
  assert.deepEqual(Object.keys(list.stateDict()), ["0", "1", "2"]);
  assert.deepEqual([...list].map(({ shape }) => shape), [[2, 3], [4], [1]]);
  assert.equal(list.at(-1), [...list.parameters()][2]);
  assert.equal(list.length, 3);
  assert.throws(() => list.at(3), /parameter 3 of a ParameterList: it has 3/);
  assert.throws(() => list.append(zeros([2]) as nn.Parameter), /it takes parameters/);
});

Deno.test("sparse_ by PyTorch's numbers fills views in the order of their memory, as there", async () => {
  const like = { sparsity: 0.3, generator: new Generator(11, { like: "torch" }) };
  const turned = zeros([4, 3]);
  init.sparse_(turned.t(), like);
  // torch.manual_seed(11); w = torch.zeros(4, 3); torch.nn.init.sparse_(w.t(), 0.3)
  assertClose(await flat(turned), [
    ...[0, 0.0194593, -0.0069954, -0.013023, 0, -0.0026962],
    ...[0.0024618, 0.0048393, 0, -0.0095683, 0, -0.0031357],
  ], 1e-7);
  const wide = zeros([4, 7]);
  init.sparse_(wide.narrow(1, 1, 5), { sparsity: 0.3, generator: new Generator(11, { like: "torch" }) });
  assertClose(await flat(wide), [
    ...[0, 0.0073763, 0.0194593, -0.0069954, 0, 0, 0],
    ...[0, 0, 0.0024618, 0, 0, 0, 0],
    ...[0, 0, 0, -0.0023428, -0.0107131, 0.001648, 0],
    ...[0, 0.0011565, 0, 0, 0.0089288, -0.0048906, 0],
  ], 1e-7);
});

Deno.test("eye_, dirac_ and sparse_ fill as PyTorch's", async () => {
  assert.deepEqual(await flat(init.eye_(ones([3, 2]))), [1, 0, 0, 1, 0, 0]);
  assert.throws(() => init.eye_(ones([3])), /two axes/);
  // What torch.nn.init.dirac_ gives for [4, 2, 2, 3] with 2 groups: 1 at [0, 0, 1, 1], [1, 1, 1, 1], [2, 0, 1, 1], [3, 1, 1, 1].
  const weight = await flat(init.dirac_(ones([4, 2, 2, 3]), { groups: 2 }));
  assert.deepEqual(weight.flatMap((v, i) => v === 1 ? [i] : v === 0 ? [] : [NaN]), [4, 22, 28, 46]);
  const layer = new nn.Conv2d(3, 3, 3, { padding: 1, bias: false }), x = randn([2, 3, 5, 5]);
  init.dirac_(layer.weight);
  assertClose(await flat(layer.call(x)), await flat(x));
  assert.throws(() => init.dirac_(ones([2, 2])), /three to five axes/);
  assert.throws(() => init.dirac_(ones([3, 2, 3]), { groups: 2 }), /2 groups do not divide 3 outputs/);
  const t = init.sparse_(zeros([20, 300]), { sparsity: 0.33, std: 2, generator: new Generator(1) });
  assert.deepEqual(new Set(await flat(t.eq(0).sum(0))), new Set([7]));
  const values = (await flat(t)).filter((v) => v !== 0);
  const std = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
  assert.ok(Math.abs(std - 2) < 0.1, `deviation ${std}`);
  assert.throws(() => init.sparse_(zeros([2, 2]), { sparsity: 2 }), /sparsity must lie in \[0, 1\]/);
});
