/** Histograms over time: a column a time, a row a bin, darker where more values are; by pointer or keys it tells them. */
/// <reference lib="dom" />
import type { ShownLayer } from "../../lib/live/page_model.ts";
import { color, format, ticks } from "./chart.ts";

const LEFT = 56, RIGHT = 8, TOP = 8, BOTTOM = 24;

/** A heat map with its heading. */
export class HeatMap {
  readonly element: HTMLElement = document.createElement("section");
  readonly #heading = document.createElement("h2");
  readonly #canvas = document.createElement("canvas");
  readonly #read = document.createElement("p");
  #layer: ShownLayer | undefined;
  /** Column and bin that are told. */
  #at: readonly [number, number] | undefined;

  constructor(title: string) {
    const canvas = this.#canvas;
    this.title = title;
    this.#read.className = "read";
    this.#read.setAttribute("role", "status");
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    this.element.append(this.#heading, canvas, this.#read);
    canvas.onpointermove = ({ offsetX, offsetY }) => this.#tell(this.#under(offsetX, offsetY));
    canvas.onpointerleave = () => this.#tell(undefined);
    canvas.onkeydown = (event) => this.#key(event);
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  /** Its heading. */
  set title(text: string) {
    this.#heading.textContent = text;
  }

  /** Shows a layer. */
  show(layer: ShownLayer): void {
    this.#layer = layer;
    this.#tell(this.#at);
  }

  get #size(): readonly [number, number] {
    const columns = this.#layer?.columns ?? [];
    return [columns.length, columns[0]?.counts.length ?? 0];
  }

  #under(x: number, y: number): readonly [number, number] {
    const { clientWidth, clientHeight } = this.#canvas, [columns, bins] = this.#size;
    const column = Math.floor((x - LEFT) / (clientWidth - LEFT - RIGHT) * columns);
    return [column, Math.floor((clientHeight - BOTTOM - y) / (clientHeight - TOP - BOTTOM) * bins)];
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
    this.#read.textContent = "";
    if (this.#at && layer) {
      const [column, bin] = this.#at,
        { step, counts } = layer.columns[column]!,
        sum = counts.reduce((a, b) => a + b, 0);
      const [low, high] = layer.range, edge = (i: number) => format(low + (high - low) * i / bins);
      const what = layer.absolute ? "absolute values" : "values", share = format(100 * counts[bin]! / (sum || 1));
      this.#read.textContent = `step ${step}: ${share} % of ${what} from ${edge(bin)} to ${edge(bin + 1)}`;
    }
    this.draw();
  }

  /** Draws anew. */
  draw(): void {
    const canvas = this.#canvas, { clientWidth: width, clientHeight: height } = canvas, layer = this.#layer;
    const [columns, bins] = this.#size;
    if (!width || !layer || !columns || !bins) return;
    canvas.width = width * devicePixelRatio;
    canvas.height = height * devicePixelRatio;
    const pen = canvas.getContext("2d")!, [low, high] = layer.range;
    pen.scale(devicePixelRatio, devicePixelRatio);
    const across = width - LEFT - RIGHT, up = height - TOP - BOTTOM;
    pen.imageSmoothingEnabled = false;
    pen.drawImage(imageOf(layer), LEFT, TOP, across, up);
    pen.font = "12px system-ui, sans-serif";
    pen.fillStyle = color("muted");
    pen.textAlign = "right";
    for (const tick of ticks(low, high, 6)) {
      pen.fillText(format(tick), LEFT - 8, TOP + up * (high - tick) / (high - low) + 4);
    }
    for (
      const tick of ticks(0, columns - 1 || 1, width / 110).filter((tick) => Number.isInteger(tick) && tick < columns)
    ) {
      const x = LEFT + (tick + 0.5) / columns * across;
      pen.textAlign = x > width - 30 ? "right" : "center";
      pen.fillText(String(layer.columns[tick]!.step), x, height - 6);
    }
    if (this.#at) {
      const [column, bin] = this.#at;
      pen.strokeStyle = color("ink");
      const [w, h] = [Math.max(3, across / columns), up / bins];
      pen.strokeRect(LEFT + column / columns * across, TOP + up - (bin + 1) * h, w, h);
    }
    canvas.setAttribute(
      "aria-label",
      `${this.#heading.textContent}. ${columns} columns, ${bins} bins from ${low} to ${high}. Arrow keys read cells.`,
    );
  }
}

/** One pixel for each count: the more opaque, the greater the logarithm of 1 + count. */
function imageOf({ columns }: ShownLayer): HTMLCanvasElement {
  const bins = columns[0]!.counts.length, image = document.createElement("canvas");
  image.width = columns.length;
  image.height = bins;
  const pen = image.getContext("2d")!, data = pen.createImageData(columns.length, bins);
  const most = Math.log1p(columns.reduce((most, { counts }) => Math.max(most, ...counts), 1));
  const [, r = "0", g = "0", b = "0"] = /^#(..)(..)(..)/.exec(color("hue-0")) ?? [];
  columns.forEach(({ counts }, x) =>
    counts.forEach((count, bin) =>
      data.data.set(
        [parseInt(r, 16), parseInt(g, 16), parseInt(b, 16), 255 * Math.log1p(count) / most],
        4 * ((bins - 1 - bin) * columns.length + x),
      )
    )
  );
  pen.putImageData(data, 0, 0);
  return image;
}
