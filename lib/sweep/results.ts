/**
 * What a sweep's folder holds.
 *
 * @module
 */
import type { CodeIdentity } from "./code.ts";
import type { PlanDescription } from "./expand.ts";
import type { Params } from "./plan.ts";
import type { Environment } from "./record.ts";

/** One trial and what became of it. */
export interface TrialResult {
  /** The trial's identity. */
  readonly id: string;
  /** Its parameters. */
  readonly params: Params;
  /** Its seed. */
  readonly seed: number;
  /** Where it stands. */
  readonly status: "pending" | "running" | "done" | "failed";
  /** Metrics of a trial that is done; NaN where a value was not finite. */
  readonly metrics: Readonly<Record<string, number>>;
  /** How often it was begun. */
  readonly attempts: number;
  /** Why it failed; null if it did not. */
  readonly error: string | null;
  /** Identity of the code that it ran with. */
  readonly code: string | null;
  /** An index into the sweep's environments. */
  readonly environment: number | null;
  /** When its last attempt began, as ISO 8601; null if it has no record. */
  readonly began: string | null;
  /** How long that took; null if it has no record. */
  readonly seconds: number | null;
}

/** A metric over the steps of one trial. */
export interface Curve {
  /** The trial's identity. */
  readonly trial: string;
  /** The metric. */
  readonly name: string;
  /** Pairs of step and value, in order; NaN where a value was not finite. */
  readonly points: readonly (readonly [number, number])[];
}

/** What a trial kept. */
export interface KeptFile {
  /** The trial's identity. */
  readonly trial: string;
  /** The name that the trial gave it. */
  readonly name: string;
  /** `image/svg+xml`, `text/plain` or `application/octet-stream`. */
  readonly type: string;
  /** What it kept. */
  readonly bytes: Uint8Array;
}

/** All that a sweep's folder holds. */
export interface SweepResults {
  /** Where they were read from. */
  readonly folder: string;
  /** The plan, without its functions and trials. */
  readonly plan: Omit<PlanDescription, "trials">;
  /** What the results were made by. */
  readonly code: CodeIdentity;
  /** In the plan's order. */
  readonly trials: readonly TrialResult[];
  /** Where trials ran, by the numbers that {@linkcode TrialResult.environment} has. */
  readonly environments: ReadonlyMap<number, Environment>;
  /** Identities of the data sets, by name. */
  readonly data: Readonly<Record<string, string>>;
  /** Metrics by step, in the order of the trials. */
  readonly curves: readonly Curve[];
  /** Names and types of what the trials kept; {@linkcode SweepResults.artefacts} reads it. */
  readonly kept: readonly Omit<KeptFile, "bytes">[];
  /** What the trials kept, one after another. */
  artefacts(): Iterable<KeptFile>;
}
