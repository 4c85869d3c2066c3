import assert from "node:assert/strict";
import { Callback, GradientClip, Learner } from "../../../lib/learner/mod.ts";
import { assertClose, flat } from "../../nn/helpers.ts";
import { crossEntropy, loaders, model, Spy } from "../helpers.ts";

// --- gradients -------------------------------------------------------------------------------------------------------------

Deno.test("GradientClip scales all gradients to a norm, and leaves small ones alone", async () => {
  const gradients = async (cbs: Callback[]) => {
    let found: number[] = [];
    const spy = new Spy({
      afterBackward: async (learn) => {
        if (learn.iter === 0) found = (await Promise.all([...learn.opt.parameters()].map((p) => flat(p.grad!)))).flat();
      },
    });
    await new Learner(model(), loaders(), crossEntropy, { cbs: [...cbs, spy] }).fit(1);
    return found;
  };
  const free = await gradients([]);
  const norm = Math.hypot(...free);
  const factor = 0.1 / (norm + 1e-6);
  assert.ok(factor < 1);
  assertClose(await gradients([new GradientClip(0.1)]), free.map((g) => g * factor), 1e-9);
  assert.deepEqual(await gradients([new GradientClip(100)]), free);
  assert.throws(() => new GradientClip(0), /maxNorm must be above 0/);
});
