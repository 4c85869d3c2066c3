/** A chart of lines on a canvas: at most the points that the screen shows, values under the pointer, and a range chosen by dragging or by keys. */
/// <reference lib="dom" />
import { color, colorKey, make, onColors, say } from "./dom.ts";
import { alike, hueName, strokeOf } from "./looks.ts";
import {
  format,
  indexAt,
  lastStep,
  outline,
  type Point,
  type Range,
  summaryOf,
  tickLabels,
  ticks,
  type Values,
} from "./scale.ts";
import { Reader } from "./reader.ts";

/** A line. */
export interface Line extends Values {
  readonly name: string;
  /** Its place among lines: by it a line has its colour, and its stroke once there are more than eight. Default: that in the list. */
  readonly hue?: number;
  /** Thin, behind the others, and not read. */
  readonly isFaint?: boolean;
  readonly isDashed?: boolean;
}

/** How a chart shows its lines. */
export interface LineLook {
  /** Name the lines above the chart. Default: if there are several. */
  readonly legend?: boolean;
  /** Whether values are shares, from 0 to 1. Default: false. */
  readonly isShare?: boolean;
  /** Mark 0, and have it in the picture. Default: false. */
  readonly zero?: boolean;
  /** What is counted across. Default: "step". */
  readonly across?: string;
}

const LEFT = 56, RIGHT = 8, TOP = 8, BOTTOM = 24;
/** Lines of fewer points have a dot for each. */
const DOTS = 40;
/** A line that goes up and down by so many times its width is a band. */
const BAND = 6;

/** A chart with its heading and, for all who cannot see it, what it shows in words. */
export class LineChart {
  readonly element: HTMLElement = make("section");
  /** Told of a range that was chosen here. */
  onRange: (range: Range) => void = (range) => this.range = range;
  readonly #canvas = document.createElement("canvas");
  readonly #legend = make("div", "legend");
  readonly #heading = make("h2");
  readonly #reader: Reader;
  #lines: readonly Line[] = [];
  #look: LineLook = {};
  #range: Range;
  #width = 0;
  #height = 0;
  #visible = false;

