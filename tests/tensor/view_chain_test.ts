/** Views of views of views, 20,000 deep, as loops make them: they are read, written to and differentiated as one view is. */
import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import { noGrad } from "../../lib/graph/context.ts";
import { ancestorsOf } from "../../lib/graph/find_non_finite.ts";
import { dequantizeGather, type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { testDevices } from "../oracle/golden.ts";

const DEPTH = 20_000;

/** Steps that leave a tensor of four elements as it was, and how many views each takes. */
const STEPS: Record<string, [views: number, step: (x: Tensor) => Tensor]> = {
  "view()": [2, (x) => x.view(2, 2).view(4)],
  "t()": [4, (x) => x.view(2, 2).t().t().view(4)],
  "unsqueeze() and squeeze()": [2, (x) => x.unsqueeze(0).squeeze(0)],
  "slice()": [1, (x) => x.slice(0)],
  "expand() and select()": [4, (x) => x.unsqueeze(0).expand(1, 4).select(0, 0)],
  "reshape() and flatten()": [2, (x) => x.reshape(2, 2).flatten()],
};
const DETACH: (typeof STEPS)[string] = [1, (x) => x.detach()];
const VIEW_AND_DETACH: (typeof STEPS)[string] = [2, (x) => x.view(4).detach()];

/** `x` under as many views. */
function chain(x: Tensor, [views, step]: (typeof STEPS)[string]): Tensor {
  for (let i = 0; i < DEPTH; i += views) x = step(x);
  return x;
}

for (const name of testDevices()) {
  const on = { device: device(name) };

  for (const [what, step] of Object.entries(STEPS)) {
    Deno.test(`20,000 views by x = x.${what}: it is read and has gradients on ${name}`, async () => {
      const leaf = tensor([1, 2, 3, 4], { requiresGrad: true, ...on }), x = chain(leaf.mul(2), step);
      assert.deepEqual(x.stride(), [1]);
      assert.deepEqual(await x.array(), [2, 4, 6, 8]);
      x.mul(x).sum().backward();
      assert.deepEqual(await leaf.grad!.array(), [8, 16, 24, 32]);
    });
  }

  Deno.test(`a chain of views or of detach() is written through on ${name}`, async () => {
    for (
      const step of [STEPS["view()"]!, STEPS["t()"]!, DETACH, VIEW_AND_DETACH]
    ) {
      const base = tensor([1, 2, 3, 4], on), x = chain(base, step);
      noGrad(() => x.add_(1));
      assert.deepEqual(await base.array(), [2, 3, 4, 5]);
      assert.deepEqual(await noGrad(() => step[1](x)).array(), [2, 3, 4, 5]);
    }
  });
}

Deno.test("detach() of detach() is as one; what lies between views still counts", async () => {
  const w = tensor([1, 2], { requiresGrad: true }), y = w.mul(3), free = y.detach().detach().view(2).detach();
  assert.ok(!free.requiresGrad && free.isLeaf);
  free.add_(1);
  assert.deepEqual(await y.array(), [4, 7]);
  // A view that was made a leaf is where the gradients of its own views end.
  const middle = tensor([1, 2, 3, 4]).view(2, 2).detach().requiresGrad_(), inner = middle.view(4).slice(0, 1);
  assert.ok(inner.requiresGrad && !inner.isLeaf);
  assert.ok(!inner.detach().requiresGrad);
  inner.mul(inner).sum().backward();
  assert.deepEqual(await middle.grad!.array(), [[0, 4], [6, 8]]);
  assert.throws(() => inner.add_(1), /Cannot add_ a leaf that requires gradients/);
  // A hook on a view watches what was made of that view.
  const leaf = tensor([1, 2], { requiresGrad: true }), hooked = leaf.view(2, 1), seen: string[] = [];
  hooked.registerHook((g) => void seen.push(String(g.shape)));
  hooked.view(1, 2).view(2).sum().backward();
  assert.deepEqual(seen, ["2,1"]);
});

Deno.test("chains of views go into kernels of bytes, and into the search for what is not finite", async () => {
  const bytes = chain(tensor(new Uint8Array([1, 2, 3, 4])), STEPS["view()"]!).view(2, 2);
  assert.deepEqual(await dequantizeGather(bytes, tensor([1], { dtype: "int32" })).array(), [[3, 4]]);
  const sum = tensor([1, 2, 3, 4]).add(1);
  assert.deepEqual([...ancestorsOf([chain(sum, STEPS["view()"]!).node()]).keys()][0], sum.node());
});
