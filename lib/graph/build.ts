/**
 * Builders: the one way to make graph nodes. Each checks shapes and dtypes at the call, so that a mistake is thrown where it was made.
 */
import type { Device } from "../device/device.ts";
import type { DType, HostArray } from "../device/dtype.ts";
import { Memory } from "../device/memory.ts";
import type { PointwiseOp } from "../device/program.ts";
import { currentModulePath, isGradEnabled } from "./context.ts";
import { ShapeError, showShape } from "./errors.ts";
import { NO_NODES, NO_NUMBERS, Node } from "./node.ts";
import { isView, type Op, type ReduceOpName } from "./ops.ts";
import { broadcastShapes, rowMajor, sameShape, type Shape, sizeOf } from "./shape.ts";
import { traceOf } from "./trace.ts";

/** What recording does when a trace grows past its limit; set by flush.ts, which this file cannot import. */
export const selfFlush: { run: ((device: Device) => void) | undefined } = { run: undefined };

function make(
  op: Op,
  dtype: DType,
  shape: Shape,
  inputs: readonly Node[],
  ints: readonly number[],
  scalars: readonly number[],
): Node {
  const device = inputs[0]!.device;
  let requiresGrad = false;
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!;
    if (input.device !== device) throw mixedDevices(op, device, input.device);
    if (input.requiresGrad) requiresGrad = true;
    input.used = true;
  }
  requiresGrad = requiresGrad && dtype === "float32" && isGradEnabled();
  const node = new Node(device, op, dtype, shape, inputs, ints, scalars, requiresGrad, currentModulePath());
  const trace = traceOf(device);
  if (requiresGrad) trace.open.push(node);
  if (!isView(op) && trace.recorded.push(node) >= trace.limit) selfFlush.run?.(device);
  return node;
}

function makeSource(device: Device, op: Op, dtype: DType, shape: Shape, scalars: readonly number[]): Node {
  return new Node(device, op, dtype, shape, NO_NODES, NO_NUMBERS, scalars, false, currentModulePath());
}

function mixedDevices(op: string, a: Device, b: Device): TypeError {
  return new TypeError(
    `Cannot ${op} tensors on ${a} and ${b}: move one first, e.g. await t.toDevice(device("${a.name}"))`,
  );
}

function expectFloat(op: string, ...nodes: Node[]): void {
  for (const node of nodes) {
    if (node.dtype !== "float32") {
      throw new TypeError(`Cannot ${op} a ${node.dtype} tensor: it takes float32. Convert with .float()`);
    }
  }
}

/** Type two operands meet at: float32 if either is, else int32. */
function promote(op: string, a: Node, b: Node): DType {
  if (a.dtype === "uint8" || b.dtype === "uint8") {
    throw new TypeError(`Cannot ${op} uint8 tensors: bytes are for storage. Convert with .float() or .int()`);
  }
  return a.dtype === "float32" || b.dtype === "float32" ? "float32" : "int32";
}

/** Nodes of data and of numbers. */
export const source = {
  /** Data from the host, uploaded in order with other work. */
  data(device: Device, dtype: DType, shape: Shape, data: HostArray): Node {
    const memory = new Memory(device, dtype, sizeOf(shape));
    const copy = device.isOpen ? data : data.slice();
    device.enqueue((backend) => backend.upload(memory.slot.buffer!, copy));
    return source.memory(memory, shape);
  },
  /** A value that is already on the device, row-major. */
  memory(memory: Memory, shape: Shape): Node {
    const node = makeSource(memory.device, "source", memory.dtype, shape, NO_NUMBERS);
    node.value = { memory, strides: rowMajor(shape) };
    return node;
  },
  /** `value` everywhere. The number is bound at run time. */
  full(device: Device, dtype: DType, shape: Shape, value: number): Node {
    return makeSource(device, "full", dtype, shape, [value]);
  },
  arange(device: Device, dtype: DType, length: number, start: number, step: number): Node {
    return makeSource(device, "arange", dtype, [length], [start, step]);
  },
  random(device: Device, distribution: "uniform" | "normal", shape: Shape, state: readonly number[]): Node {
    return makeSource(device, distribution, "float32", shape, state);
  },
};

const COMPARISONS: ReadonlySet<string> = new Set(["eq", "ne", "lt", "le", "gt", "ge"]);
const LOGICAL: ReadonlySet<string> = new Set(["logicalAnd", "logicalOr", "logicalXor"]);
/** Unary operations that exist for int32 too; the others convert to float32 first. */
const INT_UNARY: ReadonlySet<string> = new Set(["neg", "abs", "sign", "relu", "copy", "floor", "ceil", "round"]);

