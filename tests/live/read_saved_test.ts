import assert from "node:assert/strict";
import type { LiveEvent } from "../../lib/live/events.ts";
import { livePage, savedPage } from "../../lib/live/page.ts";
import { readSaved } from "../../lib/live/read_saved.ts";
import { begin, curves, layer } from "./helpers.ts";

const EVENTS: readonly LiveEvent[] = [
  begin("a", { seed: "</script> & 7" }),
  ...curves("a", 5),
  { kind: "points", run: "a", series: "odd", from: 0, values: ["NaN", "-Infinity", 1] },
  { kind: "row", run: "a", step: 5, epoch: 0, phase: "valid", figures: { accuracy: 0.5, loss: "NaN" } },
  { kind: "progress", run: "a", epoch: 0, phase: "train", batch: 3, batches: 5 },
  ...layer("a", "1 ReLU", 3),
  { kind: "findings", run: "a", lines: ["1 ReLU: dies"] },
  { kind: "finished", run: "a", how: "done" },
];

Deno.test("readSaved: a saved page, JSON and lines of JSON give the same events", async () => {
  const kinds = (events: readonly LiveEvent[]) => events.toSorted((a, b) => a.kind < b.kind ? -1 : 1);
  assert.deepEqual(kinds(await readSaved(await savedPage(EVENTS))), kinds(EVENTS));
  assert.deepEqual(await readSaved(JSON.stringify(EVENTS)), EVENTS);
  assert.deepEqual(await readSaved(EVENTS.map((event) => `${JSON.stringify(event)}\n`).join("")), EVENTS);
});

Deno.test("readSaved: says what is wrong with another file", async () => {
  const page = await savedPage(EVENTS);
  const wrong: [string, RegExp][] = [
    ["", /^$/],
    ["<!doctype html><p>another page</p>", /expected a saved page, or JSON/],
    [await livePage(), /this page has none inside/],
    [page.replace(/text\/plain"([^>]*)>H4s/, 'text/plain"$1>H5s'), /expected a saved page/],
    ['{"loss": 1}', /event 0: kind: expected one of run, points/],
    ['[{"kind": "constructor"}]', /event 0: kind/],
    [JSON.stringify([{ ...EVENTS[1], values: [1, "one"] }]), /event 0: values.1: expected a number, found "one"/],
    [JSON.stringify([{ ...EVENTS[1], from: -1 }]), /event 0: from: expected a whole number/],
    [JSON.stringify([{ ...EVENTS[0], facts: { seed: 7 } }]), /facts.seed: expected a text, found 7/],
    [JSON.stringify([{ ...EVENTS.at(-1), more: 1 }]), /more: nothing of that name/],
  ];
  for (const [text, message] of wrong) {
    if (text === "") assert.deepEqual(await readSaved(text), []);
    else await assert.rejects(readSaved(text), { name: "TypeError", message }, text.slice(0, 80));
  }
});

Deno.test("readSaved: of a page with any letter changed, it reads events or says what is wrong", async () => {
  const page = await savedPage(EVENTS), from = page.indexOf(">H4s") + 1, length = page.indexOf("<", from) - from;
  let read = 0;
  for (let i = 0; i < 300; i++) {
    const at = from + Math.floor(i * length / 300), letter = "ABz+/=<&"[i % 8]!;
    const changed = page.slice(0, at) + letter + page.slice(at + 1);
    await readSaved(changed).then(() => read++, (error) => assert.equal(error.name, "TypeError"));
  }
  assert.ok(read < 30, `${read} of 300 were read`);
});
