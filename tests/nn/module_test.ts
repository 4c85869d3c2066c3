import assert from "node:assert/strict";
import * as nn from "../../lib/nn/mod.ts";
import { noGrad } from "../../lib/graph/context.ts";
import { flush } from "../../lib/engine/flush.ts";
import { ones, tensor, zeros } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { assertClose, flat, goldens, reference } from "./helpers.ts";

class Block extends nn.Module {
  conv = new nn.Conv2d(3, 8, [3, 5], { stride: [1, 2], padding: [0, 1], bias: false });
  act = new nn.ReLU();
  forward(x: Tensor): Tensor {
    return this.act.call(this.conv.call(x));
  }
}

class Net extends nn.Module {
  blocks = new nn.ModuleList([new Block(), new nn.Identity()]);
  head = new nn.Sequential(new nn.AdaptiveAvgPool2d(1), new nn.Flatten(), new nn.Linear(8, 10, { bias: false }));
  forward(x: Tensor): Tensor {
    for (const block of this.blocks) x = block.call(x);
    return this.head.call(x);
  }
}

/** Running mean as the lessons write it. */
class Norm extends nn.Module {
  mult = nn.parameter(ones([2]));
  declare means: Tensor;
  constructor() {
    super();
    this.registerBuffer("means", zeros([2]));
  }
  forward(x: Tensor): Tensor {
    const mean = x.mean(0);
    noGrad(() => this.means = this.means.mul(0.5).add(mean));
    return x.sub(this.means).mul(this.mult);
  }
}

Deno.test("Module prints as PyTorch does", () => {
  const wanted = goldens.repr;
  assert.equal(String(new Net()), wanted.net);
  assert.equal(Deno.inspect(new Net()), wanted.net);
  assert.equal(String(new nn.Sequential()), wanted.empty);
  const pools = [
    new nn.AdaptiveAvgPool2d([2, 3]),
    new nn.AvgPool2d(2),
    new nn.AvgPool2d([2, 3], { stride: 1, padding: 1 }),
  ];
  assert.equal(String(new nn.Sequential(...pools)), wanted.pool);
  assert.equal(String(new nn.Conv2d(1, 8, 3, { stride: 2, padding: 1 })), wanted.conv);
  assert.equal(String(new nn.Linear(784, 50)), wanted.linear);
  assert.equal(String(new nn.GeneralReLU({ leak: 0.1, sub: 0.4 })), "GeneralReLU()");
});

Deno.test("Module finds parameters and modules in definition order", () => {
  const net = new Net();
  assert.deepEqual([...net.namedParameters()].map(([name]) => name), goldens.stateKeys);
  assert.deepEqual([...net.namedModules()].map(([name]) => name), [
    "",
    "blocks",
    "blocks.0",
    "blocks.0.conv",
    "blocks.0.act",
    "blocks.1",
    "head",
    "head.0",
    "head.1",
    "head.2",
  ]);
  assert.deepEqual([...net.children()].map((m) => m.typeName), ["ModuleList", "Sequential"]);
  const applied: string[] = [];
  net.apply((m) => void applied.push(m.typeName));
  assert.deepEqual(applied.slice(0, 3), ["Conv2d", "ReLU", "Block"]);
  assert.equal(applied.at(-1), "Net");
});

Deno.test("Module counts a shared parameter once, and keeps it under both names in its state", () => {
  class Tied extends nn.Module {
    a = new nn.Linear(3, 3);
    b = this.a;
    forward(x: Tensor): Tensor {
      return this.b.call(this.a.call(x));
    }
  }
  assert.equal([...new Tied().parameters()].length, 2);
});

Deno.test("Module refuses modules in a plain array, and outputs that are no tensor", () => {
  class Hidden extends nn.Module {
    layers = [new nn.Linear(2, 2)];
    forward(x: Tensor): Tensor {
      return this.layers[0]!.call(x);
    }
  }
  assert.throws(() => [...new Hidden().parameters()], /array "layers" of Hidden.*ModuleList/);
  const late = new nn.Lambda((async (x: Tensor) => await x) as unknown as (x: Tensor) => Tensor);
  assert.throws(() => late.call(ones([1])), /forward must return a tensor, found a Promise/);
});

