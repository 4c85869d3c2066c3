/**
 * The instruction set of a device: what the graph layer hands to a {@linkcode Backend} to compile.
 *
 * A program is a straight list of steps over values. A value is a piece of device memory: *bound* (a buffer handed in at run time)
 * or in the *arena* (a byte range laid out by liveness; ranges of different values may overlap when their lives do not). Steps run
 * in order; each sees all writes of the steps before it. A step's output may share memory with one of its inputs only in a
 * pointwise step, and then both operands have the same offset, shape and strides.
 *
 * What the graph layer guarantees, so that no backend needs to handle it:
 * - no step has an empty output or reduces over nothing;
 * - all operand strides are ≥ 0, in elements; 0 means broadcast (never on outputs); outputs never overlap themselves;
 * - axes of pointwise and reduce steps are merged as far as all operands allow, and ordered with the first output's innermost
 *   axis last, so that dense operands arrive as one axis of stride 1.
 *
 * Numbers that change from step to step (learning rate, slice starts, seeds) are never part of a program. They arrive at run time
 * in two arrays: `scalars` (64-bit floats, by slot) and `offsets` (element offsets, by slot).
 */
import type { DType } from "./dtype.ts";
import type { OwnKernel } from "./own.ts";

/** One strided view of a value. */
export interface Operand {
  /** Index into {@linkcode Program.values}. */
  readonly value: number;
  readonly shape: readonly number[];
  /** In elements, one per axis of `shape`. */
  readonly strides: readonly number[];
  /** Constant part of the start, in elements. */
  readonly offset: number;
  /** Slot in the run-time `offsets` array to add to the start, or −1. */
  readonly dynamic: number;
}

/** Where a value lives. */
export type Place =
  | { readonly kind: "bound"; readonly slot: number }
  | { readonly kind: "arena"; readonly offset: number };

/** A piece of device memory. */
export interface Value {
  readonly dtype: DType;
  readonly elements: number;
  readonly place: Place;
}

/**
 * Scalar functions of a pointwise chain. Arguments share one dtype (`of`), except `where`, whose first is bool.
 * All follow IEEE 754 and PyTorch: `maximum`/`minimum` and `relu` pass NaN on; `round` goes to even; `remainder` has the sign of the
 * divisor; comparisons give bool; `sign(0)` is 0; `cast` from float to int truncates towards zero; to bool is `x != 0`.
 * `leakyRelu(x, a)` is `x > 0 ? x : a·x` (NaN stays NaN). `copy` is the identity.
 */
export const POINTWISE_OPS = [
  "copy",
  "cast",
  "neg",
  "abs",
  "sign",
  "exp",
  "expm1",
  "log",
  "log1p",
  "sqrt",
  "rsqrt",
  "reciprocal",
  "sin",
  "cos",
  "tanh",
  "sigmoid",
  "erf",
  "relu",
  "floor",
  "ceil",
  "round",
  "isnan",
  "logicalNot",
  "add",
  "sub",
  "mul",
  "div",
  "pow",
  "maximum",
  "minimum",
  "remainder",
  "leakyRelu",
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "logicalAnd",
  "logicalOr",
  "logicalXor",
  "where",
] as const;

export type PointwiseOp = typeof POINTWISE_OPS[number];

/** One instruction of a pointwise chain; its result is the next register. */
export interface Instruction {
  readonly op: PointwiseOp;
  /** Type of the result (`float32`, `int32` or `bool`). */
  readonly dtype: DType;
  /** Type of the arguments (for `where`: of the second and third). */
  readonly of: DType;
  /** Registers: first the inputs in order, then the results of earlier instructions. */
  readonly args: readonly number[];
}

/** An input of a pointwise chain: an element of a tensor (already broadcast: its shape is the step's), or a run-time scalar. */
export type PointwiseInput =
  | { readonly kind: "tensor"; readonly operand: Operand; readonly dtype: DType }
  | { readonly kind: "scalar"; readonly slot: number; readonly dtype: DType };

/** A fused chain: for every index of `shape`, load the inputs, run the code, store the named registers. */
export interface PointwiseStep {
  readonly kernel: "pointwise";
  readonly shape: readonly number[];
  readonly inputs: readonly PointwiseInput[];
  readonly code: readonly Instruction[];
  readonly outputs: readonly { readonly operand: Operand; readonly register: number; readonly dtype: DType }[];
}

