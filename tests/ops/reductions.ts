/** Reductions of trailing axes, running sums: random steps, error bounds. */
import { NONE } from "../../lib/device/attributes.ts";
import { sizeOf } from "../../lib/device/reference/memory.ts";
import type { StepOf, Table } from "../../lib/device/steps/mod.ts";
import { type ReduceOp, reduction, type REDUCTIONS, scan } from "../../lib/device/steps/reductions.ts";
import type { Generator, Generators } from "../device/generator.ts";
import { mergeAxes, randomLayout, randomOperand, type Spread } from "../device/programs.ts";
import {
  type Analysis,
  areExact,
  type Bounds,
  EPSILON,
  everywhere,
  linear,
  readErrors,
  rerun,
  scaled,
} from "../device/tolerance.ts";

/** Units that may be at rest, with and without one element that is not, at a place of its own. */
const anyOther: Generator = (builder, choices) => {
  const keptRank = choices.int(0, 3),
    shape = choices.shape(keptRank + choices.int(1, 3), choices.chance(0.1) ? 300_000 : 6000);
  const layout = randomLayout(choices, shape, { broadcast: choices.chance(0.2) }), keptShape = shape.slice(0, keptRank);
  const outputLayout = randomLayout(choices, keptShape, { dense: choices.chance(0.7) });
  const kept = mergeAxes(keptShape, [outputLayout.strides, layout.strides.slice(0, keptRank)], 0);
  const reduced = mergeAxes(shape.slice(keptRank), [layout.strides.slice(keptRank)]);
  const rest = choices.pick([0, -0.4, 2]);
  const input = randomOperand(builder, choices, {
    dtype: "float32",
    shape: [...kept.shape, ...reduced.shape],
    layout: { ...layout, strides: [...kept.strides[1]!, ...reduced.strides[0]!] },
    spread: "special",
  });
  const data = builder.bound.at(-1)!;
  const others = choices.pick([0, 1, 3, data.length]);
  for (let i = 0; i < data.length; i++) if (choices.int(1, data.length) > others) data[i] = Math.fround(rest);
  const output = randomOperand(builder, choices, {
    dtype: "bool",
    shape: kept.shape,
    layout: { ...outputLayout, strides: kept.strides[0]! },
  });
  builder.step({
    kernel: "anyOther",
    inputs: { input },
    output,
    attributes: NONE,
    numbers: { rest: builder.scalar(rest) },
  });
  return `[${shape}] but ${rest}`;
};

const reduce: Generator = (builder, choices) => {
  const op = choices.pick<ReduceOp>(["sum", "sum", "sum", "prod", "max", "min", "any", "all", "argmax", "argmin"]);
  const dtype = op === "any" || op === "all" ? "bool" : choices.chance(0.7) ? "float32" : "int32";
  const limit = choices.chance(0.1) ? 300_000 : 6000;
  const keptRank = choices.int(0, 3), reducedRank = choices.chance(0.03) ? 0 : choices.int(1, 3);
  const shape = choices.shape(keptRank + reducedRank, limit);
  const inputLayout = randomLayout(choices, shape, { broadcast: choices.chance(0.2) });
  const keptShape = shape.slice(0, keptRank);
  const outputLayout = randomLayout(choices, keptShape, { dense: choices.chance(0.7) });
  const kept = mergeAxes(keptShape, [outputLayout.strides, inputLayout.strides.slice(0, keptRank)], 0);
  const reduced = mergeAxes(shape.slice(keptRank), [inputLayout.strides.slice(keptRank)]);
  if (reducedRank > 0 && reduced.shape.length === 0) {
    reduced.shape.push(1);
    reduced.strides[0]!.push(1);
  }
  const spread: Spread = op === "prod"
    ? "near1"
    : op === "sum"
    ? choices.pick<Spread>(["normal", "unit", "wide"])
    : choices.pick<Spread>(["normal", "whole", "special"]);
  const input = randomOperand(builder, choices, {
    dtype,
    shape: [...kept.shape, ...reduced.shape],
    layout: { ...inputLayout, strides: [...kept.strides[1]!, ...reduced.strides[0]!] },
    spread: dtype === "int32" && choices.chance(0.3) ? "wide" : spread,
  });
  const output = randomOperand(builder, choices, {
    dtype: op === "argmax" || op === "argmin" ? "int32" : dtype,
    shape: kept.shape,
    layout: { ...outputLayout, strides: kept.strides[0]! },
  });
  const attributes = reduction({ op, dtype, kept: kept.shape.length });
  builder.step({ kernel: "reduce", inputs: { input }, output, attributes, numbers: {} });
  return `${op} ${dtype}`;
};

const cumsum: Generator = (builder, choices) => {
  const dtype = choices.chance(0.7) ? "float32" : "int32", rank = choices.int(1, 4);
  const shape = choices.shape(rank, choices.chance(0.2) ? 60_000 : 4000), axis = choices.int(0, rank - 1);
  const spread = choices.pick<Spread>(["normal", "unit", "wide"]);
  const broadcast = choices.chance(0.2);
  builder.step({
    kernel: "cumsum",
    inputs: { input: randomOperand(builder, choices, { dtype, shape, broadcast, spread }) },
    output: randomOperand(builder, choices, { dtype, shape, dense: true }),
    attributes: scan({ axis, reverse: choices.chance(0.5), dtype }),
    numbers: {},
  });
  return `${dtype} [${shape}] along ${axis}`;
};

export const GENERATORS: Generators<typeof REDUCTIONS> = { reduce, anyOther, cumsum };

function reduceErrors(step: StepOf<"reduce">, analysis: Analysis): Bounds {
  const { op, dtype, kept } = step.attributes, { input } = step.inputs;
  const length = sizeOf(input.shape.slice(kept));
  if (op === "sum" && dtype === "float32") return linear(step, analysis, [input], length);
  if (op === "prod" && dtype === "float32") return scaled(step, analysis, [input], EPSILON * (2 + length));
  const given = readErrors(analysis, input);
  if (!given) return undefined;
  const largest = reduction({ op: "max", dtype: "float32", kept });
  const worst = rerun({ ...step, attributes: largest }, analysis.memory, [[input, given]]);
  if (dtype === "float32" && (op === "max" || op === "min")) return worst;
  return worst.map((x) => x > 0 ? Infinity : 0); // an extreme's index, a truth value, a wrapping sum
}

function cumsumErrors(step: StepOf<"cumsum">, analysis: Analysis): Bounds {
  const { axis, dtype } = step.attributes, { input } = step.inputs;
  if (dtype === "float32") return linear(step, analysis, [input], input.shape[axis]!);
  return readErrors(analysis, input)?.map((x) => x > 0 ? Infinity : 0);
}

function anyOtherErrors({ inputs, output }: StepOf<"anyOther">, analysis: Analysis): Bounds {
  return areExact(analysis, inputs.input) ? undefined : everywhere(output.shape, Infinity);
}

export const ERRORS: Table<keyof typeof REDUCTIONS, [Analysis], Bounds> = {
  reduce: reduceErrors,
  anyOther: anyOtherErrors,
  cumsum: cumsumErrors,
};