function cast(x: Node, dtype: DType): Node {
  if (x.dtype === dtype) return x;
  if (x.op === "full" && !x.value && !x.requiresGrad) {
    const v = x.scalars[0]!;
    return source.full(
      x.device,
      dtype,
      x.shape,
      dtype === "bool" ? Number(v !== 0) : dtype === "int32" ? Math.trunc(v) : v,
    );
  }
  if (x.dtype === "uint8") return unpackBytes(x, dtype);
  return make("cast", dtype, x.shape, [x], NO_NUMBERS, NO_NUMBERS);
}

/** Bytes as numbers: one row taken from a one-row matrix. */
function unpackBytes(x: Node, dtype: DType): Node {
  const rows = reshape(x, [1, sizeOf(x.shape)]);
  const zero = source.full(x.device, "int32", [1], 0);
  return cast(reshape(takeBytes(rows, zero, 1, 0), x.shape), dtype);
}

function unary(op: PointwiseOp, x: Node): Node {
  if (op === "logicalNot") return make(op, "bool", x.shape, [cast(x, "bool")], NO_NUMBERS, NO_NUMBERS);
  if (op === "copy") return make(op, x.dtype, x.shape, [x], NO_NUMBERS, NO_NUMBERS);
  if (x.dtype !== "float32" && (!INT_UNARY.has(op) || x.dtype !== "int32")) {
    x = cast(x, x.dtype === "bool" && INT_UNARY.has(op) ? "int32" : "float32");
  }
  if (op === "isnan") return make(op, "bool", x.shape, [x], NO_NUMBERS, NO_NUMBERS);
  if (x.dtype === "int32" && (op === "floor" || op === "ceil" || op === "round")) return x;
  return make(op, x.dtype, x.shape, [x], NO_NUMBERS, NO_NUMBERS);
}

function binary(op: PointwiseOp, a: Node, b: Node): Node {
  const shape = broadcastShapes(op, a.shape, b.shape);
  if (LOGICAL.has(op)) return make(op, "bool", shape, [cast(a, "bool"), cast(b, "bool")], NO_NUMBERS, NO_NUMBERS);
  let dtype = promote(op, a, b);
  if (op === "div" || op === "pow" || op === "leakyRelu") dtype = "float32";
  const out = COMPARISONS.has(op) ? "bool" : dtype;
  return make(op, out, shape, [cast(a, dtype), cast(b, dtype)], NO_NUMBERS, NO_NUMBERS);
}

function where(condition: Node, a: Node, b: Node): Node {
  const dtype = a.dtype === "bool" && b.dtype === "bool" ? "bool" : promote("where", a, b);
  const shape = broadcastShapes("where", condition.shape, broadcastShapes("where", a.shape, b.shape));
  return make("where", dtype, shape, [cast(condition, "bool"), cast(a, dtype), cast(b, dtype)], NO_NUMBERS, NO_NUMBERS);
}

function permute(x: Node, order: readonly number[]): Node {
  const shape = order.map((axis) => x.shape[axis]!);
  return view("permute", x, shape, order, NO_NUMBERS);
}

function reshape(x: Node, shape: Shape): Node {
  return sameShape(x.shape, shape) ? x : view("reshape", x, shape, NO_NUMBERS, NO_NUMBERS);
}

function expand(x: Node, shape: Shape): Node {
  return sameShape(x.shape, shape) ? x : view("expand", x, shape, NO_NUMBERS, NO_NUMBERS);
}

/** Elements `starts + i · steps`, `sizes` of them along each axis. Starts are bound at run time. */
function slice(x: Node, starts: readonly number[], steps: readonly number[], sizes: Shape): Node {
  return view("slice", x, sizes, steps, starts);
}

function view(
  op: "permute" | "reshape" | "expand" | "slice",
  x: Node,
  shape: Shape,
  ints: readonly number[],
  scalars: readonly number[],
): Node {
  if (x.op === "full" && !x.value && !x.requiresGrad) return source.full(x.device, x.dtype, shape, x.scalars[0]!);
  return make(op, x.dtype, shape, [x], ints, scalars);
}

/** `base` with the elements that {@linkcode slice} would read replaced by `value`. */
function sliceWrite(base: Node, value: Node, starts: readonly number[], steps: readonly number[]): Node {
  return make("sliceWrite", base.dtype, base.shape, [base, cast(value, base.dtype)], steps, starts);
}

