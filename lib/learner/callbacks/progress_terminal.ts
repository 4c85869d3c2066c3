/** A fit's progress in a terminal: a few lines that change in place; where there is none, lines that follow each other. */
import { formatFigure, shortNumber } from "../../plot/format.ts";
import { sparkLine } from "../../tensor/spark.ts";
import type { LearnerCore } from "../core.ts";
import { LiveLines, type Terminal, type ViewLine } from "../live_lines.ts";
import { MetricsCB } from "./metrics.ts";
import { epochText, lossName, type ProgressDisplay, type ProgressState } from "./progress_display.ts";

/** Least milliseconds between two frames: four a second. */
export const FRAME = 250;

/** Least milliseconds between two lines within a phase where there is no terminal. */
export const LINE = 10_000;

/** Characters of a bar and of a spark line, at most. */
const BAR = 24, SPARK = 24;

/** What the view needs of the world. */
export interface Surroundings extends Terminal {
  /** Milliseconds, from any point on. */
  now(): number;
}

/** This process' terminal, which is that of standard error: what programs print to standard output stays as it is. */
export const standardError: Surroundings = {
  write(text: string): void {
    const bytes = new TextEncoder().encode(text);
    try {
      for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
    } catch { // a terminal that is gone ends no fit
    }
  },
  columns(): number {
    try {
      return Deno.consoleSize().columns || 80;
    } catch {
      return 80;
    }
  },
  color: !Deno.noColor,
  now: () => performance.now(),
};

/** `0:07`, `1:02:03`. */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds)), two = (n: number) => String(n).padStart(2, "0");
  const h = Math.floor(whole / 3600), m = Math.floor(whole / 60) % 60;
  return h > 0 ? `${h}:${two(m)}:${two(whole % 60)}` : `${m}:${two(whole % 60)}`;
}

const perSecond = (speed: number) => `${speed < 10 ? speed.toFixed(1) : speed.toFixed(0)}/s`;

/** A bar of so many characters. */
export function barText(share: number, width: number): string {
  const eighths = Math.round(Math.max(0, Math.min(1, share)) * width * 8), full = Math.floor(eighths / 8);
  const part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]!;
  return "█".repeat(full) + part + "░".repeat(width - full - (part ? 1 : 0));
}

/** As many of the parts, from the first, as fit beside each other. */
export function fitting(parts: readonly string[], width: number): string {
  let line = "";
  for (const part of parts) {
    if (part === "") continue;
    const longer = line ? `${line}  ${part}` : part;
    if (line && [...longer].length > width) break;
    line = longer;
  }
  return line;
}

/** How far a phase is. */
class Phase {
  #began = 0;
  /** Batches that ran: those before, of a fit that goes on within an epoch, took none of this time. */
  #ran = 0;
  done = 0;
  length: number | undefined;
  training = true;
  name = "";

  begin(learn: LearnerCore, now: number): void {
    this.#began = now;
    this.#ran = this.done = 0;
    this.length = learn.dl.length;
    this.training = learn.training;
    this.name = `${epochText(learn)} ${learn.training ? "train" : "eval"}`;
  }

  /** A batch has ended. */
  advance({ iter }: LearnerCore): void {
    this.done = iter + 1;
    this.#ran++;
  }

  get amount(): string {
    return this.length ? `${this.done}/${this.length}` : `${this.done} batches`;
  }

  /** Batches a second so far. */
  speed(now: number): number {
    return this.#ran === 0 ? 0 : 1000 * this.#ran / Math.max(1, now - this.#began);
  }
}

/** The lines of the view, for a width: how far, loss and rate with their courses, and what is wrong. */
export function viewLines(
  phase: Phase,
  state: ProgressState,
  { width, now }: { width: number; now: number },
): ViewLine[] {
  const { name, length, done, amount } = phase,
    speed = phase.speed(now),
    room = width - [...name].length - amount.length - 4;
  const bar = length && room >= 8 ? barText(done / length, Math.min(BAR, room)) : "";
  const left = length && speed > 0 ? `${clock((length - done) / speed)} left` : "";
  const lines: ViewLine[] = [
    { text: fitting([name, ...bar ? [bar] : [], amount, speed > 0 ? perSecond(speed) : "", left], width) },
  ];
  const loss = state.losses.at(-1), rate = state.rates.at(-1);
  if (loss !== undefined && rate !== undefined) {
    const course = (values: readonly number[]) =>
      width >= 40 ? sparkLine(values, Math.min(SPARK, Math.floor((width - 32) / 2))) : "";
    // A rate that stays is no course.
    const moves = state.rates.some((value) => value !== rate);
    const figures = [`${lossName(phase.training)} ${formatFigure(loss)}`, `lr ${shortNumber(rate, 3)}`],
      courses = [course(state.losses), moves ? course(state.rates) : ""];
    lines.push({ text: fitting([`${figures[0]} ${courses[0]}`.trim(), `${figures[1]} ${courses[1]}`.trim()], width) });
  }
  if (state.verdict) lines.push({ text: state.verdict.text, tone: state.verdict.sound ? "dim" : "bad" });
  return lines;
}

