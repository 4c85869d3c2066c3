/** Random histograms and statistics. */
import { float, type Generator, moveAway } from "./generator.ts";
import { mergeAxes, randomLayout, randomOperand, type Spread } from "./programs.ts";

export const histogram: Generator = (builder, choices) => {
  const shape = choices.shape(choices.int(1, 3), choices.chance(0.1) ? 200_000 : 3000);
  const bins = choices.size(choices.chance(0.2) ? 1000 : 100);
  const low = choices.chance(0.5) ? choices.int(-3, 0) : choices.normal();
  const input = float(builder, choices, shape, {
    broadcast: true,
    spread: choices.pick<Spread>(["normal", "whole", "special"]),
  });
  builder.step({
    kernel: "histogram",
    input,
    output: float(builder, choices, [bins], { dense: true }),
    min: builder.scalar(low),
    max: builder.scalar(low + choices.pick([1, 3, 10, 0.37])),
  });
  return `[${shape}] in ${bins}`;
};

export const statistics: Generator = (builder, choices) => {
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
  const absolute = choices.chance(0.5);
  builder.step({
    kernel: "statistics",
    absolute,
    input,
    output: float(builder, choices, [4 + bins], { dense: true }),
    min: builder.scalar(low),
    max: builder.scalar(low + choices.pick([1, 3, 10, 0.37])),
  });
  return `${spread}${absolute ? " absolute" : ""} [${shape}] in ${bins}`;
};
