/** Normalisation layers against PyTorch (tests/goldens/norms.json), on every device under test. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { flush } from "../../lib/engine/flush.ts";
import { planStatistics } from "../../lib/engine/plan/cache.ts";
import { getModel } from "../../lib/lessons/models.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import * as nn from "../../lib/nn/mod.ts";
import { SGD } from "../../lib/optim/sgd.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { normalize } from "../../lib/tensor/normalize.ts";
import { setSeed } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { floats, readGolden, testDevices } from "../oracle/golden.ts";

interface Entry {
  shape: number[];
  data: string;
}
type Entries = Record<string, Entry>;

interface Case {
  repr: string;
  shape: number[];
  /** Size of the inputs' mean in standard deviations. */
  ratio: number;
  inputs: Entry[];
  cotangent: Entry;
  parameters: Entries;
  train: Entries;
  state: Entries;
  eval: Entries;
}

const { cases, training } = readGolden<{
  cases: Case[];
  training: {
    images: Entry;
    labels: number[];
    repr: string;
    before: Entries;
    after: Entries;
    losses: number[];
    evalLoss: number;
  };
}>("norms.json");

function made({ shape, data }: Entry, device: Device, requiresGrad = false): Tensor {
  return tensor(floats(data), { shape, device, requiresGrad });
}

/** A layer from PyTorch's text of it. */
function layerOf(text: string, device: Device): nn.Module {
  const [, name, inside] = text.match(/^(\w+)\((.*)\)$/)!;
  const number = (key: string, rest: number) => Number(inside!.match(new RegExp(`${key}=([^,]+)`))?.[1] ?? rest);
  const flag = (key: string) => !inside!.includes(`${key}=False`);
  const counts = inside!.replace(/, eps.*/, "").match(/\d+/g)!.map(Number);
  const common = { eps: number("eps", 1e-5), device };
  const running = {
    ...common,
    momentum: inside!.includes("momentum=None") ? null : number("momentum", 0.1),
    affine: flag("affine"),
    trackRunningStats: flag("track_running_stats"),
  };
  switch (name) {
    case "BatchNorm1d":
      return new nn.BatchNorm1d(counts[0]!, running);
    case "BatchNorm2d":
      return new nn.BatchNorm2d(counts[0]!, running);
    case "InstanceNorm2d":
      return new nn.InstanceNorm2d(counts[0]!, running);
    case "GroupNorm":
      return new nn.GroupNorm(counts[0]!, counts[1]!, { ...common, affine: flag("affine") });
    default:
      return new nn.LayerNorm(counts, { ...common, elementwiseAffine: flag("elementwise_affine") });
  }
}

/** Asserts that values are within `tolerance` of the largest of those expected (of 1 at least). */
async function assertNear(what: string, found: Tensor, { shape, data }: Entry, tolerance: number): Promise<void> {
  const wanted = floats(data), values = await found.toTypedArray();
  assert.deepEqual([...found.shape], shape, what);
  const size = wanted.reduce((a, x) => Math.max(a, Math.abs(x)), 1);
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) {
    const off = Math.abs(values[i]! - wanted[i]!);
    if (!(off <= worst)) worst = off;
  }
  assert.ok(worst <= tolerance * size, `${what} is off by ${worst}; the largest of them is ${size}`);
}

/** In channels-last memory, as a convolution leaves its images: here one with the identity for its weights. */
function asConvolved(x: Tensor, device: Device): Tensor {
  if (x.ndim !== 4) return x;
  const c = x.shape[1]!, weights = Float32Array.from({ length: c * c }, (_, i) => i % (c + 1) === 0 ? 1 : 0);
  return nn.functional.conv2d(x, tensor(weights, { shape: [c, c, 1, 1], device }));
}

