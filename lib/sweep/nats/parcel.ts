/**
 * Records as messages: a record that is larger than a message goes in parts.
 *
 * @module
 */
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

/** Puts parts together. */
export class ParcelReader {
  readonly #open = new Map<string, Map<number, StreamMessage>>();

  /**
   * Takes a message.
   *
   * @returns the parcel once all of its parts are there, with their messages; they are acknowledged by the caller
   */
  take(message: StreamMessage): { parcel: Parcel; messages: StreamMessage[] } | undefined {
    const id = message.headers?.get("Sonde-Parcel") ?? "";
    const [part, of] = (message.headers?.get("Sonde-Part") ?? "0/1").split("/").map(Number) as [number, number];
    let parts = this.#open.get(id);
    if (!parts) this.#open.set(id, parts = new Map());
    parts.set(part, message);
    if (parts.size < of) return undefined;
    this.#open.delete(id);
    const messages = [...parts].sort(([a], [b]) => a - b).map(([, message]) => message);
    const bytes = new Uint8Array(messages.reduce((sum, { data }) => sum + data.length, 0));
    let at = 0;
    for (const { data } of messages) {
      bytes.set(data, at);
      at += data.length;
    }
    const body = JSON.parse(new TextDecoder().decode(bytes)) as Omit<Parcel, "trial">;
    return { parcel: { trial: trialOf(message.subject), ...body }, messages };
  }
}
