/**
 * Records as messages: a record that is larger than a message goes in parts.
 *
 * @module
 */
import { parseBytes } from "../boundary/parse.ts";
import { IDENTITY } from "../boundary/patterns.ts";
import { parcelBody, parsePart } from "../boundary/queue.ts";
import { messageOf, printable } from "../errors.ts";
import type { TrialRecord } from "../record.ts";
import type { Client, StreamMessage } from "./client.ts";
import { names, trialOf } from "./queue.ts";

/** A record on its way, with what the coordinator wants to know of it. */
export interface Parcel {
  readonly trial: string;
  readonly attempts: number;
  /** The folder of the sweep that asked for it. */
  readonly store: string;
  readonly record: TrialRecord;
}

/** Room for headers and subject. */
const MARGIN = 4096;

/** Publishes a record; resolved when the server has stored all of it. */
export async function publishParcel(client: Client, sweep: string, parcel: Parcel): Promise<void> {
  const { trial, attempts, store, record } = parcel;
  const bytes = new TextEncoder().encode(JSON.stringify({ attempts, store, record }));
  const size = client.maxPayload - MARGIN;
  const parts = Math.max(1, Math.ceil(bytes.length / size));
  const parcelId = crypto.randomUUID();
  for (let i = 0; i < parts; i++) {
    await client.jetstream.publish(names(sweep).result(trial), bytes.subarray(i * size, (i + 1) * size), {
      msgID: `${parcelId}.${i}`,
      headers: client.headers({ "Sonde-Parcel": parcelId, "Sonde-Part": `${i}/${parts}` }),
      timeout: 10_000,
    });
  }
}

/** What the reader made of messages: a parcel, or the reason why they are none. */
export type Taken =
  & { readonly messages: readonly StreamMessage[] }
  & ({ readonly parcel: Parcel } | { readonly problem: string });

/** A parcel of which parts are missing. */
interface OpenParcel {
  readonly parts: Map<number, StreamMessage>;
  readonly of: number;
  readonly trial: string;
  bytes: number;
  /** When its last part came, by `performance.now()`. */
  latest: number;
}

/** Bytes of unfinished parcels that are held; whoever may publish could send beginnings for ever. */
const MOST_BYTES = 2 ** 29;

/** Puts parts together. Whoever may publish can send anything: what makes no sense is handed back with the reason. */
export class ParcelReader {
  readonly #open = new Map<string, OpenParcel>();
  #bytes = 0;

  /**
   * Takes a message.
   *
   * @returns what it completed, for the caller to acknowledge or to terminate; undefined while parts are missing
   */
  take(message: StreamMessage): Taken | undefined {
    const trial = trialOf(message.subject), header = parsePart(message.headers);
    if (!IDENTITY.test(trial) || !header) {
      return { messages: [message], problem: `a message on ${printable(message.subject)} that is no part of a record` };
    }
    const { part, of } = header, id = `${trial} ${header.id}`;
    let open = this.#open.get(id);
    if (!open) this.#open.set(id, open = { parts: new Map(), of, trial, bytes: 0, latest: performance.now() });
    if (open.of !== of) {
      return { messages: [message], problem: `a part of a record of trial ${trial} that does not fit` };
    }
    const before = open.parts.get(part)?.data.length;
    if (before === undefined) open.latest = performance.now();
    open.bytes += message.data.length - (before ?? 0);
    this.#bytes += message.data.length - (before ?? 0);
    open.parts.set(part, message);
    if (open.parts.size === of) return this.#complete(id, open);
    return this.#bytes > MOST_BYTES ? this.#giveUp("too many records that are never completed") : undefined;
  }

  /** The oldest parcel that has had no new part for so long: its worker ended while it was sending. */
  stale(millis: number): Taken | undefined {
    const [first] = this.#open.values();
    return first && performance.now() - first.latest > millis ? this.#giveUp("the rest of it never came") : undefined;
  }

  #close(id: string, open: OpenParcel): StreamMessage[] {
    this.#open.delete(id);
    this.#bytes -= open.bytes;
    return [...open.parts].sort(([a], [b]) => a - b).map(([, message]) => message);
  }

  #giveUp(why: string): Taken | undefined {
    const [oldest] = this.#open;
    if (!oldest) return undefined;
    const [id, open] = oldest;
    return {
      messages: this.#close(id, open),
      problem: `${open.parts.size} of ${open.of} parts of a record of trial ${open.trial}: ${why}`,
    };
  }

  #complete(id: string, open: OpenParcel): Taken {
    const messages = this.#close(id, open), { trial } = open;
    const bytes = new Uint8Array(open.bytes);
    let at = 0;
    for (const { data } of messages) {
      bytes.set(data, at);
      at += data.length;
    }
    try {
      return { messages, parcel: { trial, ...parseBytes(parcelBody, bytes, `a record of trial ${trial}`) } };
    } catch (error) {
      return { messages, problem: messageOf(error) };
    }
  }
}
