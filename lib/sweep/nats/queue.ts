/**
 * A sweep's two streams on a NATS server.
 *
 * Jobs: a work queue with a subject for each trial, which takes no second message while the first is there: a trial cannot be queued twice.
 * A job is acknowledged once its result is stored in the other stream. Results: a work queue that the coordinator acknowledges once a
 * result is committed to its store. So at every moment a trial that is not recorded is in one of the two; and whatever a crash doubles
 * ends at the store, which takes each trial once.
 *
 * @module
 */
import { parseJson } from "../boundary/parse.ts";
import { parsePart, queueIdentity } from "../boundary/queue.ts";
import { messageOf, StoreError } from "../errors.ts";
import { canonical } from "../identity.ts";
import { type Client, type Consumer, isError, type Manager, type StreamMessage } from "./client.ts";
import { within } from "./patience.ts";

/** Which sweep a queue is for. A worker compares it with its own. */
export interface QueueIdentity {
  /** The plan's: its name and trials. */
  readonly plan: string;
  /** The code's. */
  readonly code: string;
  /** The coordinator's folder. */
  readonly store: string;
  /** Seconds after which a worker without a sign loses its trial. */
  readonly lease: number;
}

const NANOS = 1e9;

/** Names on the server. */
export function names(sweep: string) {
  const stream = `SONDE_${sweep}`;
  return {
    jobs: `${stream}_jobs`,
    results: `${stream}_results`,
    job: (trial: string) => `sonde.${sweep}.job.${trial}`,
    result: (trial: string) => `sonde.${sweep}.result.${trial}`,
    /** Told to all workers when there is nothing more to do and the queue is gone. */
    end: `sonde.${sweep}.end`,
    /** Durable consumers. */
    workers: "workers",
    coordinator: "coordinator",
  };
}

/** The last word of a subject: the trial. */
export function trialOf(subject: string): string {
  return subject.slice(subject.lastIndexOf(".") + 1);
}

/**
 * What is on the server for a sweep of this name; undefined if nothing is.
 *
 * @throws {StoreError} when a stream of that name was made by something else
 */
export async function findQueue(manager: Manager, sweep: string): Promise<QueueIdentity | undefined> {
  const { jobs } = names(sweep);
  let description: string;
  try {
    const { config } = await manager.streams.info(jobs);
    description = config.description ?? "";
  } catch (error) {
    if (isError(error, "streamNotFound")) return undefined;
    throw error;
  }
  try {
    return parseJson(queueIdentity, description, `the description of the stream ${jobs}`);
  } catch (error) {
    throw new StoreError(
      `${
        messageOf(error)
      }. Something else made that stream: delete it, take it over with --fresh, or give the plan another name`,
      { cause: error },
    );
  }
}

async function remove(manager: Manager, stream: string): Promise<void> {
  try {
    await manager.streams.delete(stream);
  } catch (error) {
    if (!isError(error, "streamNotFound")) throw error;
  }
}

/** Takes a sweep's streams away. */
export async function removeQueue({ manager }: Client, sweep: string): Promise<void> {
  const { jobs, results } = names(sweep);
  await remove(manager, jobs);
  await remove(manager, results);
}

/** Makes what is missing of a queue; what is there is left as it is. */
export async function makeQueue({ manager, replicas }: Client, sweep: string, identity: QueueIdentity): Promise<void> {
  const { jobs, results, job, result, workers, coordinator } = names(sweep);
  const shared = {
    retention: "workqueue",
    storage: "file",
    discard: "new",
    num_replicas: replicas,
    duplicate_window: 30 * NANOS,
    description: canonical(identity),
  };
  const limits = { max_msgs_per_subject: 1, discard_new_per_subject: true };
  await manager.streams.add({ ...shared, ...limits, name: jobs, subjects: [job("*")] });
  await manager.streams.add({ ...shared, name: results, subjects: [result("*")] });
  const consumer = { ack_policy: "explicit", deliver_policy: "all", max_deliver: -1, max_ack_pending: -1 };
  await manager.consumers.add(jobs, { ...consumer, durable_name: workers, ack_wait: identity.lease * NANOS });
  await manager.consumers.add(results, { ...consumer, durable_name: coordinator, ack_wait: 30 * NANOS });
}

/** The trials that have a message in a stream. */
export async function trialsIn({ manager }: Client, stream: string): Promise<Set<string>> {
  const { state } = await manager.streams.info(stream, { subjects_filter: ">" });
  return new Set(Object.keys(state.subjects ?? {}).map(trialOf));
}

/**
 * Whether a trial's result waits for the coordinator: then a worker ended between storing it and saying so. Parts are stored in order: a
 * record whose last part is missing is none.
 */
export async function hasResult({ manager }: Client, sweep: string, trial: string): Promise<boolean> {
  const { results, result } = names(sweep);
  // A server says that there is none by an error, a client by null.
  const found = await manager.streams.getMessage(results, { last_by_subj: result(trial) }).catch(() => null);
  const header = parsePart(found?.header);
  return header !== undefined && header.part === header.of - 1;
}

/** How long to wait for a message. */
export interface NextOptions {
  /** Milliseconds that the server is asked to wait. */
  readonly expires: number;
  /** Milliseconds after which no answer counts as none: a request may be lost with the server that took it. */
  readonly patience: number;
  /** Aborted to wait no longer. */
  readonly signal: AbortSignal;
}

/**
 * A consumer's next message; null when there is none in time. One that comes later is handed back: else nobody would get it before its lease
 * has run out.
 */
export async function nextMessage(
  consumer: Consumer,
  { expires, patience, signal }: NextOptions,
): Promise<StreamMessage | null> {
  let over = false, arrived: StreamMessage | null = null;
  const pull = consumer.next({ expires }).then((message) => {
    if (over) message?.nak();
    else arrived = message;
    return message;
  });
  const message = await within(patience, pull, null, signal);
  over = true;
  return message ?? arrived;
}
