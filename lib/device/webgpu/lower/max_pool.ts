/** Max pooling, the places of the largest elements, and the gradient. */
import maxPoolText from "../../../../kernels/webgpu/max_pool2d.wgsl" with { type: "text" };
import maxPoolGradText from "../../../../kernels/webgpu/max_pool2d_grad.wgsl" with { type: "text" };
import windowText from "../../../../kernels/webgpu/max_pool_window.wgsl" with { type: "text" };
import type { Operand } from "../../operand.ts";
import { rowMajor, sizeOf } from "../../shape.ts";
import type { MAX_POOL, MaxPooling } from "../../steps/max_pool.ts";
import type { StepOf, Table } from "../../steps/mod.ts";
import { type Dispatch, Fields } from "../module.ts";
import { imageDispatch, imageFields } from "./images.ts";
import { blockFields, blocks } from "./rounds.ts";

/** The geometry of a pool as parameters. */
function geometry(
  { kernelSize, stride, padding, dilation }: MaxPooling,
  image: readonly number[],
  windows: readonly number[],
) {
  const [[kernelY, kernelX], [strideY, strideX]] = [kernelSize, stride];
  const [[paddingY, paddingX], [dilationY, dilationX]] = [padding, dilation];
  const [, , height, width] = image as [number, number, number, number];
  const [, , rows, columns] = windows as [number, number, number, number];
  const sizes = { height, width, rows, columns };
  return { ...sizes, kernelY, kernelX, strideY, strideX, paddingY, paddingX, dilationY, dilationX };
}

/** The largest elements, or their places, of windows of `shape`: to `output`, or (places) to scratch memory. */
function lowerWindows(
  label: string,
  pooling: MaxPooling,
  input: Operand,
  shape: readonly number[],
  { output, indices, scratch }: { output: Operand | undefined; indices: boolean; scratch: number },
): Dispatch[] {
  const all = blocks(pooling.kernelSize[0], pooling.kernelSize[1]), count = sizeOf(shape), several = all.length > 1;
  const words = scratch + (several ? count : 0);
  return all.map((block) => {
    const fields = blockFields(new Fields(), block, all).constants(geometry(pooling, input.shape, shape))
      .scratch("places", scratch);
    return imageDispatch({
      label,
      text: `${maxPoolText}\n${windowText}`,
      input,
      output: output ?? { shape, strides: rowMajor(shape) },
      fields,
      constants: { INDICES: indices, BLOCKS: several },
      math: true,
      scratch: words,
    });
  });
}

function lowerMaxPool(
  { kernel, inputs: { input }, output, attributes }: StepOf<"maxPool2d" | "maxPool2dIndices">,
): Dispatch[] {
  const indices = kernel === "maxPool2dIndices";
  return lowerWindows(kernel, attributes, input, output.shape, { output, indices, scratch: 0 });
}

function lowerMaxPoolGrad({ kernel, inputs: { input, g }, output, attributes }: StepOf<"maxPool2dGrad">): Dispatch[] {
  const { kernelSize, stride, dilation } = attributes, windows = sizeOf(g.shape);
  const places = lowerWindows(`${kernel} places`, attributes, input, g.shape, {
    output: undefined,
    indices: true,
    scratch: windows,
  });
  // Windows that cover a pixel: those that begin within a window's reach before it.
  const over = (i: 0 | 1) => Math.min(Math.floor((kernelSize[i] - 1) * dilation[i] / stride[i]) + 1, g.shape[2 + i]!);
  const all = blocks(over(0), over(1)), scratch = Math.max(...places.map((dispatch) => dispatch.scratch));
  const spread = all.map((block) => {
    const fields = blockFields(new Fields(), block, all).constants(geometry(attributes, input.shape, g.shape)).scratch(
      "places",
    );
    imageFields(fields, "g", g);
    return imageDispatch({ label: kernel, text: maxPoolGradText, input, output, fields, scratch });
  });
  return [...places, ...spread];
}

export const MAX_POOL_WEBGPU: Table<keyof typeof MAX_POOL, [], Dispatch[]> = {
  maxPool2d: lowerMaxPool,
  maxPool2dIndices: lowerMaxPool,
  maxPool2dGrad: lowerMaxPoolGrad,
};
