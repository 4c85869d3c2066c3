import assert from "node:assert/strict";
import { convolution } from "../../../lib/device/steps/conv.ts";
import { type Step, stepInputs, type StepOf, stepOutputs } from "../../../lib/device/steps/mod.ts";
import { type Lowered, Lowering } from "../../../lib/engine/plan/lower.ts";
import { type Root, topologicalOrder } from "../../../lib/engine/plan/schedule.ts";
import { channelsLast } from "../../../lib/graph/layout.ts";
import type { Node } from "../../../lib/graph/node.ts";
import { conv2d } from "../../../lib/ops/conv.ts";
import { matmul } from "../../../lib/ops/linear.ts";
import { add, mul, neg, unary } from "../../../lib/ops/pointwise.ts";
import { reduce } from "../../../lib/ops/reductions.ts";
import { logSoftmax, softmax } from "../../../lib/ops/rows.ts";
import { full } from "../../../lib/ops/sources.ts";
import { sgdStep } from "../../../lib/ops/updates.ts";
import { expand, permute, reshape, slice, sum } from "../../../lib/ops/views.ts";
import { device, effect, source, stored } from "./nodes.ts";

/** Lowers what `roots` need. */
function lower(...roots: readonly (Root | Node)[]): Lowered {
  const all = roots.map((root) => "node" in root ? root : stored(root));
  return new Lowering(topologicalOrder(all), all).lower();
}

/** What each step is: a kernel's name, the functions of a chain, or `copy`. */
function names({ program }: Lowered): string[] {
  return program.steps.map((step) =>
    step.kernel === "pointwise" ? step.code.map(({ op }) => op).join(" ") || "copy" : step.kernel
  );
}

function pointwiseAt({ program }: Lowered, at: number): StepOf<"pointwise"> {
  const step = program.steps[at]!;
  assert.ok(step.kernel === "pointwise");
  return step;
}

/** The bound slots that a step writes; undefined for the arena. */
function slotsWritten({ program }: Lowered, step: Step): (number | undefined)[] {
  return stepOutputs(step).map(({ value }) => {
    const { place } = program.values[value]!;
    return place.kind === "bound" ? place.slot : undefined;
  });
}

const number = (value: number) => full(device, "float32", [], value);

Deno.test("views are no steps: their strides are in the operands, and where slices start is bound at run time", () => {
  const x = source([6, 4]), part = permute(slice(x, [2, 1], [2, 1], [2, 3]), [1, 0]), lowered = lower(neg(part));
  assert.deepEqual(names(lowered), ["neg"]);
  const [input] = stepInputs(lowered.program.steps[0]!);
  assert.deepEqual([input!.shape, input!.strides, input!.offset], [[3, 2], [1, 8], 0]);
  assert.deepEqual(lowered.offsets[input!.dynamic], [[0, 4], [1, 1]], "start · stride, for each axis");
});

Deno.test("a slice that takes a whole axis adds nothing to the start", () => {
  const lowered = lower(neg(slice(source([6, 4]), [2, 0], [1, 1], [3, 4])));
  assert.deepEqual(lowered.offsets, [[[0, 4]]]);
});

Deno.test("a chain is one step that reads each input once; numbers are run-time scalars", () => {
  const x = source([3]), y = add(mul(x, number(2)), x), lowered = lower(y);
  assert.deepEqual(names(lowered), ["mul add"]);
  const { inputs, code, outputs } = pointwiseAt(lowered, 0);
  assert.deepEqual(inputs.map(({ kind }) => kind), ["tensor", "scalar"]);
  assert.deepEqual(code.map(({ args }) => args), [[0, 1], [2, 0]]);
  assert.deepEqual(outputs.map(({ register }) => register), [3]);
});

Deno.test("what is read outside of a chain is one of its outputs, and so is a root", () => {
  const y = unary("exp", source([3])), z = neg(y), lowered = lower(z, sum(y, [0]));
  assert.deepEqual(names(lowered), ["exp neg", "reduce"]);
  assert.deepEqual(pointwiseAt(lowered, 0).outputs.map(({ register }) => register), [1, 2]);
  assert.deepEqual(names(lower(z, y)), ["exp neg"]);
  assert.equal(pointwiseAt(lower(z, y), 0).outputs.length, 2);
  assert.equal(pointwiseAt(lower(z), 0).outputs.length, 1);
});

Deno.test("an effect is written straight into its memory when nothing reads the old contents later", () => {
  const w = source([3]),
    total = sum(w, [0]),
    next = sgdStep(w, source([3]), 0.1),
    lowered = lower(effect(next, w), total);
  assert.deepEqual(names(lowered), ["reduce", "mul sub"]);
  assert.deepEqual(slotsWritten(lowered, lowered.program.steps[1]!), [lowered.sources.length]);
});

