import assert from "node:assert/strict";
import { NONE } from "../../../lib/device/attributes.ts";
import type { Operand } from "../../../lib/device/operand.ts";
import type { Step, StepOf } from "../../../lib/device/steps/mod.ts";
import { copyOperands, renameValues, sameAccess } from "../../../lib/engine/plan/operands.ts";

const operand = (value: number, strides = [3, 1], offset = 0, dynamic = -1): Operand => {
  return { value, shape: [2, 3], strides, offset, dynamic };
};

const copyOf = (from: Operand, to: Operand): StepOf<"pointwise"> => ({
  kernel: "pointwise",
  shape: [2, 3],
  inputs: [{ kind: "tensor", operand: from, dtype: "float32" }],
  code: [],
  outputs: [{ operand: to, register: 0, dtype: "float32" }],
});

Deno.test("sameAccess() compares strides and starts, whatever the values; starts known at run time are never the same", () => {
  assert.ok(sameAccess(operand(0), operand(1)));
  assert.ok(!sameAccess(operand(0), operand(0, [1, 2])));
  assert.ok(!sameAccess(operand(0), operand(0, [3, 1], 4)));
  assert.ok(!sameAccess(operand(0, [3, 1], 0, 2), operand(0, [3, 1], 0, 2)));
});

Deno.test("copyOperands() knows a bare copy", () => {
  const copy = copyOf(operand(4), operand(5, [1, 2]));
  assert.deepEqual(copyOperands(copy), { from: operand(4), to: operand(5, [1, 2]) });
  const code = [{ op: "neg", dtype: "float32", of: "float32", args: [0] }] as const;
  assert.equal(copyOperands({ ...copy, code }), undefined, "it computes");
  assert.equal(copyOperands({ ...copy, outputs: [...copy.outputs, ...copy.outputs] }), undefined, "two outputs");
  assert.equal(copyOperands({ ...copy, inputs: [{ kind: "scalar", slot: 0, dtype: "float32" }] }), undefined, "a fill");
  const output = operand(2);
  assert.equal(
    copyOperands({ kernel: "softmax", inputs: { input: operand(1) }, output, attributes: NONE, numbers: {} }),
    undefined,
  );
});

Deno.test("renameValues() renames every operand of a step, and leaves the rest", () => {
  const renamed = new Map([[1, 7], [2, 8]]);
  const kernel: Step = {
    kernel: "crossEntropyGrad",
    inputs: { logits: operand(1, [1, 2], 5, 3), labels: operand(0), g: operand(2) },
    output: operand(2),
    attributes: NONE,
    numbers: {},
  };
  assert.deepEqual(renameValues(kernel, renamed), {
    ...kernel,
    inputs: { logits: operand(7, [1, 2], 5, 3), labels: operand(0), g: operand(8) },
    output: operand(8),
  });
  const chain = copyOf(operand(1), operand(2));
  assert.deepEqual(renameValues(chain, renamed), copyOf(operand(7), operand(8)));
  const fill: Step = { ...chain, inputs: [{ kind: "scalar", slot: 1, dtype: "float32" }] };
  assert.deepEqual(renameValues(fill, renamed), { ...fill, outputs: copyOf(operand(1), operand(8)).outputs });
});
