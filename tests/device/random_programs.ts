/** Random single-step programs for every kernel but pointwise. */
import type { ConvStep, Operand, Pooling, ReduceOp } from "../../lib/device/program.ts";
import type { Floats, OwnKernel } from "../../lib/device/own.ts";
import { type Kernel, KERNEL_NAMES } from "../../lib/device/reference/kernels.ts";
import {
  type Case,
  Choices,
  contiguous,
  extent,
  mergeAxes,
  nhwc,
  numel,
  ProgramBuilder,
  randomLayout,
  randomOperand,
  type Spread,
} from "./programs.ts";
import { randomPointwise } from "./random_pointwise.ts";
import { randomSequence } from "./random_sequences.ts";
import { specialProgram } from "./special_programs.ts";

type Generator = (builder: ProgramBuilder, choices: Choices) => string;

function float(
  builder: ProgramBuilder,
  choices: Choices,
  shape: readonly number[],
  options: { dense?: boolean; broadcast?: boolean; spread?: Spread } = {},
): Operand {
  return randomOperand(builder, choices, { dtype: "float32", shape, ...options });
}

/** An int32 operand whose elements are valid for `size`, but for one in fifty programs unless they must be `valid`. */
function indices(
  builder: ProgramBuilder,
  choices: Choices,
  shape: readonly number[],
  { size, valid = false }: { size: number; valid?: boolean },
): Operand {
  const layout = randomLayout(choices, shape, { broadcast: true });
  const data = Int32Array.from({ length: extent(shape, layout) }, () => choices.int(0, size - 1));
  if (!valid && choices.chance(0.02)) {
    data[choices.int(0, data.length - 1)] = choices.pick([-1, size, size + 7, -(2 ** 31)]);
  }
  return builder.operand(builder.bind("int32", data), shape, layout);
}

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
  builder.step({ kernel: "reduce", op, dtype, input, kept: kept.shape.length, output });
  return `${op} ${dtype}`;
};

/** A matrix operand: stored as is or transposed, rows perhaps padded, its batch perhaps one matrix for all. */
function matrix(builder: ProgramBuilder, choices: Choices, shape: readonly number[]): Operand {
  const [batch, rows, columns] = shape as [number, number, number];
  const pad = choices.chance(0.2) ? choices.int(1, 5) : 0;
  const [outer, inner, size] = choices.chance(0.5)
    ? [columns + pad, 1, rows * (columns + pad)]
    : [1, rows + pad, columns * (rows + pad)];
  const strides = [batch === 1 || choices.chance(0.25) ? 0 : size, outer, inner];
  const anything = randomLayout(choices, shape, { broadcast: true });
  const layout = { ...anything, strides: choices.chance(0.1) ? anything.strides : strides };
  return randomOperand(builder, choices, { dtype: "float32", shape, layout });
}

const matmul: Generator = (builder, choices) => {
  const big = choices.chance(0.06);
  const side = () => big ? choices.int(100, 270) : choices.chance(0.3) ? choices.int(1, 130) : choices.size(130);
  const batch = choices.chance(0.5) ? 1 : choices.int(2, big ? 3 : 7);
  const m = side(), k = side(), n = side();
  const a = matrix(builder, choices, [batch, m, k]), b = matrix(builder, choices, [batch, k, n]);
  builder.step({ kernel: "matmul", a, b, output: float(builder, choices, [batch, m, n], { dense: true }) });
  return `${batch}×${m}×${k}×${n}`;
};

