/** Convolution layers: groups, dilation, padding by name and by mode, inputs without a batch axis, and transposed ones. */
import assert from "node:assert/strict";
import { F, learner, nn, ones, randn, setSeed, type Tensor, zeros } from "../../mod.ts";
import { assertClose, flat, golden } from "./helpers.ts";
import goldens from "./conv_goldens.json" with { type: "json" };

/** The layers of conv_goldens.py, in its order. */
const LAYERS: readonly (() => nn.Module)[] = [
  () => new nn.Conv1d(4, 6, 3, { groups: 2, dilation: 2, padding: "same" }),
  () => new nn.Conv1d(4, 6, 3, { padding: 2, paddingMode: "reflect" }),
  () => new nn.Conv2d(4, 8, 3, { groups: 4, padding: 1 }),
  () => new nn.Conv2d(4, 6, [3, 2], { padding: "same", dilation: [1, 2], bias: false }),
  () => new nn.Conv2d(3, 4, 3, { padding: [1, 2], paddingMode: "circular", stride: 2 }),
  () => new nn.Conv2d(3, 4, [2, 3], { padding: "same", paddingMode: "replicate" }),
  () => new nn.ConvTranspose1d(4, 6, 4, { stride: 2, padding: 1, groups: 2 }),
  () => new nn.ConvTranspose2d(4, 6, 3, { stride: 2, padding: 1, outputPadding: 1 }),
  () => new nn.ConvTranspose2d(4, 6, [3, 2], { dilation: 2, groups: 2, bias: false }),
  () => new nn.ConvTranspose1d(4, 6, 3, { stride: 3, padding: 1 }),
  () => new nn.ConvTranspose2d(4, 6, 3, { stride: 2, padding: 1, outputPadding: 1 }),
  () => new nn.ConvTranspose2d(4, 6, [3, 2], { stride: [2, 3], dilation: [2, 1], groups: 2 }),
];

Deno.test("convolution layers start from a seed, print and compute as PyTorch's", async () => {
  assert.equal(goldens.length, LAYERS.length);
  for (const [i, { text, weight, bias, x, y, outputSize }] of goldens.entries()) {
    setSeed(i, { like: "torch" });
    const layer = LAYERS[i]!(), { weight: w, bias: b } = Object.fromEntries(layer.namedParameters());
    assert.equal(String(layer), text);
    assert.deepEqual(w!.shape, weight.shape, text);
    assert.deepEqual(await flat(w!), await flat(golden(weight)), text);
    assert.deepEqual(b ? await flat(b) : null, bias ? await flat(golden(bias)) : null, text);
    const sized = layer instanceof nn.ConvTranspose1d || layer instanceof nn.ConvTranspose2d ? layer : undefined;
    const run = (x: Tensor, size = outputSize) => sized && size ? sized.forward(x, size) : layer.call(x);
    const out = run(golden(x)), wanted = await flat(golden(y));
    assert.deepEqual(out.shape, y.shape, text);
    assertClose(await flat(out), wanted, 1e-5);
    // One image without its batch axis gives the first of the results.
    assertClose(await flat(run(golden(x).at(0))), wanted.slice(0, wanted.length / 2), 1e-5);
    if (!outputSize) continue;
    // The whole shape, and a tensor that has it.
    assertClose(await flat(run(golden(x), y.shape)), wanted, 1e-5);
    assertClose(await flat(layer.call(golden(x), zeros(y.shape))), wanted, 1e-5);
  }
});

Deno.test("summary: a convolution's work is that of its groups; a transposed one's, of its inputs", () => {
  const macs = (layer: nn.Module, shape: number[]) => learner.summarize(layer, zeros(shape)).macs;
  assert.equal(macs(new nn.Conv2d(8, 8, 3, { padding: 1 }), [2, 8, 5, 5]), 25 * 8 * 72);
  assert.equal(macs(new nn.Conv2d(8, 8, 3, { padding: 1, groups: 4 }), [2, 8, 5, 5]), 25 * 8 * 18);
  assert.equal(macs(new nn.Conv1d(8, 4, 3, { groups: 2 }), [2, 8, 5]), 3 * 4 * 12);
  assert.equal(macs(new nn.ConvTranspose2d(8, 4, 3, { stride: 2 }), [2, 8, 5, 5]), 25 * 8 * 36);
  assert.equal(macs(new nn.ConvTranspose1d(8, 4, 3, { groups: 2 }), [2, 8, 5]), 5 * 8 * 6);
});

Deno.test("a transposed convolution turns the convolution of its settings around", async () => {
  // <conv(x), g> = <x, transposed(g)>
  const options = { stride: 3, padding: 2, dilation: 2, groups: 2 }, w = randn([6, 2, 3, 3]);
  const x = randn([2, 4, 11, 12]), y = F.conv2d(x, w, options), g = randn(y.shape);
  const back = F.convTranspose2d(g, w, { ...options, outputPadding: [(11 + 4 - 5) % 3, (12 + 4 - 5) % 3] });
  assert.deepEqual(back.shape, x.shape);
  assertClose([await y.mul(g).sum().item()], [await x.mul(back).sum().item()], 1e-4);
});

