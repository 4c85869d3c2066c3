/** What a step touches of memory, and whether it goes through it image by image. */
import type { Operand } from "../operand.ts";
import type { Program } from "../program.ts";
import { sizeOf } from "../shape.ts";
import { type Step, stepInputs, stepOutputs } from "../steps/mod.ts";
import { isDense } from "./shapes.ts";

/** When commands of a step touch an operand, as seen from those that run image by image: these are in the middle. */
export type When = "before" | "within" | "after";

/** An operand of a step. */
export interface Access {
  readonly value: number;
  readonly written: boolean;
  /** Elements of an image, if image after image is touched from the value's start to its end; 0: any elements at any time. */
  readonly each: number;
  readonly when: When;
}

/**
 * Images of a step that may run image by image: "any" if it goes by those of its neighbours, undefined if it may not. Of the steps of a backward pass
 * none do: the gradients of weights between them read all images, and to put these off costs more than is gained. Nor do sums and moments, which read
 * as fast from the L3 cache.
 */
export function imagesOf(step: Step): number | "any" | undefined {
  switch (step.kernel) {
    case "pointwise":
    case "statistics":
    case "anyOther":
      return "any";
    case "fused":
      return step.product.kernel === "conv2d" ? step.product.output.shape[0] : undefined;
    case "conv2d":
    case "dequantizeGather":
    case "crossEntropy":
    case "softmax":
    case "logSoftmax":
    case "avgPool2d":
    case "maxPool2d":
    case "maxPool2dIndices":
      return step.output.shape[0];
    case "gather":
      return step.output.shape.length === 1 ? step.output.shape[0] : undefined;
    default:
      return undefined;
  }
}

/** Elements of each of so many images, if an operand shows a whole value without gaps; else 0. */
function imageSize({ value, shape, strides, offset, dynamic }: Operand, images: number, { values }: Program): number {
  const elements = values[value]!.elements, each = elements / images;
  if (!Number.isInteger(each) || offset !== 0 || dynamic >= 0 || sizeOf(shape) !== elements) return 0;
  const axes = shape.map((size, axis) => ({ size, stride: strides[axis]! })).filter(({ size }) => size > 1);
  let inner = 1;
  for (const { size, stride } of axes.sort((a, b) => a.stride - b.stride)) {
    if (stride !== inner) return 0;
    inner *= size;
  }
  return each;
}

/** An operand, and the elements of an image where the kernel goes through it image by image; else 0. */
type Images = readonly [operand: Operand, each: number];

/** The same of an operand whose first axis has the images. */
const leading = (operand: Operand, images: number, program: Program): Images => {
  const each = imageSize(operand, images, program);
  return [operand, operand.shape[0] === images && operand.strides[0] === each ? each : 0];
};

/** Of one that a chain goes along. */
const along = (
  operand: Operand,
  images: number,
  program: Program,
): Images => [operand, isDense(operand.shape, operand.strides) ? imageSize(operand, images, program) : 0];

/** Of one that is searched in parts of its outermost axis of those that are not kept: the images', if an image is some steps of it. */
function searched(operand: Operand, kept: number, images: number, program: Program): Images {
  const each = imageSize(operand, images, program);
  const axes = operand.shape.map((size, axis) => ({ size, stride: operand.strides[axis]! }));
  const outer = axes.slice(kept).reduce((a, b) => b.stride > a.stride ? b : a, { size: 1, stride: 0 });
  const isOutermost = axes.every(({ size, stride }) => size === 1 || stride <= outer.stride);
  return [operand, isOutermost && outer.size % images === 0 ? each : 0];
}

/** Of one of which any element may be read. */
const anywhere = (operand: Operand): Images => [operand, 0];

/** How a step reads its operands. */
function readsOf(step: Step, images: number, program: Program): readonly Images[] {
  switch (step.kernel) {
    case "pointwise":
    case "statistics":
      return stepInputs(step).map((operand) => along(operand, images, program));
    case "anyOther":
      return [searched(step.inputs.input, step.output.shape.length, images, program)];
    case "fused": {
      const others = stepInputs(step.epilogue).filter(({ value }) => value !== step.product.output.value);
      return [...readsOf(step.product, images, program), ...others.map((operand) => along(operand, images, program))];
    }
    case "conv2d":
      return [leading(step.inputs.x, images, program), anywhere(step.inputs.w)];
    case "dequantizeGather":
    case "gather":
      return stepInputs(step).map(anywhere);
    default:
      return stepInputs(step).map((operand) => leading(operand, images, program));
  }
}

/** The same of what it writes; undefined if it does not write all of it image by image. */
function writesOf(step: Step, images: number, program: Program): readonly Images[] | undefined {
  const chain = step.kernel === "fused" ? step.epilogue : step, product = step.kernel === "fused" ? step.product : step;
  const found: Images[] = [];
  if (product.kernel !== "pointwise") found.push(leading(product.output, images, program));
  if (chain.kernel === "pointwise") {
    for (const { operand } of chain.outputs) found.push(along(operand, images, program));
  }
  return found.every(([, each]) => each > 0) ? found : undefined;
}

/** Whether any operand has 16 bits: it is widened before the step, or written by two. */
const hasHalves = (step: Step, { values }: Program): boolean =>
  [...stepInputs(step), ...stepOutputs(step)].some(({ value }) => values[value]?.dtype === "float16");

/** What a step touches that may go through `images` images one by one; undefined if it may not. */
export function accessesByImage(step: Step, images: number, program: Program): Access[] | undefined {
  const own = imagesOf(step);
  if (own === undefined || (own !== "any" && own !== images) || hasHalves(step, program)) return undefined;
  if (step.kernel === "statistics" || step.kernel === "anyOther") return accessesToResult(step, images, program);
  const writes = writesOf(step, images, program);
  if (!writes) return undefined;
  const reads = readsOf(step, images, program).flatMap(([{ value }, each]): Access[] =>
    each > 0
      ? [{ value, written: false, each, when: "within" }]
      : [{ value, written: false, each, when: "before" }, { value, written: false, each, when: "within" }]
  );
  return [
    ...reads,
    ...writes.map(([{ value }, each]): Access => ({ value, written: true, each, when: "within" })),
  ];
}

/** The same of a step that goes through images, and makes something of all of them when it has. */
function accessesToResult(step: Step, images: number, program: Program): Access[] | undefined {
  const reads = readsOf(step, images, program);
  if (reads.some(([, each]) => each === 0)) return undefined;
  return [
    ...reads.map(([{ value }, each]): Access => ({ value, written: false, each, when: "within" })),
    ...stepOutputs(step).map(({ value }): Access => ({ value, written: true, each: 0, when: "after" })),
  ];
}

/** What a step touches whose commands all run before those that go image by image, or after them. */
export function accessesAtOnce(step: Step, when: "before" | "after"): Access[] {
  const access = (written: boolean) => ({ value }: Operand): Access => ({ value, written, each: 0, when });
  return [...stepInputs(step).map(access(false)), ...stepOutputs(step).map(access(true))];
}
