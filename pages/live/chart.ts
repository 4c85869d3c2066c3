/** A chart of lines on a canvas: at most the points that the screen shows, a value under the pointer, and a range that is chosen by dragging. */
/// <reference lib="dom" />

/** A line: one value for each step, from 0. */
export interface Line {
  readonly name: string;
  readonly values: readonly number[];
  /** Which of the eight hues. Default: by its place. */
  readonly hue?: number;
  /** Drawn behind the others, and lighter. */
  readonly isFaint?: boolean;
}

/** How a chart shows its lines. */
export interface LineLook {
  /** The step of each value. Default: its place. */
  readonly stepOf?: (index: number) => number;
  /** Name the lines above the chart. Default: if there are several. */
  readonly legend?: boolean;
  /** Whether values are shares, from 0 to 1. Default: false. */
  readonly isShare?: boolean;
}

const LEFT = 56, RIGHT = 8, TOP = 8, BOTTOM = 24;

/** A chart with its heading and, for all who cannot see it, what it shows in words. */
export class LineChart {
  readonly element: HTMLElement = document.createElement("section");
  readonly #canvas = document.createElement("canvas");
  readonly #legend = document.createElement("div");
  readonly #read = document.createElement("p");
  readonly #heading = document.createElement("h2");
  #lines: readonly Line[] = [];
  #isShare = false;
  #stepOf: (index: number) => number = (index) => index;
  /** First and last step shown; undefined for all. */
  #range: readonly [number, number] | undefined;
  #at: number | undefined;
  #from: number | undefined;

