import assert from "node:assert/strict";
import { fromJson, toJson } from "../../lib/learner/json.ts";

Deno.test("toJson(), fromJson(): what JSON has not comes back to the bit", () => {
  const data = {
    numbers: [0, -0, 1 / 3, 5e-324, NaN, Infinity, -Infinity],
    floats: Float32Array.of(0.1, -0, NaN),
    doubles: Float64Array.of(0.1, -0, -Infinity),
    whole: Int32Array.of(-3, 7),
    none: new Float32Array(0),
    plain: { a: null, b: "x", c: [true, { d: [] }], e: {} },
  };
  assert.deepEqual(fromJson(toJson(data)), data);
});

Deno.test("fromJson(): objects that only look alike stay what they are", () => {
  for (const data of [{ $number: 3 }, { $float32: "x" }, { $float32: ["x"] }, { $number: "1", more: 2 }, { $x: [1] }]) {
    assert.deepEqual(fromJson(toJson(data)), data);
  }
});
