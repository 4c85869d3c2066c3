/**
 * Speed of single cpu kernels on the shapes of the lessons' network: best time of many runs, GFLOP/s or GB/s, and the share of the speed
 * of a product that fits the L1 cache (for GB/s: the quotient of the times), which other work on the machine hardly disturbs.
 *
 *     deno run tests/device/cpu/kernel_bench.ts [BATCH …] [--threads 1,2] [--only NAME]
 */
import { parseArgs } from "node:util";
import { NONE } from "../../../lib/device/attributes.ts";
import { createCpuBackend } from "../../../lib/device/cpu/backend.ts";
import type { Backend } from "../../../lib/device/backend.ts";
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

const { positionals, values: options } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    threads: { type: "string", default: "1,2" },
    only: { type: "string", default: "" },
    ms: { type: "string", default: "400" },
  },
});
const batches = positionals.length > 0 ? positionals.map(Number) : [1024, 64, 2];

const numel = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Collects a program whose values are all bound buffers. */
class Builder {
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

interface Case {
  readonly name: string;
  /** Floating-point operations, or bytes moved. */
  readonly amount: number;
  readonly unit: "GFLOP/s" | "GB/s";
  readonly build: (b: Builder) => void;
}

/** What a step without attributes and numbers has. */
const PLAIN = { attributes: NONE, numbers: {} };

const channels = [1, 8, 16, 32, 64, 10], sizes = [28, 14, 7, 4, 2, 1];
const op = (op: PointwiseOp, ...args: number[]): Instruction => ({ op, dtype: "float32", of: "float32", args });
/** Numbers of each of eight channels. */
const perChannel = (b: Builder, rows: number, count: number) =>
  Array.from({ length: count }, () => b.tensor([rows, 8], [0, 1]));

function cases(n: number): Case[] {
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

const threads = options.threads.split(",").map(Number),
  backends = threads.map((count) => createCpuBackend({ threads: count }));
const offsets = new Int32Array();

/** A program ready to run. */
function prepare(backend: Backend, build: (b: Builder) => void): { run(runs: number): number; free(): void } {
  const builder = new Builder();
  build(builder);
  const program = builder.program, scalars = Float64Array.from(builder.scalars);
  const buffers = program.values.map(({ dtype, elements }) => {
    const buffer = backend.allocate(dtype, elements);
    backend.upload(
      buffer,
      dtype === "int32" ? new Int32Array(elements).fill(3) : new Float32Array(elements).map((_, i) => Math.sin(i)),
    );
    return buffer;
  });
  const executable = backend.compile(program);
  return {
    /** Microseconds of one of `runs` runs. */
    run(runs) {
      const start = performance.now();
      for (let i = 0; i < runs; i++) backend.run(executable, buffers, scalars, offsets);
      return 1000 * (performance.now() - start) / runs;
    },
    free: () => buffers.forEach((buffer) => backend.free(buffer)),
  };
}

/** A product that fits the L1 cache: as fast as the tile gets. */
const yardsticks = backends.map((backend) =>
  prepare(backend, (b) =>
    b.steps.push({
      kernel: "matmul",
      inputs: { a: b.tensor([1, 24, 256]), b: b.tensor([1, 256, 8]) },
      output: b.tensor([1, 24, 8]),
      ...PLAIN,
    }))
);

/**
 * Best time of a run in microseconds, and the median of its quotient by the yardstick's time just before: other work on the machine slows both.
 */
function measure(at: number, build: (b: Builder) => void): { best: number; quotient: number } {
  const program = prepare(backends[at]!, build);
  let best = Infinity;
  const quotients: number[] = [], end = performance.now() + Number(options.ms);
  do {
    // Enough runs in one measurement for the clock's resolution.
    const before = yardsticks[at]!.run(20), time = program.run(Math.min(1000, Math.max(1, Math.ceil(100 / best))));
    const after = yardsticks[at]!.run(20);
    best = Math.min(best, time);
    quotients.push(2 * time / (before + after));
  } while (performance.now() < end);
  program.free();
  return { best, quotient: quotients.sort((a, b) => a - b)[quotients.length >> 1]! };
}

console.log(
  "kernel".padEnd(48),
  threads.map((count) => `${count} thread${count > 1 ? "s" : ""}`.padStart(32)).join(""),
);
for (const n of batches) {
  const conv = threads.map(() => 0);
  for (const { name, amount, unit, build } of cases(n)) {
    if (!name.includes(options.only)) continue;
    const cells = [];
    for (let at = 0; at < threads.length; at++) {
      const { best: time, quotient } = measure(at, build);
      if (name.startsWith("conv")) conv[at]! += time;
      const share = unit === "GFLOP/s"
        ? `${(100 * amount / (2 * 24 * 256 * 8) / quotient).toFixed(0)}%`
        : quotient.toFixed(2);
      cells.push(`${time.toFixed(1)} µs ${(amount / time / 1000).toFixed(1)} ${unit} ${share}`.padStart(32));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    console.log(name.padEnd(48), cells.join(""));
  }
  console.log(
    `all convolutions, batch ${n}`.padEnd(48),
    conv.map((time) => `${time.toFixed(0)} µs`.padStart(32)).join(""),
  );
}
backends.forEach((backend) => backend.dispose());
