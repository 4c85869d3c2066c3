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
import { ParcelReader, type Taken } from "./parcel.ts";
import { pause } from "./patience.ts";
import { findQueue, makeQueue, names, nextMessage, type QueueIdentity, removeQueue, trialsIn } from "./queue.ts";
import { type NatsWorkerOptions, workOverNats } from "./worker.ts";

/** How to coordinate; `workers` are those of this process, beside those elsewhere. */
export interface CoordinatorOptions extends NatsWorkerOptions {
  /** Take over a queue that belongs to another folder. */
  readonly takeOver: boolean;
  readonly events: SweepEvents;
}

/** Milliseconds between two looks at whether every trial is still in the queue. */
const LOOK = 5000;

/** Milliseconds after which a record of which parts are missing is given up. */
const STALE = 60_000;

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

  /** The queue that is there. One that something else made is taken over, if that was asked for. */
  async #find(): Promise<QueueIdentity | "foreign" | undefined> {
    try {
      return await findQueue(this.client.manager, this.options.plan.name);
    } catch (error) {
      if (error instanceof StoreError && this.options.takeOver) return "foreign";
      throw error;
    }
  }

  /** Makes the queue, or finds the one that an earlier coordinator of this folder made. */
  async #open(): Promise<void> {
    const { plan, takeOver } = this.options, { manager, url } = this.client;
    const found = await this.#find();
    const own = found !== "foreign" && found?.store === this.#identity.store;
    if (found && !own && !takeOver) {
      throw new StoreError(
        `Cannot use the queue of ${plan.name} at ${url}: it belongs to another folder's sweep. Let that one end, give this ` +
          "plan another name, or take the queue over with --fresh",
      );
    }
    const same = own && found.code === this.#identity.code && found.plan === this.#identity.plan;
    if (found && !same) await removeQueue(this.client, plan.name);
    // A consumer made anew is given at once what the last coordinator had taken and not committed.
    if (same) {
      const { results, coordinator } = names(plan.name);
      await manager.consumers.delete(results, coordinator).catch(() => {});
    }
  }

  /** Runs until every trial is recorded, or the signal is aborted. */
  async run(): Promise<void> {
    const { plan, signal, warn } = this.options;
    let consumer: Consumer | undefined, opened = false, told = "";
    while (this.#left > 0 && !signal.aborted) {
      try {
        if (!opened) await this.#open();
        opened = true;
        if (performance.now() - this.#looked > LOOK) {
          await this.#fill();
          this.#looked = performance.now();
          this.#end(this.#parcels.stale(STALE));
        }
        consumer ??= await this.client.jetstream.consumers.get(names(plan.name).results, names(plan.name).coordinator);
        const message = await nextMessage(consumer, { expires: 1000, patience: 4000, signal });
        if (message) this.#end(this.#parcels.take(message));
        told = "";
      } catch (error) {
        if (error instanceof StoreError) throw error;
        // The server is away, or came back without its streams: they are made again.
        const reason = messageOf(error);
        if (reason !== told) warn(`the server at ${this.client.url} says: ${reason}. Trying again`);
        told = reason;
        consumer = undefined;
        this.#looked = -Infinity;
        await pause(500, signal);
      }
    }
  }

  /** Records what is complete. What makes no sense leaves the queue: its trial is queued again if nothing else came of it. */
  #end(taken: Taken | undefined): void {
    if (!taken) return;
    if ("problem" in taken) {
      this.options.warn(`${taken.problem}. It was taken out of the queue`);
      for (const message of taken.messages) message.term();
      return;
    }
    const { trial, record, attempts, store } = taken.parcel;
    if (store !== this.#identity.store) this.options.warn(`a record of trial ${trial} for another folder was ignored`);
    else if (this.store.settle(trial, record, attempts)) {
      this.#left--;
      this.options.events.recorded(trial, record, attempts);
    }
    for (const message of taken.messages) message.ack();
  }

  /** Whether nothing is left to record. */
  get complete(): boolean {
    return this.#left === 0;
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
            // The stream takes one message of a subject. An identity of the message would keep one that was taken out from coming back.
            await client.jetstream.publish(job(id), body);
          } catch (error) {
            if (!isError(error, "subjectTaken")) throw error;
          }
        }),
      );
    }
  }

  /** Once every trial is recorded, takes the queue away, also one that a killed coordinator left, and tells the workers. */
  async finish(): Promise<void> {
    const { client, options: { plan, log } } = this;
    if (this.#left > 0) return;
    const never = new AbortController().signal;
    for (let tries = 1;; tries++) {
      try {
        const found = await findQueue(client.manager, plan.name);
        if (found?.store !== this.#identity.store) return;
        await removeQueue(client, plan.name);
        client.connection.publish(names(plan.name).end);
        return await client.connection.flush();
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
    const { warn } = options, quiet = () => {};
    const own = workers > 0
      ? workOverNats(pool, { url, plan, code, workers, signal: ended.signal, log: quiet, warn })
      : Promise.resolve();
    const coordinating = coordinator.run().then(async () => {
      stop();
      // What still runs here is recorded already, by others; interrupted, it is finished.
      if (coordinator.complete) await pool.close();
    });
    // Whichever fails is the sweep's failure, and ends the other.
    await Promise.all([coordinating, own]);
    await coordinator.finish();
  } catch (error) {
    throw error instanceof StoreError
      ? error
      : new Error(`The sweep over NATS ended: ${messageOf(error)}`, { cause: error });
  } finally {
    stop();
    signal.removeEventListener("abort", stop);
    await pool.close();
    await client.connection.close().catch(() => {});
  }
}
