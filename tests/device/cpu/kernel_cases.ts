/** Single cpu kernels on the shapes of the lessons' network, for kernel_bench.ts. */
import { NONE } from "../../../lib/device/attributes.ts";
import type { DType } from "../../../lib/device/dtype.ts";
import type { Operand } from "../../../lib/device/operand.ts";
import type { Program, Value } from "../../../lib/device/program.ts";
import type { Step } from "../../../lib/device/steps/mod.ts";
import type { PointwiseOp } from "../../../lib/device/pointwise.ts";
import { keeping } from "../../../lib/device/steps/normalisation.ts";
import type { Instruction, PointwiseInput } from "../../../lib/device/steps/pointwise.ts";
import { reduction } from "../../../lib/device/steps/reductions.ts";
import { counting, STATISTICS_HEAD } from "../../../lib/device/steps/statistics.ts";
import { convStep } from "../../ops/conv.ts";

const numel = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Collects a program whose values are all bound buffers. */
export class Builder {
  readonly values: Value[] = [];
  readonly steps: Step[] = [];
  readonly scalars: number[] = [];

  scalar(value: number): number {
    return this.scalars.push(value) - 1;
  }

  tensor(shape: readonly number[], strides?: readonly number[], dtype: DType = "float32"): Operand {
    const place = { kind: "bound", slot: this.values.length } as const;
    const dense = shape.map((_, axis) => numel(shape.slice(axis + 1)));
    const used = strides ?? dense;
    const elements = 1 + shape.reduce((sum, size, axis) => sum + (size - 1) * used[axis]!, 0);
    this.values.push({ dtype, elements, place });
    return { value: this.values.length - 1, shape, strides: used, offset: 0, dynamic: -1 };
  }

  images(n: number, c: number, h: number, w: number): Operand {
    return this.tensor([n, c, h, w], [h * w * c, 1, w * c, c]);
  }

  get program(): Program {
    const { values, steps, scalars } = this;
    return { values, steps, scalars: scalars.length, arenaBytes: 0, bound: values.length, offsets: 0 };
  }
}

/** A program of one or a few steps, and what they amount to. */
export interface Case {
  readonly name: string;
  /** Floating-point operations, or bytes moved. */
  readonly amount: number;
  readonly unit: "GFLOP/s" | "GB/s";
  readonly build: (b: Builder) => void;
}

/** What a step without attributes and numbers has. */
export const PLAIN = { attributes: NONE, numbers: {} };

const channels = [1, 8, 16, 32, 64, 10], sizes = [28, 14, 7, 4, 2, 1];
const op = (op: PointwiseOp, ...args: number[]): Instruction => ({ op, dtype: "float32", of: "float32", args });
/** Numbers of each of eight channels. */
const perChannel = (b: Builder, rows: number, count: number) =>
  Array.from({ length: count }, () => b.tensor([rows, 8], [0, 1]));

