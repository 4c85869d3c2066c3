/** Random reductions and moments. */
import type { ReduceOp } from "../../lib/device/program.ts";
import { float, type Generator, moveAway } from "./generator.ts";
import {
  type Choices,
  contiguous,
  mergeAxes,
  nhwc,
  numel,
  randomLayout,
  randomOperand,
  type Spread,
} from "./programs.ts";

export const reduce: Generator = (builder, choices) => {
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
  builder.step({ kernel: "reduce", op, dtype, input, kept: kept.shape.length, output });
  return `${op} ${dtype}`;
};

/** A random view, or images as convolutions leave them, whose channels (and perhaps each image of its own) are kept. */
function groupedView(choices: Choices): { shape: number[]; strides: number[]; kept: number } {
  if (choices.chance(0.5)) {
    const c = choices.size(40), side = choices.int(1, 14), most = choices.chance(0.4) ? 300_000 : 20_000;
    const n = choices.int(1, Math.max(1, Math.floor(most / (c * side * side)))), image = [n, c, side, side];
    const [sn, sc, sh, sw] = nhwc(image) as [number, number, number, number];
    if (choices.chance(0.3)) return { shape: image, strides: [sn, sc, sh, sw], kept: 2 };
    return { shape: [c, n, side, side], strides: [sc, sn, sh, sw], kept: 1 };
  }
  const kept = choices.int(0, 3),
    shape = choices.shape(kept + choices.int(1, 3), choices.chance(0.15) ? 300_000 : 6000);
  return { shape, strides: [...randomLayout(choices, shape, { broadcast: choices.chance(0.1) }).strides], kept };
}

/** Axes of {@linkcode groupedView}, merged as the graph layer merges them, with the strides that row-major results have over the kept ones. */
function groups(
  choices: Choices,
): { shape: number[]; strides: number[]; kept: number; results: number[]; all: number } {
  const view = groupedView(choices), outputs = view.shape.slice(0, view.kept);
  const kept = mergeAxes(outputs, [view.strides.slice(0, view.kept), contiguous(outputs)], 0);
  const reduced = mergeAxes(view.shape.slice(view.kept), [view.strides.slice(view.kept)], 0);
  return {
    shape: [...kept.shape, ...reduced.shape],
    strides: [...kept.strides[0]!, ...reduced.strides[0]!],
    kept: kept.shape.length,
    results: kept.strides[1]!,
    all: numel(kept.shape),
  };
}

export const moments: Generator = (builder, choices) => {
  const { shape, strides, kept, results, all } = groups(choices);
  const spread = choices.pick<Spread>(["normal", "whole", "unit", "wide"]);
  const input = randomOperand(builder, choices, { dtype: "float32", shape, layout: { strides }, spread });
  moveAway(builder, choices, { probability: 0.3, scales: [0, 1, 1] });
  const output = randomOperand(builder, choices, {
    dtype: "float32",
    shape: [3, ...shape.slice(0, kept)],
    layout: { strides: [all, ...results] },
  });
  builder.step({ kernel: "moments", input, kept, output, eps: builder.scalar(choices.pick([1e-5, 1e-3, 1])) });
  return `${spread} [${shape}] keeps ${kept}`;
};

export const normSums: Generator = (builder, choices) => {
  const { shape, strides, kept, results, all } = groups(choices);
  const outputs = shape.slice(0, kept), layout = { strides: [all, ...results] };
  const x = randomOperand(builder, choices, { dtype: "float32", shape, layout: { strides } });
  const g = choices.chance(0.7)
    ? randomOperand(builder, choices, { dtype: "float32", shape, layout: { strides } })
    : float(builder, choices, shape, { broadcast: true });
  const stats = randomOperand(builder, choices, { dtype: "float32", shape: [3, ...outputs], layout });
  const output = randomOperand(builder, choices, { dtype: "float32", shape: [2, ...outputs], layout });
  builder.step({ kernel: "normSums", g, x, kept, stats, output });
  return `[${shape}] keeps ${kept}`;
};
