import assert from "node:assert/strict";
import { alike, hueName, hueOf, LOOKS, sample, strokeOf } from "../../../pages/live/looks.ts";

Deno.test("looks: the lines of fifty runs differ in colour or stroke, the first eight in colour alone", () => {
  const looks = Array.from({ length: 50 }, (_, place) => `${hueName(place)} ${strokeOf(place)}`);
  assert.equal(new Set(looks).size, 50);
  assert.equal(new Set(looks.slice(0, 8).map((look) => look.split(" ")[0])).size, 8);
  assert.ok(looks.slice(0, 8).every((look) => look.endsWith(" ")));
  // Each differs from that of the second of two that are compared, whose first has none.
  assert.ok(looks.every((look) => !look.endsWith(` ${strokeOf(0, true)}`)));
  assert.deepEqual([strokeOf(hueOf(43)), hueName(43)], [[], "hue-3"]);
});

Deno.test("looks: where there are more lines than looks it is said", () => {
  const places = (n: number) => Array.from({ length: n }, (_, i) => i);
  assert.equal(alike(places(LOOKS)), "");
  assert.match(alike(places(LOOKS + 1)), /^57 lines have 56 looks: /);
  assert.equal(alike([]), "");
});

Deno.test("sample: as long as the stroke", () => {
  assert.equal(sample([], "red"), "red");
  assert.equal(
    sample([8, 3, 2, 3], "red"),
    "repeating-linear-gradient(90deg,red 0px 8px,transparent 8px 11px,red 11px 13px,transparent 13px 16px)",
  );
});
