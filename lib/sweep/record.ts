/**
 * What a trial leaves behind, as it travels from a worker to the store: plain JSON.
 *
 * @module
 */
import { MAX_ERROR } from "./boundary/patterns.ts";
import type { Params } from "./plan.ts";

/** Something that a trial kept. */
export interface Artefact {
  readonly name: string;
  /** `image/svg+xml`, `text/plain` or `application/octet-stream`. */
  readonly type: string;
  /** The bytes in base64. */
  readonly data: string;
}

/** A metric at a step; null where it was not finite. */
export type StepRow = readonly [step: number, name: string, value: number | null];

/** Where a trial ran. */
export interface Environment {
  /** The kind of device: `cpu`. */
  readonly device: string;
  /** The device in its own words. */
  readonly description: string;
  /** Null where the device has no such thing. */
  readonly threads: number | null;
  /** Operating system and architecture. */
  readonly system: string;
  /** Versions by name: Sonde, Deno, V8. */
  readonly versions: Readonly<Record<string, string>>;
  /** What a later version may add. */
  readonly [more: string]: unknown;
}

/** The record of one attempt that came to its end. */
export interface TrialRecord {
  readonly status: "done" | "failed";
  /** Empty for a trial that failed; null is a value that was not finite. */
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly steps: readonly StepRow[];
  readonly artefacts: readonly Artefact[];
  /** Why it failed. */
  readonly error: string | null;
  /** The identity of every data set it took. */
  readonly data: Readonly<Record<string, string>>;
  readonly environment: Environment | null;
  /** When it began, as ISO 8601. */
  readonly began: string;
  readonly seconds: number;
}

/** The record of a trial of which nothing came back. */
export function failure(error: string, seconds = 0): TrialRecord {
  const began = new Date(Date.now() - seconds * 1000).toISOString();
  return {
    status: "failed",
    metrics: {},
    steps: [],
    artefacts: [],
    error: error.slice(0, MAX_ERROR),
    data: {},
    environment: null,
    began,
    seconds,
  };
}

/** A trial as one JSON object a line shows it. */
export interface TrialLine {
  readonly sweep: string;
  readonly trial: string;
  readonly params: Params;
  readonly seed: number;
  readonly status: string;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly error: string | null;
  readonly attempts: number;
  readonly seconds: number | null;
}
