/** The figure of an epoch that a callback goes by: a column of MetricsCB, read as an epoch ends. */
import { MetricsCB, type MetricsRow } from "./callbacks/metrics.ts";
import type { LearnerCore } from "./core.ts";

/** Which figure. */
export interface MonitorOptions {
  /** A column of {@linkcode MetricsCB}: "loss", or a metric's name. Default: "loss". */
  monitor?: string;
  /** The figures of which phase. Default: "eval". */
  phase?: "train" | "eval";
  /** Which way is better. Default: "lower" for the loss, "higher" for anything else. */
  better?: "lower" | "higher";
}

/** Names of the options. */
export const MONITOR = { monitor: 1, phase: 1, better: 1 } as const;

/** The figure that a callback goes by. */
export class Monitor {
  readonly column: string;
  readonly phase: "train" | "eval";
  readonly better: "lower" | "higher";

  /** @param what the callback does, for errors: "keep the best weights" */
  constructor(readonly what: string, { monitor = "loss", phase = "eval", better }: MonitorOptions) {
    this.column = monitor;
    this.phase = phase;
    this.better = better ?? (monitor === "loss" ? "lower" : "higher");
    if (typeof monitor !== "string") {
      throw new TypeError(`Cannot ${what}: monitor is a column's name, found ${typeof monitor}`);
    }
    if (phase !== "train" && phase !== "eval") {
      throw new RangeError(`Cannot ${what} by the figures of "${phase}": the phases are "train" and "eval"`);
    }
    if (this.better !== "lower" && this.better !== "higher") {
      throw new RangeError(`Cannot ${what} by what is "${better}": better is "lower" or "higher"`);
    }
  }

  /** The rows of the first MetricsCB of the fit that measures the column; throws if there is none. */
  rows(learn: LearnerCore): readonly MetricsRow[] {
    const all = (learn.fitCallbacks ?? []).filter((cb) => cb instanceof MetricsCB);
    const found = all.find(({ columns }) => columns.slice(0, -2).includes(this.column));
    if (found) return found.rows;
    const measured = [...new Set(all.flatMap(({ columns }) => columns.slice(0, -2)))].join(", ");
    throw new Error(
      `Cannot ${this.what} by "${this.column}": ` +
        (measured ? `MetricsCB measures ${measured}` : "nothing measures it. Add a MetricsCB"),
    );
  }

  /** Throws if no MetricsCB measures the column. */
  check(learn: LearnerCore): void {
    this.rows(learn);
  }

  /** After a fit: throws if it had no figures of the phase that counts, and so none to go by. */
  checkAfter(learn: LearnerCore): void {
    if (learn.epochs === 0 || this.rows(learn).some(({ train }) => train === this.phase)) return;
    const other = this.phase === "eval" ? "train" : "eval";
    throw new Error(`Cannot ${this.what}: the fit had no ${this.phase} figures. Use { phase: "${other}" }`);
  }

  /** Waits for the figure of the phase that has just ended; undefined if that is not the phase that counts. */
  async figure(learn: LearnerCore): Promise<number | undefined> {
    if (learn.training !== (this.phase === "train")) return undefined;
    await learn.settle();
    const row = this.rows(learn).at(-1);
    return row?.epoch === learn.epoch && row.train === this.phase ? row[this.column] as number : undefined;
  }

  /** Whether `figure` is better than the best so far. NaN never is. */
  improves(figure: number, best: number | undefined): boolean {
    if (best === undefined) return !Number.isNaN(figure);
    return this.better === "lower" ? figure < best : figure > best;
  }
}
