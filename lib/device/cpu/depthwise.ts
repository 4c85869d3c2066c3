/** Convolutions with as many groups as channels, whose channels never meet: for kernels/cpu/depthwise.ts. */
import type { CONV, Convolution } from "../steps/conv.ts";
import type { StepOf } from "../steps/mod.ts";
import type { PointwiseStep } from "../steps/pointwise.ts";
import type { ProgramWriter } from "./commands.ts";
import { padded, type Shape4 } from "./conv_sweep.ts";
import { issueWeightParts } from "./conv_weight_parts.ts";
import { EPILOGUE, issueProduct } from "./epilogue.ts";
import { command, operand, table, word } from "./layout.ts";
import { USABLE_SCRATCH } from "./numbers.ts";

/** conv2d, conv2dInputGrad: results out of the places of a source that meet the taps. */
export const DEPTHWISE = command("depthwise", {
  source: operand("images, NHWC"),
  weights: operand("[C, 1, kh, kw]"),
  output: operand("images, NHWC"),
  images: word("images"),
  group: word("images per chunk"),
  bands: word("bands of output rows per image"),
  bandRows: word("output rows per band"),
  channels: word("channels"),
  taps: word("elements of a kernel"),
  sourceStep: word("elements of a source image"),
  rows: word("of the output"),
  columns: word("of the output"),
  rowTaps: table(
    "of each row: how many kernel rows meet the source; of each the bytes to its weights, and to the source row",
  ),
  rowWords: word("words of a row in it"),
  columnTaps: table("the same of each column"),
  columnWords: word("words of a column in it"),
  wholeRows: word(
    "rows from the first to the last on which the whole of a kernel of 3 × 3 meets the source; 0: none, or another kernel",
  ),
  firstRow: word("the first of them"),
  wholeColumns: word("columns, likewise"),
  firstColumn: word("the first of them"),
  columnStep: word("bytes of the source from one of them to the next"),
  ...EPILOGUE,
});

/** conv2dWeightGrad: Σ over pixels of image × g for each tap and channel, each chunk over its share of the images. */
export const DEPTHWISE_WEIGHTS = command("depthwiseWeights", {
  image: operand("images, NHWC"),
  g: operand("gradient, NHWC"),
  images: word("images"),
  group: word("images per chunk"),
  channels: word("channels"),
  kernelRows: word("of a kernel"),
  kernelColumns: word("of a kernel"),
  height: word("of an image"),
  width: word("of an image"),
  rows: word("of g"),
  columns: word("of g"),
  strideRows: word("image rows from one row of g to the next"),
  strideColumns: word("image columns from one column of g to the next"),
  dilationRows: word("image rows from one tap to the next"),
  paddingRows: word("zeros above an image"),
  ranges: table(
    "of each kernel column: the first column of g that meets the image, how many do, and the image column of the first",
  ),
  scratch: operand("scratch value"),
  sums: word("bytes to the accumulators in it"),
  padded: word("channels in whole vectors"),
});

/** Nanoseconds of a product. */
const NS_PER_PRODUCT = 0.1;

/** Products that a chunk should have at least. */
const CHUNK_PRODUCTS = 2 ** 18;

/** Parts of a weight gradient, whose sums are added up in the end. */
const MOST_PARTS = 8;

/** Whether each output channel sees one channel of its own. Kernels must fit into a thread's scratch memory, from where they are read. */
export function isDepthwise({ kernel, inputs, output, attributes: { groups } }: StepOf<keyof typeof CONV>): boolean {
  const w = kernel === "conv2dWeightGrad" ? output.shape : (inputs as { readonly w: typeof output }).w.shape;
  return groups > 1 && w[0] === groups && w[1] === 1 && 4 * w[0]! * w[2]! * w[3]! <= USABLE_SCRATCH;
}

/** A tap, and the place of the source that it meets. */
type Meeting = readonly [tap: number, place: number];

/** What meets each place of the result along one axis. */
function meetings(
  kernel: "conv2d" | "conv2dInputGrad",
  { size, taps, source }: { readonly size: number; readonly taps: number; readonly source: number },
  { stride, padding, dilation }: Pick<Convolution, "stride" | "padding" | "dilation">,
  axis: 0 | 1,
): Meeting[][] {
  const [step, before, apart] = [stride[axis], padding[axis], dilation[axis]];
  return Array.from({ length: size }, (_, i) => {
    const found: Meeting[] = [];
    for (let tap = 0; tap < taps; tap++) {
      const place = kernel === "conv2d" ? i * step + tap * apart - before : (i + before - tap * apart) / step;
      if (Number.isInteger(place) && place >= 0 && place < source) found.push([tap, place]);
    }
    return found;
  });
}

/** The table of an axis: rows of `1 + 2 · taps` words. */
function meetingTable(all: readonly Meeting[][], taps: number, tapBytes: number, placeBytes: number): Int32Array {
  const words = 1 + 2 * taps, table = new Int32Array(words * all.length);
  all.forEach((found, i) => {
    table[i * words] = found.length;
    found.forEach(([tap, place], k) => table.set([tap * tapBytes, place * placeBytes], i * words + 1 + 2 * k));
  });
  return table;
}

