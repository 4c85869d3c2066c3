/**
 * Numbers stored in 16 bits, for kernels/cpu/halves.ts. Kernels read float32: before a step that reads halves, they are widened into scratch memory, in
 * the order in which they lie, so that the step does what it does with float32 operands of those strides.
 */
import type { Operand } from "../operand.ts";
import { sizeOf } from "../shape.ts";
import type { Step, StepOf } from "../steps/mod.ts";
import type { ProgramWriter } from "./commands.ts";
import { packsPanels } from "./linear.ts";
import { command, halves, operand, table, word } from "./layout.ts";
import { BLOCK } from "./numbers.ts";
import { chunkSize, mergeAxes } from "./shapes.ts";

const elements = {
  total: word("elements"),
  size: word("elements per chunk"),
  rank: word("axes of the input"),
  shape: table("of the input"),
  strides: table("of the input"),
};

export const WIDEN = command("widen", {
  ...elements,
  from: halves("any strides"),
  scratch: operand("scratch value"),
  at: word("bytes to the float32 in it"),
});

export const HALF = command("half", {
  ...elements,
  input: operand("any strides"),
  output: operand("float16 without gaps, from offset 0"),
});

/** Nanoseconds of an element that is widened, or rounded. */
const NS_PER_HALF = 0.3;

/** How a view of some axes is walked and cut. */
function walk(axes: readonly { readonly size: number; readonly strides: readonly number[] }[]) {
  const merged = mergeAxes(axes), shape = merged.map(({ size }) => size), total = sizeOf(shape);
  const size = chunkSize(total, BLOCK, 32 * BLOCK), cut = { chunks: Math.ceil(total / size), ns: total * NS_PER_HALF };
  return { cut, values: { total, size, rank: shape.length, shape, strides: merged.map(({ strides }) => strides[0]!) } };
}

/** Encodes half. */
export function encodeHalf({ inputs: { input }, output }: StepOf<"half">, writer: ProgramWriter): void {
  const { cut, values } = walk(input.shape.map((size, axis) => ({ size, strides: [input.strides[axis]!] })));
  writer.issue(HALF, cut, { ...values, input, output });
}

/** Widens what an operand shows, each element once. @returns the same operand, of float32 */
function widened(from: Operand, writer: ProgramWriter): Operand {
  const { shape, strides: given } = from;
  const order = [...shape.keys()].filter((axis) => shape[axis] !== 1 && given[axis] !== 0)
    .sort((a, b) => given[b]! - given[a]! || a - b);
  const strides = shape.map(() => 0);
  let total = 1;
  for (const axis of order.toReversed()) {
    strides[axis] = total;
    total *= shape[axis]!;
  }
  const scratch = writer.scratchStart, at = writer.scratch(4 * total);
  const { cut, values } = walk(order.map((axis) => ({ size: shape[axis]!, strides: [given[axis]!] })));
  writer.issue(WIDEN, cut, { ...values, from, scratch, at });
  // Axes of one element have the stride that they had, which some layouts are recognised by.
  return { ...scratch, offset: at / 4, shape, strides: strides.map((own, i) => shape[i] === 1 ? given[i]! : own) };
}

/** Whether B comes into panels, and can from halves: those lie next to each other along the depth, as weights do. */
const packsHalves = ({ inputs: { a, b } }: StepOf<"matmul">): boolean =>
  b.strides[1] === 1 && packsPanels(b, a.shape[1]!);

/**
 * A step that reads float32 in place of the float16 that `step` reads: those are widened first. A gather looks up halves itself, and panels of a
 * product's weights are made of them.
 */
export function widenInputs<S extends Step>(step: S, writer: ProgramWriter): S;
export function widenInputs(step: Step, writer: ProgramWriter): Step {
  const isHalf = ({ value }: Operand) => writer.program.values[value]?.dtype === "float16";
  if (step.kernel === "gather") return step;
  if (step.kernel === "fused") {
    return { ...step, product: widenInputs(step.product, writer), epilogue: widenInputs(step.epilogue, writer) };
  }
  if (step.kernel === "pointwise") {
    if (!step.inputs.some((input) => input.kind === "tensor" && isHalf(input.operand))) return step;
    const inputs = step.inputs.map((input) =>
      input.kind === "tensor" && isHalf(input.operand)
        ? { kind: "tensor", operand: widened(input.operand, writer), dtype: "float32" } as const
        : input
    );
    return { ...step, inputs };
  }
  if (!Object.values(step.inputs).some(isHalf)) return step;
  const packed = step.kernel === "matmul" && packsHalves(step) ? "b" : "";
  const inputs = Object.entries(step.inputs).map(([name, operand]) =>
    [name, isHalf(operand) && name !== packed ? widened(operand, writer) : operand] as const
  );
  return { ...step, inputs: Object.fromEntries(inputs) } as Step;
}
