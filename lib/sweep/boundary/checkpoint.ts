/**
 * The form of a trial's checkpoint, wherever it arrives from: a worker, a coordinator, a file.
 *
 * @module
 */
import * as v from "npm:valibot@1";
import type { TrialCheckpoint } from "../checkpoint.ts";
import { MAX_CHECKPOINT } from "./patterns.ts";
import { environment, isBase64, shared } from "./record.ts";
import { whole } from "./values.ts";

const isLearner = (text: unknown): text is string => isBase64(text) && text.length <= MAX_CHECKPOINT;

export const trialCheckpoint: v.GenericSchema<unknown, TrialCheckpoint> = v.strictObject({
  ...shared,
  environment,
  fit: whole(0),
  learner: v.custom<string>(isLearner, `at most ${MAX_CHECKPOINT} characters of base64`),
});
