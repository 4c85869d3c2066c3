/**
 * What a running sweep says: plain data for its page. Each event replaces the one before it of the same thing.
 *
 * @module
 */
import type { Figure } from "../../live/events.ts";
import type { Params } from "../plan.ts";
import type { SweepResults, TrialResult } from "../results.ts";

/** The plan, and what made the sweep. */
export interface SweepEvent {
  readonly kind: "sweep";
  readonly plan: SweepResults["plan"];
  /** Identity and version of the code. */
  readonly code: string;
  /** The sweep's folder. */
  readonly folder: string;
}

/** A trial, and where it stands. */
export interface TrialEvent extends Pick<TrialResult, "id" | "seed" | "status" | "attempts" | "error" | "seconds"> {
  readonly kind: "trial";
  /** Its place in the plan. */
  readonly position: number;
  readonly params: Params;
  readonly metrics: Readonly<Record<string, Figure>>;
  /** When its last attempt began, as ISO 8601. */
  readonly began: string | null;
}

/** What a trial reported of a metric so far: pairs of step and value, at most as many as a screen shows. */
export interface CurveEvent {
  readonly kind: "curve";
  readonly trial: string;
  readonly name: string;
  readonly points: readonly (readonly [number, Figure])[];
}

/** The end: all trials are done or failed, or the sweep was interrupted. */
export interface EndEvent {
  readonly kind: "end";
  readonly how: "done" | "interrupted";
  /** The sweep's report, a page. */
  readonly report: string;
}

/** One of them. */
export type SweepLiveEvent = SweepEvent | TrialEvent | CurveEvent | EndEvent;
