/** Curves of trials as lines with a value at each step. */
import type { Line } from "../live/chart.ts";
import type { Points, ShownTrial } from "./model.ts";

/** Lines of which the values are told; the others are faint. */
const TOLD = 8;

/** Lines over all steps at which any trial has reported. */
export function linesOf(
  curves: readonly { readonly trial: ShownTrial; readonly points: Points }[],
  nameOf: (trial: ShownTrial) => string,
): Line[] {
  const steps = [...new Set(curves.flatMap(({ points }) => points.map(([step]) => step)))].sort((a, b) => a - b);
  return curves.map(({ trial, points }, i) => ({
    name: nameOf(trial),
    values: valuesAt(steps, points),
    steps,
    hue: trial.position,
    isFaint: i < curves.length - TOLD,
  }));
}

/** Values at these steps up to the last point, between two points on the line that joins them. */
function valuesAt(steps: readonly number[], points: Points): number[] {
  const values: number[] = [];
  let at = 0;
  for (const step of steps) {
    while (at + 1 < points.length && points[at + 1]![0] <= step) at++;
    const here = points[at], next = points[at + 1];
    if (!here || here[0] > step) values.push(NaN);
    else if (here[0] === step) values.push(here[1]);
    else if (!next) break;
    else values.push(here[1] + (step - here[0]) / (next[0] - here[0]) * (next[1] - here[1]));
  }
  return values;
}
