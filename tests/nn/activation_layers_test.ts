/** Activations as layers: their printed form is PyTorch's, their settings are checked, and the slopes of PReLU train. */
import assert from "node:assert/strict";
import * as nn from "../../lib/nn/mod.ts";
import { SGD } from "../../lib/optim/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { assertClose, flat, reference } from "./helpers.ts";

const F = nn.functional;

Deno.test("activations print as in PyTorch, and call their functions", async () => {
  const x = randn([3, 4], { device: reference }).mul(4);
  const layers: [nn.Module, string, ReturnType<typeof F.elu>][] = [
    [new nn.ELU(), "ELU(alpha=1.0)", F.elu(x)],
    [new nn.ELU(0.5), "ELU(alpha=0.5)", F.elu(x, 0.5)],
    [new nn.CELU(2), "CELU(alpha=2.0)", F.celu(x, 2)],
    [new nn.SELU(), "SELU()", F.selu(x)],
    [new nn.Softplus(), "Softplus(beta=1, threshold=20)", F.softplus(x)],
    [new nn.Softplus(2.5, 10), "Softplus(beta=2.5, threshold=10)", F.softplus(x, 2.5, 10)],
    [new nn.LogSigmoid(), "LogSigmoid()", F.logSigmoid(x)],
    [new nn.Mish(), "Mish()", F.mish(x)],
    [new nn.Softsign(), "Softsign()", F.softsign(x)],
    [new nn.ReLU6(), "ReLU6()", F.relu6(x)],
    [new nn.Hardtanh(), "Hardtanh(min_val=-1.0, max_val=1.0)", F.hardtanh(x)],
    [new nn.Hardtanh(-2, 0.5), "Hardtanh(min_val=-2.0, max_val=0.5)", F.hardtanh(x, -2, 0.5)],
    [new nn.Hardsigmoid(), "Hardsigmoid()", F.hardsigmoid(x)],
    [new nn.Hardswish(), "Hardswish()", F.hardswish(x)],
    [new nn.PReLU(4, { init: 0.1, device: reference }), "PReLU(num_parameters=4)", F.leakyRelu(x, 0.1)],
    [new nn.Softmax(), "Softmax(dim=-1)", F.softmax(x)],
    [new nn.LogSoftmax(0), "LogSoftmax(dim=0)", F.logSoftmax(x, 0)],
  ];
  for (const [layer, printed, wanted] of layers) {
    assert.equal(String(layer), printed);
    assertClose(await flat(layer.call(x)), await flat(wanted), 1e-6);
  }
});

Deno.test("PReLU's slopes train: one of all, and one a channel", async () => {
  const x = tensor([[-1, -2], [-3, 4]], { device: reference });
  for (const [count, gradient] of [[1, [-6]], [2, [-4, -2]]] as const) {
    const layer = new nn.PReLU(count, { device: reference });
    layer.call(x).sum().backward();
    assert.deepEqual(await flat(layer.weight.grad!), gradient);
    new SGD(layer.parameters(), { lr: 0.5 }).step();
    assert.deepEqual(await flat(layer.weight), gradient.map((g) => 0.25 - 0.5 * g));
    assert.deepEqual(Object.keys(await layer.stateDict()), ["weight"]);
  }
});

Deno.test("activations name settings that make no sense", () => {
  const x = randn([3, 4]), text = "1" as unknown as number;
  assert.throws(() => new nn.ELU(text), /Cannot make ELU: alpha must be a number, found "?1"?/);
  assert.throws(() => F.softplus(x, text), /Cannot compute softplus: beta must be a number/);
  assert.throws(() => F.hardtanh(x, 1, 1), /min must be below max, found 1 and 1/);
  assert.throws(() => F.celu(x, 0), /an alpha of 0/);
  assert.throws(() => new nn.PReLU(0), /numParameters/);
  assert.throws(() => new nn.PReLU(2, { init: text }), /init must be a number/);
  assert.throws(() => F.prelu(x, randn([3])), /\[3, 4\] with a weight of shape \[3\]: it takes \[1\], or .* \[4\]/);
  assert.throws(() => F.prelu(x, randn([])), /with a weight of shape \[\]/);
  assert.throws(() => new nn.Softmax(text), /Cannot make Softmax: dim must be a number/);
  assert.throws(() => new nn.LogSoftmax(2).call(x), /axis 2/);
});
