/** The reductions of a normalisation: random steps, error bounds. */
import { read, sizeOf } from "../../lib/device/reference/memory.ts";
import type { StepOf, Table } from "../../lib/device/steps/mod.ts";
import { keeping, type NORMALISATION } from "../../lib/device/steps/normalisation.ts";
import { float, type Generator, type Generators, magnify, moveAway } from "../device/generator.ts";
import {
  type Choices,
  contiguous,
  mergeAxes,
  nhwc,
  numel,
  randomLayout,
  randomOperand,
  type Spread,
} from "../device/programs.ts";
import {
  type Analysis,
  areExact,
  type Bounds,
  EPSILON,
  everywhere,
  rerun,
  sizesOf,
  SMALLEST_NORMAL,
} from "../device/tolerance.ts";

/** Some random view, or images as convolutions leave them, of which each channel (of each image, perhaps) is a group. */
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

const moments: Generator = (builder, choices) => {
  const { shape, strides, kept, results, all } = groups(choices);
  const spread = choices.pick<Spread>(["normal", "whole", "unit", "wide"]);
  const input = randomOperand(builder, choices, { dtype: "float32", shape, layout: { strides }, spread });
  moveAway(builder, choices, { probability: 0.3, scales: [0, 1, 1] });
  magnify(builder, choices);
  const output = randomOperand(builder, choices, {
    dtype: "float32",
    shape: [3, ...shape.slice(0, kept)],
    layout: { strides: [all, ...results] },
  });
  const numbers = { eps: builder.scalar(choices.pick([1e-5, 1e-3, 1])) };
  builder.step({ kernel: "moments", inputs: { input }, output, attributes: keeping({ kept }), numbers });
  return `${spread} [${shape}] keeps ${kept}`;
};

const normSums: Generator = (builder, choices) => {
  const { shape, strides, kept, results, all } = groups(choices);
  const outputs = shape.slice(0, kept), layout = { strides: [all, ...results] };
  const x = randomOperand(builder, choices, { dtype: "float32", shape, layout: { strides } });
  const g = choices.chance(0.7)
    ? randomOperand(builder, choices, { dtype: "float32", shape, layout: { strides } })
    : float(builder, choices, shape, { broadcast: true });
  const stats = randomOperand(builder, choices, { dtype: "float32", shape: [3, ...outputs], layout });
  const output = randomOperand(builder, choices, { dtype: "float32", shape: [2, ...outputs], layout });
  builder.step({ kernel: "normSums", inputs: { g, x, stats }, output, attributes: keeping({ kept }), numbers: {} });
  return `[${shape}] keeps ${kept}`;
};

export const GENERATORS: Generators<typeof NORMALISATION> = { moments, normSums };

/** As for statistics; the scale's error follows from the variance's. */
function momentsErrors(step: StepOf<"moments">, analysis: Analysis): Bounds {
  const { memory, precision: { approximate } } = analysis, { input } = step.inputs;
  if (!areExact(analysis, input)) return everywhere(step.output.shape, Infinity);
  const sizes = sizesOf(memory, input), out = read(memory, step.output);
  const rows = out.length / 3, n = sizes.length / rows, eps = memory.scalars[step.numbers.eps]!;
  const bounds = new Float64Array(out.length);
  for (let r = 0; r < rows; r++) {
    const row = sizes.subarray(r * n, (r + 1) * n), variance = out[rows + r]!;
    const largest = row.reduce((a, b) => Math.max(a, b), 0), size = row.reduce((a, b) => a + b, 0) / n;
    const overflow = approximate && largest > 1e38; // of differences in 32 bits
    const off = (approximate ? 32 : 1) * EPSILON * variance + (approximate ? 2 ** -120 : 0) +
      (2 ** -48 * largest) ** 2 +
      SMALLEST_NORMAL;
    // In 32 bits what is summed is the distance from the first element, which may be an outlier.
    bounds[r] = overflow ? Infinity : EPSILON * (approximate ? 4 * size + 4 * row[0]! : size) + SMALLEST_NORMAL;
    bounds[rows + r] = overflow || variance > 1e38 ? Infinity : off; // the variance itself is beyond float32
    const scale = out[2 * rows + r]!;
    const relative = overflow ? Infinity : (approximate ? 20 : 1) * EPSILON + off / (variance + eps);
    bounds[2 * rows + r] = scale * relative + SMALLEST_NORMAL;
  }
  return bounds;
}

/** Sums of g, and of g·x̂, each x̂ being right to a few roundings of its parts. */
function normSumsErrors(step: StepOf<"normSums">, analysis: Analysis): Bounds {
  const { memory } = analysis, { g, x, stats } = step.inputs;
  if (!areExact(analysis, g, x, stats)) return everywhere(step.output.shape, Infinity);
  const n = sizeOf(x.shape.slice(step.attributes.kept)), moments = sizesOf(memory, stats), rows = moments.length / 3;
  for (let r = 0; r < rows; r++) moments[r]! *= -1; // |x| + |mean|
  return rerun(step, memory, [[g, sizesOf(memory, g)], [x, sizesOf(memory, x)], [stats, moments]])
    .map((size) => size * EPSILON * (8 + Math.sqrt(n)) + SMALLEST_NORMAL);
}

export const ERRORS: Table<keyof typeof NORMALISATION, [Analysis], Bounds> = {
  moments: momentsErrors,
  normSums: normSumsErrors,
};
