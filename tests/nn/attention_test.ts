/** Attention against PyTorch (tests/goldens/attention.json), on every device under test. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import * as nn from "../../lib/nn/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { ones, randn, type Tensor } from "../../lib/tensor/mod.ts";
import { readGolden, testDevices } from "../oracle/golden.ts";
import { assertClose, flat } from "./helpers.ts";

const F = nn.functional;

interface Numbers {
  readonly shape: number[];
  readonly data: number[];
  readonly bool?: boolean;
}

interface Case {
  readonly batchFirst: boolean;
  readonly bias: boolean;
  readonly causal: boolean;
  readonly state: Record<string, Numbers>;
  readonly inputs: Numbers[];
  readonly padding?: Numbers;
  readonly mask?: Numbers;
  readonly weight: Numbers;
  readonly output: Numbers;
  readonly weights: Numbers;
  readonly gradients: Record<string, Numbers>;
}

const { cases } = readGolden<{ cases: Case[] }>("attention.json");
const put = ({ shape, data }: Numbers, device: Device) => tensor(Float64Array.from(data), { shape, device });

for (const kind of testDevices()) {
  for (const [number, golden] of cases.entries()) {
    Deno.test(`MultiheadAttention, case ${number}, is PyTorch's, forward and backward, on ${kind}`, async () => {
      using device = await new Device(kind).ready;
      const { batchFirst, bias, causal, padding, mask } = golden, near = kind === "reference" ? 1e-7 : 5e-6;
      const layer = new nn.MultiheadAttention(6, 2, { batchFirst, bias, causal, device });
      assert.deepEqual(Object.keys(layer.stateDict()), Object.keys(golden.state));
      layer.loadStateDict(
        Object.fromEntries(Object.entries(golden.state).map(([name, values]) => [name, put(values, device)])),
      );
      const inputs = golden.inputs.map((one) => put(one, device).requiresGrad_().keep());
      const [query, key = query!, value = key] = inputs as [Tensor, Tensor?, Tensor?];
      const { output, weights } = layer.attend(query, key, value, {
        ...padding ? { keyPaddingMask: put(padding, device).bool() } : {},
        ...mask ? { attnMask: mask.bool ? put(mask, device).bool() : put(mask, device) } : {},
      });
      assert.deepEqual(output.shape, golden.output.shape);
      assertClose(await flat(output), golden.output.data, near);
      assert.deepEqual(weights.shape, golden.weights.shape);
      assertClose(await flat(weights), golden.weights.data, near);
      output.mul(put(golden.weight, device)).sum().backward();
      const found = {
        ...Object.fromEntries([...layer.namedParameters()].map(([name, p]) => [name, p.grad!])),
        ...Object.fromEntries(inputs.map((input, i) => [`input ${i}`, input.grad!])),
      };
      assert.deepEqual(Object.keys(found), Object.keys(golden.gradients));
      for (const [name, wanted] of Object.entries(golden.gradients)) {
        assertClose(await flat(found[name]!), wanted.data, 4 * near);
      }
      if (mask) return;
      const called = padding
        ? layer.call(query, key, value, put(padding, device).bool())
        : layer.call(query, key, value);
      assertClose(await flat(called), golden.output.data, near);
    });
  }

  Deno.test(`scaledDotProductAttention() is what its formula says, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const [q, k, v] = [[2, 3, 4], [2, 5, 4], [2, 5, 6]].map((shape) => randn(shape, { device }));
    const host = await Promise.all([q!, k!, v!].map(flat)) as [number[], number[], number[]];
    const plain = (score: (dot: number, i: number, j: number) => number) => {
      const out: number[] = [];
      for (let b = 0; b < 2; b++) {
        for (let i = 0; i < 3; i++) {
          const scores = Array.from({ length: 5 }, (_, j) => {
            let dot = 0;
            for (let e = 0; e < 4; e++) dot += host[0][(b * 3 + i) * 4 + e]! * host[1][(b * 5 + j) * 4 + e]!;
            return Math.exp(score(dot, i, j));
          });
          const sum = scores.reduce((a, c) => a + c);
          for (let e = 0; e < 6; e++) {
            out.push(scores.reduce((a, s, j) => a + s / sum * host[2][(b * 5 + j) * 6 + e]!, 0));
          }
        }
      }
      return out;
    };
    const near = kind === "reference" ? 1e-7 : 5e-6, attend = F.scaledDotProductAttention;
    assertClose(await flat(attend(q!, k!, v!)), plain((dot) => dot / 2), near);
    assertClose(await flat(attend(q!, k!, v!, { scale: 0.1 })), plain((dot) => dot / 10), near);
    const causal = await flat(attend(q!, k!, v!, { isCausal: true }));
    assertClose(causal, plain((dot, i, j) => j > i ? -Infinity : dot / 2), near);
    const seen = tensor([[true, false, true, true, false]], { device });
    const hidden = plain((dot, _, j) => j === 1 || j === 4 ? -Infinity : dot / 2);
    assertClose(await flat(attend(q!, k!, v!, { attnMask: seen })), hidden, near);
    const added = tensor([[0.5], [1], [-1]], { device }).mul(tensor([0, 1, 2, 3, 4], { device }));
    const shifted = plain((dot, i, j) => dot / 2 + [0.5, 1, -1][i]! * j);
    assertClose(await flat(attend(q!, k!, v!, { attnMask: added })), shifted, near);
  });
}

Deno.test("attention drops weights in training alone", async () => {
  const layer = new nn.MultiheadAttention(4, 2, { dropout: 0.5 }), x = randn([50, 2, 4]);
  const [a, b] = [await flat(layer.call(x)), await flat(layer.call(x))];
  assert.notDeepEqual(a, b);
  layer.eval();
  assert.deepEqual(await flat(layer.call(x)), await flat(layer.call(x)));
  const all = F.scaledDotProductAttention(ones([4, 2]), ones([6, 2]), ones([6, 3]), { dropoutP: 1 });
  assert.equal(await all.abs().sum().item(), 0);
});

Deno.test("attention names what does not fit", () => {
  const x = randn([2, 3, 4]), layer = new nn.MultiheadAttention(4, 2);
  assert.throws(() => new nn.MultiheadAttention(4, 3), /3 heads do not share a width of 4 evenly/);
  assert.throws(() => layer.call(randn([3, 4])), /MultiheadAttention on \[3, 4\]: it takes \[tokens, batch, 4\]/);
  assert.throws(() => layer.attend(x, x, x, { keyPaddingMask: ones([2, 3]) }), /\[2, 3\]: it takes \[3, 2\]/);
  assert.throws(() => layer.attend(x, x, x, { attnMask: ones([3]) }), /it takes \[2, 2\] or \[6, 2, 2\]/);
  assert.throws(() => F.scaledDotProductAttention(x, randn([2, 3, 5]), x), /it takes a query \[..., l, e\]/);
});

Deno.test("attention refuses masks of whole numbers, and what would broadcast over queries or samples", () => {
  const layer = new nn.MultiheadAttention(4, 2), x = randn([2, 3, 4]), { scaledDotProductAttention: attend } = F;
  const ints = (shape: number[]) => ones(shape, { dtype: "int32" });
  assert.throws(() => layer.attend(x, x, x, { attnMask: ints([2, 2]) }), /attnMask of int32: .*\.bool\(\)/);
  assert.throws(() => layer.attend(x, x, x, { keyPaddingMask: ints([3, 2]) }), /keyPaddingMask of int32: .*\.bool\(\)/);
  assert.throws(() => attend(x, x, x, { attnMask: ints([3, 3]) }), /scaledDotProductAttention with attnMask of int32/);
  const one = randn([1, 4]), keys = randn([5, 4]);
  assert.throws(() => attend(one, keys, keys, { attnMask: ones([3, 5]) }), /\[3, 5\]: it must broadcast .* \[1, 5\]/);
  assert.throws(() => attend(one, keys, keys, { attnMask: ones([2, 1, 5]) }), /\[2, 1, 5\]: it must broadcast/);
  assert.throws(() => layer.call(x, randn([5, 1, 4])), /a key \[5, 1, 4\] .* as many samples, on axis 1/);
  assert.throws(() => layer.call(x, randn([5, 3, 4]), randn([6, 3, 4])), /key and value .* as many tokens, on axis 0/);
});
