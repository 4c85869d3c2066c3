/** Gradients as values, and functions with gradients of their own, on every device under test. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { planStatistics } from "../../lib/engine/plan/cache.ts";
import { autograd, flush, isGradEnabled, noGrad, randn, type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertClose, flat } from "../nn/helpers.ts";
import { testDevices } from "../oracle/golden.ts";

const { defineFunction, grad } = autograd;
const leaf = (values: number[], device?: Device) =>
  tensor(values, { requiresGrad: true, ...device ? { device } : {} }).keep();

for (const kind of testDevices()) {
  Deno.test(`grad() gives what backward() adds, of leaves and of what lies between, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const x = leaf([1, 2, 3], device), w = leaf([0.5, -1, 2], device);
    const make = () => {
      const y = x.mul(w), z = y.square();
      return { y, z, loss: z.sum().add(x.sum()) };
    };
    make().loss.backward();
    const wanted = [await flat(x.grad!), await flat(w.grad!)];
    x.grad = w.grad = null;
    const { y, z, loss } = make();
    const [dx, dz, dw, dy] = grad(loss, [x, z, w, y]);
    for (const [i, found] of [dx, dw].entries()) assertClose(await flat(found), wanted[i]!, 1e-6);
    assert.deepEqual(await flat(dz), [1, 1, 1]);
    assertClose(await flat(dy), [1, -4, 12]); // 2·x·w
    assert.equal(x.grad, null);
    assert.equal(w.grad, null);
  });

  Deno.test(`grad() differentiates again: Hessians and gradient penalties, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const x = leaf([1, 2], device);
    const f = x.at(0).pow(2).mul(x.at(1)).add(x.at(1).pow(3)); // x₀²x₁ + x₁³
    const [dx] = grad(f, x, { createGraph: true });
    assertClose(await flat(dx), [4, 13], 1e-5);
    const rows = [0, 1].map((i) => grad(dx.at(i), [x], { retainGraph: true })[0]);
    assertClose((await Promise.all(rows.map(flat))).flat(), [4, 2, 2, 12], 1e-5);
    dx.square().sum().backward();
    assertClose(await flat(x.grad!), [2 * (4 * 4 + 13 * 2), 2 * (4 * 2 + 13 * 12)], 1e-4);
  });

  Deno.test(`a function's own gradient takes the place of its operations', to the second, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const cube = defineFunction({
      name: "cube",
      forward: (x: Tensor) => x.mul(x).mul(x),
      backward: (gradient, _output, x) => gradient.mul(x.square()).mul(30), // ten times the true one
    });
    const x = leaf([1, 2], device);
    const y = cube(x.mul(1));
    assert.deepEqual(await flat(y), [1, 8]);
    const [dx] = grad(y.sum(), x, { createGraph: true });
    assert.deepEqual(await flat(dx), [30, 120]);
    assert.deepEqual(await flat(grad(dx.sum(), x)[0]), [60, 120]);
  });

  Deno.test(`a function is given its result, several tensors and other arguments, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    let ran = 0;
    const f = defineFunction({
      name: "scaledProduct",
      forward(a: Tensor, scale: number, b: Tensor) {
        assert.equal(isGradEnabled(), false);
        ran++;
        return a.mul(b).mul(scale);
      },
      backward: (gradient, output, a, scale, b) => [
        gradient.mul(output).add(a.mul(0)),
        null,
        scale === 3 ? b.neg() : undefined,
      ],
    });
    const a = leaf([1, 2], device), b = leaf([5, 7], device);
    f(a, 3, b).sum().backward();
    assert.deepEqual(await flat(a.grad!), [15, 42]);
    assert.deepEqual(await flat(b.grad!), [-5, -7]);
    b.grad = null;
    f(a.detach(), 2, b).sum().backward();
    assert.equal(b.grad, null);
    assert.equal(ran, 2);
    assert.equal(noGrad(() => f(a, 3, b)).requiresGrad, false);
    assert.equal(f(a.detach(), 3, b.detach()).requiresGrad, false);
  });
}

Deno.test("a function whose result is its argument, or is written to, keeps its gradient", async () => {
  const reversed = defineFunction({ name: "reversed", forward: (x: Tensor) => x, backward: (g) => g.neg() });
  const x = leaf([1, 2]), doubled = x.mul(2), y = reversed(doubled);
  y.mul_(3);
  y.add(doubled).sum().backward();
  assert.deepEqual(await flat(x.grad!), [-4, -4]); // −3·2 + 2
  assert.deepEqual(await flat(y), [6, 12]);
  assert.deepEqual(await flat(doubled), [2, 4]);
});

Deno.test("a function runs in the plans of its operations: other numbers compile nothing", async () => {
  const scaled = defineFunction({
    name: "scaled",
    forward: (x: Tensor, by: number) => x.mul(by).tanh(),
    backward: (g, y, _x, by) => [g.mul(y.square().neg().add(1)).mul(by)],
  });
  const device = await new Device("cpu").ready, x = leaf([1, 2], device);
  const step = async (by: number) => {
    x.grad = null;
    scaled(x, by).sum().backward();
    flush(device);
    return await flat(x.grad!);
  };
  assertClose(await step(0.5), [0.5 * (1 - Math.tanh(0.5) ** 2), 0.5 * (1 - Math.tanh(1) ** 2)]);
  await step(0.7);
  const { compiled } = planStatistics(device);
  for (const by of [0.1, 0.2, 0.9]) await step(by);
  assert.equal(planStatistics(device).compiled, compiled);
});

Deno.test("grad() goes only through what lies between: rules elsewhere are not run", async () => {
  let ran = 0;
  const counted = defineFunction({
    name: "counted",
    forward: (x: Tensor) => x.mul(2),
    backward(g) {
      ran++;
      return g.mul(2);
    },
  });
  const x = leaf([1]), w = leaf([3]), loss = counted(x).mul(w).sum();
  assert.deepEqual(await flat(grad(loss, w, { retainGraph: true })[0]), [2]);
  assert.equal(ran, 0);
  assert.deepEqual(await flat(grad(loss, [w, x])[1]), [6]);
  assert.equal(ran, 1);
});

Deno.test("grad() adds up several outputs, weighted", async () => {
  const x = leaf([1, 2]), y = x.mul(2), z = x.square().sum();
  const [dx] = grad([y, z], x, { gradOutputs: [tensor([1, 10]), null] });
  assert.deepEqual(await flat(dx), [2 + 2, 20 + 4]);
  assert.deepEqual(await flat(grad([y, y], y, { gradOutputs: [tensor([1, 2]), tensor([3, 4])] })[0]), [4, 6]);
});

Deno.test("grad() runs hooks, and leaves another backward its history where it is told to", async () => {
  const x = leaf([2]), y = x.square();
  using _hook = y.registerHook((g) => g.mul(10));
  const loss = y.mul(3).sum();
  const [dy, dx] = grad(loss, [y, x], { retainGraph: true });
  assert.deepEqual([await flat(dy), await flat(dx)], [[30], [120]]);
  loss.backward();
  assert.deepEqual(await flat(x.grad!), [120]);
});

Deno.test("grad() names what it cannot do", async () => {
  const x = leaf([1, 2]), other = leaf([1]), loss = x.sum();
  assert.throws(() => grad(loss, [x, other], { retainGraph: true }), /with respect to input 1.*allowUnused gives null/);
  assert.throws(() => grad(loss, tensor([1])), /input 0.*it requires no gradients/);
  const [dx, none] = grad(loss, [x, other], { allowUnused: true });
  assert.deepEqual(await flat(dx!), [1, 1]);
  assert.equal(none, null);
  assert.throws(() => grad(tensor(1), x), /gradients of output 0.*requires gradients/);
  assert.throws(() => grad(x.mul(2), x), /output 0, of shape \[2\]: it is no scalar/);
  assert.throws(() => grad(x.mul(2), x, { gradOutputs: tensor([1]) }), /Cannot weight output 0, of shape \[2\], by/);
  assert.throws(() => grad(x.sum(), x, { gradOutputs: [] }), /one tensor for each of 1 outputs, found 0/);
  assert.throws(() => grad([], x), /the outputs must be one tensor at least/);
  // A value that was read, and whose history a backward let go
  const y = x.mul(2);
  await y.array();
  y.sum().backward();
  assert.throws(() => grad(y.sum(), x), /let its history go/);
});

Deno.test("a function names what its parts get wrong", () => {
  const bad = (backward: () => unknown) =>
    defineFunction({ name: "bad", forward: (x: Tensor, _n: number) => x.mul(2), backward: backward as () => Tensor });
  const run = (backward: () => unknown) => bad(backward)(leaf([1, 2]), 1).sum().backward();
  assert.throws(() => run(() => 5), { name: "TypeError", message: /backward of bad gave: it must be a tensor, or an/ });
  assert.throws(() => run(() => [5]), /gave for argument 0: it must be a tensor, found 5/);
  assert.throws(
    () => run(() => randn([3])),
    /argument 0: it must be a tensor of shape \[2\], found one of shape \[3\]/,
  );
  assert.throws(() => run(() => [null, randn([2])]), /argument 1: it must be nothing, as that is no tensor/);
  assert.throws(() => defineFunction({ name: "a", forward: (() => 1) as never, backward: (g) => g })(), /found 1/);
});

Deno.test("what a detached handle writes gives gradients to nothing", async () => {
  const w = leaf([5, 7]), x = leaf([1, 2]), y = x.mul(2), plain = tensor([1, 2]);
  const [below, beside] = [y.detach(), plain.detach()];
  y.fill_(1); // ends the history
  below.add_(w);
  beside.mul_(w);
  assert.deepEqual([y, below, plain, beside].map((t) => t.requiresGrad), [false, false, false, false]);
  assert.deepEqual([await y.array(), await plain.array()], [[6, 8], [5, 14]]);
  y.mul(x).add(plain.mul(x)).sum().backward();
  assert.deepEqual(await x.grad!.array(), [11, 22]);
  assert.equal(w.grad, null);
});

Deno.test("a gradient of another type, or on another device, is refused, as its bits would be taken for floats", async () => {
  using other = await new Device("reference").ready;
  const given: [tensor: Tensor, problem: RegExp][] = [
    [tensor([2, 3], { dtype: "int32" }), /of type int32: the tensor has float32\. Convert with \.float\(\)/],
    [tensor([true, false]), /of type bool/],
    [tensor([2, 3]).half(), /of type float16/],
    [tensor([2, 3], { device: other }), /on reference: the tensor is on .*\. Move it/],
  ];
  using device = await new Device("cpu").ready;
  for (const [gradient, message] of given) {
    const x = leaf([1, 2], device);
    x.square().sum().backward();
    assert.throws(() => x.grad = gradient, { name: "TypeError", message });
    assert.throws(() => x.grad = tensor([1], { device }), /Cannot set a gradient of shape \[1\]/);
    assert.deepEqual(await flat(x.grad!), [2, 4], "what was there stays");
    const make = defineFunction({ name: "double", forward: (x: Tensor) => x.mul(2), backward: () => [gradient] });
    assert.throws(() => make(leaf([1, 2], device)).sum().backward(), { name: "TypeError", message });
    x.registerHook(() => gradient);
    assert.throws(() => x.square().sum().backward(), { name: "TypeError", message });
  }
});

Deno.test("weights of outputs may be of any type: gradients are floats", async () => {
  for (const dtype of ["int32", "uint8", "float16"] as const) {
    const x = leaf([1, 2]), weights = dtype === "float16" ? tensor([2, 3]).half() : tensor([2, 3], { dtype });
    const y = x.mul(1), gradients = grad(y, [y, x], { gradOutputs: weights });
    for (const g of gradients) assert.deepEqual([g.dtype, await flat(g)], ["float32", [2, 3]]);
    x.square().backward(weights);
    assert.deepEqual([x.grad!.dtype, await flat(x.grad!)], ["float32", [4, 12]]);
  }
});
