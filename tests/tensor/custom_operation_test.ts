/** Operations that users define, on every device under test: values, gradients, plans, fences, and what goes wrong. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { flush } from "../../lib/engine/flush.ts";
import { planStatistics } from "../../lib/engine/plan/cache.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import { Learner, NonFiniteCB } from "../../lib/learner/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { SGD } from "../../lib/optim/sgd.ts";
import {
  checkOperation,
  conv2d,
  defineOperation,
  device,
  noGrad,
  type Operation,
  randn,
  setSeed,
  tensor,
} from "../../lib/tensor/mod.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { setUp } from "../engine/model_a.ts";
import { difference, floats, readGolden, testDevices } from "../oracle/golden.ts";

/**
 * Sums over neighbouring channels of [n, c, …]: from `before` below to `after` above. The transpose swaps the two, so that it is its own gradient.
 */
const windowSum: Operation<readonly ["x"], "before" | "after"> = defineOperation({
  name: "windowSum",
  inputs: ["x"],
  numbers: { before: 1, after: 1 },
  wgsl: `
fn kernel(i: u32) {
  let pixels = pixelsOf();
  let channel = i32(i / pixels % xShape[1]);
  var sum = 0.0;
  for (var c = max(0, channel - i32(before)); c <= min(i32(xShape[1]) - 1, channel + i32(after)); c++) {
    sum += x(u32(i32(i) + (c - channel) * i32(pixels)));
  }
  store(i, sum);
}
fn pixelsOf() -> u32 { return xShape[2] * xShape[3]; }`,
  cpu({ x, xShape: [n, channels, h, w], before, after, out }) {
    const pixels = h! * w!;
    for (let i = 0; i < n! * channels! * pixels; i++) {
      const channel = Math.floor(i / pixels) % channels!;
      out[i] = 0;
      for (let c = Math.max(0, channel - before); c <= Math.min(channels! - 1, channel + after); c++) {
        out[i]! += x[i + (c - channel) * pixels]!;
      }
    }
  },
  backward: ({ gradient, before, after }) => ({ x: windowSum(gradient, { before: after, after: before }) }),
});

/** Local response normalisation, as PyTorch has it. */
function localResponseNorm(x: Tensor, size: number, alpha: number, beta: number, k: number): Tensor {
  const sums = windowSum(x.mul(x), { before: Math.floor(size / 2), after: Math.floor((size - 1) / 2) });
  return x.div(sums.mul(alpha / size).add(k).pow(beta));
}

/** Largest number of each row so far; one call a row. */
const runningMax = defineOperation({
  name: "runningMax",
  inputs: ["x"],
  invocations: ({ x }) => x[0]!,
  wgsl: `fn kernel(row: u32) {
    var most = x(row * xShape[1]);
    for (var i = row * xShape[1]; i < (row + 1) * xShape[1]; i++) { most = max(most, x(i)); store(i, most); }
  }`,
  cpu({ x, xShape: [rows, columns], out }) {
    for (let i = 0; i < rows! * columns!; i++) out[i] = i % columns! ? Math.max(out[i - 1]!, x[i]!) : x[i]!;
  },
});

/** x·a of every element, without and with a gradient; two operations of one name and one shape. */
const times = (a: number, backward = true) =>
  defineOperation({
    name: "times",
    inputs: ["x"],
    wgsl: `fn kernel(i: u32) { store(i, ${a.toFixed(1)} * x(i)); }`,
    cpu: ({ x, out }) => out.forEach((_, i) => out[i] = a * x[i]!),
    ...(backward ? { backward: ({ gradient }: { gradient: Tensor }) => ({ x: gradient.mul(a) }) } : {}),
  });

const goldens = readGolden<{
  cases: {
    shape: number[];
    size: number;
    alpha: number;
    beta: number;
    k: number;
    x: string;
    cotangent: string;
    y: string;
    gradient: string;
    second: string;
  }[];
}>("custom.json").cases;

const { op: nothing } = {
  op: defineOperation({ name: "nothing", inputs: ["x"], wgsl: "fn kernel(i: u32) {}", cpu() {} }),
};