function conv(kernel: ConvStep["kernel"]): Generator {
  return (builder, choices) => {
    const pair = (draw: () => number): [number, number] => {
      const first = draw();
      return [first, choices.chance(0.8) ? first : draw()];
    };
    const limit = choices.chance(0.05) ? 3e7 : 2e6;
    for (;;) {
      const [kh, kw] = pair(() => choices.pick([1, 3, 3, 3, 5])), stride = pair(() => choices.int(1, 3));
      const padding = pair(() => choices.int(0, 2)), [h, w] = pair(() => choices.int(1, 29));
      const n = choices.chance(0.3) ? 1 : choices.int(2, 9);
      const [c, o] = [choices.size(70), choices.size(70)];
      const oh = Math.floor((h + 2 * padding[0] - kh) / stride[0]) + 1;
      const ow = Math.floor((w + 2 * padding[1] - kw) / stride[1]) + 1;
      if (oh < 1 || ow < 1 || n * c * o * kh * kw * oh * ow > limit) continue;
      const image = (shape: readonly number[]): Operand => {
        const layout = { ...randomLayout(choices, shape, { dense: true }), strides: nhwc(shape) };
        return randomOperand(builder, choices, { dtype: "float32", shape, layout });
      };
      const weights = () => float(builder, choices, [o, c, kh, kw], { dense: true });
      const x = () => image([n, c, h, w]), g = () => image([n, o, oh, ow]);
      const [a, b, output] = kernel === "conv2d"
        ? [x(), weights(), g()]
        : kernel === "conv2dInputGrad"
        ? [g(), weights(), x()]
        : [x(), g(), weights()];
      builder.step({ kernel, stride, padding, a, b, output });
      return `x [${[n, c, h, w]}], w [${[o, c, kh, kw]}], stride ${stride}, padding ${padding}`;
    }
  };
}

function logitsShape(choices: Choices): [number, number] {
  const columns = choices.chance(0.1) ? choices.int(1, 3000) : choices.size(70);
  return [choices.size(Math.max(1, Math.floor(20_000 / columns))), columns];
}

function logits(builder: ProgramBuilder, choices: Choices, shape: readonly number[]): Operand {
  const operand = float(builder, choices, shape, { dense: true });
  if (choices.chance(0.3)) {
    const data = builder.bound.at(-1)!; // large logits: overflow unless the maximum is subtracted
    for (let i = 0; i < data.length; i++) data[i]! *= 60;
  }
  return operand;
}

function softmax(kernel: "softmax" | "logSoftmax"): Generator {
  return (builder, choices) => {
    const shape = logitsShape(choices);
    const input = logits(builder, choices, shape);
    builder.step({ kernel, input, output: float(builder, choices, shape, { dense: true }) });
    return `[${shape}]`;
  };
}

const crossEntropy: Generator = (builder, choices) => {
  const shape = logitsShape(choices), rows = [shape[0]];
  builder.step({
    kernel: "crossEntropy",
    logits: logits(builder, choices, shape),
    labels: indices(builder, choices, rows, { size: shape[1] }),
    output: float(builder, choices, rows, { dense: true }),
  });
  return `[${shape}]`;
};

const crossEntropyGrad: Generator = (builder, choices) => {
  const shape = logitsShape(choices), rows = [shape[0]];
  builder.step({
    kernel: "crossEntropyGrad",
    logits: logits(builder, choices, shape),
    labels: indices(builder, choices, rows, { size: shape[1], valid: true }), // the loss has raised the fault already
    g: float(builder, choices, rows, { broadcast: true }),
    output: float(builder, choices, shape, { dense: true }),
  });
  return `[${shape}]`;
};

/** A shape for the indexed tensor and one for the index: no larger but along the axis. */
function indexShapes(choices: Choices): { axis: number; table: number[]; index: number[] } {
  const rank = choices.int(1, 4), axis = choices.int(0, rank - 1);
  const table = choices.shape(rank, choices.chance(0.1) ? 50_000 : 2000);
  const index = table.map((size) => choices.chance(0.6) ? size : choices.int(1, size));
  index[axis] = choices.size(choices.chance(0.1) ? 200 : 20);
  return { axis, table, index };
}

