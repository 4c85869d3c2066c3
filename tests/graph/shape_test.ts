import assert from "node:assert/strict";
import { ShapeError } from "../../lib/graph/errors.ts";
import {
  broadcastShapes,
  normalAxes,
  normalAxis,
  rowMajor,
  sameShape,
  sizeOf,
  viewStrides,
} from "../../lib/graph/shape.ts";
import { Choices, randomLayout } from "../device/programs.ts";

Deno.test("sizeOf(), rowMajor() and sameShape()", () => {
  assert.equal(sizeOf([]), 1);
  assert.equal(sizeOf([3, 0, 2]), 0);
  assert.deepEqual(rowMajor([2, 3, 4]), [12, 4, 1]);
  assert.deepEqual(rowMajor([]), []);
  assert.ok(sameShape([2, 3], [2, 3]));
  assert.ok(!sameShape([2, 3], [2, 3, 1]));
  assert.ok(!sameShape([2, 3], [3, 2]));
});

Deno.test("broadcastShapes() aligns axes at the right", () => {
  assert.deepEqual(broadcastShapes("add", [2, 1, 4], [3, 1]), [2, 3, 4]);
  assert.deepEqual(broadcastShapes("add", [3], [2, 1]), [2, 3]);
  assert.deepEqual(broadcastShapes("add", [], [2]), [2]);
  assert.deepEqual(broadcastShapes("add", [0, 1], [1, 3]), [0, 3]);
  assert.throws(() => broadcastShapes("add", [2, 3], [4, 3]), (error) => {
    assert.ok(error instanceof ShapeError);
    assert.equal(error.message, "Cannot add [2, 3] and [4, 3]: sizes 2 and 4 at axis −2 do not broadcast");
    return true;
  });
});

Deno.test("normalAxis() and normalAxes() count from the end, and refuse what is not there or twice", () => {
  assert.equal(normalAxis("sum", -1, 3), 2);
  assert.equal(normalAxis("sum", 0, 0), 0);
  assert.throws(() => normalAxis("sum", 3, 3), /Cannot sum along axis 3: the tensor has axes -3 to 2/);
  assert.throws(() => normalAxis("sum", 0.5, 3), ShapeError);
  assert.throws(() => normalAxis("sum", 1, 0), /no axis/);
  assert.deepEqual(normalAxes("sum", undefined, 3), [0, 1, 2]);
  assert.deepEqual(normalAxes("sum", [-1, 0], 3), [0, 2]);
  assert.deepEqual(normalAxes("sum", 1, 3), [1]);
  assert.throws(() => normalAxes("sum", [1, -2], 3), /Cannot sum along axes \[1, -2\]: 1 is there twice/);
});

/** Addresses of the elements in row-major order. */
function addresses(shape: readonly number[], strides: readonly number[]): number[] {
  let places = [0];
  shape.forEach((size, axis) => {
    places = places.flatMap((at) => Array.from({ length: size }, (_, i) => at + i * strides[axis]!));
  });
  return places;
}

/** Whether some strides read `next` in the given order of addresses: those that the first step along each axis takes must do. */
function someStrides(places: readonly number[], next: readonly number[]): boolean {
  const strides = rowMajor(next).map((step, axis) => next[axis] === 1 ? 1 : places[step]! - places[0]!);
  return addresses(next, strides).every((address, i) => address === places[i]);
}

Deno.test("viewStrides() reads the same elements in the same order, and gives up only where no strides do", () => {
  const choices = new Choices(12);
  let found = 0, none = 0;
  for (let round = 0; round < 2000; round++) {
    const shape = choices.shape(choices.int(0, 4), 64);
    const { strides } = randomLayout(choices, shape, { broadcast: choices.chance(0.2) });
    // Another shape of as many elements: prime factors in random order, some of them multiplied, and some ones.
    const next: number[] = [];
    for (let n = sizeOf(shape), p = 2; n > 1; p++) {
      for (; n % p === 0; n /= p) {
        if (next.length && choices.chance(0.4)) next[choices.int(0, next.length - 1)]! *= p;
        else next.splice(choices.int(0, next.length), 0, p);
      }
    }
    if (choices.chance(0.4)) next.splice(choices.int(0, next.length), 0, 1);
    const places = addresses(shape, strides), got = viewStrides(shape, strides, next);
    if (got) {
      found++;
      assert.deepEqual(addresses(next, got), places, `[${shape}] by [${strides}] as [${next}]`);
    } else {
      none++;
      assert.ok(!someStrides(places, next), `[${shape}] by [${strides}] can be read as [${next}]`);
    }
  }
  assert.ok(found > 200 && none > 100, `${found} found, ${none} not`);
});

Deno.test("viewStrides() of no elements is row-major", () => {
  assert.deepEqual(viewStrides([0, 3], [3, 1], [3, 0]), [0, 1]);
});
