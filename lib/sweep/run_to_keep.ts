/**
 * A run as it is given to the store.
 *
 * @module
 */
import type { Params } from "./plan.ts";
import type { TrialRecord } from "./record.ts";

/** A run, and what became of it. */
export interface RunToKeep {
  /** Its configuration, its name as `run` included. */
  readonly params: Params;
  readonly seed: number;
  readonly record: Pick<TrialRecord, "status" | "metrics" | "steps" | "error" | "environment" | "began" | "seconds">;
}
