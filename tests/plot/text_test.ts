import assert from "node:assert/strict";
import { textTable } from "../../lib/plot/text.ts";

Deno.test("textTable(): numbers to the right, words to the left", () => {
  assert.deepEqual(textTable(["run", "loss"], [["A1", "2.099"], ["long name", "10.1 ± 0.2"]]), [
    "run              loss",
    "A1              2.099",
    "long name  10.1 ± 0.2",
  ]);
});

Deno.test("textTable() names a row that does not fit", () => {
  assert.throws(
    () => textTable(["a", "b"], [["1", "2"], ["3"]]),
    /^RangeError: Cannot put a row of 1 cells into a table of 2 columns$/,
  );
});

Deno.test("textTable(): names with a number in front stand to the left, dashes with their numbers to the right", () => {
  assert.deepEqual(textTable(["layer", "p"], [["0 ReLU", "0.25"], ["10 Conv2d", "–"]]), [
    "layer         p",
    "0 ReLU     0.25",
    "10 Conv2d     –",
  ]);
});