Deno.test("convolutions name wrong settings", () => {
  const x = ones([1, 4, 5, 5]), w = ones([6, 2, 3, 3]), row = ones([4, 5], { dtype: "int32" });
  const wrong: readonly (readonly [() => unknown, new () => Error, RegExp])[] = [
    [() => F.conv2d(x, w), RangeError, /channels must match, found 4 and 2/],
    [() => F.conv2d(x, w, { groups: 3 }), RangeError, /found 4 and 3 groups of 2/],
    [() => F.conv2d(x, ones([5, 2, 3, 3]), { groups: 2 }), RangeError, /5 output channels do not fall into 2 groups/],
    [() => F.conv2d(x, w, { groups: 0 }), RangeError, /Cannot conv2d: groups must be a whole number of at least 1/],
    [() => F.conv2d(x, w, { groups: 2, dilation: 3 }), RangeError, /kernel, which reaches over 7×7, is larger .* 5×5/],
    [() => F.conv2d(x, w, { groups: 2, padding: "same", stride: 2 }), RangeError, /"same" with stride 2,2/],
    [() => F.conv2d(x, w, { padding: "full" as "same" }), RangeError, /"same" or "valid"/],
    [() => F.conv1d(ones([1, 2, 4]), ones([1, 2, 3]), { groups: 2 }), RangeError, /one of 2 groups/],
    [() => F.convTranspose2d(x, w), RangeError, /channels must match, found 4 and 6/],
    [() => F.convTranspose2d(x, ones([4, 1, 3, 3]), { groups: 3 }), RangeError, /4 input channels do not fall into 3/],
    [() => F.convTranspose2d(x, ones([4, 1, 3, 3]), { outputPadding: 1 }), RangeError, /must be less than the stride/],
    [() => F.convTranspose2d(ones([1, 4, 1, 1]), ones([4, 1, 3, 3]), { padding: 2 }), RangeError, /leaves nothing/],
    [() => F.convTranspose1d(ones([4, 5]), ones([3, 1, 3])), RangeError, /it takes \[batch, channels, length\]/],
    [() => F.conv1d(ones([4, 5]), ones([5, 2, 3]), { groups: 2 }), RangeError, /Cannot conv1d .* 5 output channels/],
    [() => F.conv1d(row, ones([6, 4, 3])), TypeError, /Cannot conv1d a int32 tensor/],
    [() => F.convTranspose1d(row, ones([4, 1, 3])), TypeError, /Cannot convTranspose1d a int32 tensor/],
    [
      () => F.convTranspose1d(ones([4, 5]), ones([4, 1, 3]), { groups: 3 }),
      RangeError,
      /convTranspose1d \[4, 5\] .* 3 groups/,
    ],
    [
      () => F.convTranspose1d(ones([4, 5]), ones([4, 1, 3]), { outputPadding: 1 }),
      RangeError,
      /convTranspose1d with outputP/,
    ],
    [
      () => F.convTranspose1d(ones([4, 1]), ones([4, 1, 3]), { padding: 2 }),
      RangeError,
      /convTranspose1d \[4, 1\] .* nothing/,
    ],
    [
      () => new nn.Conv2d(4, 6, 3, { groups: 4 }),
      RangeError,
      /outChannels must be a multiple of groups, found 6 and 4/,
    ],
    [
      () => new nn.Conv1d(4, 6, 3, { padding: "same", stride: 2 }),
      RangeError,
      /padding "same" takes stride 1, found 2/,
    ],
    [() => new nn.Conv2d(4, 6, 3, { paddingMode: "mirror" as "reflect" }), RangeError, /paddingMode must be "zeros"/],
    [() => new nn.ConvTranspose1d(4, 6, 3, { outputPadding: 1 }), RangeError, /outputPadding must be less than/],
    [() => new nn.ConvTranspose2d(4, 6, 3, { groups: 3 }), RangeError, /inChannels must be a multiple of groups/],
    [
      () => new nn.ConvTranspose2d(4, 6, 3, { stride: 2 }).forward(x, [11, 13]),
      RangeError,
      /\[1, 4, 5, 5\]: its stride leaves open sizes from \[11, 11\] to \[12, 12\], and outputSize asks for \[11, 13\]/,
    ],
    [() => new nn.ConvTranspose2d(4, 6, 3, { stride: 2 }).forward(x, [10, 11]), RangeError, /asks for \[10, 11\]/],
    [
      () => new nn.ConvTranspose1d(4, 6, 3).forward(ones([4, 5]), [7.5]),
      RangeError,
      /from \[7\] to \[7\], .* \[7\.5\]/,
    ],
    [
      () => new nn.ConvTranspose1d(4, 6, 3).forward(ones([4, 5]), [1, 6, 7]),
      RangeError,
      /outputSize must be the length of the result, or its whole shape, found \[1, 6, 7\]/,
    ],
    [
      () => new nn.ConvTranspose2d(4, 6, 3).forward(x, 7 as unknown as number[]),
      TypeError,
      /outputSize must be sizes, or a tensor of that size, found 7/,
    ],
  ];
  for (const [run, kind, message] of wrong) {
    assert.throws(run, (error) => error instanceof kind && message.test(error.message), String(message));
  }
});
