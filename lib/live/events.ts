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
  /** What it is: a run begins. */
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
  /** What it is: values of a series. */
  readonly kind: "points";
  /** The run's identity. */
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
  /** What it is: figures of a phase. */
  readonly kind: "row";
  /** The run's identity. */
  readonly run: string;
  /** How many training steps came before. */
  readonly step: number;
  /** The epoch, from 0. */
  readonly epoch: number;
  /** The phase of the epoch. */
  readonly phase: "train" | "valid";
  /** Loss and metrics by name. */
  readonly figures: Readonly<Record<string, Figure>>;
}

/** Where a run stands. Only the last counts. */
export interface ProgressEvent {
  /** What it is: where the run stands. */
  readonly kind: "progress";
  /** The run's identity. */
  readonly run: string;
  /** The epoch, from 0. */
  readonly epoch: number;
  /** The phase of the epoch. */
  readonly phase: "train" | "valid";
  /** Batches done in this phase. */
  readonly batch: number;
  /** How many it has, if that is known. */
  readonly batches?: number;
  /** Training steps a second, on average since the fit began. */
  readonly speed?: number;
  /** Seconds until the end, if it can be told. */
  readonly left?: number;
}

/**
 * Statistics of a watched layer over some of its columns: each is of `width` neighbouring entries of its record. With another width than
 * before, what was said of the layer is void, and all of it is said again.
 */
export interface ColumnsEvent {
  /** What it is: statistics of a layer. */
  readonly kind: "columns";
  /** The run's identity. */
  readonly run: string;
  /** Whose: a module's or a parameter's path. */
  readonly layer: string;
  /** What of it: activations, gradients, updates or weights. */
  readonly of: string;
  /** Entries in a column, but the last. */
  readonly width: number;
  /** The first column here, from 0. */
  readonly from: number;
  /** Edges of the histogram: of the lowest bin below, of the highest above. */
  readonly range: readonly [number, number];
  /** Whether absolute values are counted in it. */
  readonly absolute: boolean;
  /** The columns, one after another. */
  readonly columns: readonly Column[];
}

/** One column: averages over its entries. */
export interface Column {
  /** The training step of its first entry. */
  readonly step: number;
  /** The mean of all values. */
  readonly mean: Figure;
  /** Their standard deviation. */
  readonly std: Figure;
  /** Share of values that are exactly 0. */
  readonly zeros: Figure;
  /** Share of units that are off for all samples of a batch; absent where there are no units. */
  readonly off?: Figure;
  /** Values in each bin of an entry, in three digits. */
  readonly counts: readonly number[];
}

/** What `diagnose()` found. Only the last list counts. */
export interface FindingsEvent {
  /** What it is: findings of a diagnosis. */
  readonly kind: "findings";
  /** The run's identity. */
  readonly run: string;
  /** A sentence for each, the gravest first. */
  readonly lines: readonly string[];
}

/** The end of a run. */
export interface FinishedEvent {
  /** What it is: the run's end. */
  readonly kind: "finished";
  /** The run's identity. */
  readonly run: string;
  /** Whether all epochs were done, or the fit was stopped or failed before. */
  readonly how: "done" | "ended early";
}

/** One of them. */
export type LiveEvent =
  | RunEvent
  | PointsEvent
  | RowEvent
  | ProgressEvent
  | ColumnsEvent
  | FindingsEvent
  | FinishedEvent;

/** A number for an event, with as many digits as a 32-bit float tells apart on a screen: seven. */
export function toFigure(value: number): Figure {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : String(value) as Figure;
}
