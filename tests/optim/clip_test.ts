/** Bounds on gradients, against PyTorch's (tests/goldens/schedules.json), on every device under test. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { clipGradNorm, clipGradValue } from "../../lib/optim/mod.ts";
import { tensor, zeros } from "../../lib/tensor/create.ts";
import { assertClose, flat } from "../nn/helpers.ts";
import { readGolden, testDevices } from "../oracle/golden.ts";

interface Clip {
  readonly maxNorm: number;
  readonly normType: string;
  readonly gradients: number[];
  readonly norm: number;
  readonly after: number[];
}

const { clips } = readGolden<{ clips: Clip[] }>("schedules.json");

for (const kind of testDevices()) {
  Deno.test(`clipGradNorm() scales as PyTorch's, by any norm, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    for (const { maxNorm, normType, gradients, norm, after } of clips) {
      const a = zeros([3, 2], { device }).requiresGrad_().keep(), b = zeros([5], { device }).requiresGrad_().keep();
      const none = zeros([2], { device }).requiresGrad_().keep();
      a.grad = tensor(Float64Array.from(gradients.slice(0, 6)), { shape: [3, 2], device });
      b.grad = tensor(Float64Array.from(gradients.slice(6)), { device });
      const p = normType === "inf" ? Infinity : Number(normType);
      const found = clipGradNorm([a, none, b], maxNorm, { normType: p });
      assertClose([await found.item()], [norm], 2e-6);
      assertClose([...await flat(a.grad!), ...await flat(b.grad!)], after, 1e-6);
      assert.equal(none.grad, null);
    }
  });
}

Deno.test("clipGradValue() limits each element, and leaves parameters without gradients alone", async () => {
  const w = zeros([4]).requiresGrad_().keep(), other = zeros([1]).requiresGrad_().keep();
  w.grad = tensor([3, -2, 0.5, -0.25]);
  clipGradValue([w, other], 1);
  assert.deepEqual(await flat(w.grad!), [1, -1, 0.5, -0.25]);
  assert.equal(other.grad, null);
  clipGradValue(w, 0.3);
  assertClose(await flat(w.grad!), [0.3, -0.3, 0.3, -0.25], 1e-7);
});

Deno.test("clipGradNorm() of no gradients is 0, and wrong bounds are named", async () => {
  const w = zeros([4]).requiresGrad_().keep();
  assert.equal(await clipGradNorm(w, 1).item(), 0);
  assert.equal(await clipGradNorm([], 1).item(), 0);
  assert.throws(() => clipGradNorm(w, 0), /clipGradNorm: maxNorm must be above 0, found 0/);
  assert.throws(() => clipGradNorm(w, 1, { normType: 0 }), /normType must be above 0/);
  assert.throws(() => clipGradValue(w, "1" as never), { name: "TypeError", message: /clipValue must be a number/ });
});
