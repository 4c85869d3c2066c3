/** `model.half()`: parameters stored in 16 bits, computing in float32. */
import assert from "node:assert/strict";
import { flush } from "../../lib/engine/flush.ts";
import { getModel } from "../../lib/lessons/models.ts";
import {
  arange,
  type Device,
  device,
  encodeSafetensors,
  F,
  loadSafetensors,
  nn,
  noGrad,
  optim,
  planStatistics,
  randn,
  setSeed,
  type Tensor,
  tensor,
} from "../../mod.ts";
import { testDevices } from "../oracle/golden.ts";

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** Networks of layers of all kinds that have parameters, and an input of each. */
function networks(on: Device): [name: string, make: () => nn.Module, input: () => Tensor][] {
  const options = { device: on };
  const images = () => randn([3, 3, 11, 9], options), rows = () => randn([5, 6, 7], options);
  return [
    ["lesson", () => getModel(options), () => randn([4, 1, 28, 28], options)],
    [
      "convolutions",
      () =>
        new nn.Sequential(
          new nn.Conv2d(3, 6, 3, { ...options, bias: false }),
          new nn.BatchNorm2d(6, options),
          new nn.ReLU(),
          new nn.Conv2d(6, 6, 3, { ...options, groups: 3, padding: 1, stride: 2 }),
          new nn.GroupNorm(2, 6, options),
          new nn.Conv2d(6, 6, 3, { ...options, groups: 6 }),
          new nn.PReLU(1, options),
          new nn.ConvTranspose2d(6, 3, 2, { ...options, stride: 2 }),
        ),
      images,
    ],
    ["linear", () => new nn.Sequential(new nn.Linear(7, 5, options), new nn.LayerNorm(5, options)), rows],
    ["embedding", () => new nn.Embedding(9, 7, options), () => arange(9, undefined, 1, { ...options, dtype: "int32" })],
    ["signal", () => new nn.Conv1d(6, 4, 3, options), rows],
    ["gru", () => first(new nn.GRU(7, 4, options)), rows],
    ["lstm", () => first(new nn.LSTM(7, 4, options)), rows],
    ["attention", () => selfAttention(new nn.MultiheadAttention(6, 2, options)), () => randn([4, 5, 6], options)],
  ];
}

/** The first output of a module that gives several. */
function first(layer: nn.AnyModule): nn.Module {
  class First extends nn.Module {
    layer = layer;
    forward(x: Tensor): Tensor {
      const out = this.layer.call(x);
      return Array.isArray(out) ? out[0]! : out as Tensor;
    }
  }
  return new First();
}

function selfAttention(layer: nn.AnyModule): nn.Module {
  class SelfAttention extends nn.Module {
    layer = layer;
    forward(x: Tensor): Tensor {
      const out = this.layer.call(x, x, x);
      return Array.isArray(out) ? out[0]! : out as Tensor;
    }
  }
  return new SelfAttention();
}

/** A network's outputs: with halves, and with the numbers that these hold in float32. */
async function outputs(make: () => nn.Module, input: () => Tensor): Promise<[half: Float64Array, float: Float64Array]> {
  setSeed(5);
  const model = make().eval(), x = input().keep(), run = () => noGrad(() => model.call(x)).toTypedArray();
  const half = await (model.half(), run()), float = await (model.float(), run());
  return [Float64Array.from(half), Float64Array.from(float)];
}

