import assert from "node:assert/strict";
import { convolution } from "../../../lib/device/steps/conv.ts";
import { accessOf, type FusedStep, productOperand } from "../../../lib/device/steps/fused.ts";
import { stepInputs, stepOutputs } from "../../../lib/device/steps/mod.ts";
import { type Lowered, Lowering } from "../../../lib/engine/plan/lower.ts";
import { trafficOf } from "../../../lib/engine/plan/traffic.ts";
import { type Root, topologicalOrder } from "../../../lib/engine/plan/schedule.ts";
import type { Node } from "../../../lib/graph/node.ts";
import { conv2d } from "../../../lib/ops/conv.ts";
import { matmul } from "../../../lib/ops/linear.ts";
import { add, cast, mul, neg, sub, unary } from "../../../lib/ops/pointwise.ts";
import { full } from "../../../lib/ops/sources.ts";
import { permute, reshape, sum } from "../../../lib/ops/views.ts";
import { device, effect, source, stored } from "./nodes.ts";

function lower(...roots: readonly (Root | Node)[]): Lowered {
  const all = roots.map((root) => "node" in root ? root : stored(root));
  return new Lowering(topologicalOrder(all), all).lower();
}

/** What each step is; of a fused one, its product and its chain. */
function names({ program }: Lowered): string[] {
  return program.steps.map((step) => {
    const chain = step.kernel === "fused" ? step.epilogue : step;
    if (chain.kernel !== "pointwise") return chain.kernel;
    const code = chain.code.map(({ op }) => op).join(" ") || "copy";
    return step.kernel === "fused" ? `${step.product.kernel} → ${code}` : code;
  });
}

function fusedAt({ program }: Lowered, at: number): FusedStep {
  const step = program.steps[at]!;
  assert.ok(step.kernel === "fused");
  return step;
}

const SQUARE = convolution({ stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 });
const images = () => source([2, 3, 8, 8]);
const convolved = (x = images()) => conv2d(x, source([4, 3, 3, 3]), SQUARE);
const bias = (channels = 4) => source([1, channels, 1, 1]);
const product = () => matmul(source([1, 5, 6]), source([1, 6, 7]));

Deno.test("a bias and an activation are the epilogue of the convolution, and its own output is not written", () => {
  const lowered = lower(unary("relu", add(convolved(), bias())));
  assert.deepEqual(names(lowered), ["copy", "conv2d → add relu"]);
  const step = fusedAt(lowered, 1), { epilogue, kept } = step;
  assert.equal(kept, false);
  assert.deepEqual(epilogue.shape, [2 * 8 * 8, 4], "pixels, and channels as they lie in memory");
  const access = stepInputs(epilogue).map((operand) => accessOf(operand, 4));
  assert.deepEqual(access, ["elements", "columns"]);
  assert.equal(productOperand(step), stepInputs(epilogue)[0]);
  assert.deepEqual(stepOutputs(step).map(({ value }) => lowered.program.values[value]!.place.kind), ["bound"]);
  assert.equal(stepInputs(step).length, 3, "images, weights and bias; not the product itself");
});

Deno.test("so they are of a matrix product, through views, and another tensor of the same elements goes along", () => {
  const rows = reshape(product(), [5, 7]), lowered = lower(mul(add(rows, source([7])), source([5, 7])));
  assert.deepEqual(names(lowered), ["matmul → add mul"]);
  const access = stepInputs(fusedAt(lowered, 0).epilogue).map((operand) => accessOf(operand, 7));
  assert.deepEqual(access, ["elements", "columns", "elements"]);
});

Deno.test("a product that something else reads, or that is a root, is kept", () => {
  for (const other of [(y: Node) => y, (y: Node) => sum(y, [0]), (y: Node) => neg(permute(y, [0, 2, 1]))]) {
    const y = product(), lowered = lower(unary("relu", y), other(y)), step = fusedAt(lowered, 0);
    assert.equal(step.kept, true);
    assert.ok(stepOutputs(step).some(({ value }) => value === step.product.output.value));
    assert.ok(step.epilogue.outputs.every(({ operand }) => operand.value !== step.product.output.value));
  }
});

