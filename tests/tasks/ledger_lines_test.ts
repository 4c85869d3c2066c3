import assert from "node:assert/strict";
import { findRun } from "../../lib/lessons/catalogue.ts";
import { compactText, merged, parseLines } from "../../tasks/ledger/lines.ts";
import { trainingsOf } from "./ledger_trainings.ts";

const a2 = findRun("A2")!, c1 = findRun("C1")!;

/** What `deno task lesson --json` prints of a training; `device` may be PyTorch's script. */
function phaseLines(run: string, seed: number, epochs: number, more: Record<string, unknown> = {}): string[] {
  return Array.from({ length: 2 * epochs }, (_, i) =>
    JSON.stringify({
      lesson: "x",
      run,
      seed,
      device: "cpu",
      threads: 2,
      dataset: "mnist",
      epoch: i >> 1,
      phase: i % 2 ? "eval" : "train",
      loss: i === 0 ? null : i,
      accuracy: i / 10,
      seconds: i + 1,
      ...more,
    }));
}

Deno.test("parseLines(): the phases of a training become one line; PyTorch's seconds count from the beginning", () => {
  const [own] = parseLines(phaseLines("C1", 7, 2).join("\n"), "x");
  assert.deepEqual(own, {
    run: "C1",
    seed: 7,
    device: "cpu",
    threads: 2,
    epochs: [
      { train: { accuracy: 0, loss: NaN }, eval: { accuracy: 0.1, loss: 1 }, seconds: 3 },
      { train: { accuracy: 0.2, loss: 2 }, eval: { accuracy: 0.3, loss: 3 }, seconds: 7 },
    ],
  });
  const [torch] = parseLines(phaseLines("C1", 7, 2, { device: "pytorch", threads: 1 }).join("\n"), "x");
  assert.deepEqual(torch!.epochs.map(({ seconds }) => seconds), [2, 2]);
});

Deno.test("parseLines(): a training that did not come to its end is left out; of two the later counts", () => {
  const lines = phaseLines("C1", 7, 2), later = phaseLines("C1", 7, 2, { loss: 0.5 });
  assert.deepEqual(parseLines(lines.slice(0, -1).join("\n"), "x"), []);
  assert.equal(parseLines([...lines, ...later].join("\n"), "x")[0]!.epochs[1]!.eval.loss, 0.5);
  // Broken off, and begun again.
  const [whole, ...others] = parseLines([...lines.slice(0, 3), ...later].join("\n"), "x");
  assert.deepEqual([whole!.epochs[0]!.train.loss, others.length], [0.5, 0]);
  // Broken off after a whole one: the whole one stays.
  assert.equal(parseLines([...lines, ...later.slice(0, 3)].join("\n"), "x")[0]!.epochs[1]!.eval.loss, 3);
});

Deno.test("compactText(): is read as what it was made of, in the lessons' order", () => {
  const trainings = [...trainingsOf(c1, [0.9, null]), ...trainingsOf(a2, [[0.83335, 0.4567891]])];
  const text = compactText(trainings);
  assert.equal(text.split("\n").length, 4);
  assert.match(text, /^\{"run":"A2","seed":0,"device":"cpu","threads":2,"epochs":\[\[0\.416675,0\.4567891,/);
  assert.match(text, /"run":"C1","seed":1,.*\[0\.1,null,0\.1,null,2\.5\]/);
  assert.deepEqual(parseLines(text, "x"), merged(trainings).map((t) => JSON.parse(JSON.stringify(t), revived)));
  assert.equal(compactText(parseLines(text, "x")), text);
});

Deno.test("parseLines(): the accuracy of averaged predictions belongs to the training above it", () => {
  const of = { run: "C1", seed: 7, device: "cpu", threads: 2, dataset: "mnist" };
  const line = JSON.stringify({ lesson: "x", ...of, averaged: 0.945 }), lines = phaseLines("C1", 7, 2);
  const [training] = parseLines([...lines, line].join("\n"), "x");
  assert.equal(training!.averaged, 0.945);
  assert.match(compactText([training!]), /,"averaged":0\.945\}$/m);
  assert.deepEqual(parseLines(compactText([training!]), "x"), [training]);
  assert.deepEqual(parseLines([...lines.slice(1), line].join("\n"), "x"), [], "it did not come to its end");
  assert.equal(parseLines([...lines, line, ...lines].join("\n"), "x")[0]!.averaged, undefined, "a later training");
  const odd = JSON.stringify({ ...of, averaged: 94.5 });
  assert.throws(() => parseLines(odd, "x"), /x, line 1: averaged must be a number from 0 to 1, found 94\.5/);
});

/** JSON makes null of NaN, and float noise of 1 − 0.9. */
const revived = (name: string, value: unknown) =>
  name === "loss" ? (value === null ? NaN : Number((value as number).toPrecision(7))) : value;

Deno.test("parseLines(): names the line that belongs to no ledger", () => {
  const [line] = phaseLines("A4", 3, 3, { dataset: "fashion-mnist" }).map((text) => JSON.parse(text));
  const wrong = {
    seed: -1,
    epoch: 0.5,
    phase: "test",
    loss: "0.4",
    accuracy: 1.5,
    dataset: 7,
    seconds: -1,
    threads: "2",
  };
  for (const [name, value] of Object.entries({ ...wrong, run: undefined })) {
    assert.throws(
      () => parseLines(JSON.stringify({ ...line, [name]: value }), "x"),
      new RegExp(`^Error: x, line 1: ${name} must be .*, found ${JSON.stringify(value) ?? "nothing"}`),
    );
  }
  assert.throws(() => parseLines(JSON.stringify({ ...line, run: "Z1" }), "x"), /x, line 1: no lesson has a run "Z1"/);
  for (const none of ["null", "7", "[]"]) {
    assert.throws(() => parseLines(none, "x"), /x, line 1: expected an object, found/);
  }
  assert.throws(
    () => parseLines("\noops", "own.jsonl"),
    /own\.jsonl, line 2: expected an object in JSON, found "oops"/,
  );
  assert.throws(
    () => parseLines(JSON.stringify({ ...line, dataset: "garments" }), "x"),
    /x, line 1: A4 was published on fashion-mnist, found garments\. Run it with --dataset published/,
  );
  const compact = { run: "C1", seed: 0, device: "cpu", threads: null, epochs: [[0.1, 2, 0.2, 1, 3]] };
  assert.throws(() => parseLines(JSON.stringify(compact), "x"), /x, line 1: C1 has 2 epochs, found 1/);
  const odd = { ...compact, epochs: [[0.1, 2, 0.2, 1]] };
  assert.throws(() => parseLines(JSON.stringify(odd), "x"), /x, line 1: epochs must be a list of .*, found \[\[0\.1,2/);
});
