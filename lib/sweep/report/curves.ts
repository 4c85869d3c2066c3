/**
 * Learning curves by group.
 *
 * @module
 */
import { extentOf, quantitative } from "../../plot/axis.ts";
import { Chart } from "../../plot/chart.ts";
import { described } from "../../plot/describe.ts";
import { meanAndStd } from "../../plot/format.ts";
import { frame } from "../../plot/frame.ts";
import { legendLayer } from "../../plot/legend.ts";
import { hue } from "../../plot/theme.ts";
import type { Curve, TrialResult } from "../results.ts";
import { levels } from "./levels.ts";

/** Of the picture, in pixels. */
const WIDTH = 440;

/** Points that one line keeps at most. */
const MOST_POINTS = 60;

/** The steps of all curves, in so few buckets that a line stays readable. */
function bucketing(curves: readonly Curve[]): (step: number) => number {
  const steps = [...new Set(curves.flatMap(({ points }) => points.map(([step]) => step)))].sort((a, b) => a - b);
  if (steps.length <= MOST_POINTS) return (step) => step;
  const [first, last] = [steps[0]!, steps.at(-1)!];
  const width = (last - first) / MOST_POINTS;
  return (step) => first + (Math.min(MOST_POINTS - 1, Math.floor((step - first) / width)) + 0.5) * width;
}

/**
 * A metric over the steps, one line for each level of a parameter: the mean over its trials, in a band of one deviation. The
 * legend says at how many of them some step was NaN: from there on the mean is of the others.
 *
 * @param curves of one metric
 */
export function curvesChart(
  trials: readonly TrialResult[],
  curves: readonly Curve[],
  param: string,
  metric: string,
): Chart {
  const byTrial = new Map(curves.map((curve) => [curve.trial, curve]));
  const bucket = bucketing(curves);
  const groups = levels(trials.filter(({ id }) => byTrial.has(id)), param);
  const named = groups.map(({ label, trials }) => {
    const lost = trials.filter(({ id }) => byTrial.get(id)!.points.some(([, value]) => !Number.isFinite(value))).length;
    return { label: lost > 0 ? `${label} (${lost}/${trials.length} NaN)` : label, trials };
  });
  const values = named.flatMap(({ trials }, s) => {
    const steps = new Map<number, number[]>();
    for (const { id } of trials) {
      for (const [step, value] of byTrial.get(id)!.points) {
        if (!Number.isFinite(value)) continue;
        const at = bucket(step), found = steps.get(at);
        if (found) found.push(value);
        else steps.set(at, [value]);
      }
    }
    return [...steps].sort(([a], [b]) => a - b).map(([step, values]) => {
      const { mean, std } = meanAndStd(values);
      const reach = Number.isNaN(std) ? 0 : std;
      const [x, y, low, high] = [step, mean, mean - reach, mean + reach].map((v) => Number(v.toPrecision(9)));
      return { s, x, y, low, high };
    });
  });
  const steps = extentOf(values.map(({ x }) => x)), whole = values.every(({ x }) => Number.isInteger(x));
  const across = quantitative(
    { title: "step", ...(steps && steps[0] < steps[1] ? { domain: steps } : {}) },
    steps,
    whole,
  );
  const x = { field: "x", ...across, axis: { ...(across["axis"] as object), grid: false } };
  const up = quantitative({ title: metric }, extentOf(values.flatMap(({ low, high }) => [low, high])));
  const y = (field: string) => ({ field, ...up });
  const entries = named.map(({ label }, i) => ({ label, color: hue(i) }));
  const color = {
    field: "s",
    type: "nominal",
    sort: null,
    scale: { domain: named.map((_, i) => i), range: entries.map(({ color }) => color) },
    legend: null,
  };
  // A line needs two points: where a value has one step alone, it is a dot.
  const lone = values.filter(({ s }, i) => values[i - 1]?.s !== s && values[i + 1]?.s !== s);
  return new Chart({
    ...frame(`${metric} by ${param}`, WIDTH, 280),
    description: described(
      `${metric} by ${param}`,
      "mean at each step",
      named.map(({ label }, i) => ({ label, values: values.filter(({ s }) => s === i).map(({ y }) => y) })),
    ),
    data: { values },
    layer: [
      {
        mark: { type: "area", opacity: 0.14, aria: false },
        encoding: { x, y: y("low"), y2: { field: "high" }, color },
      },
      {
        mark: { type: "line", aria: false, point: values.length <= 40 ? { size: 24 } : false },
        encoding: { x, y: y("y"), color },
      },
      {
        data: { values: lone },
        mark: { type: "point", filled: true, size: 36, aria: false },
        encoding: { x, y: y("y"), color },
      },
      legendLayer(entries, "top", WIDTH),
    ],
  });
}
