import assert from "node:assert/strict";
import { Device } from "../../../lib/device/device.ts";
import { OperationError } from "../../../lib/device/errors.ts";
import { PlanKey, type Root, topologicalOrder, writeKey } from "../../../lib/engine/plan/schedule.ts";
import { OverwrittenError } from "../../../lib/graph/errors.ts";
import { type Node, Operation } from "../../../lib/graph/node.ts";
import { clampMin } from "../../../lib/ops/composites.ts";
import { custom, type Invocations } from "../../../lib/ops/custom.ts";
import { emaUpdate, normalize } from "../../../lib/ops/normalisation.ts";
import { add, cast, mul, neg, sub, unary } from "../../../lib/ops/pointwise.ts";
import { full } from "../../../lib/ops/sources.ts";
import { expand, permute, reshape, select, slice, straightThrough, sum } from "../../../lib/ops/views.ts";
import { device, effect, source, stored, traced } from "./nodes.ts";

Deno.test("topologicalOrder() gives each node once, after its inputs, with its place", () => {
  const x = source([3]), y = neg(x), z = add(y, x), w = mul(z, y);
  const order = traced(w, y);
  assert.deepEqual(new Set(order), new Set([x, y, z, w]));
  order.forEach((node, i) => {
    assert.equal(node.index, i);
    for (const input of node.inputs) assert.ok(order.indexOf(input) < i);
  });
});

Deno.test("topologicalOrder() stops at values, and at inputs that the value does not need", () => {
  const x = source([3]), history = unary("exp", x), y = straightThrough(neg(x), history);
  assert.ok(!traced(y).includes(history));
  const z = neg(y);
  z.value = source([3]).value;
  assert.deepEqual(traced(z), [z]);
});

Deno.test("topologicalOrder() does not overflow the stack on a long chain", () => {
  let x = source([3]);
  for (let i = 0; i < 50_000; i++) x = neg(x);
  assert.equal(traced(x).length, 50_001);
});

Deno.test("topologicalOrder() throws what stands in the way of a value", async () => {
  using own = await new Device("reference").ready;
  const disposed = source([3], "float32", own), lost = neg(source([3])), failed = neg(source([3]));
  disposed.value!.memory.release();
  assert.throws(() => traced(neg(disposed)), /ReferenceError: Cannot use a tensor after dispose\(\): source \[3\]/);
  lost.overwrittenBy = "add_()";
  assert.throws(() => traced(add(lost, source([3]))), (error) => {
    assert.ok(error instanceof OverwrittenError);
    assert.match(error.message, /add_\(\) has since overwritten a tensor of shape \[3\]/);
    return true;
  });
  failed.failure = new Error("no memory");
  assert.throws(() => traced(neg(failed)), (error) => error === failed.failure);
  const late = source([3]);
  const failure = late.value!.memory.slot.failure = new OperationError("swirl", "an earlier run failed");
  assert.throws(() => traced(neg(late)), (error) => error === failure);
});

const SWIRL = new Operation<Invocations>("swirl", { gradient: "none", emit() {} });

/** The key of what `roots` need. */
function keyOf(...roots: readonly (Root | Node)[]): string {
  const all = roots.map((root) => "node" in root ? root : stored(root)), key = new PlanKey();
  writeKey(key, topologicalOrder(all), all);
  return key.ints.slice(0, key.length).join();
}

const number = (value: number) => full(device, "float32", [], value);

Deno.test("writeKey() says the same of equal structures: run-time numbers and identities are no part of it", () => {
  const make = (rate: number, start: number, bound: number) => {
    const x = source([6]);
    return keyOf(clampMin(mul(slice(x, [start], [1], [3]), number(rate)), bound));
  };
  assert.equal(make(0.1, 0, 2), make(0.5, 3, 4));
});

