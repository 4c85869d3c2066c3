/** Tensors print as in PyTorch 1.13 (print_goldens.json holds `str(t)` of the same values; bools in lower case). */
import assert from "node:assert/strict";
import { tensor } from "../../lib/tensor/mod.ts";
import { formatTensor, setPrintOptions } from "../../lib/tensor/print.ts";
import { device } from "../../lib/device/device.ts";
import goldens from "./print_goldens.json" with { type: "json" };

Deno.test("formatTensor() prints what PyTorch prints", () => {
  for (const { shape, data, dtype, text } of goldens) {
    const values = data.map((s) => s === "nan" ? NaN : s === "inf" ? Infinity : Number(s));
    assert.equal(formatTensor(Float32Array.from(values), shape, dtype as "float32"), text);
  }
});

Deno.test("formatTensor() shortens long axes, and setPrintOptions() changes precision and notation", () => {
  const long = formatTensor(Float32Array.from({ length: 2000 }, (_, i) => i), [2000], "float32");
  assert.equal(long, "tensor([   0.,    1.,    2.,  ..., 1997., 1998., 1999.])");
  setPrintOptions({ precision: 2, sciMode: false });
  assert.equal(formatTensor(Float32Array.of(1e-5, 1.234), [2], "float32"), "tensor([0.00, 1.23])");
  setPrintOptions({ precision: 4, sciMode: undefined });
});

Deno.test("a tensor says that it was not read, and shows its values in Jupyter", async () => {
  const t = tensor([1, 2.5], { device: device("reference") });
  assert.equal(String(t), "Tensor([2], float32, reference, not read)");
  const shown = await t[Symbol.for("Jupyter.display") as unknown as "toString"]() as unknown as Record<string, string>;
  assert.deepEqual(shown, { "text/plain": "tensor([1.0000, 2.5000])" });
});

Deno.test("setPrintOptions() names what it cannot take, and changes nothing then", () => {
  assert.throws(() => setPrintOptions({ lineWidth: 20, precision: -1 }), /Cannot set precision of printing to -1/);
  assert.throws(() => setPrintOptions({ precision: 101 }), RangeError);
  assert.throws(
    () => setPrintOptions({ edgeitems: 2 } as never),
    /"edgeitems" of setPrintOptions.*did you mean edgeItems\?/,
  );
  assert.equal(formatTensor(Float32Array.from({ length: 9 }, (_, i) => i), [9], "float32").split("\n").length, 1);
});