/** `x[index]`, under another shape. The index is part of the structure, unlike a {@linkcode slice}'s start. */
function part(x: Node, index: number, shape: Shape): Node {
  return make("part", x.dtype, shape, [x], [index], NO_NUMBERS);
}

function detach(x: Node): Node {
  const node = make("detach", x.dtype, x.shape, [x], NO_NUMBERS, NO_NUMBERS);
  if (node.requiresGrad) {
    node.requiresGrad = false;
    traceOf(x.device).open.pop();
  }
  return node;
}

/** `value`, with the gradients going to `history`. */
function graft(value: Node, history: Node): Node {
  const node = make("graft", value.dtype, value.shape, [value, history], NO_NUMBERS, NO_NUMBERS);
  if (!node.requiresGrad) traceOf(value.device).open.push(node);
  node.requiresGrad = true;
  return node;
}

/** A node of its own with the contents and history of `x`. */
function alias(x: Node): Node {
  return make("reshape", x.dtype, x.shape, [x], NO_NUMBERS, NO_NUMBERS);
}

/** Reduces `axes` (sorted, from 0), which disappear from the shape. */
function reduce(op: ReduceOpName, x: Node, axes: readonly number[]): Node {
  const shape: number[] = [];
  let reduced = 1;
  x.shape.forEach((size, axis) => axes.includes(axis) ? reduced *= size : shape.push(size));
  if (op === "any" || op === "all") return make(op, "bool", shape, [cast(x, "bool")], axes, NO_NUMBERS);
  if (x.dtype === "bool" || x.dtype === "uint8") x = cast(x, "int32");
  if (reduced === 0 && op !== "sum" && op !== "prod" && sizeOf(shape) > 0) {
    throw new ShapeError(
      `Cannot take ${op} of ${showShape(x.shape)} over axes ${showShape(axes)}: there is nothing to choose from`,
    );
  }
  const dtype = op === "argmax" || op === "argmin" ? "int32" : x.dtype;
  return make(op, dtype, shape, [x], axes, NO_NUMBERS);
}

/** Sums `x` over the axes along which `shape` was broadcast to it. */
function sumTo(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  const extra = x.shape.length - shape.length;
  const axes: number[] = [];
  for (let i = 0; i < x.shape.length; i++) if (i < extra || (shape[i - extra] === 1 && x.shape[i] !== 1)) axes.push(i);
  return reshape(axes.length ? reduce("sum", x, axes) : x, shape);
}

/** `a [B, m, k] · b [B, k, n]`. */
function matmul(a: Node, b: Node): Node {
  expectFloat("matmul", a, b);
  return make("matmul", "float32", [a.shape[0]!, a.shape[1]!, b.shape[2]!], [a, b], NO_NUMBERS, NO_NUMBERS);
}

function convOut(size: number, kernel: number, stride: number, padding: number): number {
  return Math.floor((size + 2 * padding - kernel) / stride) + 1;
}

/** Geometry is `[strideV, strideH, paddingV, paddingH]`. */
function conv2d(x: Node, w: Node, geometry: readonly number[]): Node {
  expectFloat("conv2d", x, w);
  const [sh, sw, ph, pw] = geometry as [number, number, number, number];
  if (x.shape.length !== 4 || w.shape.length !== 4) {
    throw new ShapeError(
      `Cannot conv2d ${showShape(x.shape)} with weights ${
        showShape(w.shape)
      }: both need four axes, [batch, channels, height, width] and [out, in, height, width]`,
      [x.shape, w.shape],
    );
  }
  if (x.shape[1] !== w.shape[1]) {
    throw new ShapeError(
      `Cannot conv2d ${showShape(x.shape)} with weights ${showShape(w.shape)}: channels must match, found ${
        x.shape[1]
      } and ${w.shape[1]}`,
      [x.shape, w.shape],
    );
  }
  const oh = convOut(x.shape[2]!, w.shape[2]!, sh, ph), ow = convOut(x.shape[3]!, w.shape[3]!, sw, pw);
  if (oh < 1 || ow < 1) {
    throw new ShapeError(
      `Cannot conv2d ${showShape(x.shape)} with weights ${
        showShape(w.shape)
      }: the kernel is larger than the padded image, ${x.shape[2]! + 2 * ph}×${x.shape[3]! + 2 * pw}`,
      [x.shape, w.shape],
    );
  }
  return make("conv2d", "float32", [x.shape[0]!, w.shape[0]!, oh, ow], [x, w], geometry, NO_NUMBERS);
}

