import assert from "node:assert/strict";
import type { LiveEvent } from "../../lib/live/events.ts";
import { commandOf, FunctionOutlet } from "../../lib/live/outlet.ts";

const progress = (batch: number): LiveEvent => ({ kind: "progress", run: "a", epoch: 0, phase: "train", batch });

Deno.test("FunctionOutlet: one call at a time; what comes meanwhile is in the next", async () => {
  const calls: (readonly LiveEvent[])[] = [], waiting: PromiseWithResolvers<void>[] = [];
  const outlet = new FunctionOutlet((events) => {
    calls.push(events);
    waiting.push(Promise.withResolvers<void>());
    return waiting.at(-1)!.promise;
  });
  await outlet.turn();
  assert.deepEqual(calls, [], "nothing has happened");
  outlet.add(progress(1));
  await outlet.turn();
  outlet.add(progress(2));
  await outlet.turn();
  outlet.add(progress(3));
  await outlet.turn();
  assert.deepEqual(calls, [[progress(1)]]);
  let flushed = false;
  const flushing = outlet.flush().then(() => flushed = true);
  waiting[0]!.resolve();
  while (calls.length < 2) await new Promise((resolve) => setTimeout(resolve));
  assert.ok(!flushed);
  waiting[1]!.resolve();
  await flushing;
  assert.deepEqual(calls, [[progress(1)], [progress(2), progress(3)]]);
});

Deno.test("FunctionOutlet: what is posted meanwhile arrives in a turn", async () => {
  const { port1, port2 } = new MessageChannel(), outlet = new FunctionOutlet(() => {});
  let heard = false;
  port2.onmessage = () => heard = true;
  port1.postMessage("stop");
  for (let i = 0; i < 100 && !heard; i++) await outlet.turn();
  assert.ok(heard);
  port1.close();
  port2.close();
});

Deno.test("commandOf: a stop or a rate, and nothing else", () => {
  assert.deepEqual(commandOf({ action: "stop", more: 1 }), { action: "stop" });
  assert.deepEqual(commandOf({ action: "lr", value: 0 }), { action: "lr", value: 0 });
  for (
    const odd of [null, 1, "stop", {}, { action: "lr" }, { action: "lr", value: NaN }, { action: "lr", value: "1" }]
  ) {
    assert.equal(commandOf(odd), undefined);
  }
});
