import assert from "node:assert/strict";
import { erf, erfinv } from "../../lib/nn/host_random.ts";

/** Whether two numbers agree in so many parts of the second. */
const close = (found: number, wanted: number, share: number) =>
  assert.ok(Math.abs(found - wanted) <= share * Math.abs(wanted), `found ${found}, wanted ${wanted}`);

Deno.test("erf is that of the C library, on both sides of where its series ends", () => {
  // [math.erf(x) for x in …]
  const values = [
    [0.1, 0.1124629160182849],
    [0.9, 0.7969082124228322],
    [1.7, 0.9837904585907745],
    [2.4999, 0.9995928300996666],
    [2.5001, 0.9995932657565293],
    [3.3, 0.9999969422902035],
    [5, 0.9999999999984626],
  ] as const;
  for (const [x, y] of values) {
    close(erf(x), y, 1e-14);
    assert.equal(erf(-x), -erf(x));
  }
  assert.equal(erf(0), 0);
});

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
