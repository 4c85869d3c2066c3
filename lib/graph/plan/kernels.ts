/** Lowers each operation that is a kernel of its own: picks operand layouts and writes the step. */
import type { ConvGeometry, MaxPooling, Operand, Pooling } from "../../device/program.ts";
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

function convGeometry(node: Node): ConvGeometry {
  const [sh, sw, ph, pw] = node.ints as [number, number, number, number];
  return { stride: [sh, sw], padding: [ph, pw] };
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
  const weights = kernel === "conv2dWeightGrad";
  to.steps.push({
    kernel,
    a: image(to, a),
    b: weights ? image(to, b) : plain(to, b),
    output: result(to, node, weights ? undefined : channelsLast(node.shape)),
    ...convGeometry(node),
  });
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
    op,
    dtype: input.dtype,
    input: to.operand(input, [...kept.shape, ...reduced.shape], [...kept.strides[0]!, ...reduced.strides[0]!]),
    kept: kept.shape.length,
    output: to.operand(out, kept.shape, kept.strides[1]!),
  });
};

const softmax = (kernel: "softmax" | "logSoftmax"): Emitter => (to, node) => {
  to.steps.push({ kernel, input: plain(to, node.inputs[0]!), output: result(to, node) });
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
  const pooling: Pooling = mode === 0
    ? { mode: "adaptive" }
    : { mode: "fixed", kernelSize: [kv, kh], stride: [sv, sh], padding: [pv, ph], countIncludePad: count === 1 };
  to.steps.push({ kernel, pooling, input: to.operand(input), output: result(to, node, pooledLayout(node, input)) });
};

function maxPooling(node: Node): MaxPooling {
  const [kv, kh, sv, sh, pv, ph, dv, dh] = node.ints as unknown as Eight;
  return { kernelSize: [kv, kh], stride: [sv, sh], padding: [pv, ph], dilation: [dv, dh] };
}

const maxPool = (kernel: "maxPool2d" | "maxPool2dIndices"): Emitter => (to, node) => {
  const input = to.ref(node.inputs[0]!), layout = pooledLayout(node, input);
  to.steps.push({
    kernel,
    pooling: maxPooling(node),
    input: to.operand(input),
    output: result(to, node, layout),
  });
};

const random = (distribution: "uniform" | "normal"): Emitter => (to, node) => {
  const slot = to.scalar(node, 0);
  to.steps.push({
    kernel: "random",
    distribution,
    output: result(to, node),
    state: [slot, slot + 1, slot + 2, slot + 3],
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
    to.steps.push({ kernel: "arange", dtype: node.dtype, output: result(to, node), start, step: start + 1 });
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
    to.steps.push({ kernel: "matmul", a: to.operand(to.ref(a)), b: to.operand(to.ref(b)), output: result(to, node) });
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
      logits: plain(to, logits),
      labels: to.operand(to.ref(labels)),
      output: result(to, node),
    });
  },
  crossEntropyGrad: (to, node) => {
    const [logits, labels, g] = node.inputs as [Node, Node, Node];
    to.steps.push({
      kernel: "crossEntropyGrad",
      logits: plain(to, logits),
      labels: to.operand(to.ref(labels)),
      g: to.operand(to.ref(g)),
      output: result(to, node),
    });
  },
  gather: (to, node) => {
    const [input, index] = node.inputs as [Node, Node];
    to.steps.push({
      kernel: "gather",
      axis: node.ints[0]!,
      dtype: node.dtype,
      input: to.operand(to.ref(input)),
      index: to.operand(to.ref(index)),
      output: result(to, node),
    });
  },
  scatterAdd: (to, node) => {
    const [index, source] = node.inputs as [Node, Node];
    to.steps.push({
      kernel: "scatterAdd",
      axis: node.ints[0]!,
      index: to.operand(to.ref(index)),
      source: to.operand(to.ref(source)),
      output: result(to, node),
    });
  },
  takeBytes: (to, node) => {
    const [bytes, index] = node.inputs as [Node, Node];
    const scale = to.scalar(node, 0);
    to.steps.push({
      kernel: "takeBytes",
      bytes: plain(to, bytes),
      index: to.operand(to.ref(index)),
      output: result(to, node),
      scale,
      shift: scale + 1,
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
      pooling: maxPooling(node),
      input: to.operand(input),
      g: to.operand(g),
      output: result(to, node, pooledLayout(node, input)),
    });
  },
  statistics: (to, node) => {
    const input = to.ref(node.inputs[0]!);
    const loops = coalesce(input.shape, [input.strides], 0); // the order of elements does not matter
    const min = to.scalar(node, 0);
    to.steps.push({
      kernel: "statistics",
      absolute: node.ints[0] === 1,
      input: to.operand(input, loops.shape, loops.strides[0]!),
      output: result(to, node),
      min,
      max: min + 1,
    });
  },
  moments: (to, node) => {
    const { operands, output, kept } = rowsOf(to, node, [to.ref(node.inputs[0]!)], undefined);
    to.steps.push({ kernel: "moments", input: operands[0]!, kept, output, eps: to.scalar(node, 0) });
  },
  normSums: (to, node) => {
    const [g, x, moments] = node.inputs.map((input) => to.ref(input)) as [Ref, Ref, Ref];
    const { operands, output, stats, kept } = rowsOf(to, node, [x, g], moments);
    to.steps.push({ kernel: "normSums", x: operands[0]!, g: operands[1]!, kept, stats: stats!, output });
  },
  own: (to, node) => {
    const { kernel } = ownOperation(node), first = to.scalar(node, 0);
    to.steps.push({
      kernel: "own",
      own: kernel,
      inputs: node.inputs.map((input) => plain(to, input)),
      output: result(to, node),
      numbers: kernel.numbers.map((_, i) => first + i),
      invocations: node.ints[1]!,
    });
  },
  histogram: (to, node) => {
    const min = to.scalar(node, 0);
    to.steps.push({
      kernel: "histogram",
      input: to.operand(to.ref(node.inputs[0]!)),
      output: result(to, node),
      min,
      max: min + 1,
    });
  },
};