for (const kind of testDevices()) {
  Deno.test(`normalisation layers are PyTorch's on ${kind}`, async (t) => {
    using device = await new Device(kind).ready;
    for (const golden of cases) {
      for (const layout of golden.shape.length === 4 ? ["row-major", "channels-last"] : ["row-major"]) {
        await t.step(`${golden.repr} of [${golden.shape}], ${layout}`, async () => {
          const place = (x: Tensor) => layout === "row-major" ? x : asConvolved(x, device);
          const layer = layerOf(golden.repr, device), parameters = golden.parameters;
          assert.equal(String(layer), golden.repr);
          assert.deepEqual(Object.keys(layer.stateDict()), Object.keys(golden.state));
          layer.loadStateDict(
            Object.fromEntries(Object.keys(parameters).map((name) => [name, made(parameters[name]!, device)])),
            { strict: false },
          );
          for (const input of golden.inputs.slice(0, -1)) {
            layer.call(place(made(input, device)));
            flush(device);
          }
          // A mean of 32 bits, as PyTorch's too, is itself off by half a unit of its last place: at 10⁴ that is 5e-4.
          const tolerance = 1e-5 + golden.ratio * 2 ** -22;
          const run = async (input: Entry, wanted: Entries, what: string) => {
            const x = made(input, device, true);
            const y = layer.call(place(x));
            layer.zeroGrad();
            y.backward(made(golden.cotangent, device));
            await assertNear(`${what} y`, y, wanted.y!, tolerance);
            await assertNear(`${what} gradient of x`, x.grad!, wanted.x!, tolerance);
            for (const [name, p] of layer.namedParameters()) {
              await assertNear(`${what} gradient of ${name}`, p.grad!, wanted[name]!, tolerance);
            }
          };
          await run(golden.inputs.at(-1)!, golden.train, "train");
          for (const [name, value] of layer.namedBuffers()) {
            await assertNear(name, value, golden.state[name]!, 1e-5);
          }
          layer.eval();
          await run(golden.inputs[0]!, golden.eval, "eval");
        });
      }
    }
  });

  Deno.test(`four training steps of a network with every norm give PyTorch's losses and state on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const conv = (from: number, to: number, bias = true) =>
      new nn.Conv2d(from, to, 3, { stride: 2, padding: 1, bias, device });
    const on = { device };
    const net = new nn.Sequential(
      ...[conv(1, 4, false), new nn.BatchNorm2d(4, on), new nn.ReLU()],
      ...[conv(4, 8), new nn.ReLU(), new nn.BatchNorm2d(8, on)],
      ...[conv(8, 6), new nn.GroupNorm(2, 6, on), new nn.InstanceNorm2d(6, { affine: true, device }), new nn.Flatten()],
      ...[new nn.LayerNorm(24, on), new nn.Linear(24, 10, on), new nn.BatchNorm1d(10, on)],
    );
    assert.equal(String(net), training.repr);
    const counter = (name: string) => name.endsWith("num_batches_tracked");
    net.loadStateDict(Object.fromEntries(
      Object.entries(training.before).map(([name, entry]) => {
        const value = made(entry, device);
        return [name, counter(name) ? value.int() : value];
      }),
    ));
    const images = made(training.images, device).keep(),
      labels = tensor(training.labels, { dtype: "int32", device }).keep();
    const opt = new SGD(net.parameters(), { lr: 0.3, momentum: 0.85 });
    for (const [i, wanted] of training.losses.entries()) {
      const at = 6 * (i % 2);
      const loss = crossEntropy(net.call(images.narrow(0, at, 6)), labels.narrow(0, at, 6));
      loss.backward();
      opt.step();
      opt.zeroGrad();
      assert.ok(Math.abs(await loss.item() - wanted) < 2e-5 * (i + 1), `step ${i}: ${await loss.item()}, ${wanted}`);
    }
    for (const [name, value] of Object.entries(net.stateDict())) {
      await assertNear(name, value, training.after[name]!, 2e-4);
    }
    const loss = await crossEntropy(net.eval().call(images), labels).item();
    assert.ok(Math.abs(loss - training.evalLoss) < 1e-4, `eval loss ${loss}, PyTorch's ${training.evalLoss}`);
  });
}

/** Model A with BatchNorm and no bias before it, and a training step of it on a random batch. */
function modelStep(device: Device, batch = 64) {
  setSeed(4);
  const model = getModel({ norm: (channels) => new nn.BatchNorm2d(channels, { device }), device });
  for (const module of model.modules()) {
    if (module instanceof nn.Conv2d && module.outChannels !== 10) module.bias = null;
  }
  const opt = new SGD(model.parameters(), { lr: 0.1, momentum: 0.85 });
  opt.flushes = false;
  const x = randn([batch, 1, 28, 28], { device }).keep();
  const y = tensor(Int32Array.from({ length: batch }, (_, i) => i % 10), { device }).keep();
  flush(device);
  const forward = () => crossEntropy(model.call(x), y);
  const backward = (loss: Tensor) => {
    loss.backward();
    opt.step();
    opt.zeroGrad();
    flush(device);
  };
  return { model, forward, backward };
}

