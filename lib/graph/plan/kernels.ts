/** Lowers each operation that is a kernel of its own: picks operand layouts and writes the step. */
import { NONE } from "../../device/attributes.ts";
import type { Operand } from "../../device/operand.ts";
import { type Convolution, convolution } from "../../device/steps/conv.ts";
import { Calling } from "../../device/steps/custom.ts";
import { along } from "../../device/steps/indexing.ts";
import { type MaxPooling, maxPooling } from "../../device/steps/max_pool.ts";
import { keeping } from "../../device/steps/normalisation.ts";
import { ADAPTIVE, avgPooling } from "../../device/steps/pool.ts";
import { reduction } from "../../device/steps/reductions.ts";
import { drawing, range } from "../../device/steps/sources.ts";
import { counting } from "../../device/steps/statistics.ts";
import type { Node } from "../node.ts";
import type { Op, ReduceOpName } from "../ops.ts";
import { ownOperation } from "../own.ts";
import { rowMajor, sizeOf } from "../shape.ts";
import { channelsLast, coalesce, isDense, naturalLayout, sameLayout } from "./layout.ts";
import type { Lowering, Ref } from "./lower.ts";

/** Emits the step of `node`, which is no view and not pointwise, and has no empty input. */
export function emitKernel(to: Lowering, node: Node): void {
  const emit = EMITTERS[node.op];
  if (!emit) throw new Error(`No kernel for ${node.describe()}: a defect of the plan`);
  emit(to, node);
}

type Emitter = (to: Lowering, node: Node) => void;

/** The integers of a pooling with fixed windows. */
type Eight = readonly [number, number, number, number, number, number, number, number];

function convGeometry(node: Node): Convolution {
  const [sh, sw, ph, pw] = node.ints as [number, number, number, number];
  return convolution({ stride: [sh, sw], padding: [ph, pw] });
}

/** An image operand: channels innermost. */
function image(to: Lowering, node: Node): Operand {
  const ref = to.ref(node);
  return to.operand(to.dense(ref, channelsLast(ref.shape)));
}

/** A row-major operand. */
function plain(to: Lowering, node: Node): Operand {
  return to.operand(to.dense(to.ref(node)));
}

/** A new value for `node`, and its operand. */
function result(to: Lowering, node: Node, strides: readonly number[] = rowMajor(node.shape)): Operand {
  const out = to.define(node.dtype, node.shape, strides);
  to.assign(node, out);
  return to.operand(out);
}

const conv = (kernel: "conv2d" | "conv2dInputGrad" | "conv2dWeightGrad"): Emitter => (to, node) => {
  const [a, b] = node.inputs as [Node, Node];
  const first = image(to, a), second = kernel === "conv2dWeightGrad" ? image(to, b) : plain(to, b);
  const output = result(to, node, kernel === "conv2dWeightGrad" ? undefined : channelsLast(node.shape));
  const attributes = convGeometry(node), numbers = {};
  if (kernel === "conv2d") to.steps.push({ kernel, inputs: { x: first, w: second }, output, attributes, numbers });
  else if (kernel === "conv2dInputGrad") {
    to.steps.push({ kernel, inputs: { g: first, w: second }, output, attributes, numbers });
  } else to.steps.push({ kernel, inputs: { x: first, g: second }, output, attributes, numbers });
};

const reduce: Emitter = (to, node) => {
  const op = node.op as ReduceOpName;
  const input = to.ref(node.inputs[0]!);
  if (sizeOf(input.shape) === 0) {
    const out = to.define(node.dtype, node.shape);
    to.fillConstant(out, op === "prod" || op === "all" ? 1 : 0);
    return to.assign(node, out);
  }
  const keptAxes = input.shape.map((_, i) => i).filter((i) => !node.ints.includes(i));
  const out = to.define(node.dtype, node.shape);
  to.assign(node, out);
  const kept = coalesce(node.shape, [keptAxes.map((i) => input.strides[i]!), out.strides], 0);
  const positional = op === "argmax" || op === "argmin"; // the answer counts elements in row-major order
  const reduced = coalesce(
    node.ints.map((i) => input.shape[i]!),
    [node.ints.map((i) => input.strides[i]!)],
    positional ? undefined : 0,
  );
  to.steps.push({
    kernel: "reduce",
    inputs: {
      input: to.operand(input, [...kept.shape, ...reduced.shape], [...kept.strides[0]!, ...reduced.strides[0]!]),
    },
    output: to.operand(out, kept.shape, kept.strides[1]!),
    attributes: reduction({ op, dtype: input.dtype, kept: kept.shape.length }),
    numbers: {},
  });
};

const softmax = (kernel: "softmax" | "logSoftmax"): Emitter => (to, node) => {
  const inputs = { input: plain(to, node.inputs[0]!) };
  to.steps.push({ kernel, inputs, output: result(to, node), attributes: NONE, numbers: {} });
};

