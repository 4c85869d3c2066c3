import assert from "node:assert/strict";
import { erfinv } from "../../lib/nn/host_random.ts";

/** Whether two numbers agree in so many parts of the second. */
const close = (found: number, wanted: number, share: number) =>
  assert.ok(Math.abs(found - wanted) <= share * Math.abs(wanted), `found ${found}, wanted ${wanted}`);

Deno.test("erfinv is SciPy's", () => {
  const values = [
    [1e-3, 0.0008862271574665521],
    [0.3, 0.2724627147267543],
    [-0.7, -0.7328690779592167],
    [0.95, 1.3859038243496777],
    [-0.999, -2.3267537655135246],
    [1 - 2 ** -24, 3.832506856900711],
  ] as const;
  for (const [y, x] of values) close(erfinv(y), x, 1e-8);
  assert.deepEqual([erfinv(0), erfinv(1), erfinv(-1)], [0, Infinity, -Infinity]);
});
