import assert from "node:assert/strict";
import { erf, roundHalfToEven } from "../../lib/device/scalar_math.ts";
import { close } from "./reference/helpers.ts";

Deno.test("erf() agrees with known values, and round goes to even", () => {
  // Abramowitz & Stegun, table 7.1, and mpmath.
  close([erf(0.5), erf(1), erf(2), erf(-1), erf(0), erf(Infinity), erf(-Infinity)], [
    0.5204998778130465,
    0.8427007929497149,
    0.9953222650189527,
    -0.8427007929497149,
    0,
    1,
    -1,
  ], 3e-16);
  close([erf(3), erf(3.5), erf(2.999999999)], [0.9999779095030014, 0.9999992569016276, 0.999977909502862], 1e-15);
  assert.ok(Math.abs(erf(1e-10) / 1.1283791670955126e-10 - 1) < 1e-15);
  assert.ok(Number.isNaN(erf(NaN)));
  close([0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 2 ** 52 + 1].map((x) => roundHalfToEven(x) + 0), [
    ...[0, 2, 2, 0, -2, 0],
    2 ** 52 + 1,
  ]);
});
