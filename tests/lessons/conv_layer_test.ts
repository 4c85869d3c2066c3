import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import { findModules, isInstance } from "../../lib/learner/hooks.ts";
import { ConvLayer } from "../../lib/lessons/conv_layer.ts";
import { getCnnModel } from "../../lib/lessons/models.ts";
import { randn } from "../../lib/tensor/create_random.ts";

const reference = device("reference");

Deno.test("ConvLayer: relu(conv(x)) − sub, with sub not among the trained", async () => {
  const layer = new ConvLayer(1, 3, { kernelSize: 5, device: reference });
  assert.ok(Object.is(layer.bias, 0));
  const x = randn([2, 1, 7, 7], { device: reference }), plain = layer.conv.call(x).relu();
  layer.bias = -0.25;
  assert.equal(layer.relu.sub, 0.25);
  assert.equal(await layer.call(x).sub(plain.sub(0.25)).abs().max().item(), 0);
  assert.equal(layer.weight, layer.conv.weight);
  assert.deepEqual([...layer.namedParameters()].map(([name]) => name), ["conv.weight", "conv.bias"]);
  const model = getCnnModel({ layer: (from, to, options) => new ConvLayer(from, to, options), device: reference });
  assert.deepEqual(findModules(model, isInstance(ConvLayer)).length, 5);
});
