/** Padding layers and Upsample: they print as PyTorch's, and do what `pad` and `interpolate` do, which have goldens of their own. */
import assert from "node:assert/strict";
import * as nn from "../../lib/nn/mod.ts";
import { arange } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { flat } from "./helpers.ts";

const F = nn.functional;

Deno.test("padding layers print as PyTorch's", () => {
  // What PyTorch 1.13 prints; Python tells 3.5 and 0 from 0.0
  const layers: [nn.Module, string][] = [
    [new nn.ConstantPad2d(1, 3.5), "ConstantPad2d(padding=(1, 1, 1, 1), value=3.5)"],
    [new nn.ConstantPad1d([1, 2], 0), "ConstantPad1d(padding=(1, 2), value=0.0)"],
    [new nn.ZeroPad2d([1, 2, 0, 1]), "ZeroPad2d((1, 2, 0, 1))"],
    [new nn.ReflectionPad1d(2), "ReflectionPad1d((2, 2))"],
    [new nn.ReplicationPad2d([1, 2, 3, 4]), "ReplicationPad2d((1, 2, 3, 4))"],
    [new nn.Upsample({ scaleFactor: 2 }), "Upsample(scale_factor=2.0, mode=nearest)"],
    [new nn.Upsample({ size: [4, 5], mode: "bilinear" }), "Upsample(size=(4, 5), mode=bilinear)"],
    [new nn.Upsample({ size: 4 }), "Upsample(size=4, mode=nearest)"],
    [
      new nn.Upsample({ scaleFactor: [2, 1.5], mode: "bilinear", alignCorners: true }),
      "Upsample(scale_factor=(2.0, 1.5), mode=bilinear)",
    ],
  ];
  for (const [layer, printed] of layers) assert.equal(String(layer), printed);
});

Deno.test("padding layers and Upsample compute what their functions do", async () => {
  const one = randn([2, 3, 6]), two = randn([2, 3, 5, 6]);
  const cases: [nn.Module, typeof one, ReturnType<typeof F.pad>][] = [
    [new nn.ConstantPad1d([1, -2], 7), one, F.pad(one, [1, -2], { value: 7 })],
    [new nn.ConstantPad2d([1, 2, 3, 0], -1), two, F.pad(two, [1, 2, 3, 0], { value: -1 })],
    [new nn.ZeroPad2d(2), two, F.pad(two, [2, 2, 2, 2])],
    [new nn.ReflectionPad1d(2), one, F.pad(one, [2, 2], { mode: "reflect" })],
    [new nn.ReflectionPad2d([1, 2, 3, 4]), two, F.pad(two, [1, 2, 3, 4], { mode: "reflect" })],
    [new nn.ReplicationPad1d([0, 3]), one, F.pad(one, [0, 3], { mode: "replicate" })],
    [new nn.ReplicationPad2d(1), two, F.pad(two, [1, 1, 1, 1], { mode: "replicate" })],
    [new nn.CircularPad1d(3), one, F.pad(one, [3, 3], { mode: "circular" })],
    [new nn.CircularPad2d([1, 0, 0, 2]), two, F.pad(two, [1, 0, 0, 2], { mode: "circular" })],
    [new nn.Upsample({ size: 9, mode: "bilinear" }), two, F.interpolate(two, { size: 9, mode: "bilinear" })],
    [new nn.Upsample({ scaleFactor: 2 }), one, F.interpolate(one, { scaleFactor: 2 })],
  ];
  for (const [layer, x, wanted] of cases) {
    const y = layer.call(x);
    assert.deepEqual(y.shape, wanted.shape, String(layer));
    assert.deepEqual(await flat(y), await flat(wanted), String(layer));
  }
  assert.deepEqual(await flat(new nn.ZeroPad2d(1).call(arange(1, 3).view(1, 1, 2))), [
    0,
    0,
    0,
    0,
    0,
    1,
    2,
    0,
    0,
    0,
    0,
    0,
  ]);
});

Deno.test("padding layers and Upsample name what does not fit", () => {
  assert.throws(() => new nn.ReflectionPad2d([1, 2]), /the padding is a number, or 4 of them, .* an array of 2/);
  assert.throws(() => new nn.ReflectionPad1d(0.5), /must be whole numbers, found \[0.5, 0.5\]/);
  assert.throws(() => new nn.ConstantPad1d(1, "1" as never), /Cannot make ConstantPad1d: value must be a number/);
  assert.throws(() => new nn.ZeroPad2d(1).call(randn([3, 4])), /Cannot ZeroPad2d \[3, 4\]: it takes 3 or 4 axes/);
  assert.throws(() => new nn.ReflectionPad1d(3).call(randn([1, 1, 3])), /reflect of 3 elements gives at most 2/);
  assert.throws(() => new nn.Upsample({}), /give either size or scaleFactor, found undefined and undefined/);
});
