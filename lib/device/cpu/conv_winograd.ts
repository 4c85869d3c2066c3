/** Convolutions by 3 × 3 with stride 1 after Winograd, for kernels/cpu/winograd.ts: which they are, and how they are cut. */
import type { Operand } from "../operand.ts";
import type { StepOf } from "../steps/mod.ts";
import type { PointwiseStep } from "../steps/pointwise.ts";
import type { ProgramWriter } from "./commands.ts";
import { tapClasses } from "./conv_geometry.ts";
import { workOf } from "./conv_phases.ts";
import { inSeries, type Packing, packWeights, type Shape4 } from "./conv_sweep.ts";
import { EPILOGUE, issueProduct } from "./epilogue.ts";
import { command, operand, word } from "./layout.ts";
import { NS_PER_MADD } from "./linear.ts";
import { USABLE_SCRATCH } from "./numbers.ts";

export const WINOGRAD = command("winograd", {
  image: operand("source images, NHWC"),
  images: word("images"),
  group: word("images per unit"),
  bands: word("bands of rows of tiles per image"),
  bandRows: word("rows of tiles per band"),
  height: word("of the source"),
  width: word("of the source"),
  depth: word("channels of the source, a multiple of 8"),
  above: word("zeros above an image; negative: rows cut off"),
  left: word("zeros to the left of it; negative: columns cut off"),
  output: operand("images, NHWC"),
  rows: word("of the output"),
  columns: word("of the output"),
  channels: word("of the output, a multiple of 8"),
  panelColumns: word("columns of a panel of weights: 8 or 16"),
  scratch: operand("scratch value"),
  weights: word("bytes to the transformed weights in it"),
  tilesAt: word("bytes to the transformed tiles in a thread's scratch memory"),
  tileStep: word("bytes from one of their 16 matrices to the next"),
  productsAt: word("bytes to the products in a thread's scratch memory"),
  units: word("groups of images, or bands of them"),
  panels: word("panels of channels a chunk; chunks run over the units first, then over the panels"),
  ...EPILOGUE,
});

export const WINOGRAD_WEIGHTS = command("winogradWeights", {
  depth: word("input channels"),
  channels: word("output channels"),
  panelColumns: word("columns of a panel: 8 or 16"),
  scratch: operand("scratch value"),
  packed: word("bytes to the packed weights in it"),
  weights: word("bytes to the transformed ones"),
});

/** A convolution by 3 × 3 with stride 1: conv2d, or conv2dInputGrad as one of the gradient. */
export interface Winograd {
  readonly image: Operand;
  readonly output: Operand;
  /** Zeros above and to the left of an image. */
  readonly above: number;
  readonly left: number;
  readonly weights: Operand;
  readonly packing: Packing;
}

/** Channels below which transforming tiles costs as much as it saves. */
const LEAST_CHANNELS = 16;

/**
 * What the rule counts in, is the time of a product and sum in a tile: transforming a tile, with its results, takes so many a channel, and
 * transforming weights, beyond packing them, so many a weight of 3 × 3. Products have to be fewer by so much.
 */
const TILE_COST = 60;
const WEIGHT_COST = 250;
const LEAST_GAIN = 1.2;

/** Tiles a unit: enough that a panel of weights serves for many, few enough that they stay in the cache. */
const TILES = 96;

/** Weights from which on, transformed, they leave no room in the L2 cache, so that units are larger, for each of which they are read. */
const MANY_WEIGHTS = 2 ** 14;

/** Chunks that should be there for the threads. Where units are fewer, their channels are shared out, as many and as much work a chunk at least. */
const CHUNKS = 8;
const CHUNK_CHANNELS = 32;
const CHUNK_MADDS = 2 ** 20;

/** Nanoseconds of a weight that is transformed. */
const NS_PER_WEIGHT = 3;

/** Tiles of an axis. */
const tilesOf = (size: number): number => Math.ceil(size / 2);

/** The convolution of a step, if it is one by 3 × 3 that this way serves. The choice is made from shapes alone. */
export function winogradOf(step: StepOf<"conv2d" | "conv2dInputGrad">): Winograd | undefined {
  const { stride, padding, dilation, groups } = step.attributes, { w } = step.inputs;
  const [outputs, inputs, kh, kw] = w.shape as Shape4;
  if (kh !== 3 || kw !== 3 || groups !== 1 || [...stride, ...dilation].some((size) => size !== 1)) return undefined;
  const taps = [0, 1, 2, 3, 4, 5, 6, 7, 8], common = { output: step.output, weights: w };
  const packing = { taps, groups: 1, apart: outputs * inputs * 9 };
  const winograd: Winograd = step.kernel === "conv2d"
    ? {
      ...{ ...common, image: step.inputs.x, above: padding[0], left: padding[1] },
      packing: { ...packing, columns: outputs, length: inputs, inner: 9, across: inputs * 9 },
    }
    // The gradient meets the kernel turned round.
    : {
      ...{ ...common, image: step.inputs.g, above: 2 - padding[0], left: 2 - padding[1] },
      packing: { ...packing, taps: taps.reverse(), columns: inputs, length: outputs, inner: inputs * 9, across: 9 },
    };
  return serves(winograd) ? winograd : undefined;
}