/** In a terminal: at most four frames a second, and one after what is printed meanwhile. */
export class ProgressView implements ProgressDisplay {
  readonly interval = FRAME;
  readonly judges = true;
  readonly #lines: LiveLines;
  readonly #phase = new Phase();
  #drawn = -Infinity;

  constructor(readonly around: Surroundings = standardError) {
    this.#lines = new LiveLines(around);
  }

  beforePhase(learn: LearnerCore, state: ProgressState): void {
    this.#phase.begin(learn, this.around.now());
    this.#show(state);
  }

  afterBatch(learn: LearnerCore, state: ProgressState): void {
    this.#phase.advance(learn);
    this.#show(state);
  }

  afterPhase(): undefined {}

  #show(state: ProgressState): void {
    const now = this.around.now();
    if (now - this.#drawn < FRAME) return;
    this.#drawn = now;
    this.#lines.draw(viewLines(this.#phase, state, { width: Math.max(1, this.around.columns() - 1), now }));
  }

  end(): Promise<void> {
    this.#lines.end();
    return Promise.resolve();
  }
}

/**
 * Where there is no terminal: a line every ten seconds, with the batch that its loss is of, and one at the end of a phase, with the loss of its last
 * batch, if no callback prints a row for it. Nothing is ever taken back, so that a log holds it as it was.
 */
export class ProgressLog implements ProgressDisplay {
  readonly interval = 1000;
  readonly judges = true;
  readonly #phase = new Phase();
  readonly #rows: boolean;
  #said = 0;
  /** Writes the lines of phases that are over whose last loss is not known yet. */
  readonly #late = new Set<() => void>();

  constructor(learn: LearnerCore, readonly around: Surroundings = standardError) {
    this.#rows = learn.find(MetricsCB)?.prints ?? false;
    this.#said = around.now();
  }

  beforePhase(learn: LearnerCore): void {
    this.#phase.begin(learn, this.around.now());
  }

  afterBatch(learn: LearnerCore, state: ProgressState): void {
    this.#phase.advance(learn);
    if (this.around.now() - this.#said >= LINE) this.#line(learn, state)(lossRead(state));
  }

  afterPhase(learn: LearnerCore, state: ProgressState): ((loss: number | undefined) => void) | undefined {
    const over = this.#phase.done > 0 && !this.#rows ? this.#line(learn, state) : undefined;
    this.#phase.done = 0;
    if (!over) return undefined;
    const unknown = () => over(lossRead(state));
    this.#late.add(unknown);
    return (loss) => {
      if (this.#late.delete(unknown)) over(loss === undefined ? "" : `last ${lossText(loss)}`);
    };
  }

  end(): Promise<void> {
    for (const write of this.#late) write();
    this.#late.clear();
    return Promise.resolve();
  }

  /** What writes the line of this moment, once it is told what the loss was. */
  #line(learn: LearnerCore, { verdict }: ProgressState): (loss: string) => void {
    const now = this.#said = this.around.now(), { name, amount, training } = this.#phase;
    const speed = perSecond(this.#phase.speed(now));
    const rate = training ? `lr ${shortNumber(learn.hyper("lr"), 3)}` : "";
    const wrong = verdict && !verdict.sound ? verdict.text : "";
    return (loss) => this.around.write([name, amount, speed, loss, rate, wrong].filter(Boolean).join("  ") + "\n");
  }
}

const lossText = (loss: number) => `loss ${formatFigure(loss)}`;

/** The loss that was read last, which is not that of the last batch. */
function lossRead({ read }: ProgressState): string {
  return read ? `${lossText(read.loss)} at batch ${read.batch}` : "";
}
