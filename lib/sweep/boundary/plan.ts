/**
 * The form of a plan's description and of an identity of code.
 *
 * @module
 */
import * as v from "npm:valibot@1";
import type { CodeIdentity } from "../code.ts";
import type { PlanDescription, Trial } from "../expand.ts";
import { axes, duration, finite, identity, params, sweepName, text, texts, whole } from "./values.ts";

const about = {
  name: sweepName,
  about: text(100_000),
  axes,
  seeds: v.pipe(v.array(whole(0)), v.nonEmpty()),
  metric: v.nullable(text(200)),
  goal: v.nullable(v.picklist(["max", "min"])),
  // A store that an earlier version wrote does not have these.
  baseline: v.optional(v.nullable(params), null),
  margin: v.optional(v.nullable(v.pipe(finite, v.gtValue(0))), null),
  testSize: v.optional(v.nullable(whole(1)), null),
  timeout: duration,
  attempts: whole(1),
  stall: duration,
  id: identity,
};

const trial: v.GenericSchema<unknown, Trial> = v.strictObject({ id: identity, params, seed: whole(0) });

/** Every trial once. */
const distinct = (trials: Trial[]) => new Set(trials.map(({ id }) => id)).size === trials.length;

/** A plan with its trials. */
export const planDescription: v.GenericSchema<unknown, PlanDescription> = v.strictObject({
  ...about,
  trials: v.pipe(v.array(trial), v.nonEmpty(), v.check(distinct, "trials that differ")),
});

/** A plan as a store has it: its trials are in a table of their own. */
export const storedPlan: v.GenericSchema<unknown, Omit<PlanDescription, "trials">> = v.strictObject(about);

/** What results were made by. */
export const codeIdentity: v.GenericSchema<unknown, CodeIdentity> = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^\w{1,64}$/)),
  version: text(100),
  files: texts(64),
});
