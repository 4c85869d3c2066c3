/** RNN, GRU and LSTM against PyTorch (tests/goldens/recurrent.json), on every device under test; and what follows several outputs. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { summarize } from "../../lib/learner/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { autograd, planStatistics, randn, setSeed, type Tensor } from "../../lib/tensor/mod.ts";
import { assertClose, flat } from "./helpers.ts";
import { readGolden, testDevices } from "../oracle/golden.ts";

interface Numbers {
  readonly shape: number[];
  readonly data: number[];
}

interface Case {
  readonly kind: "RNN" | "GRU" | "LSTM";
  readonly options: Record<string, unknown>;
  readonly text: string;
  readonly state: Record<string, Numbers>;
  readonly inputs: Numbers[];
  readonly weights: Numbers[];
  readonly results: Numbers[];
  readonly gradients: Record<string, Numbers>;
}

const { cases } = readGolden<{ cases: Case[] }>("recurrent.json");
const camel = (options: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name.replace(/_(.)/g, (_, c: string) => c.toUpperCase()), value]),
  );

function make({ kind, options, state }: Case, device: Device): nn.Recurrent {
  const layer = new nn[kind](3, 4, { ...camel(options), device });
  layer.loadStateDict(Object.fromEntries(Object.entries(state).map(([name, values]) => [name, put(values, device)])));
  return layer;
}

const put = ({ shape, data }: Numbers, device: Device) => tensor(Float64Array.from(data), { shape, device });
const total = (results: readonly Tensor[], weights: readonly Tensor[]) =>
  results.map((result, i) => result.mul(weights[i]!).sum()).reduce((a, b) => a.add(b));

for (const kind of testDevices()) {
  for (const golden of cases) {
    Deno.test(`${golden.text} is PyTorch's, forward and backward, on ${kind}`, async () => {
      using device = await new Device(kind).ready;
      const layer = make(golden, device), near = kind === "reference" ? 1e-7 : 5e-6;
      assert.equal(String(layer), golden.text);
      assert.deepEqual(Object.keys(layer.stateDict()), Object.keys(golden.state));
      const inputs = golden.inputs.map((one) => put(one, device).requiresGrad_().keep());
      const weights = golden.weights.map((one) => put(one, device));
      const results = layer.call(...inputs);
      assert.equal(results.length, golden.results.length);
      for (const [i, wanted] of golden.results.entries()) {
        assert.deepEqual(results[i]!.shape, wanted.shape);
        assertClose(await flat(results[i]!), wanted.data, near);
      }
      total(results, weights).backward();
      const found = {
        ...Object.fromEntries([...layer.namedParameters()].map(([name, p]) => [name, p.grad!])),
        ...Object.fromEntries(inputs.map((input, i) => [`input ${i}`, input.grad!])),
      };
      assert.deepEqual(Object.keys(found), Object.keys(golden.gradients));
      for (const [name, wanted] of Object.entries(golden.gradients)) {
        assertClose(await flat(found[name]!), wanted.data, 4 * near);
      }
    });
  }
}

Deno.test("gradients of a recurrent layer can be differentiated again", async () => {
  using device = await new Device("reference").ready;
  for (const golden of [cases[0]!, cases[3]!, cases[6]!]) {
    const layer = make(golden, device), [x] = golden.inputs.map((one) => put(one, device).requiresGrad_());
    const weights = golden.weights.map((one) => put(one, device)), direction = randn(x!.shape, { device });
    const parameters = [...layer.parameters()];
    const slope = (at: Tensor, createGraph: boolean) => {
      const inputs = [at, ...golden.inputs.slice(1).map((one) => put(one, device))];
      return autograd.grad(total(layer.call(...inputs), weights), [at, ...parameters], { createGraph });
    };
    // Both ways give the same first gradients.
    const quick = slope(x!, false), slow = slope(x!, true);
    for (const [i, gradient] of quick.entries()) assertClose(await flat(slow[i]!), await flat(gradient), 1e-9);
    // The derivative of the gradient along a direction, by differences
    const [second] = autograd.grad(slow[1]!.square().sum().add(slow[0].mul(direction).sum()), x!);
    const value = async (step: number) => {
      const at = put(golden.inputs[0]!, device).add(direction.mul(step)).detach().requiresGrad_();
      const [dx, dw] = slope(at, false);
      return await dw!.square().sum().add(dx.mul(direction).sum()).item();
    };
    const wanted = (await value(1e-4) - await value(-1e-4)) / 2e-4;
    assertClose([await second.mul(direction).sum().item()], [wanted], 1e-5 * (1 + Math.abs(wanted)));
  }
});

Deno.test("a recurrent layer has one plan for all steps, of a number of kernels that grows as the time does", async () => {
  using device = await new Device("cpu").ready;
  const kernels = async (times: number) => {
    const layer = new nn.LSTM(3, 4, { device });
    const step = async () => {
      layer.zeroGrad();
      layer.call(randn([times, 2, 3], { device }))[0].sum().backward();
      for (const p of layer.parameters()) await flat(p.grad!);
    };
    await step();
    await step();
    const before = planStatistics(device);
    await step();
    const after = planStatistics(device);
    assert.equal(after.compiled, before.compiled);
    return after.kernels - before.kernels;
  };
  const [five, ten, fifteen] = [await kernels(5), await kernels(10), await kernels(15)];
  assert.equal(fifteen - ten, ten - five);
});

Deno.test("hooks, summaries and Sequential follow a module that returns several tensors", async () => {
  const lstm = new nn.LSTM(3, 4, { batchFirst: true });
  const last = new nn.Lambda((output: Tensor) => output.select(1, -1));
  const model = new nn.Sequential(lstm, last, new nn.Linear(4, 2));
  const { rows } = summarize(model, randn([6, 5, 3]));
  assert.deepEqual(rows.map(({ name, shape, from }) => [name, shape, from]), [
    ["0 LSTM", ["n", 5, 4], ["input"]],
    ["1 Lambda", ["n", 4], ["0 LSTM"]],
    ["2 Linear", ["n", 2], ["1 Lambda"]],
  ]);
  const seen: unknown[] = [];
  using _forward = lstm.registerForwardHook((module, inputs, output, outputs) => {
    seen.push(module.typeName, inputs.length, output.shape, outputs.length);
    return output.mul(0);
  });
  using _backward = lstm.registerBackwardHook((_module, gradient, which) => void seen.push(which, gradient.shape));
  const [output, h, c] = lstm.call(randn([6, 5, 3]));
  assert.deepEqual(seen.splice(0), ["LSTM", 1, [6, 5, 4], 3]);
  assert.equal(await output.abs().sum().item(), 0);
  assert.ok(await h.abs().sum().item() > 0);
  output.sum().add(c.sum()).backward();
  assert.deepEqual(
    new Map([[seen[0], seen[1]], [seen[2], seen[3]]]),
    new Map<unknown, unknown>([[2, [1, 6, 4]], [0, [
      6,
      5,
      4,
    ]]]),
  );
  assert.throws(
    () => new nn.Sequential(lstm, new nn.Linear(4, 2)).call(randn([6, 5, 3])),
    /Cannot give Linear the 3 tensors that LSTM returns: its forward takes 1. Put a Lambda between/,
  );
  const two = new nn.Sequential(new nn.GRU(3, 4), new nn.Lambda((output: Tensor, h: Tensor) => output.add(h)));
  assert.deepEqual(two.call(randn([5, 6, 3])).shape, [5, 6, 4]);
});

Deno.test("dropout between recurrent layers drops the same whichever axis is first, and what PyTorch drops", async () => {
  // torch.manual_seed(3); nn.LSTM(3, 4, num_layers=2, dropout=.5, batch_first=True)(torch.randn(2, 5, 3)) in 1.13; GRU likewise
  const wanted = {
    LSTM: { options: { numLayers: 2, dropout: 0.5 }, ends: [[-0.170299, 0.054479], [0.07308, -0.058048]] },
    GRU: { options: { numLayers: 3, dropout: 0.3 }, ends: [[-0.265926, -0.048935], [-0.007301, -0.05625]] },
  } as const;
  for (const kind of ["LSTM", "GRU"] as const) {
    const { options, ends } = wanted[kind];
    setSeed(3, { like: "torch" });
    const layer = new nn[kind](3, 4, { ...options, batchFirst: true });
    const values = await flat(layer.call(randn([2, 5, 3]))[0]);
    assertClose([...values.slice(0, 2), ...values.slice(-2)], ends.flat(), 2e-6);
    const turned = new nn[kind](3, 4, options), x = randn([2, 5, 3]);
    turned.loadStateDict(layer.stateDict());
    for (const like of ["torch", undefined] as const) {
      const results: number[][] = [];
      for (const [one, input] of [[layer, x], [turned, x.transpose(0, 1)]] as const) {
        setSeed(8, like ? { like } : {});
        const [output] = one.call(input);
        results.push(await flat(one === layer ? output : output.transpose(0, 1)));
      }
      assertClose(results[0]!, results[1]!, 1e-6);
    }
  }
  setSeed(1);
});

Deno.test("recurrent layers name what does not fit", () => {
  const layer = new nn.LSTM(3, 4), x = randn([5, 2, 3]);
  assert.throws(() => layer.call(randn([5, 3])), /Cannot run LSTM on \[5, 3\]: it takes \[time, batch, 3\]/);
  assert.throws(() => layer.call(x, randn([1, 2, 4])), /from a hidden state alone: give both/);
  assert.throws(() => layer.call(x, randn([2, 4]), randn([2, 4])), /state of shape \[2, 4\]: it takes \[1, 2, 4\]/);
  assert.throws(() => new nn.GRU(0, 4), /Cannot make GRU: inputSize must be a whole number of at least 1/);
  assert.throws(() => new nn.GRU(3, 4, { dropout: 2 }), /Cannot make GRU: p must be a number from 0 to 1, found 2/);
  assert.throws(() => new nn.RNN(3, 4, { nonlinearity: "elu" as never }), /nonlinearity is "tanh" or "relu"/);
});
