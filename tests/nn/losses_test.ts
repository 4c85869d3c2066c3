import assert from "node:assert/strict";
import { functional as F } from "../../lib/nn/mod.ts";
import { randn, tensor } from "../../lib/tensor/create.ts";
import { assertClose, flat } from "./helpers.ts";

const labels = (values: number[]) => tensor(values, { dtype: "int32" });

Deno.test("crossEntropy equals nllLoss of logSoftmax, in every reduction", async () => {
  const logits = randn([5, 3]), target = labels([0, 2, 1, 1, 0]);
  for (const reduction of ["mean", "sum", "none"] as const) {
    const fused = await flat(F.crossEntropy(logits, target, { reduction }));
    assertClose(fused, await flat(F.nllLoss(F.logSoftmax(logits, 1), target, { reduction })), 1e-6);
    assert.equal(fused.length, reduction === "none" ? 5 : 1);
  }
});

Deno.test("crossEntropy is stable, and right on a hand-made row", async () => {
  assertClose(await flat(F.crossEntropy(tensor([[0, 0]]), labels([1]))), [Math.LN2]);
  assertClose(await flat(F.crossEntropy(tensor([[1000, 0], [0, 1000]]), labels([0, 0]))), [500], 1e-3);
});

Deno.test("mseLoss averages squares, and refuses to broadcast", async () => {
  assertClose(await flat(F.mseLoss(tensor([1, 2]), tensor([3, 5]))), [6.5]);
  assert.throws(() => F.mseLoss(randn([4]), randn([4, 1])), /\[4\] and \[4, 1\]: the shapes must be equal/);
});

Deno.test("losses name wrong shapes, dtypes and reductions", () => {
  assert.throws(() => F.crossEntropy(randn([4, 10, 1, 1]), labels([0, 1, 2, 3])), /Put a Flatten/);
  assert.throws(() => F.crossEntropy(randn([4, 10]), labels([0, 1, 2])), /\[4, 10\] and \[3\]/);
  assert.throws(() => F.crossEntropy(randn([2, 3]), tensor([0, 1])), /class numbers are int32. Use target.int\(\)/);
  assert.throws(
    () => F.crossEntropy(randn([2, 3]), labels([0, 1]), { reduction: "avg" as "mean" }),
    /"mean", "sum" or "none"/,
  );
});
