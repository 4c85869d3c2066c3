import assert from "node:assert/strict";
import type { LiveEvent } from "../../lib/live/events.ts";
import { toFigure } from "../../lib/live/events.ts";
import { PageModel } from "../../lib/live/page_model.ts";
import { LiveStore } from "../../lib/live/store.ts";

const RUN: LiveEvent = { kind: "run", run: "a", title: "Net", started: "2026-01-01", epochs: 2, facts: {} };

/** A store of a run that has so many losses, said in parts. */
function filled(losses: number, part: number): LiveStore {
  const store = new LiveStore();
  store.add(RUN);
  for (let from = 0; from < losses; from += part) {
    const values = Array.from({ length: Math.min(part, losses - from) }, (_, i) => toFigure(1 / (from + i + 1)));
    store.add({ kind: "points", run: "a", series: "loss", from, values });
    store.add({ kind: "progress", run: "a", epoch: 0, phase: "train", batch: from });
  }
  return store;
}

Deno.test("LiveStore and PageModel: a page that comes back at any number has what one has that never left", () => {
  const store = filled(0, 1), whole = new PageModel(), broken = new PageModel();
  let known = 0, seen = 0;
  for (let from = 0; from < 9000; from += 90) {
    store.add({
      kind: "points",
      run: "a",
      series: "loss",
      from,
      values: Array.from({ length: 90 }, (_, i) => from + i),
    });
    whole.apply(store.since(seen));
    seen = store.last;
    if (from % 2700 === 0) {
      broken.apply(store.since(known));
      known = store.last;
    }
  }
  broken.apply(store.since(known));
  const late = new PageModel();
  late.apply(store.since(0));
  const expected = Array.from({ length: 9000 }, (_, i) => i);
  for (const model of [whole, broken, late]) assert.deepEqual(model.runs.get("a")!.series.get("loss"), expected);
});

Deno.test("LiveStore: 100,000 losses and rates stay whole, in few events and below 3 MB", () => {
  const store = filled(100_000, 37), events = store.since(0);
  assert.equal(events.filter(({ kind }) => kind === "progress").length, 1);
  const count = events.reduce((sum, event) => sum + (event.kind === "points" ? event.values.length : 0), 0);
  assert.equal(count, 100_000);
  assert.ok(events.length < 30, `${events.length} events`);
  assert.ok(JSON.stringify(events).length * 2 < 3e6);
});

Deno.test("PageModel: what is not finite survives JSON, and a model gives its events again", () => {
  const model = new PageModel(), again = new PageModel();
  const values = [NaN, Infinity, -Infinity, 1].map(toFigure);
  model.apply(JSON.parse(JSON.stringify([RUN, { kind: "points", run: "a", series: "loss", from: 0, values }])));
  assert.deepEqual(model.runs.get("a")!.series.get("loss"), [NaN, Infinity, -Infinity, 1]);
  again.apply(model.events());
  assert.deepEqual(again.events(), model.events());
});
