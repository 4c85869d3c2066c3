/** Reads a chart: by the pointer, by keys, and a range by dragging or by Shift and keys. */
/// <reference lib="dom" />
import { say } from "./dom.ts";
import type { Range } from "./scale.ts";

/** What a chart tells its reader. */
export interface Readable {
  /** First and last step shown. */
  span(): readonly [number, number];
  /** The step at a place on the canvas, in pixels from its left. */
  stepAt(x: number): number;
  /** What is said of a step, or of all if none is read. */
  words(step: number | undefined): string;
  /** What is counted across, one of them. */
  across(): string;
  /** Shows a range. */
  choose(range: Range): void;
  /** Draws what is read and marked. */
  changed(): void;
}

/** Steps closer than that are a click, no range. */
const LEAST = 2;

/** Reads one canvas. */
export class Reader {
  /** The step that is read. */
  at: number | undefined;
  #from: number | undefined;

  constructor(canvas: HTMLCanvasElement, readonly read: HTMLElement, readonly chart: Readable) {
    read.setAttribute("role", "status");
    canvas.tabIndex = 0;
    // An image has no keys: a screen reader would keep them for itself.
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-roledescription", "chart");
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#from = chart.stepAt(event.offsetX);
    };
    canvas.onpointermove = (event) => this.#point(chart.stepAt(event.offsetX));
    canvas.onpointerup = () => this.#choose();
    canvas.onpointercancel = () => this.reset();
    canvas.onpointerleave = () => void (this.#from === undefined && this.#point(undefined));
    canvas.ondblclick = () => chart.choose(undefined);
    canvas.onkeydown = (event) => {
      if (this.#key(event)) event.preventDefault(); // a handler that returns false would keep Tab from going on
    };
  }

  /** The range that is being marked, in order. */
  get mark(): Range {
    const { at } = this, from = this.#from;
    if (at === undefined || from === undefined) return undefined;
    return [Math.min(from, at), Math.max(from, at)];
  }

  /** Reads nothing. */
  reset(): void {
    this.#from = undefined;
    this.#point(undefined);
  }

  /** Says again what is read: values may have changed. */
  tell(): void {
    const { mark } = this, words = this.chart.words(this.at);
    const isMarked = mark && mark[1] - mark[0] >= LEAST;
    say(
      this.read,
      isMarked ? `${words}; ${this.chart.across()}s ${mark[0]} to ${mark[1]} are marked, Enter shows them` : words,
    );
  }

  #point(step: number | undefined): void {
    if (step === this.at && step !== undefined) return;
    this.at = step;
    this.tell();
    this.chart.changed();
  }

  #choose(): void {
    const { mark } = this;
    this.#from = undefined;
    if (mark && mark[1] - mark[0] >= LEAST) this.chart.choose(mark);
    else this.chart.changed();
  }

  /** Whether it was a key of the chart. */
  #key({ key, shiftKey }: KeyboardEvent): boolean {
    const [from, to] = this.chart.span(), stride = Math.max(1, Math.round((to - from) / 100));
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: (this.at ?? to + stride) - stride,
      ArrowRight: (this.at ?? from - stride) + stride,
      Home: from,
      End: to,
    };
    if (key === "Enter" && this.mark) this.#choose();
    else if (key === "Escape") {
      if (this.#from === undefined) this.chart.choose(undefined);
      this.reset();
    } else {
      const place = places[key];
      if (place === undefined) return false;
      if (!shiftKey) this.#from = undefined;
      else this.#from ??= this.at ?? from;
      this.#point(Math.min(to, Math.max(from, place)));
    }
    return true;
  }
}
