import assert from "node:assert/strict";
import { tileText } from "../../../tasks/kernels/tile.ts";

/** The lines between a function's name and its end. */
function bodyOf(name: string): string {
  const text = tileText(), at = text.indexOf(`function ${name}(`);
  assert.ok(at >= 0, name);
  return text.slice(at, text.indexOf("\n}\n", at));
}

const count = (text: string, what: RegExp) => text.match(what)?.length ?? 0;

Deno.test("a tile multiplies 6 rows in 4, 2 and 1 steps, or one of 16 columns, and moves A on by as many numbers", () => {
  const body = bodyOf("multiplyTile"), steps = 1 + 4 + 2 + 1;
  assert.equal(count(body, /madd\(x, b0/g), 6 * steps);
  assert.equal(count(body, /if \(width > 4\) \{ d\d = madd\(x, b1/g), 6 * steps);
  assert.equal(count(body, /if \(width > 8\) \{ e\d = madd\(x, b2, e\d\); f\d = madd\(x, b3/g), 6 * steps);
  for (let row = 0; row < 6; row++) {
    assert.deepEqual(
      [...body.matchAll(new RegExp(`v128.load32_splat\\(a${row}, (\\d+)\\)`, "g"))].map(([, offset]) => Number(offset)),
      [0, 0, 4, 8, 12, 0, 4, 0],
    );
    assert.deepEqual(
      [...body.matchAll(new RegExp(`a${row} \\+= (\\w+);`, "g"))].map(([, step]) => step),
      ["4", "16", "8", "4", "skip"],
    );
    assert.equal(count(body, new RegExp(`put\\(width, .*, c${row}, d${row}, e${row}, f${row}\\)`, "g")), 1);
  }
});

Deno.test("every choice among tiles calls one that is there, 16, 8 and 4 columns wide", () => {
  const text = tileText();
  for (const name of ["tile", "tileListed"]) {
    const calls = [...bodyOf(name).matchAll(/ *(.*)(tile\w*\dx\d+)\(/g)].map(([, when, called]) => [when, called]);
    const wanted = [16, 8, 4].flatMap((columns) => [
      ["if (n == 6) ", `${name}6x${columns}`],
      ...[5, 4, 3, 2].map((rows) => [`else if (n == ${rows}) `, `${name}${rows}x${columns}`]),
      ["else ", `${name}1x${columns}`],
    ]);
    assert.deepEqual(calls, wanted);
    for (const [, called] of calls) assert.ok(text.includes(`\nfunction ${called}(`), called);
  }
});

Deno.test("a tile of pairs multiplies 16 columns for numbers that both pixels read, and 8 for those of the second alone", () => {
  const body = bodyOf("multiplyPairs");
  assert.deepEqual([/madd\(x, b0/g, /madd\(x, b1/g].map((what) => count(body, what)), [6, 6]);
  assert.deepEqual([/madd\(x, b2/g, /madd\(x, b3/g].map((what) => count(body, what)), [12, 12]);
  const calls = [...bodyOf("pairs").matchAll(/pairs(\d)\(/g)].map(([, rows]) => Number(rows));
  assert.deepEqual(calls, [6, 5, 4, 3, 2, 1]);
});

Deno.test("an outer product takes consecutive numbers of A", () => {
  const body = bodyOf("outer");
  const offsets = [...body.matchAll(/load32_splat\(at, (\d+)\); c(\d)/g)].map(([, offset, row]) => [offset, row]);
  assert.deepEqual(offsets, [0, 1, 2, 3, 4, 5].map((row) => [String(4 * row), String(row)]));
});