Deno.test("a training step of model A with BatchNorm takes a pinned number of kernels", () => {
  using device = new Device("cpu", { threads: 1 });
  const { forward, backward } = modelStep(device);
  backward(forward());
  backward(forward());
  const before = { ...planStatistics(device) };
  backward(forward());
  const after = planStatistics(device);
  assert.equal(after.compiled, before.compiled);
  // Forward: 5 convolutions, the last with its bias, 4 moments, 4 normalisations with their activation, 4 × 3 running averages and counts; loss
  // 3. Backward: 2 to begin with, 5 weight and 1 bias gradients, 4 input gradients with the activation's, 4 × 2: the two sums, the gradient of
  // what was normalised. Updates: 5 weights, 1 bias, 4 × 2. No pass over the images could go: the moments are needed before the first normalised
  // element is, and the sums before the first gradient.
  assert.equal(after.kernels - before.kernels, 62);
  assert.deepEqual([after.bytesRead - before.bytesRead, after.bytesWritten - before.bytesWritten], [
    9_410_424,
    3_565_972,
  ]);
});

/** Losses and buffers after a few steps. */
async function train(threads: number, between: (loss: Tensor) => Promise<unknown> = () => Promise.resolve()) {
  using device = new Device("cpu", { threads });
  const { model, forward, backward } = modelStep(device, 300);
  const losses: number[] = [];
  for (let i = 0; i < 4; i++) {
    const loss = forward();
    await between(loss);
    backward(loss);
    losses.push(await loss.item());
  }
  return { losses, buffers: await Promise.all([...model.buffers()].map((b) => b.toTypedArray())), device };
}

Deno.test("BatchNorm gives the same losses and averages to the bit for 1 and 2 threads, and with reads in mid-step", async () => {
  const { losses, buffers } = await train(1);
  assert.ok(losses[3]! < losses[0]!);
  const two = await train(2);
  assert.deepEqual([two.losses, two.buffers], [losses, buffers]);
  const read = await train(1, (loss) => loss.item());
  assert.deepEqual([read.losses, read.buffers], [losses, buffers]);
  assert.equal(planStatistics(read.device).readsMidStep, 4);
});

Deno.test("the gradient of a normalisation can be differentiated again", async () => {
  using device = new Device("reference");
  setSeed(2);
  const x = randn([3, 4, 2, 2], { device, requiresGrad: true }), k = randn([3, 4, 2, 2], { device });
  for (const [along, shape, axes] of [[1, [4], [0, 2, 3]], [-1, [4, 2, 2], [1, 2, 3]]] as const) {
    const w = randn([...shape], { device, requiresGrad: true }), b = randn([...shape], { device, requiresGrad: true });
    const byHand = () => {
      const d = x.sub(x.mean(axes, { keepdim: true }));
      const y = d.div(d.square().mean(axes, { keepdim: true }).add(1e-5).sqrt());
      const spread = (p: Tensor) => along === 1 ? p.reshape(1, 4, 1, 1) : p;
      return y.mul(spread(w)).add(spread(b));
    };
    const fused = () => normalize(x, axes, { weight: w, bias: b, along }).y;
    const all: number[][] = [];
    for (const forward of [byHand, fused]) {
      for (const p of [x, w, b]) p.grad = null;
      forward().mul(k).sin().sum().backward(undefined, { createGraph: true });
      const second = x.grad!.square().sum().add(w.grad!.sin().sum()).add(b.grad!.square().sum());
      const first = [x, w, b].map((p) => p.grad!.clone());
      for (const p of [x, w, b]) p.grad = null;
      second.backward();
      const values = await Promise.all([...first, ...[x, w, b].map((p) => p.grad!)].map((t) => t.toTypedArray()));
      all.push(values.flatMap((list) => [...list]));
    }
    all[0]!.forEach((wanted, i) => assert.ok(Math.abs(all[1]![i]! - wanted) < 1e-9, `number ${i}`));
  }
});

