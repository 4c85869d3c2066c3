/**
 * What can be wrong with a sweep, and the values that parameters take.
 *
 * @module
 */

/** What a parameter can be: what JSON writes as one word. */
export type Value = string | number | boolean | null;

/** A plan that cannot be run: the message names the key. */
export class PlanError extends RangeError {
  /** What `String(error)` begins with. */
  override name = "PlanError";
}

/** A sweep's folder that cannot be used as asked, and what to do. */
export class StoreError extends Error {
  /** What `String(error)` begins with. */
  override name = "StoreError";
}

/** A sweep's folder was made by another plan or by other code, and nobody said what to do. */
export class ChangedError extends StoreError {
  /** What `String(error)` begins with. */
  override name = "ChangedError";
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