for (const kind of testDevices()) {
  const open = async () => await new Device(kind).ready;
  /** Names the device in a test's name. */
  const on = (name: string, fn: (device: Device) => Promise<void>) =>
    Deno.test(`${kind}: ${name}`, async () => {
      using device = await open();
      await fn(device);
    });

  on(
    "an operation with its gradient and the gradient's own gradient are PyTorch's local response norm",
    async (device) => {
      for (const { shape, size, alpha, beta, k, ...arrays } of goldens) {
        const x = tensor(floats(arrays.x), { shape, device, requiresGrad: true });
        const y = localResponseNorm(x, size, alpha, beta, k);
        y.backward(tensor(floats(arrays.cotangent), { shape, device }), { createGraph: true });
        const gradient = x.grad!;
        x.grad = null;
        gradient.mul(gradient).sum().div(2).backward();
        const found = { y, gradient, second: x.grad! };
        for (const [name, t] of Object.entries(found)) {
          const wanted = floats(arrays[name as keyof typeof found]);
          const off = difference(await t.toTypedArray(), wanted, shape, { relative: 2e-5, absolute: 4e-6 });
          assert.equal(off, undefined, `${name} of size ${size} on [${shape}] ${off}`);
        }
      }
    },
  );

  on("inputs that are views, of any strides and starts, arrive row by row", async (device) => {
    setSeed(3);
    const whole = randn([5, 7, 3], { device }), rows = await whole.array() as number[][][];
    const max = (values: number[][]) => values.map((row) => row.map((_, i) => Math.max(...row.slice(0, i + 1))));
    const column = (c: number) => rows.map((row) => row.map((cell) => cell[c]!));
    const { compiled } = planStatistics(device);
    for (const start of [0, 1]) { // a slice's start is no part of the plan
      const found = await runningMax(whole.slice(0, start, start + 3).reshape([3, 21])).array();
      assert.deepEqual(found, max(rows.slice(start, start + 3).map((row) => row.flat())));
    }
    assert.equal(planStatistics(device).compiled - compiled, 1);
    const middle = whole.slice(2, 1, 2).reshape([5, 7]);
    assert.deepEqual(await runningMax(middle).array(), max(column(1)));
    const turned = column(1)[0]!.map((_, i) => column(1).map((row) => row[i]!));
    assert.deepEqual(await runningMax(middle.t()).array(), max(turned));
    assert.deepEqual(await runningMax(tensor([2], { device }).expand([3, 4])).array(), Array(3).fill(Array(4).fill(2)));
  });

  on("results without elements, and inputs without elements", async (device) => {
    assert.deepEqual(await runningMax(randn([0, 4], { device })).array(), []);
    const total = defineOperation({
      name: "onePlusSum",
      inputs: ["x"],
      shape: () => [],
      wgsl: `fn kernel(i: u32) { var sum = 1.0; for (var j = 0u; j < xShape[0]; j++) { sum += x(j); } store(0, sum); }`,
      cpu({ x, out }) {
        out[0] = 1;
        for (let i = 0; i < x.length; i++) out[0] += x[i]!;
      },
    });
    assert.equal(await total(randn([0], { device })).item(), 1);
    assert.equal(await total(tensor([1, 2, 3], { device })).item(), 7);
  });

  on("operations of one name and shape are different operations", async (device) => {
    const x = tensor([1, 2], { device });
    assert.deepEqual(await times(2)(x).array(), [2, 4]);
    assert.deepEqual(await times(3)(x).array(), [3, 6]);
    assert.deepEqual(await times(3)(times(2)(x)).array(), [6, 12]);
  });

  on("an operation keeps its place between others that could run together", async (device) => {
    const x = tensor([1, 2, 3], { device });
    assert.deepEqual(await times(2)(x.add(1)).add(1).array(), [5, 7, 9]);
  });

  on("a tensor written in place by an operation of its own value", async (device) => {
    const x = tensor([[3, 1, 4, 1, 5]], { device });
    const reversed = x.mul(-1).keep();
    x.copy_(runningMax(x));
    x.copy_(runningMax(x.sub(reversed)));
    assert.deepEqual(await x.array(), [[6, 6, 8, 8, 10]]);
    assert.deepEqual(await reversed.array(), [[-3, -1, -4, -1, -5]]);
  });

  on("reads and writes beyond the ends of tensors reach no others", async (device) => {
    const greedy = defineOperation({
      name: "greedy",
      inputs: ["x"],
      invocations: () => 9000,
      wgsl: `fn kernel(i: u32) { store(i, x(i + 2)); }`,
      cpu: ({ x, out }) => out.forEach((_, i) => out[i] = x[i + 2] ?? 0),
    });
    const x = tensor([1, 2, 3, 8, 8], { device }).slice(0, 0, 3), y = tensor([5, 5, 5], { device }).keep();
    const guards = Array.from({ length: 9 }, () => tensor(Array(600).fill(4), { device }).keep());
    await y.array();
    y.copy_(greedy(x)); // into its own memory, below the guards'
    assert.deepEqual(await y.array(), [3, 0, 0]);
    for (const guard of guards) assert.ok((await guard.toTypedArray()).every((value) => value === 4));
  });

  on("a failing operation says so at each read of its results; the device goes on", async (device) => {
    const { says, ...broken } = kind === "webgpu"
      ? {
        wgsl: "fn kernel(i: u32) {\n  store(i, nought);\n}",
        cpu() {},
        says: /broken: its WGSL does not compile:[^]*:2:12[^]*nought/,
      }
      : {
        wgsl: "fn kernel(i: u32) { store(i, x(i)); }",
        cpu() {
          throw new Error("no function today");
        },
        says: /^Cannot run the operation broken: its host implementation threw Error: no function today$/,
      };
    let texts = 0; // a device is asked about a text once, so each operation has another
    const fresh = () =>
      defineOperation({ name: "broken", inputs: ["x"], ...broken, wgsl: `${broken.wgsl} // ${texts++}` });
    const expected = { name: "OperationError", operation: "broken", message: says };
    const refused = (read: () => PromiseLike<unknown>) => assert.rejects(async () => await read(), expected);
    const x = tensor([1, 2], { device }), state = tensor([5, 5], { device }).keep(), other = x.mul(3).keep();
    await state.array();
    const operation = fresh(), y = operation(x), z = y.add(1);
    await refused(() => z.array());
    await refused(() => z.array());
    await refused(() => y.array());
    await refused(() => operation(x).array());
    // webgpu does not know yet when it is flushed: what was to be written, and what follows from it, are errors later.
    const flushed = () => kind === "webgpu" ? flush(device) : assert.throws(() => flush(device), expected);
    const kept = fresh()(x).keep();
    flushed();
    const after = kept.add(1).keep();
    flushed();
    state.copy_(fresh()(x));
    flushed();
    const unharmed = x.add(1).keep();
    flush(device);
    const innocent = x.mul(7).keep(), tainted = kept.sub(1).keep();
    if (kind === "webgpu") await device.synchronize(); // now it is known, and told at once
    assert.throws(() => flush(device), expected);
    assert.deepEqual(await innocent.array(), [7, 14]);
    for (const t of [tainted, kept, after, state, state.mul(2)]) await refused(() => t.array());
    assert.deepEqual(await unharmed.array(), [2, 3]);
    assert.deepEqual(await other.array(), [3, 6]);
    assert.deepEqual(await times(2)(x).array(), [2, 4]);
    state.copy_(x);
    assert.deepEqual(await state.array(), [1, 2]);
  });

  on("a kernel that is still being looked at holds up what follows, in order", async (device) => {
    if (kind === "webgpu") assert.ok(device.isOpen);
    const a = tensor([1], { device }).keep();
    for (let i = 0; i < 4; i++) {
      // A new text each time: the device has to be asked.
      const grow = defineOperation({
        name: `grow${i}`,
        inputs: ["x"],
        wgsl: `fn kernel(i: u32) { store(i, x(i) * 2.0 + ${i}.0); }`,
        cpu: ({ x, out }) => out.forEach((_, j) => out[j] = x[j]! * 2 + i),
      });
      a.copy_(grow(a));
      flush(device);
      a.add_(1);
      flush(device);
    }
    await device.throttle();
    assert.equal(device.kind, kind);
    assert.ok(device.counters.runs > 0);
    assert.deepEqual(await a.array(), [((((1 * 2 + 0 + 1) * 2 + 1 + 1) * 2 + 2 + 1) * 2 + 3) + 1]);
  });
}

