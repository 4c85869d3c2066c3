/**
 * A machine's workers for a sweep over NATS: take trials from the queue, run them, and send back what became of them.
 *
 * What a message can ask for is a trial of the plan that this process was started with, by its identity; no message names code.
 *
 * @module
 */
import { FormError, parseBytes } from "../boundary/parse.ts";
import { queueIdentity } from "../boundary/queue.ts";
import type { CodeIdentity } from "../code.ts";
import { messageOf, printable, StoreError } from "../errors.ts";
import type { PlanDescription } from "../expand.ts";
import { canonical } from "../identity.ts";
import { lastLoss } from "../local.ts";
import type { TrialRecord } from "../record.ts";
import { LostError, type Outcome } from "../worker/child.ts";
import type { Job, Pool, Source } from "../worker/pool.ts";
import { publicUrl } from "./address.ts";
import { type Client, connect, type Consumer, type StreamMessage } from "./client.ts";
import { publishParcel } from "./parcel.ts";
import { pause, within } from "./patience.ts";
import { findQueue, hasResult, names, nextMessage, type QueueIdentity, trialOf } from "./queue.ts";

/** How to work. */
export interface NatsWorkerOptions {
  readonly url: string;
  readonly plan: PlanDescription;
  readonly code: CodeIdentity;
  readonly workers: number;
  /** Aborted to finish the running trials and end. */
  readonly signal: AbortSignal;
  /** Told what is going on. */
  readonly log: (line: string) => void;
  /** Told of messages that should not be there. */
  readonly warn: (line: string) => void;
}

/** Milliseconds that a queue may be away, as when its server lost it, before it counts as finished. */
const AWAY = 20_000;

/** A trial in hand. */
interface Held extends Job {
  readonly message: StreamMessage;
  readonly store: string;
}

class QueueSource implements Source {
  readonly #trials: ReadonlySet<string>;
  readonly #over = new AbortController();
  /** Whether the queue was found gone after somebody had said that there is nothing more to do. */
  #ended = false;
  readonly #stop = () => this.#over.abort();
  /** Timers by which a message in hand stays ours. */
  readonly #beats = new Map<StreamMessage, ReturnType<typeof setInterval>>();
  #consumer: Promise<Consumer> | undefined;
  #seen = performance.now();
  #queue: QueueIdentity;

