/** Histograms and statistics: random steps, error bounds. */
import { NONE } from "../../lib/device/attributes.ts";
import { read } from "../../lib/device/reference/memory.ts";
import type { StepOf, Table } from "../../lib/device/steps/mod.ts";
import { counting, type STATISTICS, STATISTICS_HEAD } from "../../lib/device/steps/statistics.ts";
import { float, type Generator, type Generators, magnify, moveAway } from "../device/generator.ts";
import { mergeAxes, randomLayout, randomOperand, type Spread } from "../device/programs.ts";
import {
  type Analysis,
  areExact,
  type Bounds,
  EPSILON,
  everywhere,
  sizesOf,
  SMALLEST_NORMAL,
} from "../device/tolerance.ts";

const histogram: Generator = (builder, choices) => {
  const shape = choices.shape(choices.int(1, 3), choices.chance(0.1) ? 200_000 : 3000);
  const bins = choices.size(choices.chance(0.2) ? 1000 : 100);
  const low = choices.chance(0.5) ? choices.int(-3, 0) : choices.normal();
  const input = float(builder, choices, shape, {
    broadcast: true,
    spread: choices.pick<Spread>(["normal", "whole", "special"]),
  });
  builder.step({
    kernel: "histogram",
    inputs: { input },
    output: float(builder, choices, [bins], { dense: true }),
    attributes: NONE,
    numbers: { min: builder.scalar(low), max: builder.scalar(low + choices.pick([1, 3, 10, 0.37])) },
  });
  return `[${shape}] in ${bins}`;
};

const statistics: Generator = (builder, choices) => {
  const logical = choices.shape(choices.int(0, 4), choices.chance(0.1) ? 200_000 : 3000);
  const layout = randomLayout(choices, logical, { broadcast: true });
  const { shape, strides } = mergeAxes(logical, [layout.strides], 0);
  const bins = choices.size(choices.chance(0.2) ? 1000 : 100);
  const low = choices.chance(0.5) ? choices.int(-3, 0) : choices.normal();
  const spread = choices.pick<Spread>(["normal", "whole", "unit", "wide", "special"]);
  const input = randomOperand(builder, choices, {
    dtype: "float32",
    shape,
    layout: { ...layout, strides: strides[0]! },
    spread,
  });
  moveAway(builder, choices, { probability: 0.2, scales: [0, 1] });
  magnify(builder, choices);
  const absolute = choices.chance(0.5);
  builder.step({
    kernel: "statistics",
    inputs: { input },
    output: float(builder, choices, [STATISTICS_HEAD + bins], { dense: true }),
    attributes: counting({ absolute }),
    numbers: { min: builder.scalar(low), max: builder.scalar(low + choices.pick([1, 3, 10, 0.37])) },
  });
  return `${spread}${absolute ? " absolute" : ""} [${shape}] in ${bins}`;
};

export const GENERATORS: Generators<typeof STATISTICS> = { histogram, statistics };

/** Counts are exact, unless what is counted is not. */
function histogramErrors({ inputs, output }: StepOf<"histogram">, analysis: Analysis): Bounds {
  return areExact(analysis, inputs.input) ? undefined : everywhere(output.shape, Infinity);
}

/**
 * Mean and deviation are right to a few roundings of the sizes that they are made of: nothing grows with the number of elements, nor, for
 * the deviation, with the distance from 0. Counts are exact.
 */
function statisticsErrors({ inputs, output }: StepOf<"statistics">, analysis: Analysis): Bounds {
  const { memory, precision: { approximate } } = analysis;
  if (!areExact(analysis, inputs.input)) return everywhere(output.shape, Infinity);
  const sizes = sizesOf(memory, inputs.input), deviation = read(memory, output)[1]!;
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0), size = sizes.reduce((a, b) => a + b, 0) / sizes.length;
  const bounds = everywhere(output.shape, 0);
  // The deviation of equal numbers is 0, for the reference perhaps a rounding of 64-bit sums.
  if (!approximate) bounds.set([EPSILON * size, EPSILON * deviation + 2 ** -36 * largest]);
  // In 32 bits the difference of two numbers may overflow, whose squares do not.
  else if (largest > 1e38) bounds.set([Infinity, Infinity]);
  else bounds.set([4 * EPSILON * size, 16 * EPSILON * deviation + SMALLEST_NORMAL]);
  // Of infinities and NaN the result is one of them, and exactly that.
  for (let i = 0; i < 2; i++) if (Number.isNaN(bounds[i]!) || largest === Infinity) bounds[i] = 0;
  return bounds;
}

export const ERRORS: Table<keyof typeof STATISTICS, [Analysis], Bounds> = {
  histogram: histogramErrors,
  statistics: statisticsErrors,
};