/** The kernels of a step of the lessons' network, and a few products, for a batch of `n`. */
export function casesOf(n: number): Case[] {
  const list: Case[] = [], geometry = { stride: [2, 2], padding: [1, 1] } as const;
  for (let layer = 0; layer < 5; layer++) {
    const c = channels[layer]!, o = channels[layer + 1]!, h = sizes[layer]!, oh = sizes[layer + 1]!;
    const amount = 2 * n * oh * oh * o * c * 9, unit = "GFLOP/s";
    const label = `${n}×${c}×${h}² → ${o}×${oh}²`;
    list.push({
      name: `conv2d ${label}`,
      amount,
      unit,
      build: (b) =>
        b.steps.push(
          convStep("conv2d", geometry, [b.images(n, c, h, h), b.tensor([o, c, 3, 3]), b.images(n, o, oh, oh)]),
        ),
    });
    if (layer > 0) {
      list.push({
        name: `conv2dInputGrad ${label}`,
        amount,
        unit,
        build: (b) =>
          b.steps.push(
            convStep("conv2dInputGrad", geometry, [
              b.images(n, o, oh, oh),
              b.tensor([o, c, 3, 3]),
              b.images(n, c, h, h),
            ]),
          ),
      });
    }
    list.push({
      name: `conv2dWeightGrad ${label}`,
      amount,
      unit,
      build: (b) =>
        b.steps.push(
          convStep("conv2dWeightGrad", geometry, [
            b.images(n, c, h, h),
            b.images(n, o, oh, oh),
            b.tensor([o, c, 3, 3]),
          ]),
        ),
    });
  }
  const rows = n * 196;
  const pointwise = (b: Builder, shape: number[], inputs: Operand[], code: Instruction[]) => {
    const tensors = inputs.map((operand): PointwiseInput => ({ kind: "tensor", operand, dtype: "float32" }));
    b.steps.push({
      kernel: "pointwise",
      shape,
      inputs: tensors,
      code,
      outputs: [{ operand: b.tensor(shape), register: inputs.length + code.length - 1, dtype: "float32" }],
    });
  };
  list.push(
    {
      name: `add, ${rows * 8}`,
      amount: rows * 8 * 12,
      unit: "GB/s",
      build: (b) => pointwise(b, [rows * 8], [b.tensor([rows * 8]), b.tensor([rows * 8])], [op("add", 0, 1)]),
    },
    {
      name: `bias + relu, ${rows}×8`,
      amount: rows * 8 * 8,
      unit: "GB/s",
      build: (b) =>
        pointwise(b, [rows, 8], [b.tensor([rows, 8]), b.tensor([rows, 8], [0, 1])], [
          op("add", 0, 1),
          op("relu", 2),
        ]),
    },
    {
      name: `normalise + relu, ${rows}×8`,
      amount: rows * 8 * 8,
      unit: "GB/s",
      build: (b) =>
        pointwise(b, [rows, 8], [b.tensor([rows, 8]), ...perChannel(b, rows, 4)], [
          op("mul", 2, 3),
          op("sub", 0, 1),
          op("mul", 6, 5),
          op("add", 7, 4),
          op("relu", 8),
        ]),
    },
    {
      name: `its gradient, ${rows}×8`,
      amount: rows * 8 * 12,
      unit: "GB/s",
      build: (b) =>
        pointwise(b, [rows, 8], [b.tensor([rows, 8]), b.tensor([rows, 8]), ...perChannel(b, rows, 6)], [
          op("mul", 5, 6),
          op("mul", 8, 3),
          op("mul", 4, 6),
          op("sub", 1, 2),
          op("mul", 11, 9),
          op("add", 12, 10),
          op("mul", 3, 7),
          op("sub", 0, 13),
          op("mul", 15, 14),
        ]),
    },
    {
      name: `moments, ${rows}×8`,
      amount: rows * 8 * 4,
      unit: "GB/s",
      build: (b) =>
        b.steps.push({
          kernel: "moments",
          inputs: { input: b.tensor([8, rows], [1, 8]) },
          output: b.tensor([3, 8]),
          attributes: keeping({ kept: 1 }),
          numbers: { eps: b.scalar(1e-5) },
        }),
    },
    {
      name: `normSums, ${rows}×8`,
      amount: rows * 8 * 8,
      unit: "GB/s",
      build: (b) =>
        b.steps.push({
          kernel: "normSums",
          inputs: { g: b.tensor([8, rows], [1, 8]), x: b.tensor([8, rows], [1, 8]), stats: b.tensor([3, 8]) },
          output: b.tensor([2, 8]),
          attributes: keeping({ kept: 1 }),
          numbers: {},
        }),
    },
    {
      name: `exp, ${rows * 8}`,
      amount: rows * 8 * 8,
      unit: "GB/s",
      build: (b) => pointwise(b, [rows * 8], [b.tensor([rows * 8])], [op("exp", 0)]),
    },
    {
      name: `column sums, ${rows}×8`,
      amount: rows * 8 * 4,
      unit: "GB/s",
      build: (b) =>
        b.steps.push({
          kernel: "reduce",
          inputs: { input: b.tensor([8, rows], [1, 8]) },
          output: b.tensor([8]),
          attributes: reduction({ op: "sum", dtype: "float32", kept: 1 }),
          numbers: {},
        }),
    },
    {
      name: `sum, ${rows * 8}`,
      amount: rows * 8 * 4,
      unit: "GB/s",
      build: (b) =>
        b.steps.push({
          kernel: "reduce",
          inputs: { input: b.tensor([rows * 8]) },
          output: b.tensor([]),
          attributes: reduction({ op: "sum", dtype: "float32", kept: 0 }),
          numbers: {},
        }),
    },
    {
      name: `statistics of model A, ${n}×3120`,
      amount: n * 3120 * 4,
      unit: "GB/s",
      build: (b) => {
        for (const size of [1568, 784, 512, 256]) {
          const [input, output] = [b.tensor([n * size]), b.tensor([STATISTICS_HEAD + 40])];
          const numbers = { min: b.scalar(0), max: b.scalar(10) };
          b.steps.push({
            kernel: "statistics",
            inputs: { input },
            output,
            attributes: counting({ absolute: true }),
            numbers,
          });
        }
      },
    },
    {
      name: `logSoftmax, ${n}×10`,
      amount: n * 80,
      unit: "GB/s",
      build: (b) =>
        b.steps.push({
          kernel: "logSoftmax",
          inputs: { input: b.tensor([n, 10]) },
          output: b.tensor([n, 10]),
          ...PLAIN,
        }),
    },
    {
      name: `crossEntropy + gradient, ${n}×10`,
      amount: n * 120,
      unit: "GB/s",
      build: (b) => {
        const logits = b.tensor([n, 10]), labels = b.tensor([n], [1], "int32");
        b.steps.push({ kernel: "crossEntropy", inputs: { logits, labels }, output: b.tensor([n]), ...PLAIN });
        const g = b.tensor([n], [0]), output = b.tensor([n, 10]);
        b.steps.push({ kernel: "crossEntropyGrad", inputs: { logits, labels, g }, output, ...PLAIN });
      },
    },
    {
      name: `matmul ${n}×784×50`,
      amount: 2 * n * 784 * 50,
      unit: "GFLOP/s",
      build: (b) =>
        b.steps.push({
          kernel: "matmul",
          inputs: { a: b.tensor([1, n, 784]), b: b.tensor([1, 784, 50]) },
          output: b.tensor([1, n, 50]),
          ...PLAIN,
        }),
    },
    {
      name: `matmul ${n}×784×50, second transposed`,
      amount: 2 * n * 784 * 50,
      unit: "GFLOP/s",
      build: (b) =>
        b.steps.push({
          kernel: "matmul",
          inputs: { a: b.tensor([1, n, 784]), b: b.tensor([1, 784, 50], [0, 1, 784]) },
          output: b.tensor([1, n, 50]),
          ...PLAIN,
        }),
    },
    {
      name: `matmul 784×${n}×50, first transposed`,
      amount: 2 * n * 784 * 50,
      unit: "GFLOP/s",
      build: (b) =>
        b.steps.push({
          kernel: "matmul",
          inputs: { a: b.tensor([1, 784, n], [0, 1, 784]), b: b.tensor([1, n, 50]) },
          output: b.tensor([1, 784, 50]),
          ...PLAIN,
        }),
    },
    {
      name: "matmul 256×256×256",
      amount: 2 * 256 ** 3,
      unit: "GFLOP/s",
      build: (b) =>
        b.steps.push({
          kernel: "matmul",
          inputs: { a: b.tensor([1, 256, 256]), b: b.tensor([1, 256, 256]) },
          output: b.tensor([1, 256, 256]),
          ...PLAIN,
        }),
    },
  );
  return list;
}
