/**
 * The form of what travels through a queue.
 *
 * @module
 */
import * as v from "npm:valibot@1";
import { trialRecord } from "./record.ts";
import { duration, identity, whole } from "./values.ts";

/** A folder's own identity. */
const store = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));

/** Which sweep a queue is for; every job says it too. */
export const queueIdentity = v.strictObject({
  plan: identity,
  code: v.pipe(v.string(), v.regex(/^\w{1,64}$/)),
  store,
  lease: duration,
});

/** A record on its way to the coordinator. */
export const parcelBody = v.strictObject({ attempts: whole(1, 1_000_000), store, record: trialRecord });

/** Parts of a parcel at most: with messages of a mebibyte, more than a record may have. */
export const MAX_PARTS = 4096;

const PART = /^(\d{1,4})\/(\d{1,4})$/;

/** Which part of which parcel a message is; undefined where its headers make no sense. */
export function parsePart(
  headers: { get(name: string): string } | undefined,
): { readonly id: string; readonly part: number; readonly of: number } | undefined {
  const id = headers?.get("Sonde-Parcel") ?? "", found = PART.exec(headers?.get("Sonde-Part") ?? "");
  if (!/^[\w-]{1,64}$/.test(id) || !found) return undefined;
  const part = Number(found[1]), of = Number(found[2]);
  return part < of && of <= MAX_PARTS ? { id, part, of } : undefined;
}