if (testDevices().includes("webgpu")) {
  Deno.test("webgpu: a device that is disposed of while a kernel is being looked at ends quietly", async () => {
    const device = await new Device("webgpu").ready;
    times(0.5)(tensor([1], { device })).keep();
    flush(device);
    assert.equal(device.isOpen, false);
    device.dispose();
    await assert.rejects(device.synchronize(), /disposed/);
  });
}

/** A small network with an operation of ours in it, and steps of its training. */
async function train(device: Device, options: { reads?: number; hooks?: boolean } = {}) {
  setSeed(11);
  const norm = new nn.Lambda((x: Tensor) => localResponseNorm(x, 3, alpha, 0.75, 1));
  let alpha = 0.5;
  const model = new nn.Sequential(
    new nn.Conv2d(1, 6, 3, { stride: 2, padding: 1, device }),
    norm,
    new nn.ReLU(),
    new nn.Flatten(),
    new nn.Linear(6 * 5 * 5, 4, { device }),
  );
  const seen: Tensor[] = [];
  if (options.hooks) {
    norm.registerForwardHook((_m, _i, output) => {
      seen.push((output as Tensor).detach().std().keep());
    });
  }
  const opt = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
  const x = randn([8, 1, 9, 9], { device }).keep(),
    y = tensor(Int32Array.of(0, 1, 2, 3, 0, 1, 2, 3), { device }).keep();
  flush(device);
  let state = options.reads ?? 0;
  const chance = () => options.reads !== undefined && (state = (Math.imul(state, 1103515245) + 12345) >>> 0) % 3 === 0;
  const losses: Tensor[] = [], compiled: number[] = [], kernels: number[] = [];
  for (let step = 0; step < 12; step++) {
    const before = planStatistics(device).kernels;
    alpha = 0.5 + step / 100;
    opt.lr = 0.1 / (1 + step);
    const preds = model.call(x);
    if (chance()) await preds.mean().item();
    const loss = crossEntropy(preds, y);
    if (chance()) await loss.item();
    loss.backward();
    if (chance()) { for (const p of model.parameters()) await p.grad?.norm().item(); }
    losses.push(loss.detach().clone().keep());
    opt.step();
    opt.zeroGrad();
    compiled.push(planStatistics(device).compiled);
    kernels.push(planStatistics(device).kernels - before);
  }
  const values = await Promise.all(losses.map((loss) => loss.item()));
  return { values, compiled, kernels, seen: await Promise.all(seen.map((t) => t.item())) };
}