function conv2dInputGrad(g: Node, w: Node, geometry: readonly number[], shape: Shape): Node {
  return make("conv2dInputGrad", "float32", shape, [g, w], geometry, NO_NUMBERS);
}

function conv2dWeightGrad(x: Node, g: Node, geometry: readonly number[], shape: Shape): Node {
  return make("conv2dWeightGrad", "float32", shape, [x, g], geometry, NO_NUMBERS);
}

/** Softmax family over the last axis of a matrix. */
function rows(op: "softmax" | "logSoftmax", x: Node): Node {
  return make(op, "float32", x.shape, [cast(x, "float32")], NO_NUMBERS, NO_NUMBERS);
}

function crossEntropy(logits: Node, labels: Node): Node {
  expectFloat("take crossEntropy of", logits);
  if (labels.dtype !== "int32") {
    throw new TypeError(
      `Cannot use ${labels.dtype} labels in crossEntropy: they must be int32 class numbers. Convert with .int()`,
    );
  }
  if (logits.shape.length !== 2 || labels.shape.length !== 1 || logits.shape[0] !== labels.shape[0]) {
    throw new ShapeError(
      `Cannot take crossEntropy of ${showShape(logits.shape)} with labels ${
        showShape(labels.shape)
      }: it takes [n, classes] and [n]`,
      [logits.shape, labels.shape],
    );
  }
  return make("crossEntropy", "float32", [logits.shape[0]!], [logits, labels], NO_NUMBERS, NO_NUMBERS);
}

function crossEntropyGrad(logits: Node, labels: Node, g: Node): Node {
  return make("crossEntropyGrad", "float32", logits.shape, [logits, labels, g], NO_NUMBERS, NO_NUMBERS);
}

function expectIndex(op: string, index: Node): void {
  if (index.dtype !== "int32") {
    throw new TypeError(`Cannot ${op} with a ${index.dtype} index: it must be int32. Convert with .int()`);
  }
}

function gather(x: Node, axis: number, index: Node): Node {
  expectIndex("gather", index);
  checkIndexShape("gather from", x.shape, axis, index.shape);
  return make("gather", x.dtype, index.shape, [x, index], [axis], NO_NUMBERS);
}

function scatterAdd(axis: number, index: Node, values: Node, shape: Shape): Node {
  expectIndex("scatterAdd", index);
  expectFloat("scatterAdd", values);
  checkIndexShape("scatterAdd into", shape, axis, index.shape);
  return make("scatterAdd", "float32", shape, [index, values], [axis], NO_NUMBERS);
}

function checkIndexShape(what: string, shape: Shape, axis: number, index: Shape): void {
  const fits = shape.length === index.length && index.every((size, i) => i === axis || size <= shape[i]!);
  if (!fits) {
    throw new ShapeError(
      `Cannot ${what} ${showShape(shape)} along axis ${axis} with index ${showShape(index)}: ` +
        `both need the same number of axes, and the index may be no larger except along axis ${axis}`,
      [shape, index],
    );
  }
}

/** Rows `index` of the byte matrix, times `scale` plus `shift`. */
function takeBytes(bytes: Node, index: Node, scale: number, shift: number): Node {
  expectIndex("takeBytes", index);
  if (bytes.dtype !== "uint8") throw new TypeError(`Cannot takeBytes from a ${bytes.dtype} tensor: it takes uint8`);
  return make("takeBytes", "float32", [index.shape[0]!, bytes.shape[1]!], [bytes, index], NO_NUMBERS, [scale, shift]);
}

/** Pooling is `[0]` (adaptive) or `[1, kV, kH, sV, sH, pV, pH, countIncludePad]`. */
function avgPool2d(x: Node, pooling: readonly number[], shape: Shape): Node {
  return make("avgPool2d", "float32", shape, [x], pooling, NO_NUMBERS);
}

function avgPool2dGrad(g: Node, pooling: readonly number[], shape: Shape): Node {
  return make("avgPool2dGrad", "float32", shape, [g], pooling, NO_NUMBERS);
}

/** Pooling is `[kV, kH, sV, sH, pV, pH, dV, dH]`. */
function maxPool2d(x: Node, pooling: readonly number[], shape: Shape): Node {
  return make("maxPool2d", "float32", shape, [x], pooling, NO_NUMBERS);
}

