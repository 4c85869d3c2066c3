/**
 * Where a trial stands, as it travels from a worker to the coordinator and, when the trial is tried again, to a worker: plain JSON.
 *
 * @module
 */
import type { Environment, TrialRecord } from "./record.ts";

/** What a trial that is tried again needs to go on, and what its record had so far. */
export interface TrialCheckpoint extends Pick<TrialRecord, "steps" | "artefacts" | "data" | "began" | "seconds"> {
  /** Which of the trial's fits it is of, from 0. */
  readonly fit: number;
  /** What `learn.checkpoint()` gave, in base64. */
  readonly learner: string;
  /** Where the trial ran: elsewhere it may round otherwise. */
  readonly environment: Environment;
}
