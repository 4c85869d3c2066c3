/** The charts of recorded statistics. */
import type { Chart } from "../plot/chart.ts";
import { binShare, deadShareChart } from "../plot/dead.ts";
import { shortNumber } from "../plot/format.ts";
import { grid } from "../plot/grid.ts";
import { heatMap } from "../plot/heatmap.ts";
import { seriesChart } from "../plot/series.ts";
import { hue } from "../plot/theme.ts";
import type { Recorded } from "./statistics_record.ts";

/** What the statistics describe. */
export type Watched = "activations" | "gradients" | "updates";

/** The module or parameter that statistics belong to. */
export interface WatchedLayer {
  /** The module's name, such as `1 ReLU` (see `nn.moduleNames`), or the parameter's, such as `1 Conv2d weight`. */
  readonly name: string;
  /** The module's class, or the parameter's shape. */
  readonly kind: string;
}

type Layers = readonly (WatchedLayer & Recorded)[];

/** What was counted, for titles and axes. */
interface Counting {
  readonly of: Watched;
  readonly range: readonly [number, number];
  readonly bins: number;
  readonly absolute: boolean;
  /** One batch out of this many was watched. */
  readonly every: number;
}

const ONE = { activations: "activation", gradients: "gradient", updates: "update / weight" } as const;

/** Of a parameter, its shape too. */
const label = ({ name, kind }: WatchedLayer) => kind.startsWith("[") ? `${name} ${kind}` : name;
const quantity = ({ of, absolute }: Pick<Counting, "of" | "absolute">) => absolute ? `|${ONE[of]}|` : ONE[of];

/** Title of the axis of batches, which says if not all were watched. */
const xTitle = (every: number) => every === 1 ? "batch" : `batches, in steps of ${every}`;

/** An edge of a bin, in three digits. */
const edge = (value: number) => shortNumber(value, 3);

/** Histograms as heat maps, a panel for each layer. */
export function colorDim(layers: Layers, counting: Counting): Chart {
  const panels = layers.map((layer) =>
    heatMap({
      title: label(layer),
      counts: layer.counts,
      range: counting.range,
      xTitle: xTitle(counting.every),
      yTitle: quantity(counting),
      legend: false,
    })
  );
  return grid(panels, {
    title: `Histograms of ${counting.of}`,
    subtitle: "Colour: log of 1 + count, from none to each layer's greatest",
  });
}

/** Means and standard deviations, or the ratio of update to weight. */
export function plotStats(layers: Layers, { of, first, every }: { of: Watched; first: number; every: number }): Chart {
  const shown = of === "updates" ? weights(layers) : layers;
  const series = (field: "mean" | "std") =>
    shown.map((layer) => ({ label: layer.name, values: layer[field].slice(0, first) }));
  if (of === "updates") {
    return seriesChart({
      xTitle: xTitle(every),
      title: "Update to weight: ratio of standard deviations",
      y: { title: "ratio", scale: "log" },
      series: series("std"),
      legend: "right",
      rule: 1e-3,
      width: 560,
      height: 280,
    });
  }
  const axes = { xTitle: xTitle(every), y: { title: ONE[of] } };
  return grid([
    seriesChart({ title: "Mean", ...axes, series: series("mean"), legend: "none" }),
    seriesChart({ title: "Standard deviation", ...axes, series: series("std"), legend: "right" }),
  ], { title: `Mean and standard deviation of ${of}`, width: 300, height: 170 });
}

/** Parameters of more than one axis, or all if there are none. */
function weights(layers: Layers): Layers {
  const found = layers.filter(({ kind }) => kind.includes(","));
  return found.length ? found : layers;
}

/** The fraction of values in some bins, a panel for each layer. */
export function deadChart(layers: Layers, counting: Counting & { readonly dead: readonly [number, number] }): Chart {
  const { bins, range: [low, high], dead: [from, to] } = counting;
  const at = (bin: number) => edge(low + (high - low) * bin / bins);
  const panels = layers.map((layer, i) =>
    deadShareChart({
      title: label(layer),
      shares: binShare(layer.counts, [from, to], layer.above.map((n, batch) => n + layer.below[batch]!)),
      color: hue(i),
      xTitle: xTitle(counting.every),
    })
  );
  const where = from === 0 && low === 0 && counting.absolute
    ? `below ${at(to + 1)}`
    : `from ${at(from)} to ${at(to + 1)}`;
  return grid(panels, { title: `Share of ${quantity(counting)} ${where}` });
}