/**
 * `sum`, `prod`, `max`, `min` keep the dtype (sum of int32 is int32; wraps); `any`, `all` are bool → bool; `argmax`, `argmin` give
 * the int32 row-major index within the reduced axes of the first extreme (NaN counts as the extreme, as in PyTorch).
 */
export type ReduceOp = "sum" | "prod" | "max" | "min" | "any" | "all" | "argmax" | "argmin";

/** Reduces the trailing axes of `input`. Its shape is `[...kept, ...reduced]`; `output` has the kept shape (`[]` if none). */
export interface ReduceStep {
  readonly kernel: "reduce";
  readonly op: ReduceOp;
  /** dtype of the input. */
  readonly dtype: DType;
  readonly input: Operand;
  /** How many leading axes of `input` are kept. */
  readonly kept: number;
  readonly output: Operand;
}

/** `out[b, m, n] = Σ_k a[b, m, k] · b[b, k, n]`, float32, any strides (batch stride may be 0); `out` is dense row-major. */
export interface MatmulStep {
  readonly kernel: "matmul";
  readonly a: Operand;
  readonly b: Operand;
  readonly output: Operand;
}

/** Geometry of a 2-D convolution: strides and zero padding, [vertical, horizontal]. */
export interface ConvGeometry {
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
}

/**
 * 2-D cross-correlation and its two gradients, float32. Shapes are logical NCHW; images (`x`, `g`, and the output of conv2d and
 * conv2dInputGrad) are dense in NHWC order (strides `[H·W·C, 1, W·C, C]`), weights dense row-major `[O, C, kh, kw]`.
 * Offsets may be non-zero.
 * - `conv2d(x [N,C,H,W], w) → [N,O,OH,OW]`
 * - `conv2dInputGrad(g [N,O,OH,OW], w) → [N,C,H,W]`
 * - `conv2dWeightGrad(x [N,C,H,W], g [N,O,OH,OW]) → [O,C,kh,kw]`
 */
export interface ConvStep extends ConvGeometry {
  readonly kernel: "conv2d" | "conv2dInputGrad" | "conv2dWeightGrad";
  readonly a: Operand;
  readonly b: Operand;
  readonly output: Operand;
}

/** Row-wise softmax or log-softmax of `[rows, columns]`, float32, both operands dense row-major. Subtracts the row's maximum. */
export interface SoftmaxStep {
  readonly kernel: "softmax" | "logSoftmax";
  readonly input: Operand;
  readonly output: Operand;
}

/** `losses[r] = logsumexp(logits[r]) − logits[r, labels[r]]`; a label outside [0, columns) raises the device's fault flag. */
export interface CrossEntropyStep {
  readonly kernel: "crossEntropy";
  /** `[rows, columns]` dense row-major. */
  readonly logits: Operand;
  /** `[rows]` int32, any stride. */
  readonly labels: Operand;
  /** `[rows]` dense. */
  readonly output: Operand;
}

/** `out[r, c] = (softmax(logits[r])[c] − (c = labels[r])) · g[r]`. */
export interface CrossEntropyGradStep {
  readonly kernel: "crossEntropyGrad";
  readonly logits: Operand;
  readonly labels: Operand;
  /** `[rows]`, any stride (0 when the loss is a mean). */
  readonly g: Operand;
  readonly output: Operand;
}

/** `out[i…] = input[i… with i[axis] = index[i…]]`; any strides; input float32, int32 or bool. Out of range raises the fault flag. */
export interface GatherStep {
  readonly kernel: "gather";
  readonly axis: number;
  readonly dtype: DType;
  readonly input: Operand;
  readonly index: Operand;
  /** Shape of `index`, dense row-major. */
  readonly output: Operand;
}

/**
 * `out = 0; out[i… with i[axis] = index[i…]] += source[i…]`, float32; additions to one place happen in the row-major order of `index`.
 * `output` is dense row-major, its shape equal to `index`'s or larger in every axis but `axis`.
 */
