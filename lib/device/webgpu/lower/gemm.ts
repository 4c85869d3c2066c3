/** Products: matmul and the convolutions, which share one tiled kernel. */
import combineText from "../../../../kernels/webgpu/combine.wgsl" with { type: "text" };
import conv2dText from "../../../../kernels/webgpu/conv2d.wgsl" with { type: "text" };
import inputGradText from "../../../../kernels/webgpu/conv2d_input_grad.wgsl" with { type: "text" };
import weightGradText from "../../../../kernels/webgpu/conv2d_weight_grad.wgsl" with { type: "text" };
import gemmText from "../../../../kernels/webgpu/gemm.wgsl" with { type: "text" };
import matmulText from "../../../../kernels/webgpu/matmul.wgsl" with { type: "text" };
import type { ConvStep, MatmulStep, Operand } from "../../program.ts";
import { sizeOf } from "../../shape.ts";
import { ceilDiv, constantsText, type Dispatch, Fields, moduleText, powerOfTwoAtLeast } from "../module.ts";
import { elementsDispatch } from "./elements.ts";

/** A product of [batches, rows, depth] and [batches, depth, columns], as the kernel sees it. */
interface Product {
  readonly label: string;
  /** WGSL of the problem: what rows, columns and depth mean. */
  readonly text: string;
  readonly batches: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Words of the result. */
  readonly size: number;
  readonly output: Operand;
  readonly fields: (fields: Fields) => Fields;
  readonly aDepthFirst: boolean;
  readonly bDepthFirst: boolean;
  /** Whether the depth may be cut into parts (not where it differs between batches). */
  readonly splits: boolean;
}

/** Invocations that a launch should have, to fill a large device. */
const WANTED_INVOCATIONS = 1 << 16;
/** Depth below which a part is not worth its own tile, and the most words all partial results may take. */
const LEAST_PART = 128;
const MOST_PARTIAL_WORDS = 1 << 21;

/** Shape of a tile: invocations across and down (four columns, four rows each), and layers that share its depth. */
export function chooseTile(rows: number, columns: number): { TX: number; TY: number; LAYERS: number } {
  const TX = Math.min(16, Math.max(2, powerOfTwoAtLeast(ceilDiv(columns, 4))));
  const TY = Math.min(TX === 16 ? 16 : 32, Math.max(2, powerOfTwoAtLeast(ceilDiv(rows, 4))));
  return { TX, TY, LAYERS: Math.max(1, 64 / (TX * TY)) };
}

/** Into how many parts of what depth a product is cut. */
export function chooseParts(
  tiles: number,
  threads: number,
  depth: number,
  size: number,
): { parts: number; partDepth: number } {
  const wanted = Math.min(
    ceilDiv(WANTED_INVOCATIONS, tiles * threads),
    ceilDiv(depth, LEAST_PART),
    Math.max(1, Math.floor(MOST_PARTIAL_WORDS / size)),
  );
  const partDepth = ceilDiv(ceilDiv(depth, wanted), 32) * 32;
  return { parts: ceilDiv(depth, partDepth), partDepth };
}

function lowerProduct(product: Product): Dispatch[] {
  const { rows, columns, depth, batches, size } = product;
  const { TX, TY, LAYERS } = chooseTile(rows, columns);
  const threads = TX * TY * LAYERS, DEPTH = Math.max(16, 4 * LAYERS);
  const rowTiles = ceilDiv(rows, 4 * TY),
    columnTiles = ceilDiv(columns, 4 * TX),
    tiles = rowTiles * columnTiles * batches;
  const { parts, partDepth } = product.splits && depth >= 4 * LEAST_PART
    ? chooseParts(tiles, threads, depth, size)
    : { parts: 1, partDepth: Math.max(1, depth) };
  const fields = new Fields();
  if (parts > 1) fields.scratch("output");
  else fields.address("output", product.output);
  fields.constants({ rowTiles, columnTiles, batches, parts, partDepth, partSize: size, rows, columns });
  product.fields(fields);
  const definitions = constantsText({
    TX,
    TY,
    LAYERS,
    DEPTH,
    LAYER_SUMS: LAYERS > 1 ? threads : 1,
    A_DEPTH_FIRST: product.aDepthFirst,
    B_DEPTH_FIRST: product.bDepthFirst,
  });
  const code = moduleText({ text: gemmText + product.text, fields: fields.list, definitions, heap: "f32" });
  const main = {
    label: `${product.label} ${4 * TY}×${4 * TX}`,
    code,
    fields: fields.list,
    workgroups: tiles * parts,
    scratch: parts > 1 ? parts * size : 0,
  };
  return parts > 1 ? [main, combine(product.output, size, parts)] : [main];
}

