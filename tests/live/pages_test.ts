/** Many pages, and servers that go away and come back. */
import assert from "node:assert/strict";
import type { LiveEvent } from "../../lib/live/events.ts";
import { PageModel } from "../../lib/live/page_model.ts";
import { serveLive } from "../../lib/live/server.ts";
import { LiveStore } from "../../lib/live/store.ts";
import { kill, serving } from "./processes.ts";
import { Listener } from "./stream.ts";

const points = (from: number, ...values: number[]) =>
  ({ kind: "points", run: "a", series: "loss", from, values }) as const;

function begun(title = "one"): LiveStore {
  const store = new LiveStore();
  store.add({ kind: "run", run: "a", title, started: "2026-01-01T00:00:00Z", epochs: 1, facts: {} });
  store.add(points(0, 4, 3));
  return store;
}

/** What a page shows that heard these events. */
function shown(events: readonly LiveEvent[]): unknown {
  const model = new PageModel();
  model.apply(events);
  return model.events();
}

Deno.test("ten pages, some opened late, see the same, also the end; four keep their connection", async () => {
  const store = begun(), server = serveLive(store, { port: 0 }), listeners: Listener<LiveEvent>[] = [];
  for (let i = 0; i < 6; i++) listeners.push(new Listener(server.address));
  await Promise.all(listeners.map((one) => one.until((events) => events.length >= 2)));
  store.add(points(2, 2.5, 2));
  for (let i = 0; i < 4; i++) listeners.push(new Listener(server.address));
  const last = (step: number) => (events: LiveEvent[]) =>
    events.some((event) => event.kind === "points" && event.from + event.values.length > step);
  await Promise.all(listeners.map((one) => one.until(last(3))));
  store.add(points(4, 1.5));
  store.add({ kind: "finished", run: "a", how: "done" });
  await server.close(); // tells the end to all of them first
  const wanted = shown(store.since(0)), isEnd = ({ kind }: LiveEvent) => kind === "finished";
  await Promise.all(listeners.map((one) => one.until((events) => events.some(isEnd))));
  // A browser has six connections to one host: four may be kept.
  assert.deepEqual(listeners.map(({ requests }) => Math.min(2, requests)), [1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
  for (const { events } of listeners) assert.deepEqual(shown(events), wanted);
  await Promise.all(listeners.map((one) => one.close()));
});

Deno.test("a page is sent what is new, at most four times a second, however often something happens", async () => {
  const store = begun(), server = serveLive(store, { port: 0 }), page = new Listener<LiveEvent>(server.address);
  await page.until((events) => events.length >= 2);
  for (let step = 2; step < 60; step++) {
    store.add({ kind: "progress", run: "a", epoch: 0, phase: "train", batch: step });
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  await server.close();
  await page.until((events) => events.some((event) => event.kind === "progress" && event.batch === 59));
  const { messages, times } = page;
  const between = messages.slice(1, -1).length, seconds = (times.at(-1)! - times[0]!) / 1000;
  assert.ok(between <= 4 * seconds + 1, `${between} messages in ${seconds} s`);
  assert.ok(messages.slice(1).every((events) => events.every(({ kind }) => kind === "progress")));
  assert.deepEqual(page.events.at(-1), { kind: "progress", run: "a", epoch: 0, phase: "train", batch: 59 });
  await page.close();
});

Deno.test("a server that is killed and started again on its port: the page comes back and is sent all", async () => {
  const first = await serving(0, "before"), page = new Listener<LiveEvent>(first.address);
  const told = (title: string) => (events: LiveEvent[]) =>
    events.some((event) => event.kind === "run" && event.title === title);
  await page.until(told("before"));
  await kill(first);
  const { port } = new URL(first.address), second = await serving(Number(port), "after");
  assert.equal(second.address, first.address);
  const late = new Listener<LiveEvent>(second.address);
  await Promise.all([page.until(told("after")), late.until(told("after"))]);
  const again = page.messages.findIndex((events) => told("after")(events));
  assert.deepEqual(shown(page.messages.slice(again).flat()), shown(late.events));
  await Promise.all([page.close(), late.close()]);
  await kill(second);
});

Deno.test("serveLive: a port that is in use is said to be so", async () => {
  const server = serveLive(new LiveStore(), { port: 0 }), port = Number(new URL(server.address).port);
  assert.throws(
    () => serveLive(new LiveStore(), { port }),
    /Cannot serve a live page on port \d+ of 127.0.0.1: it is in use/,
  );
  await server.close();
});
