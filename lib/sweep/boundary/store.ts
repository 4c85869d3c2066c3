/**
 * The form of the rows of a store: it may have been written by anybody.
 *
 * @module
 */
import * as v from "npm:valibot@1";
import { codeIdentity, storedPlan } from "./plan.ts";
import { artefactType, environment, fileName } from "./record.ts";
import { finite, identity, params, text, whole } from "./values.ts";

export { codeIdentity, environment, params, storedPlan };

/** A row of `trials`; its parameters are JSON. */
export const trialRow = v.object({
  id: identity,
  params: v.string(),
  seed: whole(0),
  status: v.picklist(["pending", "running", "done", "failed"]),
  attempts: whole(0),
  error: v.nullable(v.string()),
  code: v.nullable(text(64)),
  environment: v.nullable(whole(0)),
  began: v.nullable(text(40)),
  seconds: v.nullable(finite),
});

/** A row of `environments`. */
export const environmentRow = v.object({ id: whole(0), json: v.string() });

/** A row of `data`. */
export const dataRow = v.object({ name: text(100), identity: text(100) });

/** A row of `artefacts`. */
export const keptRow = v.object({ trial: identity, name: fileName, type: artefactType });

/** The same with its bytes. */
export const keptFile = v.object({ ...keptRow.entries, bytes: v.instance(Uint8Array<ArrayBufferLike>) });
