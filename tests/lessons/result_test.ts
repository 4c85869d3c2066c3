import assert from "node:assert/strict";
import { findRun } from "../../lib/lessons/catalogue.ts";
import { acrossSeeds, comparable, publishedAt } from "../../lib/lessons/result.ts";
import { lessonFixture } from "./fixtures.ts";

Deno.test("acrossSeeds(), comparable()", () => {
  const [a1] = lessonFixture({ seeds: 3, dataset: "fashion-mnist" }).runs;
  assert.deepEqual(acrossSeeds(a1!, 0, "eval").map(({ accuracy }) => accuracy), [0.431, 0.421, 0.411]);
  assert.ok(comparable(a1!));
});

Deno.test("comparable(): the whole training file, less what is held out", () => {
  const [a1] = lessonFixture({ dataset: "fashion-mnist" }).runs;
  const run = findRun("C1")!;
  assert.ok(comparable({ ...a1!, run, dataset: "mnist", trainSize: 50_000 }));
  assert.ok(!comparable({ ...a1!, run, dataset: "mnist", trainSize: 60_000 }));
  assert.ok(comparable({ ...a1!, run: findRun("C9a")!, dataset: "mnist", trainSize: 50_000 }));
  assert.ok(!comparable({ ...a1!, run: findRun("D3")!, dataset: "mnist", trainSize: 50_000 }), "nobody has figures");
});

Deno.test("publishedAt(): every epoch of the document, or the last of the course", () => {
  const accuracies = (id: string, epochs: number) =>
    Array.from({ length: epochs }, (_, epoch) => publishedAt(findRun(id)!, epoch)?.eval.accuracy);
  assert.deepEqual(accuracies("A1", 2), [0.431, undefined]);
  assert.deepEqual(accuracies("F7", 6), [undefined, undefined, undefined, undefined, 0.906, undefined]);
});