/** The layout of pooled images, and of their gradient: channels innermost if `input` has them there. */
function pooledLayout(node: Node, input: Ref): number[] {
  const isChannelsLast = isDense(input.shape, input.strides) &&
    sameLayout(input.shape, input.strides, channelsLast(input.shape)) &&
    !sameLayout(input.shape, input.strides, rowMajor(input.shape));
  return isChannelsLast ? channelsLast(node.shape) : rowMajor(node.shape);
}

const pool = (kernel: "avgPool2d" | "avgPool2dGrad"): Emitter => (to, node) => {
  const input = to.ref(node.inputs[0]!);
  const [mode, kv, kh, sv, sh, pv, ph, count] = node.ints as unknown as Eight;
  const attributes = mode === 0 ? ADAPTIVE : avgPooling({
    adaptive: false,
    kernelSize: [kv, kh],
    stride: [sv, sh],
    padding: [pv, ph],
    countIncludePad: count === 1,
  });
  const output = result(to, node, pooledLayout(node, input));
  to.steps.push({ kernel, inputs: { input: to.operand(input) }, output, attributes, numbers: {} });
};

function maxPoolingOf(node: Node): MaxPooling {
  const [kv, kh, sv, sh, pv, ph, dv, dh] = node.ints as unknown as Eight;
  return maxPooling({ kernelSize: [kv, kh], stride: [sv, sh], padding: [pv, ph], dilation: [dv, dh] });
}

const maxPool = (kernel: "maxPool2d" | "maxPool2dIndices"): Emitter => (to, node) => {
  const input = to.ref(node.inputs[0]!), layout = pooledLayout(node, input);
  to.steps.push({
    kernel,
    inputs: { input: to.operand(input) },
    output: result(to, node, layout),
    attributes: maxPoolingOf(node),
    numbers: {},
  });
};

const random = (distribution: "uniform" | "normal"): Emitter => (to, node) => {
  const slot = to.scalar(node, 0);
  to.steps.push({
    kernel: "random",
    inputs: {},
    output: result(to, node),
    attributes: drawing({ distribution }),
    numbers: { seedLow: slot, seedHigh: slot + 1, counterLow: slot + 2, counterHigh: slot + 3 },
  });
};

/** A copy of the base with one strided region overwritten. */
function sliceWrite(to: Lowering, node: Node): void {
  const [base, value] = node.inputs as [Node, Node];
  const from = to.ref(base);
  const strides = naturalLayout(node.shape, [from]);
  const out = to.define(node.dtype, node.shape, strides);
  if (base.op === "full" && !base.value) to.fill(out, { kind: "scalar", slot: to.scalar(base, 0), dtype: base.dtype });
  else to.copy(from, out);
  const region: Ref = {
    ...out,
    shape: value.shape,
    strides: strides.map((s, i) => s * node.ints[i]!),
    terms: strides.flatMap((s, i) => value.shape[i] === node.shape[i] ? [] : [[to.scalar(node, i), s] as const]),
  };
  to.copy(to.ref(value), region);
  to.assign(node, out);
}

/** The shape that `ref` has over the axes that a reduction keeps, or drops. */
function over<T>(list: readonly T[], node: Node, dropped: boolean): T[] {
  return list.filter((_, axis) => node.ints.includes(axis) === dropped);
}

/** A reduction to several rows, which keeps the dropped axes with size 1. `stats` has such rows too. */
function rowsOf(to: Lowering, node: Node, inputs: readonly Ref[], stats: Ref | undefined) {
  const { shape } = inputs[0]!, out = to.define(node.dtype, node.shape);
  to.assign(node, out);
  const rows = stats ? [out, stats] : [out];
  const strides = [...inputs.map((ref) => ref.strides), ...rows.map((ref) => ref.strides.slice(1))];
  const kept = coalesce(over(shape, node, false), strides.map((list) => over(list, node, false)), 0);
  const read = inputs.map((ref) => over(ref.strides, node, true));
  const reduced = coalesce(over(shape, node, true), read, 0);
  const operands = inputs.map((ref, i) =>
    to.operand(ref, [...kept.shape, ...reduced.shape], [...kept.strides[i]!, ...reduced.strides[i]!])
  );
  const results = rows.map((ref, i) =>
    to.operand(ref, [ref.shape[0]!, ...kept.shape], [ref.strides[0]!, ...kept.strides[inputs.length + i]!])
  );
  return { operands, output: results[0]!, stats: results[1], kept: kept.shape.length };
}

