import assert from "node:assert/strict";
import { KERNELS, PARTS } from "../../../lib/device/cpu/kernels.ts";
import {
  command,
  flag,
  HEADER,
  operand,
  positions,
  row,
  scalar,
  table,
  word,
  writeFields,
} from "../../../lib/device/cpu/layout.ts";

const every = {
  first: word("a word"),
  input: operand("an operand"),
  sizes: table("a table"),
  dense: flag("a flag"),
  eps: scalar("a scalar"),
};

Deno.test("positions() of a command begin behind its header, of a row at 0, and an operand takes three words", () => {
  assert.equal(HEADER.length, 8);
  const places = (first: number) =>
    Object.entries({ first, input: first + 1, sizes: first + 4, dense: first + 5, eps: first + 6 });
  assert.deepEqual([...positions(command("every", every))], places(8));
  assert.deepEqual([...positions(row("every", every))], places(0));
  assert.equal(command("every", every).length, 15);
  assert.equal(row("every", every).length, 7);
});

Deno.test("writeFields() writes fields in the layout's order, whatever the order of the values, and tables by their place", () => {
  const stored: number[][] = [], tableAt = (values: ArrayLike<number>) => 100 * stored.push(Array.from(values));
  const input = { value: 7, offset: 8, dynamic: -1, shape: [2], strides: [1] };
  const values = { eps: 5, dense: true, sizes: [3, 4], input, first: 1 };
  const words = [9];
  writeFields(words, row("every", every), values, tableAt);
  assert.deepEqual(words, [9, 1, 7, 8, -1, 100, 1, 5]);
  assert.deepEqual(stored, [[3, 4]]);
});

Deno.test("writeFields() writes no and 0 as 0", () => {
  const values = { first: 0, dense: false };
  const words: number[] = [];
  writeFields(words, row("few", { first: word(""), dense: flag("") }), values, () => 0);
  assert.deepEqual(words, [0, 0]);
});

Deno.test("layouts have names of their own, and each field says what it is", () => {
  const layouts = [...PARTS, ...KERNELS.map(([layout]) => layout)], names = layouts.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)]);
  for (const { name, fields } of layouts) {
    for (const [field, { comment }] of Object.entries(fields)) {
      assert.match(comment, /^\S.*[^.\s]$/, `${name}.${field}`);
    }
  }
});