const gather: Generator = (builder, choices) => {
  const { axis, table, index } = indexShapes(choices);
  const dtype = choices.pick(["float32", "float32", "int32", "bool"] as const);
  builder.step({
    kernel: "gather",
    axis,
    dtype,
    input: randomOperand(builder, choices, { dtype, shape: table, broadcast: true }),
    index: indices(builder, choices, index, { size: table[axis]! }),
    output: randomOperand(builder, choices, { dtype, shape: index, dense: true }),
  });
  return `[${table}] axis ${axis} by [${index}]`;
};

const scatterAdd: Generator = (builder, choices) => {
  const { axis, table, index } = indexShapes(choices);
  builder.step({
    kernel: "scatterAdd",
    axis,
    index: indices(builder, choices, index, { size: table[axis]! }),
    source: float(builder, choices, index, { broadcast: true }),
    output: float(builder, choices, table, { dense: true }),
  });
  return `[${index}] axis ${axis} into [${table}]`;
};

const takeBytes: Generator = (builder, choices) => {
  const count = choices.size(300), row = choices.size(900), batch = choices.size(100);
  const bytes = randomOperand(builder, choices, {
    dtype: "uint8",
    shape: [count, row],
    layout: { strides: contiguous([count, row]) },
  });
  builder.step({
    kernel: "takeBytes",
    bytes,
    index: indices(builder, choices, [batch], { size: count }),
    output: float(builder, choices, [batch, row], { dense: true }),
    scale: builder.scalar(choices.chance(0.5) ? 1 / 255 : choices.normal()),
    shift: builder.scalar(choices.chance(0.5) ? 0 : choices.normal()),
  });
  return `${batch} of [${count}, ${row}]`;
};

function pool(kernel: "avgPool2d" | "avgPool2dGrad"): Generator {
  return (builder, choices) => {
    const [h, w] = [choices.int(1, 29), choices.int(1, 29)], [n, c] = [choices.int(1, 5), choices.size(40)];
    let pooling: Pooling, oh: number, ow: number;
    if (choices.chance(0.3)) {
      pooling = { mode: "adaptive" };
      [oh, ow] = [choices.int(1, 12), choices.int(1, 12)];
    } else {
      const kernelSize = [choices.int(1, Math.min(h, 5)), choices.int(1, Math.min(w, 5))] as const;
      const stride = [choices.int(1, 4), choices.int(1, 4)] as const;
      const padding = [choices.int(0, kernelSize[0] >> 1), choices.int(0, kernelSize[1] >> 1)] as const;
      pooling = { mode: "fixed", kernelSize, stride, padding, countIncludePad: choices.chance(0.5) };
      oh = Math.floor((h + 2 * padding[0] - kernelSize[0]) / stride[0]) + 1;
      ow = Math.floor((w + 2 * padding[1] - kernelSize[1]) / stride[1]) + 1;
    }
    const operand = (shape: readonly number[]): Operand =>
      choices.chance(0.5)
        ? randomOperand(builder, choices, { dtype: "float32", shape, layout: { strides: nhwc(shape) } })
        : float(builder, choices, shape);
    const [image, pooled] = [[n, c, h, w], [n, c, oh, ow]];
    const [from, to] = kernel === "avgPool2d" ? [image, pooled] : [pooled, image];
    builder.step({ kernel, pooling, input: operand(from), output: operand(to) });
    return `${JSON.stringify(pooling)} [${from}] to [${to}]`;
  };
}

/** Each row's running sum, and a number for each column: one call a row, so that not every element has its own. */
const RUNNING_SUM: OwnKernel = {
  name: "runningSum",
  inputs: ["x", "y"],
  numbers: ["scale"],
  wgsl: `fn kernel(row: u32) {
  var sum = 0.0;
  for (var column = 0u; column < xShape[1]; column++) {
    sum += x(row * xShape[1] + column);
    store(row * outShape[1] + column, scale * sum + y(column));
  }
}`,
  cpu(
    { x, y, xShape: [rows, columns], scale, out }: {
      x: Floats;
      y: Floats;
      xShape: readonly [number, number];
      scale: number;
      out: Floats;
    },
  ) {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let i = 0; i < columns; i++) out[row * columns + i] = scale * (sum += x[row * columns + i]!) + y[i]!;
    }
  },
};