  constructor(title: string) {
    const canvas = this.#canvas, read = make("p", "read");
    this.title = title;
    this.#reader = new Reader(canvas, read, {
      span: () => this.#span,
      stepAt: (x) => {
        const [from, to] = this.#span, share = (x - LEFT) / (this.#width - LEFT - RIGHT);
        return Math.round(from + Math.min(1, Math.max(0, share)) * (to - from));
      },
      words: (step) => this.#words(step),
      across: () => this.#across,
      choose: (range) => this.onRange(range),
      changed: () => this.draw(),
    });
    this.element.append(this.#heading, this.#legend, canvas, read);
    new ResizeObserver(([entry]) => {
      this.#width = entry!.contentRect.width;
      this.#height = entry!.contentRect.height;
      this.draw();
    }).observe(canvas);
    new IntersectionObserver(([entry]) => {
      this.#visible = entry!.isIntersecting;
      this.draw();
    }, { rootMargin: "100px" }).observe(canvas);
    onColors(() => this.draw());
    addEventListener("beforeprint", () => this.draw(true));
  }

  /** Its heading. */
  set title(text: string) {
    say(this.#heading, text);
  }

  /** Shows these steps. */
  set range(range: Range) {
    this.#range = range;
    this.#reader.reset();
  }

  /** Shows these lines. */
  show(lines: readonly Line[], look: LineLook = {}): void {
    this.#lines = lines;
    this.#look = look;
    const named = look.legend ?? lines.length > 1
      ? lines.map(({ name, hue, isDashed }, i) => ({ name, hue: hue ?? i, isDashed }))
      : [];
    const key = JSON.stringify(named);
    if (this.#legend.dataset.key !== key) {
      this.#legend.dataset.key = key;
      this.#legend.replaceChildren(...named.map(({ name, hue, isDashed }) => {
        const item = make("span");
        item.append(colorKey(hue, isDashed), name);
        return item;
      }));
      const note = alike(named.filter(({ isDashed }) => !isDashed).map(({ hue }) => hue));
      if (note) this.#legend.append(make("span", "", note));
    }
    const said = lines.map((line) => `${line.name}: ${line.values.length} values, last ${format(line.values.at(-1))}`);
    const label = `${this.#heading.textContent}. ${
      said.join("; ")
    }. Arrow keys read values; with Shift they mark a range.`;
    if (this.#canvas.ariaLabel !== label) this.#canvas.ariaLabel = label;
    this.#reader.tell();
    this.draw();
  }

  get #across(): string {
    return this.#look.across ?? "step";
  }

  get #span(): readonly [number, number] {
    return this.#range ?? [0, Math.max(1, ...this.#lines.map(lastStep))];
  }

  /** Values at a step, or of the range that is shown. */
  #words(step: number | undefined): string {
    const [from, to] = this.#span, lines = this.#lines.filter(({ isFaint }) => !isFaint);
    if (step !== undefined) {
      return `${this.#across} ${step}: ${
        lines.map((line) => `${line.name} ${format(line.values[indexAt(line, step)])}`).join(", ")
      }`;
    }
    if (!this.#range) return "";
    const figures = lines.flatMap((line) => {
      const summary = summaryOf(line, from, to);
      if (!summary) return [];
      return [`${line.name} ${format(summary.mean)} on average, ${format(summary.low)} to ${format(summary.high)}`];
    });
    return `${this.#across}s ${from} to ${to}: ${[...figures, "double-click or Escape shows all"].join("; ")}`;
  }

  /** Draws anew, if it can be seen or must be drawn. */
  draw(must = this.#visible): void {
    const canvas = this.#canvas, width = this.#width, height = this.#height, ratio = devicePixelRatio;
    if (!width || !must) return;
    const [from, to] = this.#span, across = width - LEFT - RIGHT;
    const drawn = this.#lines.map((line, i) => ({ hue: i, isFaint: false, isDashed: false, ...line }))
      .map((line) => ({ ...line, parts: outline(line, from, to, across) }))
      .toSorted((a, b) => Number(b.isFaint) - Number(a.isFaint));
    const [low, high] = this.#limits(drawn.flatMap(({ parts }) => parts));
    const pen = canvas.getContext("2d")!;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const x = (step: number) => LEFT + (step - from) / (to - from) * across;
    const y = (value: number) => TOP + (high - value) / (high - low) * (height - TOP - BOTTOM);
    pen.font = "12px system-ui, sans-serif";
    pen.fillStyle = color("muted");
    pen.lineWidth = 1;
    pen.textAlign = "right";
    const levels = ticks(low, high, 6), names = tickLabels(levels);
    levels.forEach((tick, i) => {
      pen.strokeStyle = color(this.#look.zero && tick === 0 ? "muted" : "rule");
      stroke(pen, [[LEFT, y(tick)], [width - RIGHT, y(tick)]]);
      pen.fillText(names[i]!, LEFT - 8, y(tick) + 4, LEFT - 8); // narrower rather than cut off
    });
    pen.textAlign = "left";
    pen.fillText(this.#across, 0, height - 6, LEFT - 20);
    for (const tick of ticks(from, to, width / 110).filter(Number.isInteger)) {
      pen.textAlign = x(tick) > width - 30 ? "right" : "center";
      pen.fillText(String(tick), x(tick), height - 6);
    }
    pen.save();
    pen.beginPath();
    pen.rect(LEFT, 0, across + RIGHT, height - BOTTOM + 1);
    pen.clip();
    for (const { hue, isFaint, isDashed, parts } of drawn) {
      pen.strokeStyle = pen.fillStyle = color(hueName(hue));
      const places = parts.map((part) => part.map(([step, value]) => [x(step), y(value)] as const));
      // What goes up and down within each pixel is a band: drawn thin it looks the same, and takes a fraction of the time.
      const isBand = places.reduce((sum, place) => sum + travel(place), 0) > BAND * across;
      pen.lineWidth = isFaint ? 0.75 : isBand ? 1 : 1.75;
      pen.setLineDash([...strokeOf(hue, isDashed)]);
      for (const place of places) {
        stroke(pen, place);
        if (place.length <= DOTS && !isFaint) {
          for (const [x, y] of place) pen.fillRect(x - 2, y - 2, 4, 4);
        }
      }
    }
    pen.restore();
    this.#drawMarks(pen, x, height);
  }

  /** What is read, and what is marked. */
  #drawMarks(pen: CanvasRenderingContext2D, x: (step: number) => number, height: number): void {
    const { at, mark } = this.#reader;
    if (mark) {
      pen.globalAlpha = 0.15;
      pen.fillStyle = color("hue-0");
      pen.fillRect(x(mark[0]), TOP, x(mark[1]) - x(mark[0]), height - TOP - BOTTOM);
      pen.globalAlpha = 1;
    }
    if (at === undefined) return;
    pen.strokeStyle = color("muted");
    pen.lineWidth = 1;
    stroke(pen, [[x(at), TOP], [x(at), height - BOTTOM]]);
  }

  #limits(parts: readonly (readonly Point[])[]): readonly [number, number] {
    if (this.#look.isShare) return [0, 1];
    let low = this.#look.zero ? 0 : Infinity, high = this.#look.zero ? 0 : -Infinity;
    for (const part of parts) {
      for (const [, value] of part) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (low > high) return [0, 1];
    const room = (high - low) * 0.05 || Math.abs(high) * 0.1 || 1;
    return [low - room, high + room];
  }
}

/** How far a line goes up and down. */
function travel(points: readonly Point[]): number {
  let sum = 0;
  for (let i = 1; i < points.length; i++) sum += Math.abs(points[i]![1] - points[i - 1]![1]);
  return sum;
}

function stroke(pen: CanvasRenderingContext2D, points: readonly Point[]): void {
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.stroke();
}