/** Adds `parts` partial results in scratch memory. */
function combine(output: Operand, count: number, parts: number): Dispatch {
  const fields = new Fields().scratch("scratch").address("output", output).constant("parts", parts);
  return elementsDispatch({ label: "combine", text: combineText, fields, count, heap: "f32", scratch: parts * count });
}

export function lowerMatmul({ a, b, output }: MatmulStep): Dispatch[] {
  const [batches, rows, depth] = a.shape as [number, number, number];
  const columns = b.shape[2]!;
  const [aBatch, aRow, aDepth] = a.strides as [number, number, number];
  const [bBatch, bDepth, bColumn] = b.strides as [number, number, number];
  return lowerProduct({
    label: "matmul",
    text: matmulText,
    batches,
    rows,
    columns,
    depth,
    size: batches * rows * columns,
    output,
    fields: (fields) =>
      fields.address("a", a).address("b", b).constants({ aBatch, aRow, aDepth, bBatch, bDepth, bColumn, depth }),
    aDepthFirst: aDepth <= aRow,
    bDepthFirst: bDepth <= bColumn,
    splits: true,
  });
}

export function lowerConv({ kernel, a, b, output, stride, padding }: ConvStep): Dispatch[] {
  // Each of the three kernels has an image, the gradient or output on it, and a weight, in different roles.
  const image = kernel === "conv2dInputGrad" ? output : a;
  const out = kernel === "conv2d" ? output : kernel === "conv2dInputGrad" ? a : b;
  const weight = kernel === "conv2dWeightGrad" ? output : b;
  const [images, channels, height, width] = image.shape as [number, number, number, number];
  const [, outChannels, outHeight, outWidth] = out.shape as [number, number, number, number];
  const [, , kernelY, kernelX] = weight.shape as [number, number, number, number];
  const taps = kernelY * kernelX, pixels = images * outHeight * outWidth;
  const geometry = {
    height,
    width,
    channels,
    outHeight,
    outWidth,
    kernelY,
    kernelX,
    strideY: stride[0],
    strideX: stride[1],
    paddingY: padding[0],
    paddingX: padding[1],
  };
  const common = { label: kernel, output, size: sizeOf(output.shape), batches: 1 };
  switch (kernel) {
    case "conv2d": {
      const depth = channels * taps;
      return lowerProduct({
        ...common,
        text: conv2dText,
        rows: pixels,
        columns: outChannels,
        depth,
        fields: (fields) => fields.address("image", a).address("weight", b).constants({ depth, ...geometry }),
        aDepthFirst: true,
        bDepthFirst: true,
        splits: true,
      });
    }
    case "conv2dInputGrad":
      return lowerProduct({
        ...common,
        text: inputGradText,
        batches: stride[0] * stride[1],
        rows: images * ceilDiv(height, stride[0]) * ceilDiv(width, stride[1]),
        columns: channels,
        depth: outChannels * ceilDiv(kernelY, stride[0]) * ceilDiv(kernelX, stride[1]),
        fields: (fields) =>
          fields.address("gradient", a).address("weight", b).constants({ images, outChannels, ...geometry }),
        aDepthFirst: true,
        bDepthFirst: false,
        splits: false,
      });
    case "conv2dWeightGrad":
      return lowerProduct({
        ...common,
        text: weightGradText,
        rows: outChannels,
        columns: channels * taps,
        depth: pixels,
        fields: (fields) => fields.address("image", a).address("gradient", b).constants({ depth: pixels, ...geometry }),
        aDepthFirst: false,
        bDepthFirst: false,
        splits: true,
      });
  }
}
