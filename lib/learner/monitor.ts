/** The figure of an epoch that a callback goes by: a column of MetricsCB, read as an epoch ends. */
import { MetricsCB } from "./callbacks/metrics.ts";
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

  /** Throws if no MetricsCB measures the column. */
  check(learn: LearnerCore): void {
    const columns = learn.find(MetricsCB)?.columns;
    if (columns?.includes(this.column)) return;
    throw new Error(
      `Cannot ${this.what} by "${this.column}": ` +
        (columns ? `MetricsCB measures ${columns.slice(0, -2).join(", ")}` : "nothing measures it. Add a MetricsCB"),
    );
  }

  /** Waits for the figure of the phase that has just ended; undefined if that is not the phase that counts. */
  async figure(learn: LearnerCore): Promise<number | undefined> {
    if (learn.training !== (this.phase === "train")) return undefined;
    await learn.settle();
    const row = learn.find(MetricsCB)!.rows.at(-1);
    return row?.epoch === learn.epoch && row.train === this.phase ? row[this.column] as number : undefined;
  }

  /** Whether `figure` is better than the best so far. NaN never is. */
  improves(figure: number, best: number | undefined): boolean {
    if (best === undefined) return !Number.isNaN(figure);
    return this.better === "lower" ? figure < best : figure > best;
  }
}