Deno.test("train and eval reach every module", () => {
  const net = new Net();
  net.eval();
  assert.ok([...net.modules()].every((m) => !m.training));
  net.train();
  assert.ok([...net.modules()].every((m) => m.training));
});

Deno.test("stateDict round trip, with errors that name the keys", async () => {
  const from = new nn.Sequential(new nn.Linear(3, 2), new nn.ReLU(), new nn.Linear(2, 2));
  const to = new nn.Sequential(new nn.Linear(3, 2), new nn.ReLU(), new nn.Linear(2, 2));
  assert.deepEqual(to.loadStateDict(from.stateDict()), { missingKeys: [], unexpectedKeys: [] });
  const x = randn([4, 3]);
  assert.deepEqual(await flat(to.call(x)), await flat(from.call(x)));

  const { "0.bias": _, ...rest } = from.stateDict();
  assert.throws(
    () => to.loadStateDict({ ...rest, extra: ones([1]) }),
    /missing keys: "0.bias"; unexpected keys: "extra"/,
  );
  assert.deepEqual(to.loadStateDict({ ...rest, extra: ones([1]) }, { strict: false }), {
    missingKeys: ["0.bias"],
    unexpectedKeys: ["extra"],
  });
  const before = await flat(to.call(x));
  const wrong = { ...from.stateDict(), "0.weight": ones([2, 3]), "2.bias": ones([7]) };
  assert.throws(() => to.loadStateDict(wrong), /"2.bias" is \[2\], found \[7\]/);
  assert.deepEqual(await flat(to.call(x)), before, "a failed load changes nothing");
});

Deno.test("a buffer is saved, and assigning to it stores the value across steps", async () => {
  const norm = new Norm();
  assert.deepEqual(Object.keys(norm.stateDict()), ["mult", "means"]);
  norm.call(tensor([[1, 2], [3, 4]]));
  flush(reference);
  norm.call(tensor([[1, 2], [3, 4]]));
  flush(reference);
  assert.deepEqual(await flat(norm.means), [3, 4.5]);
  assert.throws(() => norm.means = ones([3]), /buffer "means" of Norm: it holds float32 \[2\], found float32 \[3\]/);
  assert.throws(() => norm.means = 3 as unknown as Tensor, /takes a tensor, found Number/);
});

Deno.test("a gradient flows through an assigned buffer within its step only", async () => {
  const norm = new Norm();
  const w = tensor([1, 1], { requiresGrad: true }).keep();
  for (let step = 0; step < 2; step++) {
    norm.means = norm.means.add(w);
    norm.means.sum().backward();
    assert.deepEqual(await flat(w.grad!), [1, 1]);
    w.grad = null;
    flush(reference);
  }
  assert.deepEqual(await flat(norm.means), [2, 2]);
});

Deno.test("a transient buffer is not saved", () => {
  const norm = new Norm();
  norm.registerBuffer("seen", zeros([1]), { persistent: false });
  assert.deepEqual(Object.keys(norm.stateDict()), ["mult", "means"]);
  assert.deepEqual([...norm.namedBuffers()].map(([name]) => name), ["means", "seen"]);
});

Deno.test("assigning a tensor to a parameter copies its value and keeps the parameter", async () => {
  const layer = new nn.Linear(2, 1);
  const { weight } = layer;
  layer.weight = tensor([[3, 4]]);
  assert.equal(layer.weight, weight);
  assert.deepEqual(await flat(weight), [3, 4]);
  assert.ok(weight.requiresGrad && weight.isLeaf);
  assert.throws(() => layer.weight = ones([3]), RangeError);
  const other = nn.parameter(ones([1, 2]));
  layer.weight = other;
  assert.equal([...layer.parameters()][0], other);
});