Deno.test("normalisations say what does not fit", () => {
  using device = new Device("reference");
  const images = (...shape: number[]) => randn(shape, { device });
  const on = { device }, F = nn.functional;
  const fails = (run: () => unknown, message: RegExp) => assert.throws(run, { name: "RangeError", message });
  fails(() => new nn.BatchNorm2d(8, on).call(images(2, 3, 4, 4)), /must have 8 channels, found 3/);
  fails(() => new nn.BatchNorm2d(8, on).call(images(2, 8)), /takes 4 axes, found 2/);
  fails(() => new nn.BatchNorm1d(8, on).call(images(2, 8, 3, 3)), /takes 2 or 3 axes, found 4/);
  const one = /Cannot batchNorm \[1, 8, 1, 1\] in training: each channel has a single value/;
  fails(() => new nn.BatchNorm2d(8, on).call(images(1, 8, 1, 1)), one);
  assert.deepEqual(new nn.BatchNorm2d(8, on).eval().call(images(1, 8, 1, 1)).shape, [1, 8, 1, 1]);
  fails(() => new nn.BatchNorm2d(0, on), /numFeatures must be a whole number/);
  fails(() => F.batchNorm(images(2, 8)), /without statistics: give runningMean and runningVar, or training: true/);
  fails(() => F.batchNorm(images(2)), /takes \[batch, channels, …\]/);
  fails(() => F.batchNorm(images(2, 8), { training: true, weight: images(7) }), /8 channels, and weight is \[7\]/);
  const alone = { training: true, runningMean: images(8) };
  assert.throws(() => F.batchNorm(images(2, 8), alone), { name: "TypeError", message: /found runningMean alone/ });
  fails(
    () => new nn.InstanceNorm2d(8, on).call(images(2, 8, 1, 1)),
    /Cannot instanceNorm \[2, 8, 1, 1\]: an image of one pixel has no variance/,
  );
  fails(() => new nn.InstanceNorm2d(8, on).call(images(2, 8)), /takes 3 or 4 axes, found 2/);
  fails(() => F.instanceNorm(images(2, 8)), /takes \[batch, channels, height, width\]/);
  fails(() => F.instanceNorm(images(2, 8, 2), { useInputStats: false }), /without statistics/);
  fails(() => new nn.LayerNorm([4, 5], on).call(images(3, 5, 4)), /\[3, 5, 4\] over \[4, 5\]/);
  fails(() => new nn.LayerNorm([], on), /at least one axis/);
  fails(() => F.layerNorm(images(3, 5), [5], { bias: images(3) }), /bias must have that shape, found \[3\]/);
  fails(() => new nn.GroupNorm(4, 6, on), /6 channels in 4 groups: the number of groups must divide them/);
  fails(() => new nn.GroupNorm(2, 6, on).call(images(3, 5)), /found 5 channels/);
  fails(() => F.groupNorm(images(3, 6), 0), /the number of groups must be a whole number of at least 1, found 0/);
  fails(() => F.groupNorm(images(3), 1), /takes \[batch, channels, …\]/);
  fails(() => F.groupNorm(images(1, 6), 6), /Cannot groupNorm \[1, 6\] in 6 groups: each has a single value/);
  // deno-lint-ignore no-explicit-any -- as JavaScript may have it
  const none: any = { eps: null }, text: any = { momentum: "0.1" };
  for (const norm of [F.batchNorm, F.instanceNorm]) {
    assert.throws(() => norm(images(2, 3, 4), none), /eps must be a number/);
  }
  assert.throws(
    () => F.layerNorm(images(2, 3), [3], { eps: none.eps }),
    /run layerNorm: eps must be a number, found null/,
  );
  assert.throws(
    () => F.groupNorm(images(2, 4), 2, { eps: none.eps }),
    /run groupNorm: eps must be a number, found null/,
  );
  assert.throws(() => new nn.LayerNorm(3, { eps: none.eps }), /make LayerNorm: eps must be a number, found null/);
  assert.throws(() => new nn.GroupNorm(1, 3, { eps: none.eps }), /make GroupNorm: eps must be a number, found null/);
  assert.throws(() => new nn.BatchNorm2d(3, text), /make BatchNorm2d: momentum must be a number, found "0.1"/);
});
