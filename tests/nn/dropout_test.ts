import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { philox } from "../../lib/device/reference/sources.ts";
import * as nn from "../../lib/nn/mod.ts";
import { full, ones, tensor } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { Generator } from "../../lib/tensor/random.ts";
import { testDevices } from "../oracle/golden.ts";
import { flat } from "./helpers.ts";

const { dropout } = nn.functional;

for (const kind of testDevices()) {
  Deno.test(`dropout drops a fraction p, scales the rest, and sends gradients the same way on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const x = randn([50, 2, 10, 20], { device, generator: new Generator(3), requiresGrad: true });
    for (const [p, scale] of [[0.5, 2], [0.2, 1.25], [0.9, 10]] as const) {
      const y = dropout(x, { p, generator: new Generator(11) });
      y.backward(full(y.shape, 3, { device }));
      const [before, after, slope] = [await flat(x), await flat(y), await flat(x.grad!)];
      x.grad = null;
      let dropped = 0;
      after.forEach((value, i) => {
        if (value === 0) dropped++;
        assert.ok(Math.abs(value - (value === 0 ? 0 : before[i]! * scale)) <= 1e-5 * Math.abs(value), `element ${i}`);
        assert.ok(Math.abs(slope[i]! - (value === 0 ? 0 : 3 * scale)) <= 1e-5 * scale, `gradient ${i}`);
      });
      // Five deviations of a count of 20,000
      const off = Math.abs(dropped - p * after.length);
      assert.ok(off < 5 * Math.sqrt(after.length * p * (1 - p)), `${dropped} of ${after.length} dropped at p ${p}`);
    }
  });

  Deno.test(`dropout is a function of its seed, the same on every device, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const generator = new Generator(5), again = new Generator(5);
    const draw = (g: Generator) => flat(dropout(ones([3, 4], { device }), { generator: g }));
    const first = await draw(generator), second = await draw(generator);
    assert.deepEqual([await draw(again), await draw(again)], [first, second]);
    assert.notDeepEqual(first, second);
    const words = [0, 1, 2].flatMap((block) => philox([block, 0, 0, 0], [5, 0]));
    assert.deepEqual(first, words.map((word) => word >= 2 ** 31 ? 2 : 0)); // uniform numbers of at least 1/2 stay
  });

  Deno.test(`Dropout leaves eval mode, p = 0 and nothing alone; p = 1 leaves nothing, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const x = tensor([1, -2, NaN], { device });
    const layer = new nn.Dropout().eval();
    assert.equal(layer.call(x), x);
    assert.equal(new nn.Dropout(0).call(x), x);
    const none = await flat(new nn.Dropout(1).call(x));
    assert.deepEqual(none.map((v) => v + 0), [0, 0, NaN]); // as PyTorch, which multiplies by 0
    assert.deepEqual(dropout(ones([0, 3], { device })).shape, [0, 3]);
  });
}

Deno.test("dropout names a fraction that is none", () => {
  const x = ones([2]);
  assert.throws(() => dropout(x, { p: 1.5 }), /Cannot dropout: p must be a number from 0 to 1, found 1.5/);
  assert.throws(() => new nn.Dropout(-0.1), { name: "RangeError", message: /Cannot make Dropout: .* found -0.1/ });
  assert.throws(() => new nn.Dropout(NaN), RangeError);
  assert.throws(() => new nn.Dropout("0.5" as unknown as number), { name: "TypeError", message: /found string/ });
});