for (const kind of testDevices()) {
  Deno.test(`${kind}: a training compiles its plans in two steps, whatever its numbers are, and reads and hooks change no bit`, async () => {
    using device = await new Device(kind).ready;
    const plain = await train(device);
    assert.ok(plain.values.at(-1)! < plain.values[0]! / 2, `the loss falls: ${plain.values}`);
    assert.equal(plain.compiled.at(-1), plain.compiled[1]);
    assert.deepEqual([...new Set(plain.kernels.slice(2))], [STEP_KERNELS]);
    const hooked = await train(device, { hooks: true });
    assert.deepEqual(hooked.values, plain.values);
    assert.ok(hooked.seen.length === 12 && hooked.seen.every((std) => std > 0.1));
    if (kind === "webgpu") return; // other plans may round otherwise there
    for (const reads of [1, 2, 3]) assert.deepEqual((await train(device, { reads })).values, plain.values);
  });
}

/** Kernels of a training step of {@linkcode train}. Two are ours, each with a copy before it: convolutions lay channels innermost. */
const STEP_KERNELS = 26;

Deno.test("1, 2 and 3 threads give the same bits, with host implementations between kernels that threads share", async () => {
  const run = async (threads: number) => {
    using device = await new Device("cpu", { threads }).ready;
    setSeed(5);
    const w = randn([64, 64, 3, 3], { device }).mul(0.05).keep();
    let x = randn([16, 64, 15, 15], { device }).keep();
    for (let i = 0; i < 4; i++) {
      x = localResponseNorm(conv2d(x, w, { padding: 1 }), 5, 0.3, 0.75, 1).keep();
      flush(device);
      await new Promise((resolve) => setTimeout(resolve, 30)); // helpers start meanwhile
    }
    // Small programs without host implementations run behind the caller, and end before a host implementation sees their results.
    for (let i = 0; i < 100; i++) {
      x = (i % 2 ? windowSum(x.narrow(0, 0, 1), { before: 0 }).mul(0.5) : x.add(i)).keep();
      flush(device);
    }
    return await x.toTypedArray();
  };
  const one = await run(1);
  assert.ok(one.every(Number.isFinite));
  for (const threads of [2, 3]) assert.deepEqual(await run(threads), one, `${threads} threads`);
});