/** Whether it takes less than multiplying each pixel's patch: the taps that meet the image are counted, as they may be the only ones multiplied. */
function serves(winograd: Winograd): boolean {
  const { image, output, above, left, packing: { length, columns } } = winograd;
  if (Math.min(length, columns) < LEAST_CHANNELS || length % 8 !== 0 || columns % 8 !== 0) return false;
  const [images, , height, width] = image.shape as Shape4, [, , oh, ow] = output.shape as Shape4;
  const classes = [
    tapClasses({ outputs: oh, stride: 1, kernel: 3, padding: above, size: height }),
    tapClasses({ outputs: ow, stride: 1, kernel: 3, padding: left, size: width }),
  ] as const;
  const weights = length * columns, tiles = tilesOf(oh) * tilesOf(ow);
  const direct = images * workOf(classes, 1) * weights;
  const transformed = images * tiles * (16 * weights + TILE_COST * (length + columns));
  return direct >= LEAST_GAIN * transformed + WEIGHT_COST * weights && cutOf(winograd) !== undefined;
}

/** How images are cut into units, and where a unit's tiles and products lie in a thread's scratch memory; undefined if they have no room there. */
function cutOf({ image, output, packing: { length, columns } }: Winograd) {
  const [images] = image.shape as Shape4, [, , oh, ow] = output.shape as Shape4;
  const tall = tilesOf(oh), across = tilesOf(ow), all = tall * across;
  let bandRows = tall, group = 1;
  if (all > 1.5 * TILES) bandRows = Math.ceil(tall / Math.ceil(tall / Math.max(1, Math.round(TILES / across))));
  else {
    const most = length * columns > MANY_WEIGHTS ? images : Math.ceil(images / CHUNKS);
    group = Math.max(1, Math.min(Math.round(TILES / all), most));
  }
  const tiles = group * bandRows * across, bands = Math.ceil(tall / bandRows);
  // The four rows of a row of tiles come first. The 16 matrices begin in sets of the L1 cache that are far apart.
  const tilesAt = 4 * length * 4 * (2 * across + 2), tileStep = Math.ceil(4 * tiles * length / 4096) * 4096 + 256;
  const productsAt = tilesAt + 16 * tileStep;
  if (productsAt + 16 * 64 * tiles > USABLE_SCRATCH) return undefined;
  return { group, bands, bandRows, units: Math.ceil(images / group) * bands, tilesAt, tileStep, productsAt };
}

/** Into how many chunks the channels of a unit are shared out, and how many of them a chunk has, in whole panels. */
function sharesOf(units: number, channels: number, madds: number) {
  const most = Math.min(Math.ceil(CHUNKS / units), channels / CHUNK_CHANNELS, madds / units / CHUNK_MADDS);
  const each = 16 * Math.ceil(channels / Math.max(1, Math.floor(most)) / 16);
  return { each, shares: Math.ceil(channels / each) };
}

/** Encodes it, with the chain that reads its images. */
export function encodeWinograd(winograd: Winograd, writer: ProgramWriter, epilogue: PointwiseStep | undefined): void {
  const { image, output, above, left, weights, packing } = winograd, { tileColumns } = writer;
  const [images, depth, height, width] = image.shape as Shape4, [, channels, rows, columns] = output.shape as Shape4;
  const { at: packed } = packWeights(weights, writer, packing), panels = Math.ceil(channels / tileColumns);
  const common = {
    ...{ depth, channels, panelColumns: tileColumns, scratch: writer.scratchStart },
    weights: writer.scratch(4 * 16 * panels * tileColumns * depth),
  };
  writer.issue(WINOGRAD_WEIGHTS, { chunks: panels, ns: depth * channels * NS_PER_WEIGHT }, { ...common, packed });
  const tiles = images * tilesOf(rows) * tilesOf(columns), madds = tiles * 16 * depth * channels;
  const found = inSeries(cutOf(winograd)!, writer), units = Math.ceil(images / found.group) * found.bands;
  const cut = { ...found, units }, { each, shares } = sharesOf(cut.units, channels, madds);
  const ns = (madds + tiles * TILE_COST * (depth + channels)) * NS_PER_MADD;
  const inOnePiece = shares === 1, byImage = inOnePiece ? { images: cut.group, chunks: cut.bands } : undefined;
  issueProduct(writer, WINOGRAD, { chunks: cut.units * shares, ns, inOnePiece, cut: byImage }, {
    ...{ ...common, ...cut, image, images, height, width, above, left, output, rows, columns },
    panels: each / tileColumns,
  }, epilogue);
}