const EMITTERS: { readonly [K in Op]?: Emitter } = {
  arange: (to, node) => {
    const start = to.scalar(node, 0);
    const attributes = range({ dtype: node.dtype }), numbers = { start, step: start + 1 };
    to.steps.push({ kernel: "arange", inputs: {}, output: result(to, node), attributes, numbers });
  },
  uniform: random("uniform"),
  normal: random("normal"),
  sum: reduce,
  prod: reduce,
  max: reduce,
  min: reduce,
  any: reduce,
  all: reduce,
  argmax: reduce,
  argmin: reduce,
  sliceWrite,
  matmul: (to, node) => {
    const [a, b] = node.inputs as [Node, Node];
    const inputs = { a: to.operand(to.ref(a)), b: to.operand(to.ref(b)) };
    to.steps.push({ kernel: "matmul", inputs, output: result(to, node), attributes: NONE, numbers: {} });
  },
  conv2d: conv("conv2d"),
  conv2dInputGrad: conv("conv2dInputGrad"),
  conv2dWeightGrad: conv("conv2dWeightGrad"),
  softmax: softmax("softmax"),
  logSoftmax: softmax("logSoftmax"),
  crossEntropy: (to, node) => {
    const [logits, labels] = node.inputs as [Node, Node];
    to.steps.push({
      kernel: "crossEntropy",
      inputs: { logits: plain(to, logits), labels: to.operand(to.ref(labels)) },
      output: result(to, node),
      attributes: NONE,
      numbers: {},
    });
  },
  crossEntropyGrad: (to, node) => {
    const [logits, labels, g] = node.inputs as [Node, Node, Node];
    to.steps.push({
      kernel: "crossEntropyGrad",
      inputs: { logits: plain(to, logits), labels: to.operand(to.ref(labels)), g: to.operand(to.ref(g)) },
      output: result(to, node),
      attributes: NONE,
      numbers: {},
    });
  },
  gather: (to, node) => {
    const [input, index] = node.inputs as [Node, Node];
    to.steps.push({
      kernel: "gather",
      inputs: { input: to.operand(to.ref(input)), index: to.operand(to.ref(index)) },
      output: result(to, node),
      attributes: along({ axis: node.ints[0]! }),
      numbers: {},
    });
  },
  scatterAdd: (to, node) => {
    const [index, source] = node.inputs as [Node, Node];
    to.steps.push({
      kernel: "scatterAdd",
      inputs: { index: to.operand(to.ref(index)), source: to.operand(to.ref(source)) },
      output: result(to, node),
      attributes: along({ axis: node.ints[0]! }),
      numbers: {},
    });
  },
  takeBytes: (to, node) => {
    const [bytes, index] = node.inputs as [Node, Node];
    const scale = to.scalar(node, 0);
    to.steps.push({
      kernel: "takeBytes",
      inputs: { bytes: plain(to, bytes), index: to.operand(to.ref(index)) },
      output: result(to, node),
      attributes: NONE,
      numbers: { scale, shift: scale + 1 },
    });
  },
  avgPool2d: pool("avgPool2d"),
  avgPool2dGrad: pool("avgPool2dGrad"),
  maxPool2d: maxPool("maxPool2d"),
  maxPool2dIndices: maxPool("maxPool2dIndices"),
  maxPool2dGrad: (to, node) => {
    const [input, g] = node.inputs.map((x) => to.ref(x)) as [Ref, Ref];
    to.steps.push({
      kernel: "maxPool2dGrad",
      inputs: { input: to.operand(input), g: to.operand(g) },
      output: result(to, node, pooledLayout(node, input)),
      attributes: maxPoolingOf(node),
      numbers: {},
    });
  },
  statistics: (to, node) => {
    const input = to.ref(node.inputs[0]!);
    const loops = coalesce(input.shape, [input.strides], 0); // the order of elements does not matter
    const min = to.scalar(node, 0);
    to.steps.push({
      kernel: "statistics",
      inputs: { input: to.operand(input, loops.shape, loops.strides[0]!) },
      output: result(to, node),
      attributes: counting({ absolute: node.ints[0] === 1 }),
      numbers: { min, max: min + 1 },
    });
  },
  moments: (to, node) => {
    const { operands, output, kept } = rowsOf(to, node, [to.ref(node.inputs[0]!)], undefined);
    const numbers = { eps: to.scalar(node, 0) };
    to.steps.push({
      kernel: "moments",
      inputs: { input: operands[0]! },
      output,
      attributes: keeping({ kept }),
      numbers,
    });
  },
  normSums: (to, node) => {
    const [g, x, moments] = node.inputs.map((input) => to.ref(input)) as [Ref, Ref, Ref];
    const { operands, output, stats, kept } = rowsOf(to, node, [x, g], moments);
    const inputs = { g: operands[1]!, x: operands[0]!, stats: stats! };
    to.steps.push({ kernel: "normSums", inputs, output, attributes: keeping({ kept }), numbers: {} });
  },
  own: (to, node) => {
    const { kernel } = ownOperation(node), first = to.scalar(node, 0);
    to.steps.push({
      kernel: "own",
      inputs: Object.fromEntries(kernel.inputs.map((name, i) => [name, plain(to, node.inputs[i]!)])),
      output: result(to, node),
      attributes: new Calling(kernel, node.ints[1]!),
      numbers: Object.fromEntries(kernel.numbers.map((name, i) => [name, first + i])),
    });
  },
  histogram: (to, node) => {
    const min = to.scalar(node, 0);
    to.steps.push({
      kernel: "histogram",
      inputs: { input: to.operand(to.ref(node.inputs[0]!)) },
      output: result(to, node),
      attributes: NONE,
      numbers: { min, max: min + 1 },
    });
  },
};
