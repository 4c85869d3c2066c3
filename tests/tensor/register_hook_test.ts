/** Hooks on the gradients of tensors. */
import assert from "node:assert/strict";
import { tensor } from "../../lib/tensor/mod.ts";

Deno.test("a gradient hook sees the whole sum, and what it returns takes the sum's place", async () => {
  const x = tensor([1, 2], { requiresGrad: true }), y = x.mul(3), seen: number[][] = [];
  const hook = y.registerHook((gradient) => {
    void gradient.array().then((values) => seen.push(values as number[]));
    return gradient.mul(10);
  });
  y.add(y).sum().backward();
  assert.deepEqual(await x.grad!.array(), [60, 60]);
  assert.deepEqual(seen, [[2, 2]]);
  hook.remove();
  y.sum().backward();
  assert.deepEqual(await x.grad!.array(), [63, 63]);
});

Deno.test("a hook may run a backward of its own through nodes whose gradients are pending", async () => {
  const x = tensor([1, 2], { requiresGrad: true });
  const early = x.mul(2), late = x.mul(5), inner = early.sum();
  late.registerHook(() => inner.backward(undefined, { retainGraph: true }));
  early.mul(100).add(late).sum().backward();
  // 200 and 5 by the outer pass, whose gradient of `early` waits while the inner one adds 2.
  assert.deepEqual(await x.grad!.array(), [207, 207]);
});

Deno.test("a hook that throws leaves no gradient behind for the next backward", async () => {
  const x = tensor([1, 2], { requiresGrad: true });
  const early = x.mul(2), late = x.mul(5), loss = early.mul(100).add(late).sum();
  const hook = late.registerHook(() => {
    throw new Error("no");
  });
  assert.throws(() => loss.backward(undefined, { retainGraph: true }), /no/);
  hook.remove();
  x.grad = null;
  loss.backward();
  assert.deepEqual(await x.grad!.array(), [205, 205]);
});
