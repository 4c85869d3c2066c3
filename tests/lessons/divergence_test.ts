import assert from "node:assert/strict";
import { divergenceReason, findDivergence } from "../../lib/lessons/divergence.ts";

const row = (phase: "train" | "eval", loss: number) => ({ epoch: 2, phase, loss, accuracy: 0.1, seconds: 1 });

Deno.test("findDivergence(): the first loss that is not finite, by epoch and batch", () => {
  assert.equal(findDivergence([2, 1, 7e14], 2), undefined);
  assert.deepEqual(findDivergence([2, 1, 3, NaN, Infinity], 2), { epoch: 1, batch: 1, loss: NaN });
  assert.deepEqual(findDivergence([Infinity, NaN], 2), { epoch: 0, batch: 0, loss: Infinity });
});

Deno.test("divergenceReason(): by the batch, or by the phase where every batch's loss was finite", () => {
  assert.equal(divergenceReason(undefined, [row("train", 1), row("eval", 7e14)]), undefined);
  const reason = divergenceReason({ epoch: 0, batch: 41, loss: NaN }, [row("train", NaN)], new Error("another"));
  assert.equal(reason, "The training loss became NaN in epoch 0, batch 41");
  assert.equal(
    divergenceReason(undefined, [row("train", 1), row("eval", Infinity)]),
    "The evaluation loss became infinite in epoch 2",
  );
});