Deno.test("writeKey() tells apart whatever a plan depends on", () => {
  const square = () => source([2, 2]), seen = new Map<string, string>();
  const turned = () => {
    const x = source([2, 3]);
    x.value = { ...x.value!, strides: [1, 2] };
    return x;
  };
  const [a, b] = [square(), square()], own = source([2, 2]), next = neg(own);
  const structures: { readonly [name: string]: () => string } = {
    operation: () => keyOf(neg(square())),
    "another operation": () => keyOf(unary("exp", square())),
    "an operation on int32": () => keyOf(neg(source([2, 2], "int32"))),
    "a cast to int32": () => keyOf(cast(square(), "int32")),
    "a cast from int32": () => keyOf(cast(source([2, 2], "int32"), "float32")),
    "a cast from bool": () => keyOf(cast(source([2, 2], "bool"), "float32")),
    "a cast to bool": () => keyOf(cast(square(), "bool")),
    shape: () => keyOf(neg(source([4]))),
    "a shape of as many numbers": () => keyOf(neg(source([1, 4]))),
    reshape: () => keyOf(neg(reshape(square(), [4]))),
    "order of inputs": () => keyOf(sub(a, neg(b))),
    "order of inputs, the other": () => keyOf(sub(neg(b), a)),
    "an input twice": () => keyOf(mul(a, a)),
    "two inputs": () => keyOf(mul(a, b)),
    attributes: () => keyOf(sum(square(), [0])),
    "other attributes": () => keyOf(sum(square(), [1])),
    "more attributes": () => keyOf(sum(square(), [0, 1])),
    "a permutation": () => keyOf(neg(permute(square(), [1, 0]))),
    "another permutation": () => keyOf(neg(permute(square(), [0, 1]))),
    "a layout": () => keyOf(neg(turned())),
    "the row-major layout": () => keyOf(neg(source([2, 3]))),
    "a broadcast": () => keyOf(neg(expand(source([1, 2]), [2, 2]))),
    "a step": () => keyOf(slice(source([6]), [0], [2], [2])),
    "no step": () => keyOf(slice(source([6]), [0], [1], [2])),
    "the first row": () => keyOf(select(square(), 0, [2])),
    "the second row": () => keyOf(select(square(), 1, [2])),
    "a running mean": () => keyOf(emaUpdate(source([2]), source([3, 2]), 0, 0.1, 1)),
    "a running variance": () => keyOf(emaUpdate(source([2]), source([3, 2]), 1, 0.1, 1)),
    "a normalisation": () => keyOf(normalize(square(), source([3, 1, 1]), [0, 1], -1)),
    "one of other axes": () => keyOf(normalize(square(), source([3, 1, 1]), [1], -1)),
    "one with a weight": () => keyOf(normalize(square(), source([3, 1, 1]), [0, 1], -1, source([2]))),
    "one with a bias": () => keyOf(normalize(square(), source([3, 1, 1]), [0, 1], -1, undefined, source([2]))),
    "one whose bias lies along an axis": () =>
      keyOf(normalize(square(), source([3, 1, 1]), [0, 1], 0, undefined, source([2]))),
    "calls of a user's kernel": () => keyOf(custom(SWIRL, [square()], [2, 2], 4, [])),
    "fewer calls": () => keyOf(custom(SWIRL, [square()], [2, 2], 2, [])),
    "two roots": () => {
      const y = neg(square());
      return keyOf(y, unary("exp", y));
    },
    "the last root alone": () => keyOf(unary("exp", neg(square()))),
    "the roots the other way round": () => {
      const y = neg(square());
      return keyOf(unary("exp", y), y);
    },
    "an effect on what it reads": () => keyOf(effect(next, own)),
    "an effect on something else": () => keyOf(effect(next, square())),
    "new memory": () => keyOf(next, neg(next)),
  };
  for (const [name, key] of Object.entries(structures)) {
    const found = key();
    assert.equal(seen.get(found), undefined, `${name} and ${seen.get(found)} have the same key`);
    assert.equal(key(), found, `${name} has two keys`);
    seen.set(found, name);
  }
});

Deno.test("writeKey() does not read the place of an input that was not traversed", () => {
  const x = source([3]), history = unary("exp", x), y = straightThrough(neg(x), history);
  const before = keyOf(y);
  traced(source([1]), source([2]), history); // gives it another place
  assert.equal(keyOf(y), before);
});

Deno.test("PlanKey grows, compares and hashes what was written", () => {
  const key = new PlanKey(), { length: room } = key.ints;
  for (let i = 0; i < 3 * room; i++) {
    key.reserve(1);
    key.ints[key.length++] = i * i;
  }
  const copy = key.ints.slice(0, key.length), hash = key.hash();
  assert.ok(copy.every((x, i) => x === Math.imul(i, i)));
  assert.ok(key.equals(copy));
  key.ints[room]! ^= 1;
  assert.ok(!key.equals(copy));
  assert.notEqual(key.hash(), hash);
  key.ints[room]! ^= 1;
  assert.equal(key.hash(), hash);
  key.length--;
  assert.ok(!key.equals(copy));
});