Deno.test("under noGrad nothing is recorded, and an input that wants no gradient costs none", async () => {
  using device = new Device("reference");
  const x = tensor([1, 2], { device, requiresGrad: true }), y = tensor([3, 4], { device });
  assert.equal(noGrad(() => times(2)(x)).requiresGrad, false);
  assert.equal(times(2)(y).requiresGrad, false);
  const product = defineOperation({
    name: "product",
    inputs: ["a", "b"],
    wgsl: "fn kernel(i: u32) { store(i, a(i) * b(i)); }",
    cpu: ({ a, b, out }) => out.forEach((_, i) => out[i] = a[i]! * b[i]!),
    backward: ({ a, b, gradient }) => ({ a: gradient.mul(b), b: gradient.mul(a) }),
  });
  product(x, y).sum().backward();
  assert.deepEqual(await x.grad!.array(), [3, 4]);
});

Deno.test("NonFiniteCB names an operation of ours that makes the first infinities", async () => {
  using device = new Device("cpu", { threads: 1 });
  const { dls } = setUp(device, { count: 64 });
  const exponential = defineOperation({
    name: "exponential",
    inputs: ["x"],
    wgsl: "fn kernel(i: u32) { store(i, exp(x(i))); }",
    cpu: ({ x, out }) => out.forEach((_, i) => out[i] = Math.exp(x[i]!)),
    backward: ({ out, gradient }) => ({ x: gradient.mul(out) }),
  });
  const model = new nn.Sequential(
    new nn.Flatten(),
    new nn.Linear(784, 10, { device }),
    new nn.Lambda((x: Tensor) => exponential(x.mul(1e4))),
  );
  const learn = new Learner(model, dls, crossEntropy, { lr: 0.1, cbs: [new NonFiniteCB()] });
  await assert.rejects(learn.fit(1), ({ cause }: Error) => /^.*exponential in 2 Lambda gives/.test(String(cause)));
});

const reference = device("reference"), cpu = device("cpu");
const ones = (...shape: number[]) =>
  tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), { shape, device: reference });
const definition = { name: "op", inputs: ["x"], wgsl: "fn kernel(i: u32) {}", cpu() {} } as const;
const wanting = () => ones(2).requiresGrad_();

/** Name, the wrong call, the class of error, and what its message says. */
const ERRORS: [string, () => unknown, new (...args: never[]) => Error, RegExp][] = [
  [
    "too few inputs",
    () => (windowSum as unknown as () => void)(),
    TypeError,
    /^Cannot run windowSum on \(\): it takes 1 tensor \(x\), then an object of numbers if they differ from the defaults \(before, after\)$/,
  ],
  [
    "too many inputs",
    () => (nothing as unknown as (...x: Tensor[]) => void)(ones(2), ones(3, 1)),
    TypeError,
    /^Cannot run nothing on \(Tensor \[2\], Tensor \[3, 1\]\): it takes 1 tensor \(x\)$/,
  ],
  ["a number in a tensor's place", () => nothing(3 as never), TypeError, /^Cannot run nothing on \(number\)/],
  [
    "a number that it does not have",
    () => windowSum(ones(1, 1, 1, 1), { above: 2 } as never),
    TypeError,
    /^Cannot run windowSum with above: its numbers are before, after$/,
  ],
  [
    "a number that is none",
    () => windowSum(ones(1, 1, 1, 1), { after: "2" as never }),
    TypeError,
    /after = string: it takes a number/,
  ],
  [
    "an input that is not float32",
    () => nothing(tensor(Int32Array.of(1), { device: reference })),
    TypeError,
    /^Cannot nothing a int32 tensor: it takes float32. Convert with .float\(\)$/,
  ],
  [
    "tensors on different devices",
    () => defineOperation({ ...definition, inputs: ["x", "y"] })(ones(2), tensor([1], { device: cpu })),
    TypeError,
    /^Cannot op tensors on reference and cpu: move one first/,
  ],
  [
    "a shape that is none",
    () => defineOperation({ ...definition, shape: () => [2, -1] })(ones(2)),
    RangeError,
    /^Cannot run op: its shape\(\) gave \[ 2, -1 \], not a list of whole numbers from 0$/,
  ],
  [
    "invocations that are none",
    () => defineOperation({ ...definition, invocations: ({ x }) => x[1]! })(ones(2)),
    RangeError,
    /^Cannot run op: its invocations\(\) gave undefined, not a whole number from 0$/,
  ],
  [
    "a backward pass without a backward",
    () => times(2, false)(wanting()).sum().backward(),
    Error,
    /^Cannot run backward through times \[2\]: the operation has no gradient. Give defineOperation a backward, or detach\(\) what goes in$/,
  ],
  [
    "a gradient of another shape",
    () =>
      defineOperation({ ...definition, backward: ({ gradient }) => ({ x: gradient.sum() }) })(wanting()).sum()
        .backward(),
    RangeError,
    /^Cannot use what the backward of op gave for x: it must be a tensor \[2\], found Tensor \[\]$/,
  ],
  [
    "no inputs",
    () => defineOperation({ ...definition, inputs: [] }),
    TypeError,
    /^Cannot define the operation op: it has no inputs/,
  ],
  [
    "a name that WGSL refuses",
    () => defineOperation({ ...definition, inputs: ["x y"] }),
    TypeError,
    /x y is no name for WGSL/,
  ],
  [
    "a name that is taken",
    () => defineOperation({ ...definition, inputs: ["store"] }),
    TypeError,
    /the name store is taken/,
  ],
  [
    "WGSL without a kernel",
    () => defineOperation({ ...definition, wgsl: "" }),
    TypeError,
    /its wgsl defines no fn kernel\(i: u32\)$/,
  ],
  [
    "no host implementation",
    () => defineOperation({ ...definition, cpu: undefined as never }),
    TypeError,
    /it has no host implementation/,
  ],
];

