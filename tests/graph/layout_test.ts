import assert from "node:assert/strict";
import {
  broadcastStrides,
  channelsLast,
  coalesce,
  isDense,
  naturalLayout,
  sameLayout,
} from "../../lib/graph/layout.ts";
import { Choices, randomLayout } from "../device/programs.ts";

/** Addresses of the elements in row-major order, for each list of strides. */
function addresses(shape: readonly number[], strides: readonly (readonly number[])[]): string[] {
  let places = [strides.map(() => 0)];
  shape.forEach((size, axis) => {
    places = places.flatMap((at) =>
      Array.from({ length: size }, (_, i) => at.map((start, k) => start + i * strides[k]![axis]!))
    );
  });
  return places.map(String);
}

Deno.test("channelsLast() keeps the logical order NCHW and puts the channels innermost", () => {
  assert.deepEqual(channelsLast([2, 3, 4, 5]), [60, 1, 15, 3]);
});

Deno.test("broadcastStrides() reads missing axes and axes of size 1 with stride 0", () => {
  assert.deepEqual(broadcastStrides({ shape: [3, 1], strides: [7, 9] }, [2, 3, 4]), [0, 7, 0]);
  assert.deepEqual(broadcastStrides({ shape: [], strides: [] }, [2, 2]), [0, 0]);
  assert.deepEqual(broadcastStrides({ shape: [1, 4], strides: [4, 1] }, [1, 4]), [4, 1]);
});

Deno.test("sameLayout() ignores the strides of axes of size 1, and no others", () => {
  assert.ok(sameLayout([1, 3], [99, 1], [3, 1]));
  assert.ok(!sameLayout([2, 3], [99, 1], [3, 1]));
  assert.ok(!sameLayout([2, 3], [3, 1], [3, 2]));
});

Deno.test("isDense() wants each element of a range once, in any order of axes", () => {
  assert.ok(isDense([2, 3, 4], [12, 4, 1]));
  assert.ok(isDense([2, 3, 4], [1, 8, 2]));
  assert.ok(isDense([], []));
  assert.ok(isDense([3, 1], [1, 77]));
  assert.ok(!isDense([3], [2]), "gaps");
  assert.ok(!isDense([3, 2], [0, 1]), "repeats");
  assert.ok(!isDense([2, 2], [1, 1]), "overlaps");
});

Deno.test("naturalLayout() is that of the first whole input that is dense and not row-major", () => {
  const shape = [2, 3, 4, 5], image = channelsLast(shape), plain = { shape, strides: [60, 20, 5, 1] };
  assert.deepEqual(naturalLayout(shape, [plain, { shape, strides: image }]), image);
  assert.deepEqual(naturalLayout(shape, [plain]), plain.strides);
  assert.deepEqual(naturalLayout(shape, [{ shape: [1, 3, 1, 1], strides: [3, 1, 1, 1] }]), plain.strides, "a bias");
  assert.deepEqual(naturalLayout(shape, [{ shape, strides: [120, 40, 10, 2] }]), plain.strides, "gaps");
  const turned = { shape, strides: [1, 2, 6, 24] };
  assert.deepEqual(naturalLayout(shape, [turned, { shape, strides: image }]), turned.strides);
});

Deno.test("naturalLayout() makes layouts equal that differ only in axes of size 1", () => {
  const shape = [2, 1, 3], expected = naturalLayout(shape, [{ shape, strides: [1, 5, 2] }]);
  assert.deepEqual(naturalLayout(shape, [{ shape, strides: [1, 700, 2] }]), expected);
});

Deno.test("coalesce() merges what all operands step through evenly, and drops axes of size 1", () => {
  assert.deepEqual(coalesce([2, 1, 3], [[3, 9, 1], [3, 9, 1]]), { shape: [6], strides: [[1], [1]] });
  assert.deepEqual(coalesce([2, 3], [[3, 1], [0, 1]]), { shape: [2, 3], strides: [[3, 1], [0, 1]] });
  assert.deepEqual(coalesce([1, 1], [[1, 1]]), { shape: [], strides: [[]] });
  assert.deepEqual(coalesce([2, 3], [[1, 2]], 0), { shape: [6], strides: [[1]] }, "ordered by the first operand");
  assert.deepEqual(coalesce([2, 3], [[0, 0]]), { shape: [6], strides: [[0]] });
});

Deno.test("coalesce() visits the same elements of random operands together, in order unless told otherwise", () => {
  const choices = new Choices(11);
  for (let round = 0; round < 500; round++) {
    const shape = choices.shape(choices.int(0, 5), 200);
    const strides = Array.from(
      { length: choices.int(1, 3) },
      () => randomLayout(choices, shape, { broadcast: true }).strides,
    );
    const plain = coalesce(shape, strides), ordered = coalesce(shape, strides, 0);
    assert.deepEqual(addresses(plain.shape, plain.strides), addresses(shape, strides));
    assert.deepEqual(addresses(ordered.shape, ordered.strides).sort(), addresses(shape, strides).sort());
    const [first] = ordered.strides;
    assert.deepEqual(first!.toSorted((a, b) => b - a), first, "falling strides");
    for (const loops of [plain, ordered]) {
      assert.ok(!loops.shape.includes(1));
      loops.shape.slice(1).forEach((size, axis) => {
        const merges = loops.strides.every((s) => s[axis] === s[axis + 1]! * size);
        assert.ok(!merges, `[${loops.shape}] with ${JSON.stringify(loops.strides)} could have an axis less`);
      });
    }
  }
});
