/**
 * Learning curves by group.
 *
 * @module
 */
import { Chart } from "../../plot/chart.ts";
import { meanAndStd } from "../../plot/format.ts";
import { frame } from "../../plot/frame.ts";
import { hue } from "../../plot/theme.ts";
import type { Curve, TrialResult } from "../results.ts";
import { levels } from "./levels.ts";

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
  const values = named.flatMap(({ label, trials }) => {
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
      return { s: label, x, y, low, high };
    });
  });
  const steps = [...new Set(values.map(({ x }) => x))];
  const few = steps.length <= 10 && steps.every((step) => Number.isInteger(step));
  const x = {
    field: "x",
    type: "quantitative",
    title: "step",
    scale: { zero: false, nice: false },
    axis: { grid: false, ...(few ? { values: steps, format: "d" } : { tickCount: 6 }) },
  };
  const y = (field: string) => ({
    field,
    type: "quantitative",
    title: metric,
    scale: { zero: false },
    axis: { tickCount: 5 },
  });
  const color = {
    field: "s",
    type: "nominal",
    sort: null,
    title: null,
    scale: { domain: named.map(({ label }) => label), range: named.map((_, i) => hue(i)) },
    legend: { orient: "top", columns: 4, symbolType: "stroke", symbolOpacity: 1, labelLimit: 160 },
  };
  return new Chart({
    ...frame(`${metric} by ${param}`, 440, 280),
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
    ],
  });
}
