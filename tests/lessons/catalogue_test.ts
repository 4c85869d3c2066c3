import assert from "node:assert/strict";
import { findLesson, findRun, lessons } from "../../lib/lessons/catalogue.ts";
import { describeSetup } from "../../lib/lessons/describe.ts";

Deno.test("lessons: names and ids are unique, published figures fit the runs", () => {
  const names = lessons.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  const runs = lessons.flatMap((lesson) => lesson.runs);
  assert.equal(new Set(runs.map(({ id }) => id)).size, runs.length);
  for (const { id, setup, published } of runs) {
    assert.ok(published.length === 0 || published.length === setup.epochs, id);
    for (const { train, eval: evaluation } of published) {
      for (const { accuracy } of [train, evaluation]) assert.ok(accuracy > 0 && accuracy < 1, id);
    }
  }
});

Deno.test("lessons: A1 to A4 are set up as their document says", () => {
  const [a1, a2, a3, a4] = ["A1", "A2", "A3", "A4"].map((id) => findRun(id)!.setup);
  for (const setup of [a1!, a2!, a3!, a4!]) {
    assert.deepEqual([setup.dataset, setup.batchSize, setup.lr, setup.momentum], ["fashion-mnist", 1024, 0.2, 0.85]);
  }
  assert.deepEqual([a1!.epochs, a2!.epochs, a3!.epochs, a4!.epochs], [1, 3, 3, 3]);
  assert.deepEqual(a1!.init, { kind: "default" });
  assert.deepEqual(a2!.init, { kind: "kaimingNormal", leak: 0 });
  assert.deepEqual([a1!.normalize, a2!.normalize, a3!.normalize, a4!.normalize], [
    "none",
    "none",
    "callback",
    "dataset",
  ]);
  assert.deepEqual(a4!.activation, { kind: "generalRelu", leak: 0.1, sub: 0.4 });
  assert.deepEqual(a4!.init, { kind: "kaimingNormal", leak: 0.1 });
});

Deno.test("findLesson(), findRun(): nothing for an unknown name", () => {
  assert.equal(findLesson("initialization")?.name, "initialization");
  assert.equal(findLesson("nothing"), undefined);
  assert.equal(findRun("Z9"), undefined);
});

Deno.test("describeSetup(): phrases for people", () => {
  assert.deepEqual(describeSetup(findRun("A4")!.setup, 1), [
    "five 3×3 convolutions, stride 2",
    "general ReLU (leak 0.1, sub 0.4)",
    "Kaiming normal for a leak of 0.1",
    "input normalised in the data set",
    "batch 1024",
    "learning rate 0.2",
    "momentum 0.85",
    "1 epoch",
  ]);
});

Deno.test("the catalogue of lessons loads none of the engine", async () => {
  const url = new URL("../../lib/lessons/catalogue.ts", import.meta.url);
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", url.href] }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: { specifier: string }[] };
  for (const { specifier } of modules) assert.match(specifier, /\/lib\/lessons\//);
});
