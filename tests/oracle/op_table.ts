/** What each operation named in tests/goldens is called in Sonde. Names and arguments are those of make_op_goldens.py, make_layer_goldens.py, make_activation_goldens.py, make_loss_goldens.py and make_shaping_goldens.py. */
import { POINTWISE, POINTWISE_OPS, type PointwiseOp, type PointwiseOpOf } from "../../lib/device/pointwise.ts";
import { functional as F } from "../../lib/nn/mod.ts";
import { cat, stack, where } from "../../lib/tensor/combine.ts";
import { arange, eye, full, linspace } from "../../lib/tensor/create.ts";
import { dequantizeGather } from "../../lib/tensor/bytes.ts";
import { conv2d } from "../../lib/tensor/conv.ts";
import { adaptiveAvgPool2d } from "../../lib/tensor/adaptive_pool.ts";
import { avgPool2d } from "../../lib/tensor/pool.ts";
import { crossEntropyRows } from "../../lib/tensor/rows.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import type { Args, GoldenOp } from "./golden_op.ts";
import { SHAPING_TABLE } from "./shaping_table.ts";

/** Pointwise functions of so many arguments. */
function pointwise<A extends 1 | 2>(arity: A): PointwiseOpOf<A>[] {
  return POINTWISE_OPS.filter((op): op is PointwiseOpOf<A> => POINTWISE[op].arity === arity);
}

/** Methods without arguments: pointwise functions, except those that tensors call otherwise (see below), and others. */
const UNARY = [
  ...pointwise(1).filter((op) => op !== "copy" && op !== "cast"),
  ...["isfinite", "square", "float", "int", "bool", "t", "contiguous", "clone", "norm"] as const,
];

/** Methods that take a tensor or a number. */
const BINARY = pointwise(2).filter((op) => op !== "leakyRelu");

/** What the goldens call pointwise functions that no method has the name of. */
export const OTHERWISE: { readonly [K in PointwiseOp]?: readonly string[] } = {
  copy: ["contiguous", "clone"],
  cast: ["float", "int", "bool"],
};

const REDUCTIONS = ["sum", "mean", "prod", "max", "min", "any", "all", "logsumexp"] as const;
const IN_PLACE_UNARY = ["zero_", "relu_", "sqrt_", "exp_", "neg_"] as const;
const IN_PLACE_BINARY = ["add_", "sub_", "mul_", "div_", "copy_"] as const;

function table<K extends string>(names: readonly K[], make: (name: K) => GoldenOp): Record<string, GoldenOp> {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}

/** Clones, changes the clone in place, and gives it back. */
function through(change: (clone: Tensor, inputs: Tensor[], args: Args) => void): GoldenOp {
  return (inputs, args) => {
    const clone = inputs[0]!.clone();
    change(clone, inputs, args);
    return clone;
  };
}

/** Options among which are tensors: `tensors` has their names. */
function named(values: readonly Tensor[], { tensors = [], ...options }: Args): Args {
  return { ...options, ...Object.fromEntries((tensors as string[]).map((name, i) => [name, values[i]!])) };
}