const own: Generator = (builder, choices) => {
  const shape = [choices.size(900), choices.size(300)];
  builder.step({
    kernel: "own",
    own: RUNNING_SUM,
    inputs: [float(builder, choices, shape, { dense: true }), float(builder, choices, [shape[1]!], { dense: true })],
    output: float(builder, choices, shape, { dense: true }),
    numbers: [builder.scalar(Math.abs(choices.normal()))],
    invocations: shape[0]!,
  });
  return `[${shape}]`;
};

function maxPool(kernel: "maxPool2d" | "maxPool2dIndices" | "maxPool2dGrad"): Generator {
  return (builder, choices) => {
    const two = (draw: (axis: 0 | 1) => number) => [draw(0), draw(1)] as const;
    const size = two(() => choices.int(1, 29)), [n, c] = [choices.int(1, 5), choices.size(40)];
    const kernelSize = two((axis) => choices.int(1, Math.min(size[axis], 5)));
    const padding = two((axis) => choices.int(0, kernelSize[axis] >> 1));
    // Wide enough for one window; with a dilation, only without padding is a pixel sure to be in each.
    const room = (axis: 0 | 1) => Math.floor((size[axis] - 1) / Math.max(1, kernelSize[axis] - 1));
    const dilation = two((axis) => padding[axis] === 0 ? choices.int(1, Math.max(1, Math.min(3, room(axis)))) : 1);
    const stride = two(() => choices.int(1, 4));
    const out = two((axis) => {
      const rest = size[axis] + 2 * padding[axis] - dilation[axis] * (kernelSize[axis] - 1) - 1;
      const up = Math.ceil(rest / stride[axis]); // a last window that begins inside may stick out
      return (choices.chance(0.3) && up * stride[axis] < size[axis] + padding[axis]
        ? up
        : Math.floor(rest / stride[axis])) + 1;
    });
    const pooling = { kernelSize, stride, padding, dilation };
    const operand = (shape: readonly number[], spread: Spread = "normal"): Operand => {
      const layout = choices.chance(0.5) ? { layout: { strides: nhwc(shape) } } : {};
      return randomOperand(builder, choices, { dtype: "float32", shape, spread, ...layout });
    };
    const image = [n, c, ...size], pooled = [n, c, ...out];
    const input = operand(image, choices.pick<Spread>(["normal", "whole", "special"]));
    if (kernel === "maxPool2dGrad") {
      builder.step({ kernel, pooling, input, g: operand(pooled), output: operand(image) });
    } else {
      const layout = choices.chance(0.5) ? { layout: { strides: nhwc(pooled) } } : {};
      const dtype = kernel === "maxPool2d" ? "float32" : "int32";
      builder.step({
        kernel,
        pooling,
        input,
        output: randomOperand(builder, choices, { dtype, shape: pooled, ...layout }),
      });
    }
    return `${JSON.stringify(pooling)} [${image}] to [${pooled}]`;
  };
}

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
    input,
    output: float(builder, choices, [bins], { dense: true }),
    min: builder.scalar(low),
    max: builder.scalar(low + choices.pick([1, 3, 10, 0.37])),
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
  const data = builder.bound.at(-1)!;
  if (choices.chance(0.2)) { // far from 0, or all equal
    const away = 10 ** choices.int(1, 4), scale = choices.pick([0, 1]);
    for (let i = 0; i < data.length; i++) data[i] = data[i]! * scale + away;
  }
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

