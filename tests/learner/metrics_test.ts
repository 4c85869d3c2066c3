import assert from "node:assert/strict";
import { accuracy } from "../../lib/learner/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { assertClose, flat } from "../nn/helpers.ts";

Deno.test("accuracy counts largest scores, and NaN rows as class 0", async () => {
  const labels = tensor([0, 1, 0, 2], { dtype: "int32" });
  const scores = tensor([[3, 1, 2], [1, 2, 0], [NaN, NaN, NaN], [1, 1, 0]]);
  assertClose(await flat(accuracy(scores, labels)), [0.75]);
  assert.throws(() => accuracy(scores, labels.view(4, 1)), /accuracy of \[4, 3\] and \[4, 1\].*class numbers \[n\]/);
});
