/**
 * The form of what worker processes and their coordinator say to each other.
 *
 * @module
 */
import * as v from "npm:valibot@1";
import type { FromWorker, ToWorker, WorkerSetup } from "../worker/protocol.ts";
import { trialCheckpoint } from "./checkpoint.ts";
import { codeIdentity, planDescription } from "./plan.ts";
import { stepRows, trialRecord } from "./record.ts";
import { finite, identity, text, whole } from "./values.ts";

/** What a worker says. */
export const fromWorker: v.GenericSchema<unknown, FromWorker> = v.variant("type", [
  v.strictObject({
    type: v.literal("ready"),
    introduction: v.strictObject({ plan: planDescription, code: codeIdentity, device: text(100) }),
  }),
  v.strictObject({ type: v.literal("broken"), error: v.string(), usage: v.boolean() }),
  v.strictObject({ type: v.literal("beat"), silent: v.pipe(finite, v.minValue(0)) }),
  v.strictObject({ type: v.literal("log"), trial: v.nullable(identity), line: v.string() }),
  v.strictObject({ type: v.literal("steps"), trial: identity, rows: stepRows }),
  v.strictObject({ type: v.literal("checkpoint"), trial: identity, checkpoint: trialCheckpoint }),
  v.strictObject({ type: v.literal("record"), trial: identity, record: trialRecord }),
  v.strictObject({ type: v.literal("aborted"), trial: identity }),
  v.strictObject({ type: v.literal("ended"), trial: v.nullable(identity), how: text(200) }),
]);

/** What a worker is told. */
export const toWorker: v.GenericSchema<unknown, ToWorker> = v.variant("type", [
  v.strictObject({
    type: v.literal("run"),
    trial: identity,
    attempt: whole(1),
    checkpoint: v.nullable(trialCheckpoint),
  }),
  v.strictObject({ type: v.literal("abort"), reason: v.string() }),
]);

/** What a worker is started with. */
export const workerSetup: v.GenericSchema<unknown, WorkerSetup> = v.strictObject({
  plan: v.pipe(v.string(), v.url()),
  device: text(100),
  threads: whole(1),
  version: text(100),
  watched: v.exactOptional(v.boolean()),
});
