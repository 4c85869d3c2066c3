/**
 * A worker over NATS whose queue goes away while it has a trial in hand, and pulls whose message comes late.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describePlan } from "../../lib/sweep/expand.ts";
import { type Client, connect, type StreamMessage } from "../../lib/sweep/nats/client.ts";
import { makeQueue, names, nextMessage, type QueueIdentity, removeQueue } from "../../lib/sweep/nats/queue.ts";
import { workOverNats } from "../../lib/sweep/nats/worker.ts";
import { defineSweep } from "../../lib/sweep/plan.ts";
import { failure } from "../../lib/sweep/record.ts";
import type { Pool, Source } from "../../lib/sweep/worker/pool.ts";
import { freePort, Keeper, noServer, until, withFolder } from "./helpers.ts";

const plan = describePlan(defineSweep({ name: "gone", grid: { i: [1, 2, 3] }, trial: () => ({ accuracy: 1 }) }));
const [trial] = plan.trials.map(({ id }) => id) as [string];
const code = { id: "c0de", version: "1", files: {} };
const identity: QueueIdentity = { plan: plan.id, code: code.id, store: "s", lease: 30 };

/** Runs something beside a server with a queue that holds the job of one trial. */
const withQueue = (body: (client: Client, url: string) => Promise<void>) =>
  withFolder(async (folder) => {
    await using keeper = new Keeper();
    const port = freePort(), url = `nats://127.0.0.1:${port}`;
    await keeper.startServer(port, join(folder, "server"));
    const client = await connect(url);
    try {
      await makeQueue(client, plan.name, identity);
      await client.jetstream.publish(names(plan.name).job(trial), JSON.stringify(identity));
      await body(client, url);
    } finally {
      await client.connection.close();
    }
  });

const test = (name: string, body: (client: Client, url: string) => Promise<void>) =>
  Deno.test({ name: name + noServer, ignore: noServer !== "", fn: () => withQueue(body) });

/** Works with a pool that takes one trial and has its outcome between `before` and `after`. Returns what the worker said. */
async function workBetween(
  url: string,
  before: () => Promise<void>,
  after?: () => Promise<void>,
  away?: number,
): Promise<string[]> {
  const said: string[] = [];
  const pool = {
    async run(source: Source) {
      const job = await source.next();
      assert.equal(job?.trial, trial);
      await before();
      await source.settle(job, failure("it broke"));
      await after?.();
      assert.equal(await source.next(), undefined);
    },
  } as Pick<Pool, "run"> as Pool;
  const log = (line: string) => void said.push(line), { signal } = new AbortController();
  let ended = false;
  const working = workOverNats(pool, { url, plan, code, workers: 1, signal, log, warn: log }, away)
    .finally(() => ended = true);
  // What is tested is that it ends at all.
  await Promise.race([working, until("the worker to end", () => ended)]);
  return said;
}

/** What a coordinator does at the end of its sweep. */
async function end(client: Client): Promise<void> {
  await removeQueue(client, plan.name);
  client.connection.publish(names(plan.name).end);
  await client.connection.flush();
}

const NOBODY = [`trial ${trial}: its queue is gone, and nobody waits for its record`];

test(
  "workOverNats(): ends with the sweep, also with a trial in hand that another worker finished",
  async (client, url) => {
    assert.deepEqual(await workBetween(url, () => end(client)), NOBODY);
  },
);

test("workOverNats(): ends when its queue is gone for good, though nobody said so", async (client, url) => {
  assert.deepEqual(await workBetween(url, () => removeQueue(client, plan.name), undefined, 1000), NOBODY);
});

test("workOverNats(): a record whose job is gone, and cannot be acknowledged, is stored once", async (client, url) => {
  const { jobs, results } = names(plan.name);
  let stored = 0;
  const said = await workBetween(url, async () => {
    await client.manager.streams.delete(jobs);
  }, async () => {
    stored = (await client.manager.streams.info(results)).state.messages;
    await end(client);
  });
  assert.deepEqual(said, [`trial ${trial}: failed`]);
  assert.equal(stored, 1);
});

test("workOverNats(): a queue that returns gets the record", async (client, url) => {
  const returning = Promise.withResolvers<void>();
  const said = await workBetween(url, async () => {
    await removeQueue(client, plan.name);
    setTimeout(() => returning.resolve(makeQueue(client, plan.name, identity)), 1500);
  }, async () => {
    await returning.promise;
    const { state } = await client.manager.streams.info(names(plan.name).results);
    assert.equal(state.messages, 1);
    await end(client);
  });
  assert.deepEqual(said, [`trial ${trial}: failed`]);
});

test("nextMessage(): a message that comes when nobody waits for it any more is handed back at once", async (client) => {
  const { jobs, workers } = names(plan.name), consumer = await client.jetstream.consumers.get(jobs, workers);
  const real = await consumer.next({ expires: 5000 }) ?? assert.fail("no message");
  const handed = Promise.withResolvers<StreamMessage>(), { signal } = new AbortController();
  const slow = { next: () => handed.promise };
  assert.equal(await nextMessage(slow, { expires: 1000, patience: 10, signal }), null);
  handed.resolve(real);
  // The lease lasts longer than this: only what was handed back comes again.
  const again = await nextMessage(consumer, { expires: 5000, patience: 10_000, signal });
  assert.equal(again?.subject, real.subject);
});