  constructor(
    readonly client: Client,
    readonly options: NatsWorkerOptions,
    queue: QueueIdentity,
    readonly away: number,
  ) {
    this.#queue = queue;
    this.#trials = new Set(options.plan.trials.map(({ id }) => id));
    options.signal.addEventListener("abort", this.#stop);
    client.connection.subscribe(names(options.plan.name).end, { callback: () => void this.#checkEnd() });
  }

  /** Somebody said that there is nothing more to do. Anybody can: it is so when the queue is gone. */
  async #checkEnd(): Promise<void> {
    if (!await this.#gone().catch(() => false)) return; // next() finds out what has the queue's place
    this.#ended = true;
    this.#over.abort();
  }

  /** Lets go of every message that is still in hand: others get it in time. */
  [Symbol.dispose](): void {
    this.#over.abort();
    this.options.signal.removeEventListener("abort", this.#stop);
    for (const message of this.#beats.keys()) this.#letGo(message);
  }

  #hold(message: StreamMessage): void {
    const beat = () => {
      try {
        message.working();
      } catch { // the connection is closed, or will be back
      }
    };
    this.#beats.set(message, setInterval(beat, this.#queue.lease * 1000 / 4));
  }

  #letGo(message: StreamMessage): void {
    clearInterval(this.#beats.get(message));
    this.#beats.delete(message);
  }

  async next(): Promise<Held | undefined> {
    const { plan } = this.options, { signal } = this.#over;
    while (!signal.aborted) {
      try {
        this.#consumer ??= this.client.jetstream.consumers.get(names(plan.name).jobs, names(plan.name).workers);
        const message = await nextMessage(await this.#consumer, { expires: 2000, patience: 6000, signal });
        this.#seen = performance.now();
        // While the pull was under way the end may have come: others are to have it.
        if (message && signal.aborted) message.nak();
        else if (message) {
          const held = await this.#take(message);
          if (held) return held;
        } else await this.#look();
      } catch (error) {
        if (error instanceof StoreError) throw error;
        this.#consumer = undefined;
        await this.#look();
        await pause(500, signal);
      }
    }
    return undefined;
  }

  /** Whether there is still a queue; one that stays away is at its end. */
  async #look(): Promise<void> {
    try {
      const found = await findQueue(this.client.manager, this.options.plan.name);
      if (found) this.#seen = performance.now();
      else {
        this.#consumer = undefined;
        if (performance.now() - this.#seen > this.away) this.#over.abort();
      }
    } catch (error) { // the server is away: it may come back
      if (error instanceof StoreError) throw error;
      this.#seen = performance.now();
    }
  }

  /** What a job asks for, if it is one that the coordinator may have queued. Whoever may publish can put anything in its place. */
  async #read(message: StreamMessage): Promise<QueueIdentity | undefined> {
    const { plan, code, warn } = this.options, trial = trialOf(message.subject);
    let problem: string;
    try {
      const wanted = parseBytes(queueIdentity, message.data, `the job of trial ${trial}`);
      const asked = canonical(wanted);
      if (asked !== canonical(this.#queue)) {
        // Another coordinator may have made the queue anew.
        const now = await findQueue(this.client.manager, plan.name);
        if (now && (now.plan !== plan.id || now.code !== code.id)) {
          message.nak();
          throw new StoreError(different(plan.name, now, this.options));
        }
        this.#queue = now ?? this.#queue;
      }
      if (asked === canonical(this.#queue) && this.#trials.has(trial)) return wanted;
      problem = `the job of trial ${printable(trial)} is not of this queue`;
    } catch (error) {
      if (!(error instanceof FormError)) throw error;
      problem = error.message;
    }
    warn(`${problem}. It was taken out of the queue; if the trial is pending the coordinator queues it again`);
    message.term();
    return undefined;
  }

  async #take(message: StreamMessage): Promise<Held | undefined> {
    const { plan, log } = this.options;
    const trial = trialOf(message.subject), attempt = message.info.deliveryCount;
    const wanted = await this.#read(message);
    if (!wanted) return undefined;
    if (attempt > 1 && await hasResult(this.client, plan.name, trial)) {
      message.ack();
      return undefined;
    }
    if (attempt > plan.attempts) {
      const record = lastLoss(attempt - 1, `its worker was lost, or gave no sign for ${plan.stall} s`);
      log(`trial ${trial} has been lost ${attempt - 1} times: recorded as failed`);
      await this.#send({ trial, attempt: attempt - 1 }, wanted.store, message, record);
      return undefined;
    }
    this.#hold(message);
    return { trial, attempt, message, store: wanted.store };
  }

  drop(job: Job): void {
    const { message } = job as Held;
    this.#letGo(message);
    try {
      message.nak();
    } catch { // the connection is closed: the lease runs out
    }
  }

  async settle(job: Job, outcome: Outcome): Promise<void> {
    const { message, store, trial, attempt } = job as Held;
    const { plan, log } = this.options;
    try {
      if (!(outcome instanceof LostError)) return await this.#send(job, store, message, outcome);
      log(`trial ${trial}: ${outcome.message} (attempt ${attempt} of ${plan.attempts})`);
      if (attempt < plan.attempts) message.nak();
      else await this.#send(job, store, message, lastLoss(attempt, outcome.message));
    } finally {
      this.#letGo(message);
    }
  }

  /**
   * Sends a record and, once the server has it, acknowledges the job. Goes on trying while the server is away, and for a while when the queue
   * is, which may return; unless it is gone because the sweep has ended: then others have recorded the trial.
   */
  async #send({ trial, attempt }: Job, store: string, message: StreamMessage, record: TrialRecord): Promise<void> {
    const { plan, log, signal } = this.options;
    const until = performance.now() + this.away;
    for (let stored = false;;) {
      try {
        if (!stored) await publishParcel(this.client, plan.name, { trial, attempts: attempt, store, record });
        stored = true;
        await within(5000, message.ackAck(), false);
        return log(`trial ${trial}: ${record.status}`);
      } catch {
        // Without its queue a record has nowhere to go: a coordinator that still wants it queues the trial again.
        const late = performance.now() > until, gone = (this.#ended || late) && await this.#gone();
        if (gone) return log(`trial ${trial}: its queue is gone, and nobody waits for its record`);
        if (late && signal.aborted) return log(`trial ${trial}: the server is away, and it may be run again`);
        await pause(500, new AbortController().signal);
      }
    }
  }

  /**
   * Whether there is no queue. Only the server's word for it counts: what an attempt to publish says of a stream that is not there depends
   * on the client, and is the same while a cluster is choosing the stream's leader.
   *
   * @throws {StoreError} when something else has its place
   */
  async #gone(): Promise<boolean> {
    try {
      return await findQueue(this.client.manager, this.options.plan.name) === undefined;
    } catch (error) {
      if (error instanceof StoreError) throw error;
      return false; // the server is away
    }
  }
}

function different(sweep: string, queue: QueueIdentity, { plan, code, url }: NatsWorkerOptions): string {
  const what = queue.code !== code.id ? "other code" : "another plan";
  return `Cannot work for the sweep ${sweep} at ${publicUrl(url)}: its coordinator has ${what} (plan ${
    queue.plan.slice(0, 8)
  }, code ${queue.code.slice(0, 8)}) than this worker (plan ${plan.id.slice(0, 8)}, code ${
    code.id.slice(0, 8)
  }). Bring both to the same version of plan, Sonde and ` +
    "local modules";
}

/** Waits for a queue of the plan's name. */
async function awaitQueue(
  client: Client,
  { plan, signal, log }: NatsWorkerOptions,
): Promise<QueueIdentity | undefined> {
  let told = "";
  while (!signal.aborted) {
    let reason = "";
    // A server that is away may come back; one that refuses says so.
    const found = await findQueue(client.manager, plan.name).catch((error) => {
      if (error instanceof StoreError) throw error;
      reason = `: ${messageOf(error)}`;
    });
    if (found) return found;
    const text = `waiting for the sweep ${plan.name} at ${client.url}${reason}`;
    if (text !== told) log(told = text);
    await pause(1000, signal);
  }
  return undefined;
}

/**
 * Works until the sweep is finished or the signal is aborted.
 *
 * @param pool whose workers run the trials; they have ended when this returns
 * @param away milliseconds that a queue may be away, as when its server lost it, before it counts as finished
 * @throws {StoreError} when the queue's plan or code is another
 */
export async function workOverNats(pool: Pool, options: NatsWorkerOptions, away = AWAY): Promise<void> {
  const client = await connect(options.url);
  try {
    const queue = await awaitQueue(client, options);
    if (!queue) return;
    if (queue.plan !== options.plan.id || queue.code !== options.code.id) {
      throw new StoreError(different(options.plan.name, queue, options));
    }
    using source = new QueueSource(client, options, queue, away);
    await pool.run(source, options.workers);
  } finally {
    await client.connection.close().catch(() => {});
  }
}
