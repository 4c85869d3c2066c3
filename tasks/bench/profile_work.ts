/**
 * What a step of a program has to do at least: bytes that it reads and writes, and arithmetic.
 *
 * @module
 */
import { elementBytes } from "../../lib/device/dtype.ts";
import type { Operand } from "../../lib/device/operand.ts";
import type { Program } from "../../lib/device/program.ts";
import { sizeOf } from "../../lib/device/shape.ts";
import type { Shape } from "../../lib/graph/shape.ts";
import type { Convolution } from "../../lib/device/steps/conv.ts";
import type { Product } from "./profile_launch.ts";
import { type Step, stepInputs, stepOutputs } from "../../lib/device/steps/mod.ts";

/** Bytes of several operands, each element counted once: what is broadcast is read once, and so is what two operands share. */
export function bytesOf({ values }: Program, operands: Iterable<Operand>): number {
  const known = new Map<string, number>();
  for (const { value, shape, strides, offset } of operands) {
    const { dtype, elements } = values[value]!;
    const own = sizeOf(shape.filter((_, axis) => strides[axis] !== 0));
    known.set(`${value} ${offset} ${own}`, Math.min(own, elements) * elementBytes(dtype));
  }
  return [...known.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** Bytes that a step reads and writes; of a lookup in a table only the rows that it takes. */
export function stepBytes(step: Step, program: Program): number {
  const output = bytesOf(program, stepOutputs(step));
  if (step.kernel === "gather") return 2 * output + bytesOf(program, [step.inputs.index]);
  if (step.kernel === "dequantizeGather") return output + output / 4 + bytesOf(program, [step.inputs.index]);
  return output + bytesOf(program, stepInputs(step));
}

/** Along an axis: in how many pairs of an output and a place of the kernel the kernel meets the image, and not what pads it. */
function meetings(image: number, outputs: number, kernel: number, stride: number, padding: number): number {
  let count = 0;
  for (let at = -padding, output = 0; output < outputs; output++, at += stride) {
    count += Math.max(0, Math.min(image, at + kernel) - Math.max(0, at));
  }
  return count;
}

/** Of a convolution from images to outputs, or of either of its gradients. */
function convolutionFlops(images: Shape, outputs: Shape, weights: Shape, { stride, padding }: Convolution): number {
  const [down, across] = [0, 1].map((axis) =>
    meetings(images[2 + axis]!, outputs[2 + axis]!, weights[2 + axis]!, stride[axis]!, padding[axis]!)
  );
  return 2 * outputs[0]! * weights[0]! * weights[1]! * down! * across!;
}

/**
 * Additions, multiplications and other functions of a step, each as one: a product counts two an element of its depth. What pads a convolution
 * is not multiplied.
 */
export function stepFlops(step: Step): number {
  switch (step.kernel) {
    case "pointwise":
      return step.code.length * sizeOf(step.shape);
    case "fused":
      return stepFlops(step.product) + stepFlops(step.epilogue);
    case "matmul":
      return 2 * sizeOf(step.output.shape) * step.inputs.a.shape.at(-1)!;
    case "conv2d":
      return convolutionFlops(step.inputs.x.shape, step.output.shape, step.inputs.w.shape, step.attributes);
    case "conv2dInputGrad":
      return convolutionFlops(step.output.shape, step.inputs.g.shape, step.inputs.w.shape, step.attributes);
    case "conv2dWeightGrad":
      return convolutionFlops(step.inputs.x.shape, step.inputs.g.shape, step.output.shape, step.attributes);
    case "gather":
    case "arange":
      return 0;
    case "dequantizeGather":
      return 2 * sizeOf(step.output.shape);
    default:
      return Math.max(...[...stepInputs(step), ...stepOutputs(step)].map(({ shape }) => sizeOf(shape)));
  }
}

/** A step in words: its kernel, and what of it. */
export function stepName(step: Step): string {
  if (step.kernel === "pointwise") {
    const names = step.code.map(({ op }) => op);
    return names.length > 4 ? `${names.slice(0, 3).join(" ")} … (${names.length})` : names.join(" ") || "copy";
  }
  if (step.kernel === "fused") return `${stepName(step.product)} + ${stepName(step.epilogue)}`;
  return step.kernel === "reduce" ? step.attributes.op : step.kernel;
}

/** The product that a step is, if it is one. */
export function productOf(step: Step): Product | undefined {
  switch (step.kernel) {
    case "fused":
      return productOf(step.product);
    case "matmul": {
      const [rows, columns] = step.output.shape.slice(-2) as [number, number];
      const depth = step.inputs.a.shape.at(-1)!, batch = sizeOf(step.output.shape) / (rows * columns);
      return { what: `${rows} × ${depth} by ${depth} × ${columns}`, rows: batch * rows, columns, depth };
    }
    case "conv2d":
    case "conv2dInputGrad": {
      const [to, from, height, width] = step.inputs.w.shape as [number, number, number, number];
      const pixels = step.output.shape[0]! * sizeOf(step.output.shape.slice(2)), columns = step.output.shape[1]!;
      const what = step.kernel === "conv2d" ? `${from} → ${to}` : `${to} → ${from}`;
      // Of a gradient with a stride, a pixel is a sum over some of the kernel only: so many on average.
      const depth = Math.round(stepFlops(step) / 2 / pixels / columns);
      return { what: `${what} channels, ${height} × ${width}`, rows: pixels, columns, depth };
    }
    case "conv2dWeightGrad": {
      const [to, from, height, width] = step.output.shape as [number, number, number, number];
      const { shape } = step.inputs.g, depth = shape[0]! * sizeOf(shape.slice(2));
      return {
        what: `${from} → ${to} channels, ${height} × ${width}`,
        rows: from * height * width,
        columns: to,
        depth,
      };
    }
    default:
      return undefined;
  }
}
