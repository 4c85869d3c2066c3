/** Figures by group: a row for each, a dot for each run, a stroke at their mean. By pointer or keys it tells a row. */
/// <reference lib="dom" />
import { color } from "../live/dom.ts";
import { format, tickLabels, ticks } from "../live/scale.ts";

/** A row. */
export interface DotRow {
  readonly label: string;
  /** What it shows; those that are not finite are only told. */
  readonly values: readonly number[];
}

const ROW = 22, TOP = 6, BOTTOM = 26, RIGHT = 14, GAP = 12;

const isShown = (value: number) => Number.isFinite(value);
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The chart with its heading. */
export class DotChart {
  readonly element: HTMLElement = document.createElement("section");
  readonly #heading = document.createElement("h2");
  readonly #canvas = document.createElement("canvas");
  readonly #read = document.createElement("p");
  #rows: readonly DotRow[] = [];
  #at: number | undefined;

  constructor() {
    const canvas = this.#canvas;
    this.#read.className = "read";
    this.#read.setAttribute("role", "status");
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application"); // an image has no keys: a screen reader would keep them for itself
    canvas.setAttribute("aria-roledescription", "chart");
    this.element.append(this.#heading, canvas, this.#read);
    canvas.onpointermove = ({ offsetY }) => this.#tell(Math.floor((offsetY - TOP) / ROW));
    canvas.onpointerleave = () => this.#tell(undefined);
    canvas.onkeydown = (event) => this.#key(event);
    new ResizeObserver(() => this.#draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
  }

  /** Shows these rows, from the top. */
  show(title: string, rows: readonly DotRow[]): void {
    this.#heading.textContent = title;
    this.#rows = rows;
    this.#canvas.style.height = `${TOP + BOTTOM + ROW * rows.length}px`;
    const words = rows.map(({ label, values }) => `${label}: ${sentence(values)}`).join("; ");
    this.#canvas.setAttribute("aria-label", `${title}. ${words}. Arrow keys read rows.`);
    this.#tell(this.#at);
  }

  #key(event: KeyboardEvent): void {
    const move = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Escape") return this.#tell(undefined);
    if (move === undefined) return;
    event.preventDefault();
    this.#tell(Math.min(this.#rows.length - 1, Math.max(0, this.#at === undefined ? 0 : this.#at + move)));
  }

  #tell(at: number | undefined): void {
    const row = at === undefined ? undefined : this.#rows[at];
    this.#at = row && at;
    this.#read.textContent = row ? `${row.label}: ${sentence(row.values)}` : "";
    this.#draw();
  }

  #draw(): void {
    const canvas = this.#canvas, { clientWidth: width, clientHeight: height } = canvas, rows = this.#rows;
    if (!width) return;
    canvas.width = width * devicePixelRatio;
    canvas.height = height * devicePixelRatio;
    const pen = canvas.getContext("2d")!, all = rows.flatMap(({ values }) => values.filter(isShown));
    pen.scale(devicePixelRatio, devicePixelRatio);
    pen.font = "12px system-ui, sans-serif";
    const widest = Math.max(0, ...rows.map(({ label }) => pen.measureText(label).width));
    const left = Math.min(widest, 0.45 * width) + GAP, right = width - RIGHT, bottom = height - BOTTOM;
    const least = Math.min(...all), most = Math.max(...all), room = (most - least) * 0.05 || Math.abs(most) * 0.1 || 1;
    const [low, high] = all.length ? [least - room, most + room] : [0, 1];
    const x = (value: number) => left + (value - low) / (high - low) * (right - left);
    const line = (x1: number, y1: number, x2: number, y2: number) => {
      pen.beginPath();
      pen.moveTo(x1, y1);
      pen.lineTo(x2, y2);
      pen.stroke();
    };
    const places = all.length ? ticks(low, high, (right - left) / 70) : [], names = tickLabels(places);
    places.forEach((tick, i) => {
      pen.strokeStyle = color("rule");
      line(x(tick), TOP, x(tick), bottom);
      pen.fillStyle = color("muted");
      pen.textAlign = "center";
      pen.fillText(names[i]!, x(tick), height - 8);
    });
    rows.forEach(({ label, values }, i) => {
      const y = TOP + ROW * (i + 0.5), finite = values.filter(isShown);
      pen.textAlign = "right";
      pen.fillStyle = color(i === this.#at ? "ink" : "muted");
      pen.fillText(shorten(pen, label, left - GAP), left - GAP, y + 4);
      pen.fillStyle = color("hue-0");
      pen.globalAlpha = 0.6;
      for (const value of finite) {
        pen.beginPath();
        pen.arc(x(value), y, 3.5, 0, 2 * Math.PI);
        pen.fill();
      }
      pen.globalAlpha = 1;
      pen.strokeStyle = color("ink");
      pen.lineWidth = 2;
      if (finite.length > 1) line(x(meanOf(finite)), y - 7, x(meanOf(finite)), y + 7);
      pen.lineWidth = 1;
    });
  }
}

/** A row's figures in words. */
function sentence(values: readonly number[]): string {
  const finite = values.filter(isShown), odd = values.length - finite.length;
  if (!values.length) return "none yet";
  const runs = values.map(format).slice(0, 8).join(", ") + (values.length > 8 ? ", …" : "");
  const mean = finite.length > 1 ? `mean ${format(meanOf(finite))} of ${finite.length} runs: ` : "";
  return `${mean}${runs}${odd ? ` (${odd} not finite)` : ""}`;
}

/** As much of a text as there is room for. */
function shorten(pen: CanvasRenderingContext2D, text: string, room: number): string {
  if (pen.measureText(text).width <= room) return text;
  let length = text.length;
  while (length > 1 && pen.measureText(`${text.slice(0, length)}…`).width > room) length--;
  return `${text.slice(0, length)}…`;
}
