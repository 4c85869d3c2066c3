/** The charts of recorded statistics. */
import type { Chart } from "../plot/chart.ts";
import { binShare, deadShareChart, shareChart } from "../plot/dead.ts";
import { shortNumber } from "../plot/format.ts";
import { grid } from "../plot/grid.ts";
import { heatMap } from "../plot/heatmap.ts";
import { type Series, seriesChart } from "../plot/series.ts";
import { hue } from "../plot/theme.ts";
import { binsAtZero, elementsOf, type Recorded } from "./statistics_record.ts";
import type { RecordedUnits } from "./unit_record.ts";

/** What the statistics describe. */
export type Watched = "activations" | "gradients" | "updates" | "weights";

/** The module or parameter that statistics belong to. */
export interface WatchedLayer {
  /** The module's name, such as `1 ReLU` (see `nn.moduleNames`), or the parameter's, such as `1 Conv2d weight`. */
  readonly name: string;
  /** The module's class, or the parameter's shape. */
  readonly kind: string;
}

/** Which batches the entries of a record are of. */
export interface WatchedBatches {
  /** For each entry, which batch of its phase, training or validation, it is of: counted from 0 through all epochs. */
  readonly batches: readonly number[];
  /** For each entry, whether it is of a training batch. */
  readonly training: readonly boolean[];
}

type Layers = readonly (WatchedLayer & Recorded & Partial<RecordedUnits & WatchedBatches>)[];

/** What was counted, for titles and axes. */
interface Counting {
  readonly of: Watched;
  readonly range: readonly [number, number];
  readonly bins: number;
  readonly absolute: boolean;
  /** One batch out of this many was watched. */
  readonly every: number;
}

const ONE = {
  activations: "activation",
  gradients: "gradient",
  updates: "update / weight",
  weights: "weight",
} as const;

/** Of a parameter, its shape too. */
const label = ({ name, kind }: WatchedLayer) => kind.startsWith("[") ? `${name} ${kind}` : name;
const quantity = ({ of, absolute }: Pick<Counting, "of" | "absolute">) => absolute ? `|${ONE[of]}|` : ONE[of];

/** How many batches lie between two entries, but where an epoch ends; 0 if it varies, as of a module that does not run in all, or in one twice. */
function spacing({ batches = [], training = [] }: Layers[number]): number {
  if (training.includes(true) && training.includes(false)) return 0;
  const gaps = Map.groupBy(batches.slice(1).map((batch, i) => batch - batches[i]!), (gap) => gap);
  const [most] = [...gaps.values()].toSorted((a, b) => b.length - a.length), gap = most?.[0] ?? 1;
  return gaps.has(0) || Math.max(...gaps.keys()) > gap ? 0 : gap;
}

/** Title of the axis of entries, which says if they are not simply batches: not all were watched, or took a step, or have one entry. */
function xTitle(layers: Layers, every: number): string {
  const found = [...new Set(layers.filter(({ batches }) => batches && batches.length > 1).map(spacing))];
  if (found.includes(0)) return "entry of the record";
  const step = found.length === 1 ? found[0]! : found.length === 0 ? every : NaN;
  return step === 1 ? "batch" : step > 1 ? `batches, in steps of ${step}` : "entry of the record";
}

/** The first batch in which a layer's values are NaN or infinite, by its own number if not all were watched; −1 if there is none. */
function brokenFrom({ nonFinite, batches }: Layers[number]): number {
  const first = nonFinite.findIndex((n) => n > 0);
  return batches?.[first] ?? first;
}

/** Says in which batches a layer's values are NaN or infinite: no bin and no line shows them. */
function brokenIn(layer: Layers[number]): string {
  const count = layer.nonFinite.filter((n) => n > 0).length, first = brokenFrom(layer);
  if (count === 0) return "";
  return count === 1 ? `not finite in batch ${first}` : `not finite in ${count} batches from ${first} on`;
}

/** The label of a panel, with what it cannot show. */
function labelOf(layer: Layers[number]): string {
  const broken = brokenIn(layer);
  return broken ? `${label(layer)}: ${broken}` : label(layer);
}

/** An edge of a bin, in three digits. */
const edge = (value: number) => shortNumber(value, 3);