/** Where in its channel's image each window has its largest element. */
function maxPool2dIndices(x: Node, pooling: readonly number[], shape: Shape): Node {
  return make("maxPool2dIndices", "int32", shape, [x], pooling, NO_NUMBERS);
}

function maxPool2dGrad(x: Node, g: Node, pooling: readonly number[]): Node {
  return make("maxPool2dGrad", "float32", x.shape, [x, g], pooling, NO_NUMBERS);
}

function histogram(x: Node, bins: number, min: number, max: number): Node {
  return make("histogram", "float32", [bins], [cast(x, "float32")], NO_NUMBERS, [min, max]);
}

/** Moments and counts: `[mean, std, below, above, ...bins]`. */
function statistics(x: Node, bins: number, min: number, max: number, absolute: boolean): Node {
  const node = detach(cast(x, "float32"));
  return make("statistics", "float32", [4 + bins], [node], [absolute ? 1 : 0], [min, max]);
}

/** Mean, biased variance and 1/√(variance + eps) over `axes` (sorted, from 0; kept with size 1): [3, …]. */
function moments(x: Node, axes: readonly number[], eps: number): Node {
  expectFloat("take the moments of", x);
  const shape = [3, ...x.shape.map((size, axis) => axes.includes(axis) ? 1 : size)];
  return make("moments", "float32", shape, [x], axes, [eps]);
}

/**
 * `(x − mean) · scale · weight + bias`, with rows 0 and 2 of `stats`, the moments of `x` itself over `axes`. `stats` is recorded without
 * gradient: the rule of this operation knows how they depend on `x`.
 *
 * @param along the axis of `x` that weight and bias, of one axis, lie along; −1 if they broadcast by the usual rule
 */
function normalize(x: Node, stats: Node, axes: readonly number[], along: number, weight?: Node, bias?: Node): Node {
  const inputs = [x, stats];
  if (weight) inputs.push(weight);
  if (bias) inputs.push(bias);
  expectFloat("normalize", ...inputs);
  const ints = [along, weight ? 1 : 0, bias ? 1 : 0, ...axes];
  return make("normalize", "float32", x.shape, inputs, ints, NO_NUMBERS);
}

/** Σg and Σg·x̂ over `axes`, which stay with size 1: [2, …]. Not differentiable. */
function normSums(g: Node, x: Node, stats: Node, axes: readonly number[]): Node {
  return make("normSums", "float32", [2, ...stats.shape.slice(1)], [g, x, stats], axes, NO_NUMBERS);
}

/** The gradient of {@linkcode normalize} for `x`: `(g − (Σg + x̂·Σg·x̂)/n) · scale · weight`. Not differentiable. */
function normalizeGrad(g: Node, x: Node, stats: Node, sums: Node, along: number, weight?: Node): Node {
  const inputs = weight ? [g, x, stats, sums, weight] : [g, x, stats, sums];
  const reduced = sizeOf(x.shape) / (sizeOf(stats.shape) / 3);
  return make("normalizeGrad", "float32", x.shape, inputs, [along, weight ? 1 : 0], [1 / reduced]);
}

/** `average + momentum · (scale · stats[row] − average)`: a running average's next value. Not differentiable. */
function follow(average: Node, stats: Node, row: number, momentum: number, scale: number): Node {
  return make("follow", "float32", average.shape, [average, stats], [row], [momentum, scale]);
}

/** All builders of computed nodes. */
export const build = {
  cast,
  unary,
  binary,
  where,
  permute,
  reshape,
  expand,
  slice,
  sliceWrite,
  part,
  detach,
  graft,
  alias,
  reduce,
  sumTo,
  matmul,
  conv2d,
  conv2dInputGrad,
  conv2dWeightGrad,
  rows,
  crossEntropy,
  crossEntropyGrad,
  gather,
  scatterAdd,
  takeBytes,
  avgPool2d,
  avgPool2dGrad,
  maxPool2d,
  maxPool2dIndices,
  maxPool2dGrad,
  histogram,
  statistics,
  moments,
  normalize,
  normSums,
  normalizeGrad,
  follow,
  /** A number as a 0-d node of the type that keeps `like`'s: int32 for whole numbers beside integers, else float32. */
  number(like: Node, value: number): Node {
    const integral = like.dtype === "int32" || like.dtype === "bool";
    return source.full(like.device, integral && Number.isInteger(value) ? "int32" : "float32", NO_NUMBERS, value);
  },
};