Deno.test("a chain that reads two products is the epilogue of the later one", () => {
  const lowered = lower(add(product(), product()));
  assert.deepEqual(names(lowered), ["matmul", "matmul → add"]);
});

Deno.test("no epilogue reads the product in another order or a part of it, or something that goes along in no way", () => {
  const y = product();
  assert.deepEqual(names(lower(add(y, reshape(y, [5, 7]).op.isView ? permute(source([1, 7, 5]), [0, 2, 1]) : y))), [
    "matmul",
    "add",
  ]);
  assert.deepEqual(
    names(lower(neg(permute(product(), [0, 2, 1])))),
    ["matmul → neg"],
    "the chain takes over its layout",
  );
  assert.deepEqual(names(lower(add(product(), source([5, 1])))), ["matmul", "add"], "a number a row");
  assert.deepEqual(names(lower(add(source([2, 5, 7]), product()))), ["matmul", "add"], "a product that is broadcast");
});

Deno.test("a chain that may raise a fault stays a step of its own, which faults name", () => {
  assert.deepEqual(names(lower(cast(product(), "int32"))), ["matmul", "cast"]);
});

Deno.test("a chain moves past steps that have nothing to do with it, and not before what it reads is made", () => {
  const x = source([1, 5, 6]), y = matmul(x, source([1, 6, 7])), other = sum(source([3]), [0]);
  assert.deepEqual(names(lower(unary("relu", y), other)), ["matmul → relu", "reduce"]);
  const first = product(), total = sum(source([3]), [0]);
  assert.deepEqual(names(lower(mul(first, total))), ["matmul", "reduce", "mul"]);
});

Deno.test("an update in place is the epilogue of its gradient where nobody reads the old value meanwhile", () => {
  const w = source([1, 5, 7]), gradient = product();
  const update = sub(w, mul(gradient, full(device, "float32", [], 0.1)));
  const lowered = lower(effect(update, w)), step = fusedAt(lowered, 0);
  assert.deepEqual(names(lowered), ["matmul → mul sub"]);
  assert.notEqual(step.product.output.value, step.epilogue.outputs[0]!.operand.value, "the old weights are read there");
  const square = source([1, 5, 5]), own = sub(square, matmul(square, source([1, 5, 5])));
  assert.deepEqual(names(lower(effect(own, square))), ["matmul", "sub"], "a product that reads the weights");
  const late = product(), total = sum(w, [0, 1, 2]), next = sub(w, late);
  assert.deepEqual(names(lower(effect(next, w), total)), ["matmul", "reduce", "sub"], "the sum is of the old weights");
});

Deno.test("bytes that a plan moves: each element once a step, and no product that only its epilogue reads", () => {
  const [read, written] = [4 * (5 * 6 + 6 * 7 + 7), 4 * 5 * 7];
  const added = (y: Node) => add(reshape(y, [5, 7]), source([7]));
  assert.deepEqual(trafficOf(lower(added(product())).program), { read, written }, "the bias is seven numbers");
  const y = product(), kept = lower(added(y), y);
  assert.deepEqual(trafficOf(kept.program), { read, written: 2 * written }, "a root is written too");
  const apart = lower(sum(added(product()), [0]), full(device, "float32", [2], 1));
  assert.equal(trafficOf(apart.program).read, read + written, "a sum reads what the epilogue has written");
});

Deno.test("what a product reads is not overwritten by its epilogue", () => {
  const x = neg(source([1, 6, 6])), y = add(matmul(x, source([1, 6, 6])), x), z = neg(y);
  const { program } = lower(neg(sum(y, [0])), neg(sum(z, [1])));
  const step = program.steps[1]!;
  assert.ok(step.kernel === "fused");
  assert.equal(step.epilogue.outputs.length, 2, "one where the product lies, and one that may lie nowhere near");
  const at = (value: number) => program.values[value]!.place;
  for (const { value } of stepOutputs(step)) {
    for (const { value: read } of stepInputs(step.product)) assert.notDeepEqual(at(value), at(read));
  }
});
