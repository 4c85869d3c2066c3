/**
 * The charts of a sweep's report.
 *
 * @module
 */
import { extentOf, quantitative } from "../../plot/axis.ts";
import { Chart } from "../../plot/chart.ts";
import { frame } from "../../plot/frame.ts";
import { hue, shade } from "../../plot/theme.ts";
import { figureFormat } from "../../plot/figures.ts";
import { type Configuration, isSound, spread } from "../groups.ts";
import { type Labels, numberLabels } from "../labels.ts";
import type { TrialResult } from "../results.ts";
import type { EffectRow, LevelMeans } from "./effects.ts";
import { distinct, levels } from "./levels.ts";

/** Places in a picture: more digits are invisible. */
const rounded = (value: number) => Number(value.toPrecision(9));

/** ω² of each parameter and pair as a dot, over the band in which it lies when the parameter does nothing. */
export function effectsChart(effects: readonly EffectRow[]): Chart {
  const ends = extentOf(effects.flatMap(({ omega, band }) => [omega, ...band, 0])) ?? [0, 1];
  // Small shares have the digits that tell ticks apart.
  const decimals = ends[1] - ends[0] < 0.04 ? 1 : 0;
  const x = (field: string) => ({
    field,
    type: "quantitative",
    title: "share of variance, ω²; grey: where chance alone puts it",
    axis: { format: `.${decimals}%`, tickCount: 5 },
  });
  // A small negative share is 0 when rounded, not −0.
  const percent = (share: number) => `${Number((100 * share).toFixed(1)).toFixed(1)}%`.replace("-", "−");
  const courses = effects.map(({ name, omega, band: [low, high] }) =>
    `${name} ${percent(omega)}, by chance ${percent(low)} to ${percent(high)}`
  );
  return new Chart({
    ...frame(undefined, 460, 56 + 26 * effects.length),
    description: `Share of variance, ω²: ${courses.join("; ")}`,
    data: {
      values: effects.map(({ omega, band: [low, high] }, effect) => ({
        effect,
        omega: rounded(omega),
        low: rounded(low),
        high: rounded(high),
      })),
    },
    encoding: {
      y: {
        field: "effect",
        type: "nominal",
        sort: null,
        title: null,
        axis: { labelLimit: 160, labelExpr: `${JSON.stringify(effects.map(({ name }) => name))}[datum.value]` },
      },
    },
    layer: [
      {
        mark: { type: "bar", color: shade("muted"), opacity: 0.3, height: { band: 0.6 } },
        encoding: { x: x("low"), x2: { field: "high" } },
      },
      { mark: { type: "point", filled: true, size: 70, color: hue(0) }, encoding: { x: x("omega") } },
    ],
  });
}

/** A metric's mean at each level of one parameter, with its deviation. */
export function levelsChart({ param, levels }: LevelMeans, metric: string): Chart {
  const values = levels.filter(({ n }) => n > 0).map(({ label, mean, std, n, diverged }) => ({
    label: diverged > 0 ? `${label}\n${diverged}/${n + diverged} NaN` : label,
    mean: rounded(mean),
    low: rounded(mean - (Number.isNaN(std) ? 0 : std)),
    high: rounded(mean + (Number.isNaN(std) ? 0 : std)),
  }));
  const ordered = levels.every(({ label }) => /^-?[\d.]+(e[-+]?\d+)?( to .*)?$/.test(label));
  const up = quantitative({ title: metric }, extentOf(values.flatMap(({ low, high }) => [low, high])));
  const y = (field: string) => ({ field, ...up });
  return new Chart({
    ...frame(param, 340, 200),
    data: { values },
    encoding: {
      x: {
        field: "label",
        type: "nominal",
        sort: null,
        title: null,
        axis: { labelAngle: 0, labelOverlap: true, labelExpr: "split(datum.label, '\\n')" },
      },
    },
    layer: [
      {
        mark: { type: "rule", color: shade("muted"), strokeWidth: 1.5 },
        encoding: { y: y("low"), y2: { field: "high" } },
      },
      // Between words there is no way from one to the next.
      ...(ordered ? [{ mark: { type: "line", color: hue(0), opacity: 0.35 }, encoding: { y: y("mean") } }] : []),
      { mark: { type: "point", filled: true, size: 70, color: hue(0) }, encoding: { y: y("mean") } },
    ],
  });
}

/** The text on a cell: dark where the cell is bright, by viridis' own order. */
function onColor(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return String(least + 0.6 * (most - least));
}

/** The mean of a metric for every pair of two parameters' levels. */
export function pairChart(trials: readonly TrialResult[], across: string, down: string, metric: string): Chart {
  const [columns, rows] = [levels(trials, across), levels(trials, down)];
  const found = columns.flatMap((column) => {
    const members = new Set(column.trials);
    return rows.flatMap((row) => {
      const { mean, n } = spread(row.trials.filter((trial) => members.has(trial)), metric);
      return n > 0 ? [{ x: column.label, y: row.label, mean }] : [];
    });
  });
  const write = figureFormat(found.map(({ mean }) => mean));
  const cells = found.map(({ mean, ...cell }) => ({ ...cell, mean: rounded(mean), text: write(mean) }));
  const width = Math.max(360, 150 + 56 * columns.length), height = 80 + 34 * rows.length;
  const axis = (field: string, title: string, labels: readonly { label: string }[]) => ({
    field,
    type: "nominal",
    title,
    scale: { domain: labels.map(({ label }) => label) },
    axis: { grid: false, labelAngle: 0, labelLimit: 110 },
  });
  return new Chart({
    ...frame(`${metric} by ${down} and ${across}`, width, height),
    data: { values: cells },
    encoding: { x: axis("x", across, columns), y: axis("y", down, rows) },
    layer: [
      {
        mark: { type: "rect" },
        encoding: {
          color: {
            field: "mean",
            type: "quantitative",
            title: null,
            scale: { scheme: "viridis", zero: false },
            legend: { gradientLength: Math.max(50, height - 90), gradientThickness: 10 },
          },
        },
      },
      {
        mark: { type: "text", fontSize: 11 },
        encoding: {
          text: { field: "text" },
          color: {
            condition: { test: `datum.mean > ${onColor(cells.map(({ mean }) => mean))}`, value: "#14202b" },
            value: "#ffffff",
          },
        },
      },
    ],
  });
}

