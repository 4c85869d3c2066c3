/** Histograms over time: a column a time, a row a bin, darker where more values are; by pointer or keys it tells them. */
/// <reference lib="dom" />
import type { Column } from "../../lib/live/events.ts";
import type { ShownLayer } from "../../lib/live/page_model.ts";
import { color, make, onColors, say } from "./dom.ts";
import { format, indexAt, type Range, tickLabels, ticks } from "./scale.ts";

const LEFT = 56, RIGHT = 8, TOP = 8, BOTTOM = 24;

/** A heat map with its heading. */
export class HeatMap {
  readonly element: HTMLElement = make("section");
  readonly #heading = make("h2");
  readonly #canvas = document.createElement("canvas");
  readonly #read = make("p", "read");
  #layer: ShownLayer | undefined;
  #range: Range;
  /** Column, of those shown, and bin that are told. */
  #at: readonly [number, number] | undefined;
  #width = 0;
  #height = 0;
  #visible = false;

  constructor() {
    const canvas = this.#canvas;
    this.#read.setAttribute("role", "status");
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application"); // an image has no keys: a screen reader would keep them for itself
    canvas.setAttribute("aria-roledescription", "heat map");
    this.element.append(this.#heading, canvas, this.#read);
    canvas.onpointermove = ({ offsetX, offsetY }) => this.#tell(this.#under(offsetX, offsetY));
    canvas.onpointerleave = () => this.#tell(undefined);
    canvas.onkeydown = (event) => this.#key(event);
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

  /** Shows a layer under a heading. */
  show(title: string, layer: ShownLayer): void {
    this.#layer = layer;
    say(this.#heading, title);
    const [low, high] = layer.range, bins = layer.columns[0]?.counts.length ?? 0;
    const label =
      `${title}. ${layer.columns.length} columns, ${bins} bins from ${low} to ${high}. Arrow keys read cells.`;
    if (this.#canvas.ariaLabel !== label) this.#canvas.ariaLabel = label;
    this.#tell(this.#at);
  }

  /** Shows the columns of these steps. */
  set range(range: Range) {
    this.#range = range;
    this.#tell(undefined);
  }

  /** The columns that are shown. */
  get #columns(): readonly Column[] {
    const columns = this.#layer?.columns ?? [], range = this.#range;
    if (!range) return columns;
    const steps = columns.map(({ step }) => step), place = (step: number) => indexAt({ values: [], steps }, step);
    return columns.slice(Math.max(0, place(range[0])), place(range[1]) + 1);
  }

  get #size(): readonly [number, number] {
    const columns = this.#columns;
    return [columns.length, columns[0]?.counts.length ?? 0];
  }

  #under(x: number, y: number): readonly [number, number] {
    const [columns, bins] = this.#size, across = this.#width - LEFT - RIGHT;
    const up = this.#height - TOP - BOTTOM;
    return [Math.floor((x - LEFT) / across * columns), Math.floor((this.#height - BOTTOM - y) / up * bins)];
  }

  #key(event: KeyboardEvent): void {
    const moves: Record<string, readonly [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
    };
    const move = moves[event.key], [columns, bins] = this.#size;
    if (event.key === "Escape") return this.#tell(undefined);
    if (!move) return;
    event.preventDefault();
    const [column, bin] = this.#at ?? [columns - 1, Math.floor(bins / 2)];
    this.#tell([column + move[0], bin + move[1]]);
  }

  /** Tells a cell; the nearest one of those that there are. */
  #tell(at: readonly [number, number] | undefined): void {
    const [columns, bins] = this.#size, layer = this.#layer;
    const within = (index: number, count: number) => Math.min(count - 1, Math.max(0, index));
    this.#at = at && columns && bins ? [within(at[0], columns), within(at[1], bins)] : undefined;
    say(this.#read, this.#at && layer ? this.#words(...this.#at, layer) : "");
    this.draw();
  }

  #words(column: number, bin: number, { range: [low, high], absolute }: ShownLayer): string {
    const { step, counts } = this.#columns[column]!, sum = counts.reduce((a, b) => a + b, 0);
    const edge = (i: number) => format(low + (high - low) * i / counts.length);
    const what = absolute ? "absolute values" : "values", within = `${format(low)} to ${format(high)}`;
    if (!sum) return `step ${step}: no ${what} within ${within}`;
    // The histogram does not say how many lie outside.
    const share = format(100 * counts[bin]! / sum);
    return `step ${step}: ${share} % of ${what} from ${edge(bin)} to ${edge(bin + 1)}, of those within ${within}`;
  }

  /** Draws anew, if it can be seen or must be drawn. */
  draw(must = this.#visible): void {
    const canvas = this.#canvas, width = this.#width, height = this.#height, layer = this.#layer;
    const shown = this.#columns, [columns, bins] = this.#size, ratio = devicePixelRatio;
    if (!width || !must || !layer || !columns || !bins) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const pen = canvas.getContext("2d")!, [low, high] = layer.range;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const across = width - LEFT - RIGHT, up = height - TOP - BOTTOM;
    pen.imageSmoothingEnabled = false;
    pen.drawImage(imageOf(shown), LEFT, TOP, across, up);
    pen.font = "12px system-ui, sans-serif";
    pen.fillStyle = color("muted");
    pen.textAlign = "right";
    const levels = ticks(low, high, 6), names = tickLabels(levels);
    levels.forEach((tick, i) => {
      pen.fillText(names[i]!, LEFT - 8, TOP + up * (high - tick) / (high - low) + 4, LEFT - 8);
    });
    pen.textAlign = "left";
    pen.fillText("step", 0, height - 6, LEFT - 20);
    for (
      const tick of ticks(0, columns - 1 || 1, width / 110).filter((tick) => Number.isInteger(tick) && tick < columns)
    ) {
      const x = LEFT + (tick + 0.5) / columns * across;
      pen.textAlign = x > width - 30 ? "right" : "center";
      pen.fillText(String(shown[tick]!.step), x, height - 6);
    }
    if (!this.#at) return;
    const [column, bin] = this.#at, w = Math.max(3, across / columns), h = up / bins;
    pen.strokeStyle = color("ink");
    pen.strokeRect(LEFT + column / columns * across, TOP + up - (bin + 1) * h, w, h);
  }
}

/** One pixel for each count: the more opaque, the greater the logarithm of 1 + count. */
function imageOf(columns: readonly Column[]): HTMLCanvasElement {
  const bins = columns[0]!.counts.length, image = document.createElement("canvas");
  image.width = columns.length;
  image.height = bins;
  const pen = image.getContext("2d")!, pixels = pen.createImageData(columns.length, bins), { data } = pixels;
  const most = Math.log1p(columns.reduce((most, { counts }) => Math.max(most, ...counts), 1));
  const [, ...parts] = /^#(..)(..)(..)/.exec(color("hue-0")) ?? [],
    [r = 0, g = 0, b = 0] = parts.map((part) => parseInt(part, 16));
  columns.forEach(({ counts }, x) => {
    for (let bin = 0; bin < bins; bin++) {
      const at = 4 * ((bins - 1 - bin) * columns.length + x);
      data[at] = r;
      data[at + 1] = g;
      data[at + 2] = b;
      data[at + 3] = 255 * Math.log1p(counts[bin]!) / most;
    }
  });
  pen.putImageData(pixels, 0, 0);
  return image;
}