/** The run of places at which all taps meet the source, each `step` places on from where it did before. */
function wholeRun(all: readonly Meeting[][], taps: number): { first: number; count: number; step: number } {
  const first = all.findIndex(({ length }) => length === taps), step = all[first + 1]?.[0]?.[1] ?? 0;
  if (first < 0) return { first: 0, count: 0, step: 0 };
  const apart = step - all[first]![0]![1];
  let count = 1;
  while (all[first + count]?.length === taps && all[first + count]![0]![1] === all[first]![0]![1] + count * apart) {
    count++;
  }
  return { first, count, step: apart };
}

/** Encodes conv2d and conv2dInputGrad, and the chain that reads their images. */
export function encodeDepthwise(
  step: StepOf<"conv2d" | "conv2dInputGrad">,
  writer: ProgramWriter,
  epilogue: PointwiseStep | undefined,
): void {
  const { kernel, output, attributes } = step, weights = step.inputs.w;
  const source = step.kernel === "conv2d" ? step.inputs.x : step.inputs.g;
  const [images, channels, rows, columns] = output.shape as Shape4, [, , kh, kw] = weights.shape as Shape4;
  const [, , height, width] = source.shape as Shape4;
  const down = meetings(kernel, { size: rows, taps: kh, source: height }, attributes, 0);
  const across = meetings(kernel, { size: columns, taps: kw, source: width }, attributes, 1);
  const count = (all: readonly Meeting[][]) => all.reduce((sum, { length }) => sum + length, 0);
  const products = count(down) * count(across) * channels;
  const group = Math.max(1, Math.min(images, Math.floor(CHUNK_PRODUCTS / Math.max(1, products))));
  const bands = Math.max(1, Math.min(rows, Math.floor(products / (2 * CHUNK_PRODUCTS))));
  const bandRows = Math.ceil(rows / bands), chunks = Math.ceil(images / group) * Math.ceil(rows / bandRows);
  const none = { first: 0, count: 0, step: 0 }, three = kh === 3 && kw === 3;
  const wholeRows = three ? wholeRun(down, 3) : none, wholeColumns = three ? wholeRun(across, 3) : none;
  issueProduct(writer, DEPTHWISE, { chunks, ns: images * products * NS_PER_PRODUCT, inOnePiece: true }, {
    ...{ source, weights, output, images, group, bands: Math.ceil(rows / bandRows), bandRows, channels },
    ...{ taps: kh * kw, sourceStep: height * width * channels, rows, columns },
    ...{ rowTaps: meetingTable(down, kh, 4 * kw * channels, 4 * width * channels), rowWords: 1 + 2 * kh },
    ...{ columnTaps: meetingTable(across, kw, 4 * channels, 4 * channels), columnWords: 1 + 2 * kw },
    ...{ wholeRows: wholeRows.count, firstRow: wholeRows.first, wholeColumns: wholeColumns.count },
    ...{ firstColumn: wholeColumns.first, columnStep: 4 * wholeColumns.step * channels },
  }, epilogue);
}

/** Encodes conv2dWeightGrad. */
export function encodeDepthwiseWeights(step: StepOf<"conv2dWeightGrad">, writer: ProgramWriter): void {
  const { inputs: { x: image, g }, output, attributes: { stride, padding, dilation } } = step;
  const [images, channels, height, width] = image.shape as Shape4, [, , rows, columns] = g.shape as Shape4;
  const [, , kh, kw] = output.shape as Shape4, products = rows * columns * kh * kw * channels;
  const wanted = Math.max(1, Math.min(MOST_PARTS, images, Math.floor(images * products / CHUNK_PRODUCTS)));
  const group = Math.max(1, Math.ceil(images / wanted)), parts = Math.max(1, Math.ceil(images / group));
  const ranges = Array.from({ length: kw }, (_, tap) => {
    const start = tap * dilation[1] - padding[1], first = Math.max(0, Math.ceil(-start / stride[1]));
    const end = Math.min(columns, Math.ceil((width - start) / stride[1]));
    return [first, Math.max(0, end - first), start + first * stride[1]];
  });
  const sums = writer.scratch(4 * parts * kh * kw * padded(channels));
  writer.issue(DEPTHWISE_WEIGHTS, { chunks: parts, ns: images * products * NS_PER_PRODUCT }, {
    ...{ image, g, images, group, channels, kernelRows: kh, kernelColumns: kw, height, width, rows, columns },
    ...{ strideRows: stride[0], strideColumns: stride[1], dilationRows: dilation[0], paddingRows: padding[0] },
    ...{ ranges: ranges.flat(), scratch: writer.scratchStart, sums, padded: padded(channels) },
  });
  const all = { ky: { first: 0, count: kh }, kx: { first: 0, count: kw } };
  issueWeightParts(writer, output, { ...all, parts, groups: 1, outputs: channels, channels: 1, sums });
}
