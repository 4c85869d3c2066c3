/** What the small layers share: their text is PyTorch's, and wrong settings are named. Values are compared in tests/oracle/ops_test.ts. */
import assert from "node:assert/strict";
import * as nn from "../../lib/nn/mod.ts";
import { ones } from "../../lib/tensor/create.ts";
import { goldens } from "./helpers.ts";

Deno.test("layers print as PyTorch's", () => {
  const layers = [
    new nn.LeakyReLU(),
    new nn.LeakyReLU(1e-5),
    new nn.Sigmoid(),
    new nn.Tanh(),
    new nn.SiLU(),
    new nn.GELU(),
    new nn.GELU({ approximate: "tanh" }),
    new nn.Dropout(),
    new nn.Dropout(0.1),
  ];
  assert.deepEqual(layers.map(String), goldens.repr.layers.slice(0, layers.length));
});

Deno.test("activations name wrong settings", () => {
  assert.throws(
    () => new nn.GELU({ approximate: "fast" as "tanh" }),
    /GELU: approximate is "none" or "tanh", found "fast"/,
  );
  assert.throws(
    () => nn.functional.gelu(ones([1]), { approximate: "fast" as "tanh" }),
    /Cannot use gelu with approximate "fast": it is "none" or "tanh"/,
  );
  assert.throws(() => new nn.LeakyReLU("0.1" as unknown as number), /negativeSlope must be a number, found string/);
});