Deno.test("forward hooks see inputs and output, may replace it, and can be removed", async () => {
  const model = new nn.Sequential(new nn.Identity(), new nn.ReLU());
  const seen: number[][] = [];
  {
    using _watch = model[1]!.registerForwardHook((module, inputs, output) => {
      assert.equal(module, model[1]);
      seen.push([...inputs[0]!.shape], [...output.shape]);
    });
    using _double = model[1]!.registerForwardHook((_module, _inputs, output) => output.mul(2));
    assertClose(await flat(model.call(tensor([-1, 3]))), [0, 6]);
  }
  assert.deepEqual(seen, [[2], [2]]);
  assertClose(await flat(model.call(tensor([-1, 3]))), [0, 3]);
});

Deno.test("hooks that are asynchronous, or fail, are named", () => {
  const relu = new nn.ReLU();
  const model = new nn.Sequential(relu);
  const late = relu.registerForwardHook((() => Promise.resolve()) as unknown as nn.ForwardHook);
  assert.throws(() => model.call(ones([1])), /Forward hook of 0 \(ReLU\) returned a Promise: hooks are synchronous/);
  late.remove();
  late.remove();
  relu.registerForwardHook(function clumsy() {
    throw new Error("oops");
  });
  assert.throws(() => model.call(ones([1])), {
    name: "HookError",
    message: 'Forward hook "clumsy" of 0 (ReLU) failed: oops',
  });
});

Deno.test("Sequential can be indexed, iterated, sliced, and takes modules only", () => {
  const model = new nn.Sequential(new nn.Linear(2, 2), new nn.ReLU());
  assert.equal(model[1], model.at(-1));
  assert.equal(model.slice(0, 1).length, 1);
  assert.equal([...model].length, 2);
  assert.throws(() => new nn.Sequential(((x: Tensor) => x) as unknown as nn.Module), /wrap it in new Lambda/);
  assert.throws(() => model.at(5), /it has 2/);
});

Deno.test("layers name a bad setting", () => {
  assert.throws(() => new nn.Linear(0, 3), /inFeatures must be a whole number of at least 1, found 0/);
  assert.throws(() => new nn.Conv2d(1, 8, [3, 3, 3] as unknown as [number, number]), /kernelSize/);
  assert.throws(() => new nn.Conv2d(1, 8, 3, { stride: 0 }), /stride/);
});

Deno.test("loadStateDict(): of what is no state says what it wants", () => {
  const net: { loadStateDict(state: unknown, options: nn.LoadOptions): unknown } = new Net() as never;
  for (const wrong of [undefined, null, 7, "state", [], new Map(), new Net(), Promise.resolve({})]) {
    // A lenient load would find nothing in them either, and say that all is well.
    assert.throws(() => net.loadStateDict(wrong, { strict: false }), {
      name: "TypeError",
      message:
        /^Cannot load this state into Net: expected an object of tensors by path, as stateDict\(\) gives it, found/,
    });
  }
});

Deno.test("call() names an input that is no tensor", () => {
  const model = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU());
  const inputs: [unknown, RegExp][] = [
    [
      1,
      /TypeError: Cannot call Sequential: input 0 must be a tensor, found 1; numbers and arrays become one by tensor/,
    ],
    [[[1, 2]], /found Array/],
    [new Float32Array(2), /found Float32Array/],
    [undefined, /found undefined/],
    [null, /found null/],
    [Promise.resolve(zeros([1, 2])), /found Promise; await it first/],
  ];
  for (const [input, message] of inputs) assert.throws(() => model.call(input as Tensor), message);
  const broken = new nn.Lambda(() => [1] as unknown as Tensor);
  assert.throws(() => new nn.Sequential(new nn.ReLU(), new nn.Linear(2, 2)).call(zeros([1, 2]), 3 as never), /input 1/);
  assert.throws(() => broken.call(zeros([1])), /forward must return a tensor/);
});
