import assert from "node:assert/strict";
import { NONE } from "../../../lib/device/attributes.ts";
import type { Operand } from "../../../lib/device/operand.ts";
import type { Step } from "../../../lib/device/steps/mod.ts";
import type { Draft } from "../../../lib/engine/plan/assemble.ts";
import { pairLosses } from "../../../lib/engine/plan/losses.ts";

const ROWS = 8, CLASSES = 5;
/** Values: two bound ones, then those of the arena. */
const LOGITS = 0, LABELS = 1, LOSSES = 2, MEAN = 3, G = 4, GRADIENT = 5, OTHER = 6;
const SIZES = [ROWS * CLASSES, ROWS, ROWS, 1, 1, ROWS * CLASSES, ROWS * CLASSES];

/** @param slots bound slots of values beside the logits' and the labels', 0 and 1 */
const drafts = (slots: Readonly<Record<number, number>> = {}): Draft[] =>
  SIZES.map((elements, value) => ({
    dtype: value === LABELS ? "int32" : "float32",
    elements,
    slot: value < 2 ? value : slots[value],
  }));

const matrix = (value: number): Operand => ({
  value,
  shape: [ROWS, CLASSES],
  strides: [CLASSES, 1],
  offset: 0,
  dynamic: -1,
});
const row = (value: number, stride = 1): Operand => ({
  value,
  shape: [ROWS],
  strides: [stride],
  offset: 0,
  dynamic: -1,
});
const plain = { attributes: NONE, numbers: {} };

const loss = (labels = row(LABELS)): Step => {
  return { kernel: "crossEntropy", inputs: { logits: matrix(LOGITS), labels }, output: row(LOSSES), ...plain };
};
const gradient: Step = {
  kernel: "crossEntropyGrad",
  inputs: { logits: matrix(LOGITS), labels: row(LABELS), g: row(G, 0) },
  output: matrix(GRADIENT),
  ...plain,
};

/** A copy, or a number. */
function pointwise(from: Operand | undefined, to: Operand): Step {
  return {
    kernel: "pointwise",
    shape: to.shape,
    inputs: [
      from ? { kind: "tensor", operand: from, dtype: "float32" } : { kind: "scalar", slot: 0, dtype: "float32" },
    ],
    code: [],
    outputs: [{ operand: to, register: 0, dtype: "float32" }],
  };
}

const mean = pointwise(row(LOSSES), row(MEAN, 0)), number = pointwise(undefined, row(G, 0));
const NOTHING = new Map<number, number>();

Deno.test("pairLosses() puts a gradient behind its loss, and what it is multiplied by before both", () => {
  const one = loss();
  assert.deepEqual(pairLosses([one, mean, number, gradient], drafts(), NOTHING), [number, one, gradient, mean]);
  assert.deepEqual(pairLosses([number, one, gradient, mean], drafts(), NOTHING), [number, one, gradient, mean]);
  const through = pointwise(row(OTHER), row(G, 0)), first = pointwise(undefined, row(OTHER));
  assert.deepEqual(
    pairLosses([one, first, mean, through, gradient], drafts(), NOTHING),
    [first, through, one, gradient, mean],
    "what that is made of goes along",
  );
});

Deno.test("pairLosses() finds the loss of the same logits and labels", () => {
  const other = loss(row(LABELS, 0)), steps = [other, mean, number, gradient];
  assert.deepEqual(pairLosses(steps, drafts(), NOTHING), steps);
  const own = loss();
  assert.deepEqual(pairLosses([own, ...steps], drafts(), NOTHING), [number, own, gradient, other, mean]);
});

Deno.test("pairLosses() leaves a gradient where it is if what it needs depends on the losses, or is as large as the logits", () => {
  for (
    const steps of [
      [loss(), mean, pointwise(row(MEAN, 0), row(G, 0)), gradient],
      [loss(), pointwise(undefined, matrix(OTHER)), pointwise(matrix(OTHER), row(G, 0)), gradient],
    ]
  ) assert.deepEqual(pairLosses(steps, drafts(), NOTHING), steps);
});

Deno.test("pairLosses() moves nothing past a step that reads or writes the same memory", () => {
  const inLogits = [loss(), mean, number, gradient];
  assert.deepEqual(
    pairLosses(inLogits, drafts({ [GRADIENT]: 2 }), new Map([[2, 0]])),
    inLogits,
    "the logits' own memory",
  );
  const read = pointwise(matrix(OTHER), row(MEAN, 0)), late = [loss(), number, read, gradient];
  assert.deepEqual(
    pairLosses(late, drafts({ [OTHER]: 2, [GRADIENT]: 3 }), new Map([[3, 2]])),
    [number, read, late[0], gradient],
    "a small step that reads what the gradient overwrites goes before both",
  );
});
