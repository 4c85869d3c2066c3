/**
 * The coordinator of a sweep over NATS: keeps the queue filled, and writes what comes back into the store.
 *
 * @module
 */
import { messageOf, StoreError } from "../errors.ts";
import type { SweepEvents } from "../local.ts";
import type { Store } from "../store.ts";
import type { Pool } from "../worker/pool.ts";
import { type Client, connect, type Consumer, isError } from "./client.ts";
import { ParcelReader } from "./parcel.ts";
import { pause, within } from "./patience.ts";
import { findQueue, makeQueue, names, type QueueIdentity, removeQueue, trialsIn } from "./queue.ts";
import { type NatsWorkerOptions, workOverNats } from "./worker.ts";

/** How to coordinate; `workers` are those of this process, beside those elsewhere. */
export interface CoordinatorOptions extends NatsWorkerOptions {
  /** Take over a queue that belongs to another folder. */
  readonly takeOver: boolean;
  readonly events: SweepEvents;
}

/** Milliseconds between two looks at whether every trial is still in the queue. */
const LOOK = 5000;

class Coordinator {
  readonly #parcels = new ParcelReader();
  readonly #identity: QueueIdentity;
  #left: number;
  #looked = -Infinity;

  constructor(readonly client: Client, readonly store: Store, readonly options: CoordinatorOptions) {
    const { plan, code } = options;
    this.#identity = { plan: plan.id, code: code.id, store: store.id, lease: plan.stall };
    this.#left = store.counts().pending;
  }

  /** Makes the queue, or finds the one that an earlier coordinator of this folder made. */
  async #open(): Promise<void> {
    const { plan, takeOver } = this.options;
    const found = await findQueue(this.client.manager, plan.name);
    if (found && found.store !== this.#identity.store && !takeOver) {
      throw new StoreError(
        `Cannot use the queue of ${plan.name} at ${this.client.url}: it belongs to another folder's sweep. Let that one end, give this ` +
          "plan another name, or take the queue over with --fresh",
      );
    }
    const same = found && found.store === this.#identity.store && found.code === this.#identity.code &&
      found.plan === this.#identity.plan;
    if (found && !same) await removeQueue(this.client, plan.name);
    // A consumer made anew is given at once what the last coordinator had taken and not committed.
    if (same) {
      await this.client.manager.consumers.delete(names(plan.name).results, names(plan.name).coordinator).catch(
        () => {},
      );
    }
  }

  /** Runs until every trial is recorded, or the signal is aborted. */
  async run(): Promise<void> {
    const { plan, signal } = this.options;
    let consumer: Consumer | undefined, opened = false;
    while (this.#left > 0 && !signal.aborted) {
      try {
        if (!opened) await this.#open();
        opened = true;
        if (performance.now() - this.#looked > LOOK) {
          await this.#fill();
          this.#looked = performance.now();
        }
        consumer ??= await this.client.jetstream.consumers.get(names(plan.name).results, names(plan.name).coordinator);
        const message = await within(4000, consumer.next({ expires: 1000 }), null);
        const complete = message && this.#parcels.take(message);
        if (!complete) continue;
        const { parcel, messages } = complete;
        if (parcel.store === this.#identity.store) {
          if (this.store.settle(parcel.trial, parcel.record, parcel.attempts)) {
            this.#left--;
            this.options.events.recorded(parcel.trial, parcel.record, parcel.attempts);
          }
        }
        for (const message of messages) message.ack();
      } catch (error) {
        if (error instanceof StoreError) throw error;
        // The server is away, or came back without its streams: they are made again.
        consumer = undefined;
        this.#looked = -Infinity;
        await pause(500, signal);
      }
    }
  }

  /** Queues every trial that is neither recorded, nor queued, nor on its way back. */
  async #fill(): Promise<void> {
    const { client, store, options: { plan } } = this;
    const { jobs, results, job } = names(plan.name);
    await makeQueue(client, plan.name, this.#identity);
    // In this order: whatever leaves the first set in the meantime is in the second, or in the store.
    const queued = await trialsIn(client, jobs), returned = await trialsIn(client, results);
    const body = JSON.stringify(this.#identity);
    const missing = store.pending().filter(({ id }) => !queued.has(id) && !returned.has(id));
    for (let at = 0; at < missing.length; at += 100) {
      await Promise.all(
        missing.slice(at, at + 100).map(async ({ id }) => {
          try {
            await client.jetstream.publish(job(id), body, { msgID: `${this.#identity.store}.${id}` });
          } catch (error) {
            if (!isError(error, "subjectTaken")) throw error;
          }
        }),
      );
    }
  }

  /** Once every trial is recorded, tells the workers, and takes the queue away; also one that a killed coordinator left. */
  async finish(): Promise<void> {
    const { client, options: { plan, log } } = this;
    if (this.#left > 0) return;
    const never = new AbortController().signal;
    for (let tries = 1;; tries++) {
      try {
        const found = await findQueue(client.manager, plan.name);
        if (found?.store !== this.#identity.store) return;
        client.connection.publish(names(plan.name).end);
        return await removeQueue(client, plan.name);
      } catch (error) {
        if (tries === 20) {
          return log(
            `Every trial is recorded, but the queue at ${client.url} could not be taken away: ${messageOf(error)}`,
          );
        }
        await pause(500, never);
      }
    }
  }
}

/**
 * Runs what is pending on workers anywhere, until everything is recorded or the signal is aborted: then the queue stays, workers go on
 * with it, and the next coordinator finds their results.
 *
 * @param pool workers of this process; they have ended when this returns
 */
export async function runOverNats(store: Store, pool: Pool, options: CoordinatorOptions): Promise<void> {
  const { url, plan, code, workers, signal } = options;
  if (workers === 0) await pool.close();
  const client = await connect(url);
  const ended = new AbortController();
  const stop = () => ended.abort();
  signal.addEventListener("abort", stop);
  try {
    const coordinator = new Coordinator(client, store, options);
    const own = workers > 0
      ? workOverNats(pool, { url, plan, code, workers, signal: ended.signal, log: () => {} })
      : Promise.resolve();
    // Whichever fails ends the other; a failure of the workers here is the sweep's.
    await Promise.all([
      coordinator.run().finally(stop),
      own.catch((error) => {
        stop();
        throw error;
      }),
    ]);
    await coordinator.finish();
  } catch (error) {
    throw error instanceof StoreError
      ? error
      : new Error(`The sweep over NATS ended: ${messageOf(error)}`, { cause: error });
  } finally {
    signal.removeEventListener("abort", stop);
    await client.connection.close().catch(() => {});
  }
}