export interface ScatterAddStep {
  readonly kernel: "scatterAdd";
  readonly axis: number;
  readonly index: Operand;
  readonly source: Operand;
  readonly output: Operand;
}

/** `out[b, j] = bytes[index[b], j] · scale + shift`: a batch out of a byte data set. Out of range raises the fault flag. */
export interface TakeBytesStep {
  readonly kernel: "takeBytes";
  /** uint8 `[n, row]` dense, offset 0. */
  readonly bytes: Operand;
  /** int32 `[batch]`, any stride. */
  readonly index: Operand;
  /** float32 `[batch, row]` dense. */
  readonly output: Operand;
  /** Scalar slots. */
  readonly scale: number;
  readonly shift: number;
}

/** How windows of an average pool lie: fixed size, or PyTorch's adaptive bins (⌊i·H/OH⌋ to ⌈(i+1)·H/OH⌉). */
export type Pooling =
  | { readonly mode: "adaptive" }
  | ConvGeometry & {
    readonly mode: "fixed";
    readonly kernelSize: readonly [number, number];
    readonly countIncludePad: boolean;
  };

/** Average pooling `[N,C,H,W] → [N,C,OH,OW]` (avgPool2d), or its transpose `[N,C,OH,OW] → [N,C,H,W]` (avgPool2dGrad). Any strides. */
export interface PoolStep {
  readonly kernel: "avgPool2d" | "avgPool2dGrad";
  readonly pooling: Pooling;
  readonly input: Operand;
  readonly output: Operand;
}

