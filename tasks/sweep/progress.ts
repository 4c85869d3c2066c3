/**
 * How far a sweep is: a line for each trial or, in a terminal, a few lines that change in place; with rate and time left.
 *
 * @module
 */
import {
  barText,
  fitting,
  FRAME,
  standardError,
  type Surroundings,
} from "../../lib/learner/callbacks/progress_terminal.ts";
import { LiveLines, type ViewLine } from "../../lib/learner/live_lines.ts";
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

/** Characters of the bar, at most. */
const BAR = 24;

/** Shows what becomes of each trial. */
export class SweepProgress implements SweepEvents {
  readonly #trials: ReadonlyMap<string, Trial>;
  readonly #total: number;
  readonly #start: number;
  readonly #before: number;
  #finished: number;
  readonly #labels: Labels;
  #failed: number;
  /** What the last trial came to. */
  #last = "";
  #view: LiveLines | undefined;
  #frames: ReturnType<typeof setInterval> | undefined;

  /**
   * @param plan whose trials they are
   * @param counts what the store held at the beginning
   * @param json an object a line, and nothing else
   * @param terminal where lines change in place; undefined where there is none
   */
  constructor(
    readonly plan: PlanDescription,
    counts: Counts,
    readonly json: boolean,
    readonly terminal: Surroundings | undefined = Deno.stderr.isTerminal() ? standardError : undefined,
  ) {
    this.#start = this.#now();
    this.#trials = new Map(plan.trials.map((trial) => [trial.id, trial]));
    this.#labels = new Labels(plan.trials.map(({ params }) => params));
    this.#failed = counts.failed;
    this.#before = this.#finished = counts.done + counts.failed;
    this.#total = this.#finished + counts.pending + counts.running;
  }

  /** Opens the view, where there is a terminal. */
  open(): void {
    if (!this.terminal) return;
    this.#view = new LiveLines(this.terminal);
    this.#frames = setInterval(() => this.draw(), FRAME);
    this.draw();
  }

  /** Takes the view away. */
  close(): void {
    clearInterval(this.#frames);
    this.#view?.end();
    this.#view = undefined;
  }

  #now(): number {
    return this.terminal?.now() ?? performance.now();
  }

  /** The view as it is now; drawn by itself, too, while it is open. */
  draw(): void {
    this.#view?.draw(this.#lines(Math.max(1, this.terminal!.columns() - 1)));
  }

  #lines(width: number): ViewLine[] {
    const { name } = this.plan, amount = `${this.#finished}/${this.#total}`;
    const room = width - [...name].length - amount.length - 4;
    const bar = room >= 8 ? barText(this.#finished / this.#total, Math.min(BAR, room)) : "";
    const lines: ViewLine[] = [{ text: fitting([name, bar, amount, ...this.#speed], width) }];
    if (this.#last) lines.push({ text: this.#last.replace(/[\n\t]+/g, " "), tone: "dim" }); // one line, whatever is in it
    if (this.#failed > 0) lines.push({ text: `${this.#failed} failed`, tone: "bad" });
    return lines;
  }

  /** Rate and time left, from the trials of this run. */
  get #speed(): string[] {
    const here = this.#finished - this.#before, left = this.#total - this.#finished;
    if (here === 0) return [];
    const rate = here / ((this.#now() - this.#start) / 1000);
    return [formatRate(rate), ...left > 0 ? [`${formatSeconds(left / rate)} left`] : []];
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
    }
    const figures = Object.entries(metrics).map(([name, value]) => `${name} ${figure(value ?? NaN)}`).join(" ");
    this.#last = printable(`${this.#name(trial)}  ${status === "done" ? figures : "failed"}`);
    if (!this.json && !this.#view) {
      const outlook = [...this.#failed > 0 ? [`${this.#failed} failed`] : [], ...this.#speed].join(", ");
      console.log(`${this.#finished}/${this.#total}  ${this.#last}  (${outlook})`);
    }
    if (status !== "failed") return;
    this.draw(); // so that what is below the message is no older than it
    console.error(printable(`${this.#name(trial)} failed: ${error}`));
  }

  lost(id: string, reason: string, attempts: number): void {
    const name = this.#name(this.#trials.get(id)!), of = this.plan.attempts;
    console.error(printable(`${name}: ${reason}; it will be run again (attempt ${attempts} of ${of})`));
  }

  /** A trial in words: its parameters and seed. */
  #name({ params, seed }: Trial): string {
    return [...Object.keys(params).length > 0 ? [this.#labels.words(params)] : [], `seed ${seed}`].join(", ");
  }
}
