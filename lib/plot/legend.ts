/**
 * Legends that show the marks which the plot draws.
 *
 * @module
 */
import { textWidth } from "./text_width.ts";
import type { Spec } from "./vega.ts";

/** How a line looks. */
export type Look = "line" | "dashed" | "marked" | "hollow";

/** One entry. */
export interface LegendEntry {
  readonly label: string;
  readonly color: string;
  readonly look?: Look;
}

/** By this name a part of a chart is known to be its legend. */
export const LEGEND = "legend";

const LABEL_SIZE = 11, LABEL_LIMIT = 220;
/** Of a mark, and between entries. */
const BESIDE = 36;

const SHAPES: Readonly<Record<Look, string>> = {
  line: "M-1,0L1,0",
  dashed: "M-1,0L1,0",
  // Two circles whose strokes meet: Vega fills no symbol of a legend for lines.
  marked: `M-1,0L1,0${[0.15, 0.45].map((r) => `M-${r},0A${r},${r},0,1,0,${r},0A${r},${r},0,1,0,-${r},0`).join("")}`,
  hollow: "circle",
};

/** As many columns as fit into the width. */
function columnsOf(labels: readonly string[], width: number): number {
  const widest = Math.max(...labels.map((label) => Math.min(LABEL_LIMIT, textWidth(label, LABEL_SIZE))));
  return Math.max(1, Math.min(labels.length, Math.floor(width / (widest + BESIDE))));
}

/**
 * A layer that draws nothing but a legend. Entries are known by their places: two with one label are two.
 *
 * @param width of the picture, which a legend at the top fits into
 */
export function legendLayer(entries: readonly LegendEntry[], orient: "top" | "right", width: number): Spec {
  const domain = entries.map((_, i) => i), labels = entries.map(({ label }) => label);
  const channel = (range: readonly unknown[]) => ({
    field: "key",
    type: "nominal",
    sort: null,
    title: null,
    scale: { domain, range },
  });
  const looks = entries.map(({ look = "line" }) => look), colors = entries.map(({ color }) => color);
  return {
    name: LEGEND,
    data: { values: domain.map((key) => ({ key })) },
    mark: { type: "point", opacity: 0, tooltip: null, aria: false },
    encoding: {
      stroke: {
        ...channel(colors),
        legend: {
          orient,
          columns: orient === "top" ? columnsOf(labels, width) : 1,
          labelExpr: `${JSON.stringify(labels)}[datum.value]`,
          symbolOpacity: 1,
          symbolStrokeWidth: 2,
          labelLimit: LABEL_LIMIT,
        },
      },
      shape: channel(looks.map((look) => SHAPES[look])),
      ...(looks.includes("dashed")
        ? { strokeDash: channel(looks.map((look) => look === "dashed" ? [4, 3] : [1, 0])) }
        : {}),
    },
  };
}