/** Where a parameter's values stand on their axis, from 0 to 1, and the labels beside it. */
function place(groups: readonly Configuration[], name: string, labels: Labels) {
  const values = distinct(groups.map(({ params }) => params[name]));
  const numbers = values.filter((value): value is number => typeof value === "number");
  if (numbers.length === values.length && numbers.length > 8) {
    const [least, most] = [numbers[0]!, numbers.at(-1)!];
    const logarithmic = least > 0 && most / least > 50;
    const scale = logarithmic ? Math.log : (x: number) => x;
    const at = (value: number) => (scale(value) - scale(least)) / (scale(most) - scale(least));
    const middle = logarithmic ? Math.sqrt(least * most) : (least + most) / 2;
    const ticks = [least, middle, most], words = numberLabels(ticks, { whole: 5, least: 2 });
    return {
      position: ({ params }: Configuration) => at(params[name] as number),
      ticks: ticks.map((value, i) => ({ at: at(value), label: words[i]! })),
    };
  }
  const at = new Map(values.map((value, i) => [value, values.length > 1 ? i / (values.length - 1) : 0.5]));
  return {
    position: ({ params }: Configuration) => at.get(params[name])!,
    ticks: values.map((value) => ({ at: at.get(value)!, label: labels.of(name, value) })),
  };
}

/** Lines that a chart of parallel coordinates shows at most. */
export const MOST_LINES = 300;

/**
 * Every configuration as a line through its parameters to its metric, in the metric's colour. Of very many, some from best to worst. One with a
 * run that diverged or failed has no mean that could be compared, and no line.
 */
export function parallelChart(
  groups: readonly Configuration[],
  params: readonly string[],
  metric: string,
  labels: Labels,
): Chart {
  const finite = groups.filter((group) => isSound(group, metric)).map((group) => ({
    group,
    mean: spread(group.done, metric).mean,
  }))
    .sort((a, b) => a.mean - b.mean);
  const step = Math.max(1, finite.length / MOST_LINES);
  const shown = Array.from({ length: Math.min(finite.length, MOST_LINES) }, (_, i) => finite[Math.floor(i * step)]!);
  const [least, most] = [finite[0]?.mean ?? 0, finite.at(-1)?.mean ?? 1];
  const ofMetric = (mean: number) => most > least ? (mean - least) / (most - least) : 0.5;
  const axes = params.map((name) => place(groups, name, labels));
  const ends = [least, (least + most) / 2, most], write = figureFormat(ends);
  // Axes are known by their place: a parameter may be called as the metric is.
  const names = [...params, metric], last = params.length;
  const values = shown.flatMap(({ group, mean }, line) => [
    ...axes.map(({ position }, x) => ({ line, x, y: rounded(position(group)), mean: rounded(mean) })),
    { line, x: last, y: rounded(ofMetric(mean)), mean: rounded(mean) },
  ]);
  const ticks = [
    ...axes.flatMap(({ ticks }, x) => ticks.map(({ at, label }) => ({ x, y: rounded(at), label }))),
    ...ends.map((value) => ({ x: last, y: rounded(ofMetric(value)), label: write(value) })),
  ];
  const x = {
    field: "x",
    type: "nominal",
    title: null,
    scale: { type: "point", domain: names.map((_, i) => i), padding: 0.35 },
    axis: {
      orient: "top",
      labelExpr: `${JSON.stringify(names)}[datum.value]`,
      labelAngle: 0,
      labelFontSize: 12,
      labelColor: shade("ink"),
      grid: false,
      labelLimit: 130,
    },
  };
  const y = { field: "y", type: "quantitative", axis: null, scale: { domain: [-0.04, 1.04], nice: false } };
  return new Chart({
    ...frame(undefined, Math.max(640, 150 * names.length), 330),
    layer: [
      {
        data: { values: names.map((_, x) => ({ x, y: 0, top: 1 })) },
        mark: { type: "rule", color: shade("muted"), opacity: 0.6 },
        encoding: { x, y, y2: { field: "top" } },
      },
      {
        data: { values },
        mark: {
          type: "line",
          strokeWidth: 1.6,
          opacity: shown.length > 60 ? 0.45 : 0.8,
          aria: false,
        },
        encoding: {
          x,
          y,
          detail: { field: "line" },
          color: {
            field: "mean",
            type: "quantitative",
            scale: { // Neither end is lost on a dark ground, or a bright one.
              scheme: { name: "viridis", extent: [0.2, 0.95] },
              zero: false,
            },
            legend: null,
          },
        },
      },
      {
        data: { values: ticks },
        // Twice: a halo in the ground's colour keeps the words readable over the lines.
        mark: {
          type: "text",
          align: "left",
          dx: 6,
          fontSize: 11,
          stroke: shade("ground"),
          strokeWidth: 3,
          aria: false,
        },
        encoding: { x, y, text: { field: "label" } },
      },
      {
        data: { values: ticks },
        mark: { type: "text", align: "left", dx: 6, fontSize: 11, color: shade("ink") },
        encoding: { x, y, text: { field: "label" } },
      },
    ],
  });
}
