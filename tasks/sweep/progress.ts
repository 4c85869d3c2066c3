/**
 * How far a sweep is: a line for each trial, or a bar in a terminal; with rate and time left.
 *
 * @module
 */
import { type Bar, openBar } from "../../lib/learner/bar.ts";
import { formatSeconds } from "../../lib/plot/format.ts";
import type { PlanDescription, Trial } from "../../lib/sweep/expand.ts";
import { printable } from "../../lib/sweep/errors.ts";
import { figure } from "../../lib/plot/figures.ts";
import { Labels } from "../../lib/sweep/labels.ts";
import type { SweepEvents } from "../../lib/sweep/local.ts";
import type { TrialLine, TrialRecord } from "../../lib/sweep/record.ts";
import type { Counts } from "../../lib/sweep/store.ts";

/** Trials by the second or, where that is little, by the minute or hour. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 1) return `${perSecond.toFixed(1)} trials/s`;
  if (perSecond * 60 >= 1) return `${(perSecond * 60).toFixed(1)} trials/min`;
  return `${(perSecond * 3600).toFixed(1)} trials/h`;
}

/** Shows what becomes of each trial. */
export class SweepProgress implements SweepEvents {
  readonly #trials: ReadonlyMap<string, Trial>;
  readonly #total: number;
  readonly #start = performance.now();
  readonly #before: number;
  #finished: number;
  readonly #labels: Labels;
  #failed: number;
  #bar: Bar | undefined;

  /**
   * @param plan whose trials they are
   * @param counts what the store held at the beginning
   * @param json an object a line, and nothing else
   */
  constructor(readonly plan: PlanDescription, counts: Counts, readonly json: boolean) {
    this.#trials = new Map(plan.trials.map((trial) => [trial.id, trial]));
    this.#labels = new Labels(plan.trials.map(({ params }) => params));
    this.#failed = counts.failed;
    this.#before = this.#finished = counts.done + counts.failed;
    this.#total = this.#finished + counts.pending + counts.running;
  }

  /** Opens the bar, where standard error is a terminal. */
  async open(): Promise<void> {
    if (!Deno.stderr.isTerminal()) return;
    this.#bar = await openBar("{bar} {value}/{total} {text}");
    this.#bar?.start(this.#total, this.#finished, { text: "" });
  }

  close(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  /** Failures, rate, and time left, from the trials of this run. */
  get #outlook(): string {
    const here = this.#finished - this.#before;
    const rate = here / ((performance.now() - this.#start) / 1000);
    const left = this.#total - this.#finished;
    return [
      ...(this.#failed > 0 ? [`${this.#failed} failed`] : []),
      ...(here > 0 ? [formatRate(rate)] : []),
      ...(here > 0 && left > 0 ? [`${formatSeconds(left / rate)} left`] : []),
    ].join(", ");
  }

  recorded(id: string, record: TrialRecord, attempts: number): void {
    const { status, metrics, error, seconds } = record;
    this.#finished++;
    if (status === "failed") this.#failed++;
    const trial = this.#trials.get(id)!;
    if (this.json) {
      const { params, seed } = trial;
      const line: TrialLine = {
        sweep: this.plan.name,
        trial: id,
        params,
        seed,
        status,
        metrics,
        error,
        attempts,
        seconds,
      };
      console.log(JSON.stringify(line));
    } else if (!this.#bar) {
      const figures = Object.entries(metrics).map(([name, value]) => `${name} ${figure(value ?? NaN)}`).join(" ");
      const what = status === "done" ? figures : "failed";
      console.log(printable(`${this.#finished}/${this.#total}  ${this.#name(trial)}  ${what}  (${this.#outlook})`));
    }
    if (status === "failed") this.#say(`${this.#name(trial)} failed: ${error}`);
    this.#bar?.update(this.#finished, { text: this.#outlook });
  }

  lost(id: string, reason: string, attempts: number): void {
    this.#say(
      `${
        this.#name(this.#trials.get(id)!)
      }: ${reason}; it will be run again (attempt ${attempts} of ${this.plan.attempts})`,
    );
  }

  /** A line on standard error, above the bar. */
  #say(line: string): void {
    this.#bar?.stop();
    console.error(printable(line));
    this.#bar?.start(this.#total, this.#finished, { text: this.#outlook });
  }

  /** A trial in words: its parameters and seed. */
  #name({ params, seed }: Trial): string {
    return [...Object.keys(params).length > 0 ? [this.#labels.words(params)] : [], `seed ${seed}`].join(", ");
  }
}