/** Histograms as heat maps, a panel for each layer. */
export function colorDim(layers: Layers, counting: Counting): Chart {
  const panels = layers.map((layer) =>
    heatMap({
      title: labelOf(layer),
      counts: layer.counts,
      range: counting.range,
      xTitle: xTitle(layers, counting.every),
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
      xTitle: xTitle(shown, every),
      title: "Update to weight: ratio of standard deviations",
      y: { title: "ratio", scale: "log" },
      series: series("std"),
      legend: "right",
      rule: 1e-3,
      width: 560,
      height: 280,
    });
  }
  const axes = { xTitle: xTitle(shown, every), y: { title: ONE[of] } };
  const broken = shown.filter((layer) => brokenFrom(layer) >= 0),
    [worst] = broken.toSorted((a, b) => brokenFrom(a) - brokenFrom(b));
  const others = broken.length > 1 ? `, the first of ${broken.length} layers` : "";
  return grid([
    seriesChart({ title: "Mean", ...axes, series: series("mean"), legend: "none" }),
    seriesChart({ title: "Standard deviation", ...axes, series: series("std"), legend: "right" }),
  ], {
    ...{ title: `Mean and standard deviation of ${of}`, width: 300, height: 170 },
    ...worst ? { subtitle: `${label(worst)} is ${brokenIn(worst)}${others}` } : {},
  });
}

/** Parameters of more than one axis, or all if there are none. */
function weights(layers: Layers): Layers {
  const found = layers.filter(({ kind }) => kind.includes(","));
  return found.length ? found : layers;
}

/** The fraction of values in some bins, a panel for each layer. */
export function binChart(layers: Layers, counting: Counting & { readonly shown: readonly [number, number] }): Chart {
  const { bins, range: [low, high], shown: [from, to] } = counting;
  const at = (bin: number) => edge(low + (high - low) * bin / bins);
  const panels = layers.map((layer, i) =>
    deadShareChart({
      title: label(layer),
      shares: binShare(layer.counts, [from, to], outside(layer)),
      color: hue(i),
      xTitle: xTitle(layers, counting.every),
    })
  );
  const where = from === 0 && low === 0 && counting.absolute
    ? `below ${at(to + 1)}`
    : `from ${at(from)} to ${at(to + 1)}`;
  return grid(panels, { title: `Share of ${quantity(counting)} ${where}` });
}

/** The fractions of values that are exactly 0, and that are 0 or next to it: a panel for each layer. */
export function sparseChart(layers: Layers, counting: Counting): Chart {
  const near = binsAtZero(counting), axis = { xTitle: xTitle(layers, counting.every) };
  const panels = layers.map((layer) => {
    const elements = elementsOf(layer), zeros = Float64Array.from(layer.zeros, (n, k) => n / elements[k]!);
    const series: Series[] = [{ label: "exactly 0", values: zeros, color: hue(0) }];
    if (near) {
      const values = binShare(layer.counts, [near.first, near.last], outside(layer));
      series.push({ label: `within ${edge(near.edge)} of 0`, values, color: hue(1) });
    }
    return shareChart({ ...axis, title: labelOf(layer), series, legend: "top" });
  });
  return grid(panels, {
    title: `Sparsity: share of ${counting.of} that are 0`,
    ...counting.of === "activations" ? { subtitle: "Zeros after a ReLU are no fault: each sample has others" } : {},
  });
}

/** The fractions of units that are off in each batch, and that stay off from there to the end: a panel for each layer that has units. */
export function deadChart(layers: Layers, { every }: Pick<Counting, "every">): Chart {
  const withUnits = layers.filter(({ units }) => units !== undefined);
  const isShifted = withUnits.some(({ kind }) => /General/.test(kind)); // as restOf() has it
  const panels = withUnits.map((layer) => {
    const units = layer.units!, since = layer.deadSince!;
    const series = [
      { label: "off", values: layer.unitsOff!.map((n) => n / units), color: hue(0) },
      { label: "off from here on", values: deadUnits(layer).map((n) => n / units), color: hue(1) },
    ];
    const stay = since.filter((k) => k >= 0).length;
    const title = `${label(layer)}: ${stay} of ${units} off to the end`;
    return shareChart({
      ...{ title, xTitle: xTitle(withUnits, every), yTitle: "share of units", series },
      legend: "top",
    });
  });
  return grid(panels, {
    title: "Units that are off, and dead units",
    subtitle: `Off: ${
      isShifted ? "0, or of a GeneralReLU −sub," : "0"
    } for all samples of a batch. Dead: off from there on`,
  });
}

/** For each batch, how many units are off from there to the last. */
function deadUnits({ unitsOff, deadSince }: Layers[number]): number[] {
  const begin = new Array<number>(unitsOff!.length).fill(0);
  for (const k of deadSince!) if (k >= 0) begin[k]!++;
  let sum = 0;
  return begin.map((n) => sum += n);
}

/** For each batch, how many values are in no bin. */
const outside = ({ above, below, nonFinite }: Recorded) => above.map((n, i) => n + below[i]! + nonFinite[i]!);