for (const name of testDevices()) {
  const on = device(name);

  for (const [what, make, input] of networks(on)) {
    Deno.test(`a network stored as float16 gives the bits of one with rounded parameters: ${what}, on ${name}`, async () => {
      const [half, float] = await outputs(make, input);
      assert.ok(half.length > 0 && half.every(Number.isFinite));
      assert.deepEqual(half, float);
    });
  }

  Deno.test(`half() halves a model's memory at once, and float() brings gradients back, on ${name}`, async () => {
    const model = new nn.Sequential(
      new nn.Linear(64, 256, { device: on }),
      new nn.BatchNorm1d(256, { device: on }),
      new nn.Linear(256, 32, { device: on }),
    );
    const parameters = [...model.parameters()], [weight, , , , frozen] = parameters;
    frozen!.requiresGrad_(false);
    flush(on);
    const before = await weight!.toTypedArray(), count = parameters.reduce((n, p) => n + p.numel, 0);
    const memories = () => parameters.map(({ storage }) => storage.memory!);
    const bytes = () => memories().reduce((sum, memory) => sum + memory.bytes, 0);
    const first = memories();
    assert.equal(bytes(), 4 * count);
    assert.equal(model.half(), model);
    assert.equal(bytes(), 2 * count);
    assert.ok(first.every(({ released }) => released), "what held float32 is given back");
    assert.deepEqual([...model.parameters()], parameters, "the same tensors");
    assert.ok(parameters.every(({ dtype, requiresGrad }) => dtype === "float16" && !requiresGrad));
    assert.ok([...model.buffers()].every(({ dtype }) => dtype !== "float16"));
    assert.deepEqual(await weight!.array(), await tensor(before, { shape: [256, 64] }).half().array());
    model.half().float();
    assert.equal(bytes(), 4 * count);
    assert.deepEqual(parameters.map(({ requiresGrad }) => requiresGrad), [true, true, true, true, false, true]);
    const optimizer = new optim.SGD(model.parameters(), { lr: 1 });
    model.call(randn([8, 64], { device: on })).sum().backward();
    optimizer.step();
    assert.notDeepEqual(await weight!.toTypedArray(), before);
  });

  Deno.test(`kernels read half the bytes of weights stored as float16, in as many steps, on ${name}`, () => {
    const model = new nn.Sequential(
      new nn.Conv2d(4, 8, 3, { device: on }),
      new nn.ReLU(),
      new nn.Flatten(),
      new nn.Linear(32, 10, { device: on }),
    ).eval();
    const x = randn([2, 4, 4, 4], { device: on }).keep(),
      weights = [...model.parameters()].reduce((n, p) => n + p.numel, 0);
    const count = () => {
      const { kernels, bytesRead } = planStatistics(on);
      noGrad(() => model.call(x)).keep();
      flush(on);
      const now = planStatistics(on);
      return [now.kernels - kernels, now.bytesRead - bytesRead] as const;
    };
    flush(on);
    const [kernels, bytes] = count(), [same, fewer] = (model.half(), count());
    assert.equal(same, kernels);
    assert.equal(bytes - fewer, 2 * weights);
  });

  Deno.test(`a model stored as float16 is saved as F16 and loaded from any float, on ${name}`, async () => {
    const make = () => new nn.Sequential(new nn.Linear(3, 5, { device: on }), new nn.BatchNorm1d(5, { device: on }));
    const model = make().half(), path = `${folder}/${name}.safetensors`;
    await model.save(path);
    const file = await Deno.readFile(path), length = Number(new DataView(file.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
    assert.deepEqual([header["0.weight"].dtype, header["0.bias"].dtype, header["1.running_mean"].dtype], [
      "F16",
      "F16",
      "F32",
    ]);
    const [from, to] = header["0.weight"].data_offsets, own = await model.stateDict()["0.weight"]!.toTypedArray();
    assert.deepEqual(
      Float32Array.from(new Float16Array(file.slice(8 + length + from, 8 + length + to).buffer)),
      Float32Array.from(own),
    );
    assert.equal((await loadSafetensors(path, { device: on }))["0.weight"]!.dtype, "float32");
    assert.equal((await loadSafetensors(path, { device: on, float16: true }))["0.weight"]!.dtype, "float16");
    assert.equal((await loadSafetensors(path, { device: on, float16: true }))["1.running_mean"]!.dtype, "float32");
    const float = make(),
      half = make().half(),
      weight = async (m: nn.Module) => [...await m.stateDict()["0.weight"]!.toTypedArray()];
    for (const loaded of [float, half]) {
      assert.deepEqual((await loaded.load(path)).missingKeys, []);
      assert.deepEqual(await weight(loaded), [...own]);
    }
    assert.deepEqual([float.stateDict()["0.weight"]!.dtype, half.stateDict()["0.weight"]!.dtype], [
      "float32",
      "float16",
    ]);
    await half.load(await encodeSafetensors(make().stateDict(), { wide: (name) => name.endsWith("tracked") }));
    assert.notDeepEqual(await weight(half), [...own]);
    const other = { ...half.stateDict(), "0.weight": tensor([[1, 2, 3]], { dtype: "int32", device: on }).expand(5, 3) };
    assert.throws(() => half.loadStateDict(other), /"0.weight" is float16, found int32/);
  });
}

Deno.test("training refuses a model stored as float16, and says what to do", () => {
  const model = new nn.Linear(2, 3).half();
  assert.throws(() => new optim.Adam(model.parameters()), {
    name: "TypeError",
    message:
      "Cannot make Adam of a float16 parameter: 16 bits are for evaluation, and training takes float32. Call model.float() first",
  });
  const loss = F.mseLoss(model.call(randn([4, 2])), randn([4, 3]));
  assert.throws(
    () => loss.backward(),
    /requires gradients\. .*after model\.half\(\) parameters require none until model\.float\(\)/,
  );
  assert.throws(() => model.requiresGrad_(), /a model with model\.float\(\)/);
  model.requiresGrad_(false).float();
  assert.equal(model.weight.requiresGrad, false);
});
