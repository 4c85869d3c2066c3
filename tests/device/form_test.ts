import assert from "node:assert/strict";
import {
  anything,
  like,
  list,
  natural,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  text,
} from "../../lib/device/form.ts";

const form = object({
  id: natural,
  kind: oneOf(["a", "b"]),
  sizes: list(list(natural, 2)),
  by: record(nullable(text)),
  note: optional(text),
});
const sound = { id: 3, kind: "a", sizes: [[1, 2]], by: { x: null, y: "z" } };

Deno.test("form: what has it is taken", () => {
  for (const value of [sound, { ...sound, note: "n" }, { ...sound, sizes: [], by: {} }]) {
    assert.equal(form(value), undefined);
  }
  for (const value of [0, -1.5, NaN, -Infinity]) assert.equal(number(value), undefined);
  assert.equal(object({ a: natural }, text)({ a: 1, b: "x" }), undefined);
  assert.equal(anything(Symbol("x")), undefined);
});

Deno.test("form: what has it not is named, with its place, what was wanted and what was found", () => {
  const cases: [unknown, string][] = [
    [null, "expected an object, found null"],
    [[], "expected an object, found an array of 0"],
    [Float32Array.of(1), "expected an object, found an object"],
    [{ ...sound, id: -1 }, "id: expected a whole number of at least 0, found -1"],
    [{ ...sound, id: 2 ** 53 }, "id: expected a whole number of at least 0, found 9007199254740992"],
    [{ ...sound, id: "3" }, 'id: expected a whole number of at least 0, found "3"'],
    [{ ...sound, kind: "c" }, 'kind: expected one of a, b, found "c"'],
    [{ ...sound, sizes: [[1, 2], [3]] }, "sizes.1: expected an array of 2, found an array of 1"],
    [{ ...sound, sizes: { length: 1 } }, "sizes: expected an array, found an object"],
    [{ ...sound, by: { x: 1 } }, "by.x: expected a text, found 1"],
    [{ ...sound, note: null }, "note: expected a text, found null"],
    [{ ...sound, more: 1 }, "more: nothing of that name is expected"],
    [{ kind: "a" }, "id: expected a whole number of at least 0, found none"],
    [JSON.parse('{"__proto__": {"id": 3}}'), "id: expected a whole number of at least 0, found none"],
    ["x".repeat(100), `expected an object, found "${"x".repeat(40)}…"`],
  ];
  for (const [value, problem] of cases) assert.equal(form(value), problem);
  assert.equal(object({}, text)({ b: 1 }), "b: expected a text, found 1");
  assert.equal(like("a cat", () => false)(1), "expected a cat, found 1");
});
