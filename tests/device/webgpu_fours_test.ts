/** Products that move four words at once: which do, how many loads and stores that takes, and that the results have the bits of single words. */
import assert from "node:assert/strict";
import { NONE } from "../../lib/device/attributes.ts";
import type { Operand } from "../../lib/device/operand.ts";
import type { PointwiseStep } from "../../lib/device/steps/pointwise.ts";
import { reduction } from "../../lib/device/steps/reductions.ts";
import { createWebGpuBackend } from "../../lib/device/webgpu/backend.ts";
import { mergedDispatches } from "../../lib/device/webgpu/merge.ts";
import { convStep, type Geometry } from "../ops/conv.ts";
import { assertSameBits, checkAgainstReference, runOnce } from "./conformance.ts";
import { type Case, Choices, contiguous, nhwc, numel, ProgramBuilder, randomData } from "./programs.ts";
import { movesOf } from "./webgpu_moves.ts";
import { webgpuTest } from "./webgpu_cases.ts";

/** A program, and how its product reads a and b and whether it writes by fours. */
interface Example {
  readonly made: Case;
  readonly moves: string;
}

/** An operand from some place of a buffer of its own on. */
function random(builder: ProgramBuilder, shape: readonly number[], strides = contiguous(shape), offset = 0): Operand {
  const elements = offset + 1 + shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, 0);
  const value = builder.bind("float32", randomData(new Choices(elements), "float32", elements));
  return builder.operand(value, shape, { strides, offset });
}

/** Strides of a matrix, or of its transpose in memory. */
const stored = (batch: number, rows: number, columns: number, transposed: boolean) =>
  transposed ? [batch === 1 ? 0 : rows * columns, 1, rows] : [batch === 1 ? 0 : rows * columns, columns, 1];

function matmul(
  [batch, m, k, n]: readonly [number, number, number, number],
  { a = false, b = false, offset = 0 }: { a?: boolean; b?: boolean; offset?: number },
  moves: string,
): Example {
  const builder = new ProgramBuilder();
  builder.step({
    kernel: "matmul",
    inputs: {
      a: random(builder, [batch, m, k], stored(batch, m, k, a), offset),
      b: random(builder, [batch, k, n], stored(batch, k, n, b)),
    },
    output: random(builder, [batch, m, n]),
    attributes: NONE,
    numbers: {},
  });
  const turned = `${a ? "ᵀ" : ""}${b ? ", bᵀ" : ""}`;
  return { made: builder.build(`matmul ${batch}×${m}×${k}×${n} a${turned} from ${offset}`), moves };
}

/** A convolution or one of its gradients, with the sums over all pixels or a chain that follows. */
function conv(
  kernel: Parameters<typeof convStep>[0],
  [images, channels, out, size]: readonly [number, number, number, number],
  { more, ...geometry }: Partial<Geometry> & { more?: "sums" | "chain" },
  moves: string,
): Example {
  const builder = new ProgramBuilder();
  const { stride, padding, groups }: Geometry = { stride: [2, 2], padding: [1, 1], ...geometry };
  const after = Math.floor((size + 2 * padding[0] - 3) / stride[0]) + 1;
  const image = (channels: number, size: number) => {
    const shape = [images, channels, size, size];
    return random(builder, shape, nhwc(shape));
  };
  const x = () => image(channels, size), g = () => image(out, after);
  const w = () => random(builder, [out, channels / (groups ?? 1), 3, 3]);
  const operands = {
    conv2d: () => [x(), w(), g()],
    conv2dInputGrad: () => [g(), w(), x()],
    conv2dWeightGrad: () => [x(), g(), w()],
  };
  const list = operands[kernel]() as [Operand, Operand, Operand];
  const step = convStep(kernel, { stride, padding, ...(groups ? { groups } : {}) }, list);
  if (more === "chain" && step.kernel !== "conv2dWeightGrad") {
    builder.step({ kernel: "fused", product: step, epilogue: chainOf(builder, step.output), kept: true });
  } else builder.step(step);
  if (more === "sums") {
    const [, g] = list;
    builder.step({
      kernel: "reduce",
      inputs: { input: { ...g, shape: [out, numel(g.shape) / out], strides: [1, out] } },
      output: builder.dense("float32", [out], new Float32Array(out)),
      attributes: reduction({ op: "sum", dtype: "float32", kept: 1 }),
      numbers: {},
    });
  }
  return {
    made: builder.build(`${kernel} ${images}×${channels}→${out}, ${size} pixels, ${groups ?? 1} groups`),
    moves,
  };
}

