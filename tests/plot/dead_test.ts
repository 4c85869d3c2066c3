import assert from "node:assert/strict";
import "../nn/helpers.ts"; // the reference device
import { binShare } from "../../lib/plot/dead.ts";

Deno.test("binShare(): values outside the bins count among all", () => {
  assert.deepEqual([...binShare([[6, 2, 2], [0, 0, 0]], [0, 0], [2, 0])], [0.5, NaN]);
  assert.deepEqual([...binShare([[6, 2, 2]], [1, 2])], [0.4]);
  assert.throws(() => binShare([[1, 2]], [1, 0]), /the lower first/);
});