const moments: Generator = (builder, choices) => {
  const { shape, strides, kept, results, all } = groups(choices);
  const spread = choices.pick<Spread>(["normal", "whole", "unit", "wide"]);
  const input = randomOperand(builder, choices, { dtype: "float32", shape, layout: { strides }, spread });
  const data = builder.bound.at(-1)!;
  if (choices.chance(0.3)) { // far from 0, or all equal
    const away = 10 ** choices.int(1, 4), scale = choices.pick([0, 1, 1]);
    for (let i = 0; i < data.length; i++) data[i] = data[i]! * scale + away;
  }
  const output = randomOperand(builder, choices, {
    dtype: "float32",
    shape: [3, ...shape.slice(0, kept)],
    layout: { strides: [all, ...results] },
  });
  builder.step({ kernel: "moments", input, kept, output, eps: builder.scalar(choices.pick([1e-5, 1e-3, 1])) });
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
  builder.step({ kernel: "normSums", g, x, kept, stats, output });
  return `[${shape}] keeps ${kept}`;
};

const random: Generator = (builder, choices) => {
  const shape = [choices.size(choices.chance(0.1) ? 200_000 : 5000)];
  const word = () => builder.scalar(choices.int(0, 2 ** 32 - 1));
  const distribution = choices.pick(["uniform", "normal"] as const);
  const state = [word(), word(), word(), word()] as const;
  builder.step({ kernel: "random", distribution, output: float(builder, choices, shape, { dense: true }), state });
  return `${distribution} [${shape}]`;
};

const arange: Generator = (builder, choices) => {
  const shape = [choices.size(20_000)], dtype = choices.pick(["float32", "int32"] as const);
  const draw = () => builder.scalar(dtype === "int32" ? choices.int(-20, 20) : choices.normal());
  const output = randomOperand(builder, choices, { dtype, shape, dense: true });
  builder.step({ kernel: "arange", dtype, output, start: draw(), step: draw() });
  return `${dtype} [${shape}]`;
};

const GENERATORS: { readonly [K in Kernel]: Generator } = {
  pointwise: randomPointwise,
  reduce,
  matmul,
  conv2d: conv("conv2d"),
  conv2dInputGrad: conv("conv2dInputGrad"),
  conv2dWeightGrad: conv("conv2dWeightGrad"),
  softmax: softmax("softmax"),
  logSoftmax: softmax("logSoftmax"),
  crossEntropy,
  crossEntropyGrad,
  gather,
  scatterAdd,
  takeBytes,
  avgPool2d: pool("avgPool2d"),
  avgPool2dGrad: pool("avgPool2dGrad"),
  maxPool2d: maxPool("maxPool2d"),
  maxPool2dIndices: maxPool("maxPool2dIndices"),
  maxPool2dGrad: maxPool("maxPool2dGrad"),
  histogram,
  statistics,
  moments,
  normSums,
  random,
  arange,
  own,
};

/**
 * A kernel's name: a single random step of it. `sequence`: many steps that share an arena. `special`: every pointwise operation at
 * special values.
 */
export type ProgramKind = Kernel | "sequence" | "special";

/** What {@linkcode randomProgram} can make. */
export const PROGRAM_KINDS: readonly ProgramKind[] = [...KERNEL_NAMES, "sequence", "special"];

/** The random program of one kind and seed. */
export function randomProgram(kind: ProgramKind, seed: number): Case {
  const builder = new ProgramBuilder();
  // Neighbouring seeds of neighbouring kinds shall not make the same choices.
  const choices = new Choices(seed * 7919 + PROGRAM_KINDS.indexOf(kind) * 104_729);
  const generator = kind === "sequence" ? randomSequence : kind === "special" ? specialProgram : GENERATORS[kind];
  const label = generator(builder, choices);
  const size = builder.steps.map((step) => "output" in step ? numel(step.output.shape) : 0).reduce((a, b) => a + b, 0);
  return builder.build(`${kind} #${seed}: ${label}${size ? ` (${size} results)` : ""}`, kind === "sequence");
}