/** One entry an operation. */
export const OP_TABLE: Record<string, GoldenOp> = {
  ...table(UNARY, (name) => ([x]) => x![name]()),
  ...table(BINARY, (name) => ([x, y], { number }) => x![name](y ?? number)),
  leakyRelu: ([x], { slope }) => slope === undefined ? x!.leakyRelu() : x!.leakyRelu(slope),
  where: ([condition, a, b]) => where(condition!, a!, b!),
  clamp: ([x], { min, max }) => x!.clamp(min, max),
  clampBetween: ([x, low, high]) => x!.clamp(low, high),
  clampMin: ([x], { bound }) => x!.clampMin(bound),
  clampMax: ([x], { bound }) => x!.clampMax(bound),
  lerp: ([x, end, weights], { weight }) => x!.lerp(end!, weights ?? weight),
  generalRelu: ([x], { leak, sub, maxv }) => x!.leakyRelu(leak).sub(sub).clampMax(maxv),

  ...table(REDUCTIONS, (name) => ([x], { dims, keepdim }) => x![name](dims, { keepdim: keepdim ?? false })),
  var: ([x], { dims, keepdim, correction }) => x!.var(dims, { keepdim: keepdim ?? false, correction: correction ?? 1 }),
  std: ([x], { dims, keepdim, correction }) => x!.std(dims, { keepdim: keepdim ?? false, correction: correction ?? 1 }),
  argmax: ([x], { dim, keepdim }) => x!.argmax(dim, { keepdim: keepdim ?? false }),
  argmin: ([x], { dim, keepdim }) => x!.argmin(dim, { keepdim: keepdim ?? false }),
  cumsum: ([x], { dim }) => x!.cumsum(dim),
  softmax: ([x], { dim }) => x!.softmax(dim),
  logSoftmax: ([x], { dim }) => x!.logSoftmax(dim),
  histc: ([x], { bins, min, max }) => x!.histc(bins, min, max),
  centred: ([x]) => {
    const over = [0, 2, 3], keepdim = true;
    return x!.sub(x!.mean(over, { keepdim })).div(x!.var(over, { keepdim }).add(1e-5).sqrt());
  },

  matmul: ([a, b]) => a!.matmul(b!),
  linear: ([x, w, b]) => x!.matmul(w!.t()).add(b!),

  permute: ([x], { dims }) => x!.permute(...dims),
  transpose: ([x], { a, b }) => x!.transpose(a, b),
  view: ([x], { shape }) => x!.view(...shape),
  reshape: ([x], { shape }) => x!.reshape(shape),
  flatten: ([x], { start, end }) => x!.flatten(start, end),
  squeeze: ([x], { dim }) => x!.squeeze(dim),
  unsqueeze: ([x], { dim }) => x!.unsqueeze(dim),
  expand: ([x], { shape }) => x!.expand(...shape),
  broadcastTo: ([x], { shape }) => x!.broadcastTo(shape),
  select: ([x], { dim, index }) => x!.select(dim, index),
  narrow: ([x], { dim, start, length }) => x!.narrow(dim, start, length),
  slice: ([x], { dim, start, end, step }) => x!.slice(dim, start, end, step),
  at: ([x], { index }) => x!.at(...index.map((i: unknown) => Array.isArray(i) ? i.map((v) => v ?? undefined) : i)),
  rows: ([x, index]) => x!.at(index!),
  viewChain: ([x]) => x!.permute(2, 0, 1).slice(1, 1).flatten(0, 1).t().unsqueeze(0).slice(2, 0, undefined, 2).mul(3),
  cat: (inputs, { dim }) => cat(inputs, dim),
  stack: (inputs, { dim }) => stack(inputs, dim),
  gather: ([x, index], { dim }) => x!.gather(dim, index!),
  scatterAdd: ([x, index, source], { dim }) => x!.scatterAdd(dim, index!, source!),
  indexSelect: ([x, index], { dim }) => x!.indexSelect(dim, index!),

  conv2d: ([x, w], options) => conv2d(x!, w!, options),
  convTranspose2d: ([x, w, bias], options) => F.convTranspose2d(x!, w!, { bias: bias!, ...options }),
  convTranspose1d: ([x, w, bias], options) => F.convTranspose1d(x!, w!, { bias: bias!, ...options }),
  convRelu: ([x, w, b]) => conv2d(x!, w!, { stride: 2, padding: 1 }).add(b!.view(1, -1, 1, 1)).relu(),
  avgPool2d: ([x], { kernel, ...options }) => avgPool2d(x!, kernel, options),
  adaptiveAvgPool2d: ([x], { size }) => adaptiveAvgPool2d(x!, size),
  dequantizeGather: ([bytes, index], { scale, shift }) => dequantizeGather(bytes!, index!, { scale, shift }),

  gelu: ([x], options) => F.gelu(x!, options),
  silu: ([x]) => F.silu(x!),
  conv1d: ([x, w, bias], options) => F.conv1d(x!, w!, { bias: bias ?? null, ...options }),
  embedding: ([index, w], options) => F.embedding(index!, w!, options),
  maxPool2d: ([x], { kernel, ...options }) => F.maxPool2d(x!, kernel, options),
  convMaxPool: ([x, w]) => F.maxPool2d(F.conv2d(x!, w!, { padding: 1 }), 2),

  crossEntropyRows: ([x, y]) => crossEntropyRows(x!, y!),
  crossEntropy: ([x, y], { reduction }) => F.crossEntropy(x!, y!, reduction ? { reduction } : {}),
  nll: ([x, y], { reduction }) => F.nllLoss(x!, y!, { reduction }),
  mse: ([x, y], { reduction }) => F.mseLoss(x!, y!, { reduction }),

  ...table(
    [
      "elu",
      "celu",
      "selu",
      "softplus",
      "logSigmoid",
      "mish",
      "softsign",
      "hardtanh",
      "relu6",
      "hardsigmoid",
      "hardswish",
    ],
    (name) => ([x], { settings = [] }) => (F[name] as (x: Tensor, ...settings: number[]) => Tensor)(x!, ...settings),
  ),
  ...SHAPING_TABLE,
  prelu: ([x, w]) => F.prelu(x!, w!),
  crossEntropyOf: ([x, y, ...more], args) => F.crossEntropy(x!, y!, named(more, args)),
  nllLossOf: ([x, y, ...more], args) => F.nllLoss(x!, y!, named(more, args)),
  mseLoss: ([x, y], options) => F.mseLoss(x!, y!, options),
  l1Loss: ([x, y], options) => F.l1Loss(x!, y!, options),
  smoothL1Loss: ([x, y], options) => F.smoothL1Loss(x!, y!, options),
  huberLoss: ([x, y], options) => F.huberLoss(x!, y!, options),
  binaryCrossEntropy: ([x, y, ...more], args) => F.binaryCrossEntropy(x!, y!, named(more, args)),
  binaryCrossEntropyWithLogits: ([x, y, ...more], args) => F.binaryCrossEntropyWithLogits(x!, y!, named(more, args)),
  klDiv: ([x, y], options) => F.klDiv(x!, y!, options),
  cosineSimilarity: ([x, y], options) => F.cosineSimilarity(x!, y!, options),
  pairwiseDistance: ([x, y], { p, ...options }) =>
    F.pairwiseDistance(x!, y!, { ...options, ...p === undefined ? {} : { p: p === "inf" ? Infinity : p } }),
  cosineEmbeddingLoss: ([x, y, t], options) => F.cosineEmbeddingLoss(x!, y!, t!, options),
  tripletMarginLoss: ([a, p, n], options) => F.tripletMarginLoss(a!, p!, n!, options),

  ...table(IN_PLACE_UNARY, (name) => through((z) => z[name]())),
  ...table(IN_PLACE_BINARY, (name) => through((z, [, y]) => z[name](y!))),
  numbers_: through((z) => z.add_(2).mul_(3).sub_(0.5).div_(4).pow_(2)),
  lerp_: through((z, [, y], { weight }) => z.lerp_(y!, weight)),
  fill_: through((z, _, { value }) => z.fill_(value)),
  clamp_: through((z, _, { min, max }) => z.clamp_(min, max)),
  clampMin_: through((z, _, { bound }) => z.clampMin_(bound)),
  clampMax_: through((z, _, { bound }) => z.clampMax_(bound)),
  addcmul_: through((z, [, a, b], { value }) => z.addcmul_(a!, b!, { value })),
  addcdiv_: through((z, [, a, b], { value }) => z.addcdiv_(a!, b!, { value })),
  writeRow: through((z, [, y]) => z.at(1).mul_(y!)),
  writeColumn: through((z, [, y]) => z.at([], 1).copy_(y!)),
  writeSteps: through((z, [, y]) => z.at([undefined, undefined, 2], [1]).add_(y!)),
  writeTransposed: through((z, [, y]) => z.t().mul_(y!)),
  writeDeep: through((z, [, y]) => z.permute(2, 0, 1).slice(0, 1).select(1, 0).lerp_(y!, 0.3)),
  writeFlat: through((z, [, y]) => z.view(-1).slice(0, 2, 5).sub_(y!)),
  writeViews: ([x]) => {
    const y = x!.clone();
    const row = y.at(0), column = y.at([], 0), flat = y.view(-1);
    row.mul_(2);
    column.add_(1);
    const before = flat.mul(1);
    flat.slice(0, 1, 3).zero_();
    return [y, row, column, flat, before];
  },

  full: (_, { shape, value }, device) => full(shape, value, { device }),
  arange: (_, { start, end, step }, device) => arange(start, end, step, { device }),
  linspace: (_, { start, end, count }, device) => linspace(start, end, count, { device }),
  eye: (_, { n }, device) => eye(n, { device }),
};
