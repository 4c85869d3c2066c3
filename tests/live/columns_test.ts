import assert from "node:assert/strict";
import { COLUMNS, columnsSince, everyEntry, type LayerEntries, widthOf } from "../../lib/live/columns.ts";
import type { LiveEvent } from "../../lib/live/events.ts";
import { PageModel } from "../../lib/live/page_model.ts";
import { LiveStore } from "../../lib/live/store.ts";

const RUN: LiveEvent = { kind: "run", run: "a", title: "Net", started: "2026-01-01", epochs: 2, facts: {} };
const FACTS = { run: "a", of: "activations", range: [0, 4], absolute: true } as const;

/** A record whose entry i has mean i. */
function entries(count: number): LayerEntries {
  const steps = Array.from({ length: count }, (_, i) => i);
  return {
    name: "1 ReLU",
    steps,
    mean: steps,
    std: steps.map(() => 2),
    zeros: steps.map((i) => i % 2),
    off: steps.map(() => 0.25),
    counts: steps.map((i) => [i % 4, 1]),
  };
}

Deno.test("widthOf: powers of two, with at most COLUMNS columns", () => {
  assert.deepEqual([1, COLUMNS, COLUMNS + 1, 2 * COLUMNS, 2 * COLUMNS + 1].map(widthOf), [1, 1, 2, 2, 4]);
  assert.ok(Math.ceil(100_000 / widthOf(100_000)) <= COLUMNS);
});

Deno.test("columnsSince, LiveStore, PageModel: told in parts and to pages that come and go, columns are those told at once", () => {
  const store = new LiveStore(),
    watching = new PageModel(),
    returning = new PageModel(),
    at = [1, 7, 40, 500, 513, 900, 3000, 3001];
  store.add(RUN);
  let before = 0, seen = 0, known = 0;
  at.forEach((count, i) => {
    for (const event of columnsSince(entries(count), before, FACTS)) store.add(event);
    before = count;
    watching.apply(store.since(seen));
    seen = store.last;
    if (i % 3 === 0) {
      returning.apply(store.since(known));
      known = store.last;
    }
  });
  returning.apply(store.since(known));
  const late = new PageModel(), once = new PageModel(), saved = new PageModel();
  late.apply(store.since(0));
  once.apply([RUN, ...columnsSince(entries(3001), 0, FACTS)]);
  saved.apply(JSON.parse(JSON.stringify(once.events())) as LiveEvent[]);
  const layer = (model: PageModel) => model.runs.get("a")!.layers.get("activations 1 ReLU");
  const expected = layer(once)!;
  assert.equal(expected.width, 8);
  assert.equal(expected.columns.length, 376);
  assert.deepEqual(expected.columns[1], { step: 8, mean: 11.5, std: 2, zeros: 0.5, off: 0.25, counts: [1.5, 1] });
  for (const model of [watching, returning, late, saved]) assert.deepEqual(layer(model), expected);
});

Deno.test("columnsSince: what follows says little again, and nothing where nothing is new", () => {
  const told = (count: number, before: number) =>
    columnsSince(entries(count), before, FACTS).reduce((sum, { columns }) => sum + columns.length, 0);
  assert.equal(told(400, 400), 0);
  assert.equal(told(400, 399), 16);
  assert.equal(told(401, 400), 1);
  assert.equal(told(513, 512), 257);
});

Deno.test("everyEntry: a column for each batch, with counts to the last digit", () => {
  const few = { ...entries(3), counts: [[123_456, 0], [1, 2], [7, 1_234_567]] };
  const { width, from, columns } = everyEntry(few, FACTS);
  assert.deepEqual([width, from, columns.map(({ step }) => step)], [1, 0, [0, 1, 2]]);
  assert.deepEqual(columns.map(({ counts }) => counts), few.counts);
});

Deno.test("LiveStore: ten layers of 100,000 batches with 40 bins take less than 3 MB beside the losses' room", () => {
  const store = new LiveStore(), many = entries(100_000);
  const counts = many.steps.map((i) =>
    Array.from({ length: 40 }, (_, bin) => Math.round(65536 * Math.exp(-bin) * (1 + (i % 7))))
  );
  for (const event of columnsSince({ ...many, counts }, 0, FACTS)) store.add(event);
  assert.ok(10 * JSON.stringify(store.since(0)).length < 1.5e6, `${JSON.stringify(store.since(0)).length}`);
});