/** relu(product + a number a column + a tensor) · a number of the run · one of a tensor, and what is there before the last. */
function chainOf(builder: ProgramBuilder, product: Operand): PointwiseStep {
  const columns = product.shape[1]!, shape = [numel(product.shape) / columns, columns];
  const dtype = "float32", whole = contiguous(shape);
  const tensor = (operand: Operand) => ({ kind: "tensor", operand, dtype }) as const;
  const op = (op: "add" | "mul", ...args: number[]) => ({ op, dtype, of: dtype, args }) as const;
  return {
    kernel: "pointwise",
    shape,
    inputs: [
      tensor({ ...product, shape, strides: whole }),
      tensor(random(builder, shape, [0, 1], 4)),
      tensor(random(builder, shape, whole, 8)),
      { kind: "scalar", slot: builder.scalar(0.7), dtype },
      tensor(random(builder, shape, [0, 0], 3)),
    ],
    code: [
      op("add", 0, 1),
      op("add", 5, 2),
      { op: "relu", dtype, of: dtype, args: [6] },
      op("mul", 7, 3),
      op("mul", 8, 4),
    ],
    outputs: [9, 8].map((register) => ({ operand: random(builder, shape), register, dtype })),
  };
}

/** Of each kernel: with and without groups, whole and in parts, with what runs along. */
const EXAMPLES: readonly Example[] = [
  matmul([2, 20, 36, 12], {}, "a along, b across, fours"),
  matmul([1, 24, 20, 36], { a: true, b: true }, "a across, b along, fours"),
  matmul([3, 7, 12, 8], { b: true, offset: 1 }, "a single, b along, fours"),
  matmul([1, 12, 2048, 10], { b: true }, "a along, b along, fours"), // in parts, whose rows have room for 12
  conv("conv2d", [3, 8, 12, 9], {}, "a along, b single, fours"),
  conv("conv2d", [2, 8, 16, 7], { groups: 2, stride: [1, 1] }, "a along, b single, fours"),
  conv("conv2d", [2, 128, 4, 5], {}, "a along, b single, fours"), // in parts
  conv("conv2d", [3, 1, 8, 9], { more: "chain" }, "a single, b single, fours"),
  conv("conv2dInputGrad", [3, 8, 12, 9], { more: "chain" }, "a along, b single, fours"),
  conv("conv2dInputGrad", [2, 12, 6, 8], { groups: 3 }, "a single, b single, fours"),
  conv("conv2dWeightGrad", [9, 8, 12, 16], { more: "sums" }, "a across, b across, fours"),
  conv("conv2dWeightGrad", [9, 8, 8, 16], { groups: 2 }, "a across, b across, fours"),
  conv("conv2dWeightGrad", [9, 3, 8, 16], { more: "sums" }, "a across, b single, fours"),
];

/** Products that must move single words: some of their results lie by themselves, or at no multiple of four words. */
const SINGLE: readonly Example[] = [
  matmul([1, 8, 16, 10], {}, "a single, b single, words"),
  conv("conv2d", [2, 8, 10, 6], {}, "a single, b single, words"),
  conv("conv2dInputGrad", [2, 10, 8, 6], {}, "a single, b single, words"),
  conv("conv2dWeightGrad", [2, 8, 8, 6], { more: "sums" }, "a single, b single, words"), // not in parts: as weights lie
];

const productOf = ({ made: { program } }: Example, inWords = false) =>
  mergedDispatches(program, inWords).find(({ label }) => /^(matmul|conv2d)/.test(label))!;

for (const example of [...EXAMPLES, ...SINGLE]) {
  const { made, moves } = example;
  Deno.test(`${made.label}: ${moves}`, () => {
    assert.equal(movesOf(productOf(example)).how, moves);
    assert.equal(movesOf(productOf(example, true)).how, "a single, b single, words");
  });
}

webgpuTest("products by four words are right over several buffers, too", async (backend) => {
  const spread = await createWebGpuBackend({ allowSoftware: true, bufferBytes: 8 << 10 });
  try {
    for (const { made: { label, program, inputs } } of [EXAMPLES[0]!, EXAMPLES[7]!, EXAMPLES[8]!]) {
      assertSameBits(await runOnce(backend, program, inputs), await runOnce(spread, program, inputs), label);
    }
  } finally {
    spread.dispose();
  }
});

webgpuTest("products by four words give what they give by single ones, to the bit", async (backend) => {
  const single = await createWebGpuBackend({ allowSoftware: true, inWords: true });
  try {
    for (const { made: { label, program, inputs } } of EXAMPLES) {
      const { contents, compared } = await checkAgainstReference(backend, program, inputs, { label });
      assert.ok(compared > 0, label);
      assertSameBits(contents, await runOnce(single, program, inputs), `${label}: by fours and by words`);
    }
  } finally {
    single.dispose();
  }
});
