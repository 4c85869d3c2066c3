/**
 * The form of a trial's record, wherever it arrives from.
 *
 * @module
 */
import * as v from "npm:valibot@1";
import type { Artefact, Environment, StepRow, TrialRecord } from "../record.ts";
import { FILE_NAME, isMetricName, MAX_ERROR } from "./patterns.ts";
import { finite, metrics, text, texts, whole } from "./values.ts";

/** Whether a list has the form of metrics by step. There may be millions of rows: a schema for each would take seconds. */
function isSteps(rows: unknown): rows is StepRow[] {
  if (!Array.isArray(rows)) return false;
  const names = new Set<unknown>();
  return rows.every((row: unknown) => {
    if (!Array.isArray(row) || row.length !== 3) return false;
    const [step, name, value] = row;
    if (!names.has(name)) {
      if (typeof name !== "string" || !isMetricName(name)) return false;
      names.add(name);
    }
    return Number.isFinite(step) && (value === null || Number.isFinite(value));
  });
}

/** Whether a text is base64: a pattern over a hundred million characters, and no copy of them. */
export const isBase64 = (data: unknown): data is string =>
  typeof data === "string" && data.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(data);

/** What artefacts can be. */
export const artefactType = v.picklist(["image/svg+xml", "text/plain", "application/octet-stream"]);

/** An artefact's name. */
export const fileName = v.pipe(v.string(), v.regex(FILE_NAME));

const artefact: v.GenericSchema<unknown, Artefact> = v.strictObject({
  name: fileName,
  type: artefactType,
  data: v.custom<string>(isBase64, "base64"),
});

/** Where a trial ran. A later version may say more. */
export const environment: v.GenericSchema<unknown, Environment> = v.looseObject({
  device: text(100),
  description: text(1000),
  threads: v.nullable(whole(1, 100_000)),
  system: text(200),
  versions: texts(200),
});

const isDate = (began: string) => Number.isFinite(Date.parse(began));

/** The moment of a beginning, as ISO 8601. */
export const moment = v.pipe(text(40), v.check(isDate, "a date as ISO 8601"));

/** Every name once. */
const distinct = (artefacts: Artefact[]) => new Set(artefacts.map(({ name }) => name)).size === artefacts.length;

/** What a trial reported. */
export const stepRows = v.custom<StepRow[]>(isSteps, "rows of [step, metric, number or null]");

/** What a record and a checkpoint have in common. */
export const shared = {
  steps: stepRows,
  artefacts: v.pipe(v.array(artefact), v.maxLength(10_000), v.check(distinct, "names that differ")),
  data: v.record(v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)), v.pipe(v.string(), v.regex(/^[\w.-]{1,100}$/))),
  environment: v.nullable(environment),
  began: moment,
  seconds: v.pipe(finite, v.minValue(0)),
};

/** A record: of a trial that is done, with metrics, or of one that failed, with its error. */
export const trialRecord: v.GenericSchema<unknown, TrialRecord> = v.variant("status", [
  v.strictObject({
    status: v.literal("done"),
    metrics: v.pipe(
      metrics,
      v.check((all) => Object.keys(all).length > 0, "at least one metric"),
    ),
    error: v.null(),
    ...shared,
  }),
  v.strictObject({
    status: v.literal("failed"),
    metrics: v.pipe(
      metrics,
      v.check((all) => Object.keys(all).length === 0, "no metrics"),
    ),
    error: text(MAX_ERROR),
    ...shared,
  }),
]);