  constructor(title: string) {
    const canvas = this.#canvas;
    this.title = title;
    this.#read.className = "read";
    this.#read.setAttribute("role", "status");
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    this.element.append(this.#heading, this.#legend, canvas, this.#read);
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#from = this.#stepAt(event.offsetX);
    };
    canvas.onpointermove = (event) => this.#point(this.#stepAt(event.offsetX));
    canvas.onpointerup = (event) => this.#brush(this.#stepAt(event.offsetX));
    canvas.onpointerleave = () => this.#point(undefined);
    canvas.ondblclick = () => this.#zoom(undefined);
    canvas.onkeydown = (event) => this.#key(event);
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  /** Its heading. */
  set title(text: string) {
    this.#heading.textContent = text;
  }

  /** Shows these lines. */
  show(
    lines: readonly Line[],
    { stepOf = (index) => index, legend = lines.length > 1, isShare = false }: LineLook = {},
  ): void {
    this.#lines = lines;
    this.#stepOf = stepOf;
    this.#isShare = isShare;
    this.#legend.className = "legend";
    this.#legend.replaceChildren(...(legend ? lines : []).map(({ name, hue }, i) => {
      const item = document.createElement("span");
      item.append(colorKey(hue ?? i), name);
      return item;
    }));
    this.draw();
  }

  get #span(): readonly [number, number] {
    return this.#range ?? [0, Math.max(1, ...this.#lines.map(({ values }) => values.length - 1))];
  }

  #stepAt(x: number): number {
    const [from, to] = this.#span, share = (x - LEFT) / (this.#canvas.clientWidth - LEFT - RIGHT);
    return Math.round(from + Math.min(1, Math.max(0, share)) * (to - from));
  }

  #brush(to: number): void {
    const from = this.#from;
    this.#from = undefined;
    if (from === undefined || Math.abs(to - from) < 2) return this.draw();
    this.#zoom([Math.min(from, to), Math.max(from, to)]);
  }

  #zoom(range: readonly [number, number] | undefined): void {
    this.#range = range;
    this.#point(undefined);
  }

  #point(step: number | undefined): void {
    this.#at = step;
    const [from, to] = this.#span;
    const range = this.#range
      ? `steps ${this.#stepOf(from)} to ${this.#stepOf(to)}; double-click or Escape shows all`
      : "";
    this.#read.textContent = step === undefined
      ? range
      : `step ${this.#stepOf(step)}: ${
        this.#lines.filter(({ isFaint }) => !isFaint).map(({ name, values }) => `${name} ${format(values[step])}`).join(
          ", ",
        )
      }`;
    this.draw();
  }

  #key(event: KeyboardEvent): void {
    const [from, to] = this.#span, stride = Math.max(1, Math.round((to - from) / 100));
    if (event.key === "Escape") this.#zoom(undefined);
    else if (event.key === "ArrowLeft") this.#point(Math.max(from, (this.#at ?? to) - stride));
    else if (event.key === "ArrowRight") this.#point(Math.min(to, (this.#at ?? from) + stride));
    else return;
    event.preventDefault();
  }

  /** Draws anew. */
  draw(): void {
    const canvas = this.#canvas, { clientWidth: width, clientHeight: height } = canvas, ratio = devicePixelRatio;
    if (!width) return;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const pen = canvas.getContext("2d")!, [from, to] = this.#span, [low, high] = this.#limits(from, to);
    pen.scale(ratio, ratio);
    const x = (step: number) => LEFT + (step - from) / (to - from) * (width - LEFT - RIGHT);
    const y = (value: number) => TOP + (high - value) / (high - low) * (height - TOP - BOTTOM);
    pen.font = "12px system-ui, sans-serif";
    pen.fillStyle = color("muted");
    pen.strokeStyle = color("rule");
    for (const tick of ticks(low, high, 6)) {
      stroke(pen, [[LEFT, y(tick)], [width - RIGHT, y(tick)]]);
      pen.textAlign = "right";
      pen.fillText(format(tick), LEFT - 8, y(tick) + 4);
    }
    for (const tick of ticks(from, to, width / 110).filter(Number.isInteger)) {
      pen.textAlign = x(tick) > width - 30 ? "right" : "center";
      pen.fillText(String(this.#stepOf(tick)), x(tick), height - 6);
    }
    const drawn = this.#lines.map((line, i) => ({ hue: i, isFaint: false, ...line }));
    for (const { values, hue, isFaint } of drawn.toSorted((a, b) => Number(b.isFaint) - Number(a.isFaint))) {
      pen.strokeStyle = color(`hue-${hue % 8}`);
      pen.globalAlpha = isFaint ? 0.4 : 1;
      pen.lineWidth = isFaint ? 1 : 1.75;
      for (const part of outline(values, from, to, width - LEFT - RIGHT)) {
        stroke(pen, part.map(([step, value]) => [x(step), y(value)] as const));
      }
    }
    pen.globalAlpha = 1;
    if (this.#from !== undefined && this.#at !== undefined) {
      pen.globalAlpha = 0.15;
      pen.fillStyle = color("hue-0");
      pen.fillRect(x(this.#from), TOP, x(this.#at) - x(this.#from), height - TOP - BOTTOM);
      pen.globalAlpha = 1;
    }
    if (this.#at !== undefined) {
      pen.strokeStyle = color("muted");
      pen.lineWidth = 1;
      stroke(pen, [[x(this.#at), TOP], [x(this.#at), height - BOTTOM]]);
    }
    const said = this.#lines.map(({ name, values }) =>
      `${name}: ${values.length} values, last ${format(values.at(-1))}`
    );
    canvas.setAttribute("aria-label", `${this.#heading.textContent}. ${said.join("; ")}. Arrow keys read values.`);
  }

  #limits(from: number, to: number): readonly [number, number] {
    if (this.#isShare) return [0, 1];
    let low = Infinity, high = -Infinity;
    for (const { values } of this.#lines) {
      for (let i = from; i <= to; i++) {
        const value = values[i];
        if (value === undefined || !Number.isFinite(value)) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (low > high) return [0, 1];
    const room = (high - low) * 0.05 || Math.abs(high) * 0.1 || 1;
    return [low - room, high + room];
  }
}

type Point = readonly [number, number];

/** At most the lowest and the highest value for each pixel, in the order of the steps; in parts where a value is not finite. */
export function outline(values: readonly number[], from: number, to: number, pixels: number): Point[][] {
  const parts: Point[][] = [[]], width = Math.max(1, (to - from) / pixels);
  for (let start = from; start <= to; start += width) {
    let low: Point | undefined, high: Point | undefined, gap = false;
    for (let i = Math.ceil(start); i < start + width && i <= to && i < values.length; i++) {
      const value = values[i];
      if (value === undefined || !Number.isFinite(value)) gap = true;
      else {
        if (!low || value < low[1]) low = [i, value];
        if (!high || value > high[1]) high = [i, value];
      }
    }
    if (low && high) parts.at(-1)!.push(...low[0] === high[0] ? [low] : low[0] < high[0] ? [low, high] : [high, low]);
    if (gap) parts.push([]);
  }
  return parts.filter((part) => part.length);
}

function stroke(pen: CanvasRenderingContext2D, points: readonly Point[]): void {
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.stroke();
}

/** Round numbers between two, about that many. */
export function ticks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / Math.max(1, count), power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((by) => by * power >= rough) ?? 10) * power, first = Math.ceil(low / step);
  return Array.from(
    { length: Math.floor(high / step) - first + 1 },
    (_, i) => Number(((first + i) * step).toPrecision(12)),
  );
}

/** A number with as many digits as one reads. */
export const format = (value: number | undefined): string =>
  value === undefined ? "–" : Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);

/** A square in a line's colour, beside its name. */
export function colorKey(hue: number): HTMLElement {
  const key = document.createElement("span");
  key.className = "key";
  key.style.background = `var(--sonde-hue-${hue % 8})`; // set by script: the page's policy knows no style in HTML
  return key;
}

/** A colour of the page's style. */
export const color = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--sonde-${name}`).trim();
