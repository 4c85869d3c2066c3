/** The rules of docs/engine.md that make deferred execution safe, one test each, on every device under test. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { noGrad } from "../../lib/graph/context.ts";
import { OverwrittenError } from "../../lib/graph/errors.ts";
import { flush } from "../../lib/engine/flush.ts";
import { tensor, zeros } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { Generator } from "../../lib/tensor/random.ts";
import { conv2d } from "../../lib/tensor/conv.ts";
import { avgPool2d } from "../../lib/tensor/pool.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { testDevices } from "./golden.ts";

for (const kind of testDevices()) {
  const test = (name: string, body: (device: Device) => void | Promise<void>) =>
    Deno.test(`${name} (${kind})`, async () => {
      using device = await new Device(kind).ready;
      await body(device);
    });
  const list = async (t: Tensor) => Array.from(await t.toTypedArray());

  test("a recipe is computed when it is read, after flushes too", async (device) => {
    const y = tensor([1, 2], { device }).add(1).mul(3);
    flush(device);
    flush(device);
    assert.deepEqual(await list(y), [6, 9]);
  });

  test("a read of what an effect has overwritten throws, and names tensor, effect and keep()", async (device) => {
    const x = tensor([1, 2], { device }), y = x.add(1);
    flush(device);
    x.add_(10);
    flush(device);
    await assert.rejects(list(y), (error: Error) => {
      assert.ok(error instanceof OverwrittenError, String(error));
      assert.match(error.message, /shape \[2\].*add_\(\) has since overwritten/);
      assert.match(error.message, /keep\(\)/);
      return true;
    });
    assert.deepEqual(await list(x), [11, 12]);
  });

  test("keep() before the flush saves a value from a later effect", async (device) => {
    const x = tensor([1, 2], { device }), y = x.add(1).keep();
    flush(device);
    x.add_(10);
    flush(device);
    assert.deepEqual(await list(y), [2, 3]);
    assert.deepEqual(await list(y.add(1)), [3, 4]);
  });

  test("a failed read leaves effects and other reads of the same tick alone", async (device) => {
    const x = tensor([1, 2], { device }), y = x.add(1), z = zeros([2], { device }).keep();
    flush(device);
    x.add_(10);
    flush(device);
    z.add_(5);
    const [bad, good] = await Promise.allSettled([list(y), list(x.mul(2))]);
    assert.equal(bad.status, "rejected");
    assert.equal(good.status, "fulfilled");
    assert.deepEqual(await list(z), [5, 5]);
    z.add_(1);
    flush(device);
    assert.deepEqual(await list(z), [6, 6]);
    await assert.rejects(list(y), OverwrittenError);
  });

  test("readers recorded before a write keep what they saw, forward and backward", async (device) => {
    const w = tensor([2, 3], { device, requiresGrad: true });
    const x = tensor([5, 7], { device });
    const y = w.mul(x), before = x.add(0);
    x.add_(100);
    y.sum().backward();
    const after = x.add(0);
    // In one tick: the first read would apply the write, and what was not read with it would be lost (docs/engine.md: what survives a flush).
    const all = await Promise.all([y, before, after, w.grad!].map(list));
    assert.deepEqual(all, [[10, 21], [5, 7], [105, 107], [5, 7]]);
  });

  test("a read between forward and backward changes nothing, though an input was overwritten", async (device) => {
    const gradient = async (read: boolean) => {
      const w = tensor([2, 3], { device, requiresGrad: true });
      const x = tensor([5, 7], { device });
      const y = w.mul(x).tanh();
      x.add_(100);
      if (read) await list(y);
      y.sum().backward();
      return list(w.grad!);
    };
    assert.deepEqual(await gradient(true), await gradient(false));
  });

  test("writes show through views, bases and detached tensors", async (device) => {
    const x = tensor([[1, 2, 3], [4, 5, 6]], { device });
    const row = x.at(1), column = x.t().at(0), detached = x.detach();
    row.mul_(10);
    detached.at([], 0).add_(0.5);
    assert.deepEqual(await list(x), [1.5, 2, 3, 40.5, 50, 60]);
    assert.deepEqual(await list(row), [40.5, 50, 60]);
    flush(device);
    x.zero_();
    assert.deepEqual(await list(column), [0, 0]);
    assert.deepEqual(await list(detached), [0, 0, 0, 0, 0, 0]);
  });

  test("effects of one flush read what the others overwrite as it was before", async (device) => {
    const state = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]];
    const [a, b, c] = state.map((v) => tensor([v.slice(0, 2), v.slice(2)], { device }).keep()) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const turned = (m: number[]) => [m[0]!, m[2]!, m[1]!, m[3]!];
    let [x, y, z] = state as [number[], number[], number[]];
    for (let round = 0; round < 4; round++) {
      // The same structure each round, with other tensors in each part: only a plan that knows which memory is which gets it right.
      const [p, q, r] = round % 2 ? [b, c, a] : [a, b, c];
      const old = p.mul(1);
      p.copy_(q.t());
      q.copy_(r.t());
      r.copy_(old.t());
      flush(device);
      if (round % 2) [y, z, x] = [turned(z), turned(x), turned(y)];
      else [x, y, z] = [turned(y), turned(z), turned(x)];
      assert.deepEqual(await Promise.all([a, b, c].map(list)), [x, y, z], `round ${round}`);
    }
  });

  test("a tensor can be changed by its own elements in another order", async (device) => {
    const x = tensor([[1, 2], [3, 4]], { device }).keep();
    flush(device);
    x.add_(x.t());
    flush(device);
    assert.deepEqual(await list(x), [2, 5, 5, 8]);
    const line = tensor([1, 2, 3, 4, 5], { device }).keep();
    line.slice(0, 1).copy_(line.slice(0, 0, 4));
    flush(device);
    assert.deepEqual(await list(line), [1, 1, 2, 3, 4]);
    line.slice(0, 0, 4).add_(line.slice(0, 1));
    flush(device);
    assert.deepEqual(await list(line), [2, 3, 5, 7, 4]);
  });

  test("a plan is not reused for the same structure with another target", async (device) => {
    for (const target of ["c", "a", "b", "none", "a", "c"]) {
      const a = tensor([[1, 2], [3, 4]], { device }),
        b = tensor([[5, 6], [7, 8]], { device }),
        c = zeros([2, 2], { device }).keep();
      flush(device);
      const out = a.add(b.t().mul(2)).matmul(a.t());
      if (target !== "none") ({ a, b, c })[target]!.copy_(out);
      const after = out.sub(1).keep();
      flush(device);
      assert.deepEqual(await list(after), [42, 96, 54, 124], target);
      const expected = { a: [1, 2, 3, 4], b: [5, 6, 7, 8], c: [0, 0, 0, 0], [target]: [43, 97, 55, 125] };
      assert.deepEqual(await Promise.all([a, b, c].map(list)), [expected.a, expected.b, expected.c], target);
    }
  });

  test("large tensors too are read as they were before effects write", async (device) => {
    // Larger than any block or workgroup: a kernel that wrote over what it still has to read would show.
    const n = 90;
    const matrix = (f: (i: number, j: number) => number) =>
      Float32Array.from({ length: n * n }, (_, k) => f(Math.floor(k / n), k % n));
    const A = (i: number, j: number) => i + 100 * j, B = (i: number, j: number) => 7 * i - j, C = () => 0;
    for (const target of ["c", "b", "a", "c", "a", "b"]) {
      const [a, b, c] = [A, B, C].map((f) => tensor(matrix(f), { shape: [n, n], device })) as [Tensor, Tensor, Tensor];
      flush(device);
      ({ a, b, c })[target]!.copy_(a.add(b.t()));
      flush(device);
      const sum = (i: number, j: number) => A(i, j) + B(j, i);
      const expected = { a: A, b: B, c: C, [target]: sum };
      const found = await Promise.all([a, b, c].map(list));
      assert.deepEqual(found, [expected.a, expected.b, expected.c].map((f) => Array.from(matrix(f))), target);
    }
    const x = tensor(matrix(A), { shape: [n, n], device }), y = tensor(matrix(B), { shape: [n, n], device });
    flush(device);
    x.add_(x.t());
    const old = x.mul(1);
    x.copy_(y.t());
    y.copy_(old.sub(1));
    flush(device);
    const turned = (i: number, j: number) => A(i, j) + A(j, i) - 1;
    assert.deepEqual(await Promise.all([x, y].map(list)), [
      Array.from(matrix((i, j) => B(j, i))),
      Array.from(matrix(turned)),
    ]);
    const line = tensor(matrix(A), { device });
    flush(device);
    line.slice(0, 1).copy_(line.slice(0, 0, n * n - 1));
    flush(device);
    const before = Array.from(matrix(A));
    assert.deepEqual(await list(line), [before[0], ...before.slice(0, -1)]);
    line.slice(0, 0, n * n - 1).add_(line.slice(0, 1));
    flush(device);
    const shifted = [before[0]!, ...before.slice(0, -1)];
    assert.deepEqual(await list(line), shifted.map((v, i) => i + 1 < shifted.length ? v + shifted[i + 1]! : v));
  });

  test("a plan is not reused where only axes, orders, steps or geometry differ", async (device) => {
    const x = tensor([[1, 2, 3], [4, 5, 6], [7, 8, 10]], { device }),
      index = tensor([[0, 2, 1], [1, 0, 2], [2, 1, 0]], { device, dtype: "int32" });
    const image = tensor([1, 2, 3, 4, 5, 6, 7, 8, 10], { device, shape: [1, 1, 3, 3] }),
      kernel = tensor([[[[2]]]], { device });
    flush(device);
    const pairs: [string, Tensor, number[]][] = [
      ["sum over rows", x.sum(0), [12, 15, 19]],
      ["sum over columns", x.sum(1), [6, 15, 25]],
      ["max over rows", x.max(0), [7, 8, 10]],
      ["max over columns", x.max(1), [3, 6, 10]],
      ["sum, not max", x.sum(1), [6, 15, 25]],
      ["argmax over rows", x.argmax(0), [2, 2, 2]],
      ["argmax over columns", x.neg().argmax(1), [0, 0, 0]],
      ["turned", x.permute(1, 0).add(0), [1, 4, 7, 2, 5, 8, 3, 6, 10]],
      ["not turned", x.permute(0, 1).add(0), [1, 2, 3, 4, 5, 6, 7, 8, 10]],
      ["every element", x.slice(1, 0, 2, 1).add(0), [1, 2, 4, 5, 7, 8]],
      ["every other element", x.slice(1, 0, 3, 2).add(0), [1, 3, 4, 6, 7, 10]],
      ["rows of rows", x.gather(0, index), [1, 8, 6, 4, 2, 10, 7, 5, 3]],
      ["columns of columns", x.gather(1, index), [1, 3, 2, 5, 4, 6, 10, 8, 7]],
      ["stride 2", conv2d(image, kernel, { stride: 2 }), [2, 6, 14, 20]],
      ["stride 3, padding 1", conv2d(image, kernel, { stride: 3, padding: 1 }), [0, 0, 0, 20]],
      ["pool with padding counted", avgPool2d(image, 2, { stride: 3, padding: 1, countIncludePad: true }), [
        0.25,
        0.75,
        1.75,
        2.5,
      ]],
      ["pool without", avgPool2d(image, 2, { stride: 3, padding: 1, countIncludePad: false }), [1, 3, 7, 10]],
    ];
    for (const [name, found, expected] of pairs) assert.deepEqual(await list(found), expected, name);
  });

  test("a reshape that needs a copy shares nothing", async (device) => {
    const x = tensor([[1, 2], [3, 4]], { device });
    const copy = x.t().reshape(-1), shared = x.reshape(-1);
    copy.add_(10);
    shared.add_(100);
    assert.deepEqual(await Promise.all([list(x), list(copy)]), [[101, 102, 103, 104], [11, 13, 12, 14]]);
  });

  test("a write in place to a leaf throws outside noGrad, through views too, and works inside", async (device) => {
    const w = tensor([1, 2], { device, requiresGrad: true });
    assert.throws(() => w.add_(1), /leaf/);
    assert.throws(() => w.at([0, 1]).add_(1), /leaf/);
    noGrad(() => w.at([0, 1]).add_(1));
    w.detach().mul_(2);
    assert.equal(w.requiresGrad, true);
    assert.deepEqual(await list(w), [4, 4]);
    w.mul(3).sum().backward();
    assert.deepEqual(await list(w.grad!), [3, 3]);
  });

  test("leaves of one value keep their gradients behind views", async (device) => {
    const b = zeros([2], { device, requiresGrad: true });
    b.view(1, 2).mul(3).sum().backward();
    assert.deepEqual(await list(b.grad!), [3, 3]);
    noGrad(() => b.fill_(7));
    b.grad = null;
    b.unsqueeze(0).square().sum().backward();
    assert.deepEqual(await list(b.grad!), [14, 14]);
  });

  test("gradients add up over backward calls and flushes until set to null", async (device) => {
    const w = tensor([1, 2], { device, requiresGrad: true });
    w.mul(2).sum().backward();
    flush(device);
    w.mul(3).sum().backward();
    assert.deepEqual(await list(w.grad!), [5, 5]);
    w.grad!.mul_(0.5);
    flush(device);
    w.mul(1).sum().backward();
    assert.deepEqual(await list(w.grad!), [3.5, 3.5]);
    w.grad = null;
    assert.equal(w.grad, null);
    w.sum().backward();
    assert.deepEqual(await list(w.grad!), [1, 1]);
  });

  test("a gradient held from the step before keeps its value", async (device) => {
    const w = tensor([1, 2], { device, requiresGrad: true });
    w.mul(2).sum().backward();
    const first = w.grad!;
    flush(device);
    w.grad = null;
    w.mul(3).sum().backward();
    flush(device);
    assert.deepEqual(await list(first), [2, 2]);
    assert.deepEqual(await list(w.grad!), [3, 3]);
  });

  test("a second backward needs retainGraph", async (device) => {
    const w = tensor([1, 2], { device, requiresGrad: true });
    const loss = w.mul(w).sum();
    loss.backward(undefined, { retainGraph: true });
    loss.backward();
    assert.deepEqual(await list(w.grad!), [4, 8]);
    flush(device);
    assert.throws(() => loss.backward(), /second time/);
  });

  test("a random recipe gives the same numbers whenever it is computed", async (device) => {
    const one = new Generator(5), two = new Generator(5);
    const a = randn([7], { device, generator: one }), b = randn([7], { device, generator: one });
    flush(device);
    const c = randn([7], { device, generator: one });
    const [d, e, f] = [0, 1, 2].map(() => randn([7], { device, generator: two }));
    assert.deepEqual(await list(f!), await list(c));
    assert.deepEqual(await list(a), await list(d!));
    flush(device);
    assert.deepEqual(await list(b), await list(e!));
    assert.deepEqual(await list(b.add(0)), await list(b));
    assert.notDeepEqual(await list(a), await list(b));
  });

  test("reads of one tick share one download", async (device) => {
    const tensors = Array.from({ length: 20 }, (_, i) => tensor([i], { device }).add(1));
    const before = device.counters.downloads;
    const read = await Promise.all(tensors.map((t) => t.item()));
    assert.deepEqual(read, tensors.map((_, i) => i + 1));
    assert.equal(device.counters.downloads - before, 1);
  });

  test("steps that differ only in numbers, starts and data share one plan", async (device) => {
    const { planStatistics } = await import("../../lib/engine/plan/cache.ts");
    const w = tensor([1, 2, 3, 4, 5], { device, requiresGrad: true }).keep();
    let compiled = 0;
    for (let step = 1; step <= 12; step++) {
      const x = tensor([step, 1, 0.5], { device });
      w.slice(0, step % 3, step % 3 + 3).mul(x).sub(1 / step).square().sum().backward();
      noGrad(() => w.sub_(w.grad!.mul(0.01 / step)));
      w.grad = null;
      flush(device);
      if (step === 3) compiled = planStatistics(device).compiled;
    }
    assert.equal(planStatistics(device).compiled, compiled);
    assert.equal((await list(w)).every(Number.isFinite), true);
  });

  test("a tensor or an unread value used as a number throws, and says what to write", (device) => {
    const t = tensor([1], { device });
    assert.throws(() => (t as unknown as number) + 1, /add/);
    const read = t.item();
    assert.throws(() => (read as unknown as number) + 1, /await/);
    return read.then(() => {});
  });

  test("noGrad refuses a function that returns a Promise", () => {
    assert.throws(() => noGrad(() => Promise.resolve(1)), /Promise/);
  });

  test("use after dispose() throws", async (device) => {
    const t = tensor([1, 2], { device }).add(1).keep();
    flush(device);
    t.dispose();
    await assert.rejects(async () => await list(t.add(1)), /dispose/);
  });
}
