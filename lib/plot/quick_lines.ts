/**
 * Lines drawn at once, by hand: a picture of a fit that goes on cannot wait for Vega.
 *
 * @module
 */
import { extentOf } from "./axis.ts";
import type { LineChartOptions } from "./lines.ts";
import { html } from "./html.ts";
import { textWidth } from "./text_width.ts";
import { FONT, hue, shade } from "./theme.ts";
import { linearTicks, tickText, wholeTicks } from "./ticks.ts";

/** Room around the lines. */
const LEFT = 48, RIGHT = 12, TOP = 34, BOTTOM = 40;

const round = (value: number) => Number(value.toFixed(1));

/** Room around a lone value. */
const widened = ([low, high]: [number, number]): [number, number] =>
  low < high ? [low, high] : [low - Math.max(Math.abs(low) * 0.1, 0.5), high + Math.max(Math.abs(high) * 0.1, 0.5)];

/**
 * An SVG element of lines over linear axes, of the size of {@linkcode lineChart}'s picture of the same options: for displays that change several times a
 * second. Lines may be `marked`; a lone point is a dot.
 */
export function quickLines({ title = "", x, y, lines, width = 420, height = 240 }: LineChartOptions): string {
  const shown = lines.flatMap(({ points }) => points.filter((p) => p.every(Number.isFinite)));
  const [[x0, x1], [y0, y1]] = [0, 1].map((i) => widened(extentOf(shown.map((p) => p[i]!)) ?? [0, 1])) as [
    [number, number],
    [number, number],
  ];
  const across = (value: number) => round(LEFT + (value - x0) / (x1 - x0) * (width - LEFT - RIGHT));
  const up = (value: number) => round(height - BOTTOM - (value - y0) / (y1 - y0) * (height - TOP - BOTTOM));
  const text = (at: { x: number; y: number; anchor: string; color?: string }, words: string, more = "") =>
    `<text x="${round(at.x)}" y="${round(at.y)}" text-anchor="${at.anchor}" fill="${
      at.color ?? shade("muted")
    }"${more}>` +
    `${html`${words}`}</text>`;
  const rules = linearTicks(y0, y1).map((value) =>
    `<path d="M${LEFT} ${up(value)}H${width - RIGHT}" stroke="${shade("rule")}"/>` +
    text({ x: LEFT - 6, y: up(value) + 4, anchor: "end" }, tickText(value))
  );
  const places = wholeTicks(x0, x1).map((value) => {
    const half = textWidth(tickText(value), 11) / 2;
    const at = Math.min(across(value), width - half);
    return text({ x: at, y: height - BOTTOM + 16, anchor: "middle" }, tickText(value));
  });
  const curves = lines.map(({ points, look, color }, i) => {
    const stroke = color ?? hue(i), runs: string[] = [], dots: string[] = [];
    let run = 0;
    for (const [k, [px, py]] of points.entries()) {
      if (!Number.isFinite(px) || !Number.isFinite(py)) {
        run = 0;
        continue;
      }
      runs.push(`${run++ === 0 ? "M" : "L"}${across(px)} ${up(py)}`);
      const alone = run === 1 && !points[k + 1]?.every(Number.isFinite);
      if (look === "marked" || alone) dots.push(`<circle cx="${across(px)}" cy="${up(py)}" r="3" fill="${stroke}"/>`);
    }
    return `<path d="${runs.join("")}" fill="none" stroke="${stroke}" stroke-width="1.75" stroke-linejoin="round"/>${
      dots.join("")
    }`;
  });
  const middle = (TOP + height - BOTTOM) / 2, turned = ` transform="rotate(-90 12 ${round(middle)})"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${FONT}" font-size="11">` +
    text({ x: 4, y: 18, anchor: "start", color: shade("ink") }, title, ' font-size="13" font-weight="600"') +
    rules.join("") + places.join("") + curves.join("") +
    text({ x: (LEFT + width - RIGHT) / 2, y: height - 6, anchor: "middle" }, x.title) +
    text({ x: 12, y: middle, anchor: "middle" }, y.title, turned) + "</svg>";
}