Deno.test("an effect goes through the arena when a later step reads the old contents", () => {
  const w = source([3]),
    next = sgdStep(w, source([3]), 0.1),
    total = sum(w, [0]),
    lowered = lower(effect(next, w), total);
  assert.deepEqual(names(lowered), ["mul sub", "reduce", "copy"]);
  assert.deepEqual(lowered.program.steps.map((step) => slotsWritten(lowered, step)), [[undefined], [3], [2]]);
});

Deno.test("an effect goes through the arena when its own step reads the old contents in another order", () => {
  const w = source([3, 3]), next = add(w, permute(w, [1, 0])), lowered = lower(effect(next, w));
  assert.deepEqual(names(lowered), ["add", "copy"]);
});

Deno.test("two effects that read each other's old contents", () => {
  const a = source([3]), b = source([3]), nextA = neg(b), nextB = unary("exp", a);
  const lowered = lower(effect(nextA, a), effect(nextB, b));
  // −b is written into a's memory only after exp(a) has read it; exp(a) may go into b's memory at once.
  assert.deepEqual(names(lowered), ["neg", "exp", "copy"]);
  assert.deepEqual(lowered.program.steps.map((step) => slotsWritten(lowered, step)), [[undefined], [3], [2]]);
});

Deno.test("an effect that leaves its storage as it is costs nothing", () => {
  const w = source([3]);
  assert.deepEqual(names(lower(effect(reshape(reshape(w, [1, 3]), [3]), w))), []);
  assert.deepEqual(names(lower(stored(reshape(w, [1, 3])))), ["copy"], "a new memory needs its contents");
});

Deno.test("each root has memory of its own: views are copied, and numbers written out", () => {
  const y = neg(source([2, 3])),
    lowered = lower(y, reshape(y, [6]), permute(y, [1, 0]), full(device, "float32", [2], 7));
  assert.deepEqual(names(lowered), ["neg", "copy", "copy", "copy"]);
  const written = lowered.program.steps.flatMap((step) => slotsWritten(lowered, step));
  assert.deepEqual(written.toSorted(), [1, 2, 3, 4]);
  assert.equal(lowered.program.bound, 5);
  const row = lower(expand(neg(source([1, 3])), [2, 3]));
  assert.deepEqual(
    [names(row), row.outputs],
    [["neg", "copy"], [{ strides: [3, 1] }]],
    "a broadcast is no whole value",
  );
});

Deno.test("kernels that want the same value in the same layout share one copy", () => {
  const turned = permute(source([3, 4]), [1, 0]);
  assert.deepEqual(names(lower(softmax(turned), logSoftmax(turned))), ["copy", "softmax", "logSoftmax"]);
  assert.deepEqual(names(lower(softmax(source([4, 3])))), ["softmax"]);
});

Deno.test("layouts are those of the producers: images stay channels-last through chains", () => {
  const x = source([2, 3, 8, 8]), w = source([4, 3, 3, 3]);
  const y = conv2d(x, w, convolution({ stride: [2, 2], padding: [1, 1], dilation: [1, 1], groups: 1 })),
    lowered = lower(unary("relu", y));
  assert.deepEqual(names(lowered), ["copy", "fused"]);
  assert.deepEqual(lowered.outputs, [{ strides: channelsLast(y.shape) }]);
  const fused = lowered.program.steps[1]!;
  assert.ok(fused.kernel === "fused");
  assert.deepEqual(fused.epilogue.shape, [2 * 4 * 4 * 4], "one loop over all of it");
});

Deno.test("over nothing a sum is 0 and a product 1, and what has no elements needs no step", () => {
  const nothing = source([0, 3]);
  assert.deepEqual(names(lower(sum(nothing, [0]))), ["cast"]);
  assert.deepEqual(names(lower(reduce("prod", nothing, [0]))), ["logicalNot cast"]);
  assert.deepEqual(names(lower(neg(nothing))), []);
  assert.deepEqual(names(lower(softmax(nothing))), []);
  assert.deepEqual(names(lower(matmul(source([2, 2, 0]), source([2, 0, 3])))), ["cast"]);
});

Deno.test("kernels run in the order of recording, whatever the order of the roots", () => {
  const x = source([3]), first = sum(x, [0]), second = reduce("max", x, [0]);
  for (const roots of [[first, second], [second, first]]) {
    const kernels = lower(...roots).program.steps.map((step) => step.kernel === "reduce" && step.attributes.op);
    assert.deepEqual(kernels, ["sum", "max"]);
  }
});
