/**
 * What a training says while it runs: plain data, for a page, a file or a message between threads.
 *
 * Every event may be applied twice with the same result: points have places, and the rest replaces what was there. So whoever missed some of
 * them is sent what holds them, and a little that was there already.
 */

/** A number as JSON has it: those that are not finite are words. */
export type Figure = number | "NaN" | "Infinity" | "-Infinity";

/** A run begins. */
export interface RunEvent {
  readonly kind: "run";
  /** Identity of the run, which all its other events name. */
  readonly run: string;
  /** What people call it. */
  readonly title: string;
  /** When it began, as ISO 8601. */
  readonly started: string;
  /** How many epochs it is to have. */
  readonly epochs: number;
  /** What is needed to run it again, by name. */
  readonly facts: Readonly<Record<string, string>>;
}

/** Values of a series at consecutive training steps. */
export interface PointsEvent {
  readonly kind: "points";
  readonly run: string;
  /** Such as "loss" and "lr". */
  readonly series: string;
  /** The training step of the first value, from 0. */
  readonly from: number;
  /** One value for each step. */
  readonly values: readonly Figure[];
}

/** The figures of a phase of an epoch, with how many training steps came before its end. */
export interface RowEvent {
  readonly kind: "row";
  readonly run: string;
  readonly step: number;
  readonly epoch: number;
  readonly phase: "train" | "valid";
  readonly figures: Readonly<Record<string, Figure>>;
}

/** Where a run stands. Only the last counts. */
export interface ProgressEvent {
  readonly kind: "progress";
  readonly run: string;
  readonly epoch: number;
  readonly phase: "train" | "valid";
  /** Batches done in this phase, and in all if that is known. */
  readonly batch: number;
  readonly batches?: number;
  /** Training steps a second, lately. */
  readonly speed?: number;
  /** Seconds until the end, if it can be told. */
  readonly left?: number;
}

/** What `diagnose()` found. Only the last list counts. */
export interface FindingsEvent {
  readonly kind: "findings";
  readonly run: string;
  readonly lines: readonly string[];
}

/** The end of a run. */
export interface FinishedEvent {
  readonly kind: "finished";
  readonly run: string;
  /** Whether all epochs were done, or the fit was stopped or failed before. */
  readonly how: "done" | "ended early";
}

/** One of them. */
export type LiveEvent = RunEvent | PointsEvent | RowEvent | ProgressEvent | FindingsEvent | FinishedEvent;

/** A number for an event, with as many digits as a 32-bit float tells apart on a screen: seven. */
export function toFigure(value: number): Figure {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : String(value) as Figure;
}