/** How windows of a max pool lie: as a convolution's, their elements `dilation` pixels apart. Each covers at least one pixel. */
export interface MaxPooling extends ConvGeometry {
  readonly kernelSize: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/**
 * Max pooling `[N,C,H,W] → [N,C,OH,OW]`, any strides: the largest element of each window (`maxPool2d`, float32), or its place y·W + x
 * (`maxPool2dIndices`, int32). Padding is never chosen. Of equal elements the first in row-major order is the largest, and a NaN is larger than
 * what comes before it (PyTorch).
 */
export interface MaxPoolStep {
  readonly kernel: "maxPool2d" | "maxPool2dIndices";
  readonly pooling: MaxPooling;
  readonly input: Operand;
  readonly output: Operand;
}

/** The windows' gradient `g` [N,C,OH,OW], each brought to the place of the largest element of `input` [N,C,H,W] in its window. Any strides. */
export interface MaxPoolGradStep {
  readonly kernel: "maxPool2dGrad";
  readonly pooling: MaxPooling;
  readonly input: Operand;
  readonly g: Operand;
  /** `[N,C,H,W]` */
  readonly output: Operand;
}

/**
 * Counts of `input` (float32, any strides) in `bins` equal bins over [min, max], as float32; the last bin includes max; what lies
 * outside, and NaN, is not counted. Bin of x: trunc((x − min) / (max − min) · bins), each operation
 * rounded to float32 in that order, so that a number on an edge, or beside one, is counted where PyTorch's histc (1.13, CPU) counts it.
 */
export interface HistogramStep {
  readonly kernel: "histogram";
  readonly input: Operand;
  /** `[bins]` dense. */
  readonly output: Operand;
  /** Scalar slots. */
  readonly min: number;
  readonly max: number;
}

/**
 * What activation telemetry records of a float32 tensor, in one pass over it: `[mean, std, below, above, ...counts]`.
 *
 * Mean and unbiased standard deviation are of the elements themselves (std of one element is NaN; any NaN makes both NaN) and accurate to 32 bits:
 * sums are pairwise or 64-bit, or shifted, never naive squares. Counts are a {@linkcode HistogramStep}'s, of |x| if `absolute`, else of x; `below` and `above`
 * count what lies under min and over max. NaN is in no count.
 */
export interface StatisticsStep {
  readonly kernel: "statistics";
  readonly absolute: boolean;
  /** Any strides. */
  readonly input: Operand;
  /** `[4 + bins]` dense. */
  readonly output: Operand;
  /** Scalar slots. */
  readonly min: number;
  readonly max: number;
}

/**
 * Mean, biased variance and 1/√(variance + eps) of each group of elements, in one pass over them: rows 0, 1 and 2 of the output.
 *
 * Accurate to 32 bits wherever the mean lies: sums are 64-bit or merged from groups' moments, and shifted, never naive squares. If an
 * element is not finite, the variance is NaN.
 */
export interface MomentsStep {
  readonly kernel: "moments";
  /** float32 `[...kept, ...reduced]`, any strides. */
  readonly input: Operand;
  /** How many leading axes of `input` are kept. */
  readonly kept: number;
  /** `[3, ...kept]`. */
  readonly output: Operand;
  /** Scalar slot. */
  readonly eps: number;
}

/**
 * What the gradient of a normalisation needs, in one pass: Σg, and Σg·x̂ with x̂ = (x − mean) · scale, where mean and scale are rows 0 and 2
 * of `stats`, as {@linkcode MomentsStep} leaves them. Rows 0 and 1 of the output.
 */
export interface NormSumsStep {
  readonly kernel: "normSums";
  /** float32 `[...kept, ...reduced]`, any strides. */
  readonly g: Operand;
  /** float32 `[...kept, ...reduced]`, any strides. */
  readonly x: Operand;
  /** How many leading axes of `g` and `x` are kept. */
  readonly kept: number;
  /** `[3, ...kept]`. */
  readonly stats: Operand;
  /** `[2, ...kept]`. */
  readonly output: Operand;
}

/**
 * Counter-based random numbers (Philox4x32-10, Salmon et al. 2011): element i takes lane i & 3 of the block with counter
 * `[i >> 2, 0, counterLow, counterHigh]` and key `[seedLow, seedHigh]`.
 * - `uniform`: (x >>> 8) · 2⁻²⁴, in [0, 1);
 * - `normal`: Box–Muller of lanes (0, 1) → elements 0, 1 and (2, 3) → 2, 3: r = √(−2 ln(((x₀ >>> 8) + 1) · 2⁻²⁴)),
 *   φ = 2π · (x₁ >>> 8) · 2⁻²⁴; r·cos φ, r·sin φ.
 */
export interface RandomStep {
  readonly kernel: "random";
  readonly distribution: "uniform" | "normal";
  /** Dense row-major, float32. */
  readonly output: Operand;
  /** Scalar slots of four unsigned 32-bit integers: seedLow, seedHigh, counterLow, counterHigh. */
  readonly state: readonly [number, number, number, number];
}

/** `out[i] = start + i · step`, computed in 64 bits then rounded where the device can, else as a fused float32 expression. */
export interface ArangeStep {
  readonly kernel: "arange";
  readonly dtype: DType;
  /** Dense, one axis. */
  readonly output: Operand;
  /** Scalar slots. */
  readonly start: number;
  readonly step: number;
}

/**
 * A kernel that a user brought, as WGSL and as a function on the CPU: any float32 result of float32 inputs. Operands are dense row-major;
 * each element of the output is written, by one of `invocations` calls (webgpu) or by one call (cpu, reference).
 */
export interface OwnStep {
  readonly kernel: "own";
  readonly own: OwnKernel;
  readonly inputs: readonly Operand[];
  readonly output: Operand;
  /** Scalar slots of the kernel's numbers. */
  readonly numbers: readonly number[];
  readonly invocations: number;
}

/** One step of a program. */
export type Step =
  | PointwiseStep
  | ReduceStep
  | MatmulStep
  | ConvStep
  | SoftmaxStep
  | CrossEntropyStep
  | CrossEntropyGradStep
  | GatherStep
  | ScatterAddStep
  | TakeBytesStep
  | PoolStep
  | MaxPoolStep
  | MaxPoolGradStep
  | HistogramStep
  | StatisticsStep
  | MomentsStep
  | NormSumsStep
  | RandomStep
  | ArangeStep
  | OwnStep;

/** What a backend compiles and runs. */
export interface Program {
  readonly values: readonly Value[];
  readonly steps: readonly Step[];
  /** Bytes of arena the program needs; every arena offset is a multiple of 256. */
  readonly arenaBytes: number;
  /** Number of bound buffers, scalar slots and offset slots a run must supply. */
  readonly bound: number;
  readonly scalars: number;
  readonly offsets: number;
}