for (const [name, call, type, message] of ERRORS) {
  Deno.test(`own operations refuse ${name}`, () => {
    assert.throws(
      call,
      (error: Error) => error instanceof type && message.test(error.message) || assert.fail(String(error)),
    );
  });
}

Deno.test("a shape() may throw, and a host implementation that returns something is told what to do", async () => {
  const fussy = defineOperation({
    ...definition,
    shape: () => {
      throw new RangeError("only squares");
    },
  });
  assert.throws(() => fussy(ones(2)), /^RangeError: only squares$/);
  const wrong = defineOperation({ ...definition, cpu: (() => Promise.resolve()) as never });
  await assert.rejects(
    async () => await wrong(ones(2)).array(),
    /^OperationError: .*it must fill out, and return nothing$/,
  );
});

Deno.test("checkOperation() finds nothing in a right operation, and names what is wrong in others", async () => {
  setSeed(2);
  const report = await checkOperation(windowSum, [randn([2, 5, 3, 1])], { numbers: { after: 2 } });
  assert.ok(Object.values(report.differences).every((most) => most < 1e-5));
  const compared = Object.keys(report.differences);
  assert.deepEqual(compared.filter((what) => !what.endsWith("webgpu")), [
    "the result on cpu",
    "gradient of x on cpu",
    "gradient of x",
  ]);
  assert.match(String(report), /^windowSum is the same everywhere, but for\n {2}the result on cpu: /);
  const wrongGradient = defineOperation({
    ...times(2).definition,
    backward: ({ gradient }) => ({ x: gradient.mul(3) }),
  });
  await assert.rejects(
    checkOperation(wrongGradient, [randn([3, 2])]),
    /^Error: Cannot vouch for the operation times: gradient of x is \S+ at \[0, 0\], expected \S+$/,
  );
  if (report.missing.includes("webgpu")) return;
  const apart = defineOperation({ ...times(2).definition, wgsl: times(2.5).definition.wgsl });
  await assert.rejects(
    checkOperation(apart, [randn([3, 2])]),
    /times: the result on webgpu is \S+ at \[0, 0\], expected/,
  );
  const lazy = defineOperation({
    ...times(2).definition,
    cpu: ({ x, out }) => out.forEach((_, i) => i === 4 || (out[i] = 2 * x[i]!)),
  });
  await assert.rejects(
    checkOperation(lazy, [randn([3, 2])]),
    /times: the result on cpu is \S+ at \[2, 0\], expected NaN/,
  );
});
