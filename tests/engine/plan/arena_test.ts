import assert from "node:assert/strict";
import { layOut, type Life } from "../../../lib/engine/plan/arena.ts";
import { Choices } from "../../device/programs.ts";

const ALIGNMENT = 256;

Deno.test("layOut(): values that live at the same time share no byte, and all begin at multiples of 256", () => {
  const choices = new Choices(21);
  for (let round = 0; round < 300; round++) {
    const lives = Array.from({ length: choices.int(1, 40) }, (): Life => {
      const first = choices.int(0, 30);
      return { bytes: choices.chance(0.1) ? 0 : choices.size(5000), first, last: first + choices.size(12) - 1 };
    });
    const { offsets, bytes } = layOut(lives);
    const end = (i: number) => offsets[i]! + Math.max(1, lives[i]!.bytes);
    lives.forEach((a, i) => {
      assert.equal(offsets[i]! % ALIGNMENT, 0);
      assert.ok(offsets[i]! >= 0 && end(i) <= bytes);
      lives.slice(0, i).forEach((b, j) => {
        if (a.first > b.last || b.first > a.last) return;
        assert.ok(
          end(i) <= offsets[j]! || end(j) <= offsets[i]!,
          `${JSON.stringify(a)} at ${offsets[i]} and ${JSON.stringify(b)} at ${offsets[j]}`,
        );
      });
    });
  }
});

Deno.test("layOut() takes the tightest hole", () => {
  const { offsets, bytes } = layOut([
    { bytes: 1024, first: 0, last: 1 }, // leaves a hole of 1024
    { bytes: 256, first: 0, last: 9 },
    { bytes: 512, first: 0, last: 1 }, // leaves a hole of 512
    { bytes: 256, first: 0, last: 9 },
    { bytes: 512, first: 2, last: 3 },
    { bytes: 700, first: 2, last: 3 },
    { bytes: 300, first: 2, last: 3 }, // holes of 256 are left, too small
  ]);
  assert.deepEqual(offsets, [0, 1024, 1280, 1792, 1280, 0, 2048]);
  assert.equal(bytes, 2560);
});

Deno.test("layOut() gives memory on only after the last use, and places values in order of birth", () => {
  assert.deepEqual(layOut([{ bytes: 4, first: 0, last: 2 }, { bytes: 4, first: 2, last: 3 }]).offsets, [0, 256]);
  assert.deepEqual(layOut([{ bytes: 4, first: 0, last: 2 }, { bytes: 4, first: 3, last: 3 }]).offsets, [0, 0]);
  assert.deepEqual(layOut([{ bytes: 4, first: 1, last: 2 }, { bytes: 4, first: 0, last: 1 }]).offsets, [256, 0]);
  assert.deepEqual(layOut([]), { offsets: [], bytes: 0 });
});
