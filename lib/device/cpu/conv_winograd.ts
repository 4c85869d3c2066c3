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

/** The images that are read, and how they are cut into units. */
export const TILED = {
  image: operand("source images, NHWC"),
  images: word("images"),
  group: word("images per unit"),
  bands: word("bands of rows of tiles per image"),
  bandRows: word("rows of tiles per band"),
  height: word("of the source"),
  width: word("of the source"),
};

export const WINOGRAD = command("winograd", {
  ...TILED,
  groups: word("groups of channels"),
  depth: word("channels of a group of the source, a multiple of 8"),
  above: word("zeros above an image; negative: rows cut off"),
  left: word("zeros to the left of it; negative: columns cut off"),
  output: operand("images, NHWC"),
  rows: word("of the output"),
  columns: word("of the output"),
  channels: word("of a group of the output, a multiple of 8"),
  panelColumns: word("columns of a panel of weights: 8 or 16"),
  scratch: operand("scratch value"),
  weights: word("bytes to the transformed weights in it"),
  groupBytes: word("bytes from one group's to the next's"),
  tilesAt: word("bytes to the transformed tiles in a thread's scratch memory"),
  tileStep: word("bytes from one of their 16 matrices to the next"),
  productsAt: word("bytes to the products in a thread's scratch memory"),
  units: word("groups of images, or bands of them"),
  panels: word("panels of channels a chunk; chunks run over the units first, then over the panels"),
  ...EPILOGUE,
});

export const WINOGRAD_WEIGHTS = command("winogradWeights", {
  depth: word("input channels of a group"),
  channels: word("output channels of a group"),
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

/** Tiles a unit: enough that a panel of weights serves for many, few enough that they stay in the cache; of many channels in groups, fewer. */
const TILES = 96;
const LEAST_TILES = 12;

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
  const [all, inputs, kh, kw] = w.shape as Shape4, outputs = all / groups;
  if (kh !== 3 || kw !== 3 || [...stride, ...dilation].some((size) => size !== 1)) return undefined;
  const taps = [0, 1, 2, 3, 4, 5, 6, 7, 8], common = { output: step.output, weights: w };
  const packing = { taps, groups, apart: outputs * inputs * 9 };
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

/** Tiles a unit where channels fall into groups: all groups are transformed at once, and their weights are few, so that of many channels fewer tiles serve. */
export const groupTiles = (channels: number): number => Math.min(TILES, Math.max(LEAST_TILES, 64 * TILES / channels));

/** How images are cut into units: groups of at most so many images, or bands of one's rows of tiles; about `wanted` tiles each. */
export function unitsOf([images, , rows, columns]: Shape4, most: number, wanted: number) {
  const tall = tilesOf(rows), across = tilesOf(columns), all = tall * across;
  const bandRows = all > 1.5 * wanted
    ? Math.ceil(tall / Math.ceil(tall / Math.max(1, Math.round(wanted / across))))
    : tall;
  const group = bandRows < tall ? 1 : Math.max(1, Math.min(Math.round(wanted / all), most));
  const bands = Math.ceil(tall / bandRows);
  return { group, bands, bandRows, units: Math.ceil(images / group) * bands, tiles: group * bandRows * across };
}

/** Bytes of the four rows that are copied of a row of tiles. */
export const copiedBytes = (channels: number, columns: number): number => 4 * channels * 4 * (2 * tilesOf(columns) + 2);

/** Bytes from one of the 16 matrices of tiles to the next: they begin in sets of the L1 cache that are far apart. */
export function matrixBytes(channels: number, tiles: number): number {
  const bytes = 4 * tiles * channels;
  return bytes > 2048 ? Math.ceil(bytes / 4096) * 4096 + 256 : 64 * (Math.ceil(bytes / 64) | 1);
}

/** How images are cut into units, and where a unit's tiles and products lie in a thread's scratch memory; undefined if they have no room there. */
function cutOf({ output, packing: { length, columns, groups } }: Winograd) {
  const shape = output.shape as Shape4, [images, , , across] = shape, depth = length * groups;
  const most = length * columns > MANY_WEIGHTS ? images : Math.ceil(images / CHUNKS);
  const { tiles, ...units } = unitsOf(shape, most, groups > 1 ? groupTiles(depth) : TILES);
  const tilesAt = copiedBytes(depth, across), tileStep = matrixBytes(length, tiles);
  const productsAt = tilesAt + 16 * groups * tileStep;
  if (productsAt + 16 * 64 * tiles > USABLE_SCRATCH) return undefined;
  return { ...units, tilesAt, tileStep, productsAt };
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
  const [images, , height, width] = image.shape as Shape4, [, , rows, columns] = output.shape as Shape4;
  const { groups, length: depth, columns: channels } = packing;
  const { at: packed } = packWeights(weights, writer, packing), panels = Math.ceil(channels / tileColumns);
  const groupBytes = 4 * 16 * panels * tileColumns * depth;
  const common = {
    ...{ depth, channels, panelColumns: tileColumns, scratch: writer.scratchStart },
    weights: writer.scratch(groups * groupBytes),
  };
  const transforming = { chunks: groups * panels, ns: groups * depth * channels * NS_PER_WEIGHT, ofWeights: true };
  writer.issue(WINOGRAD_WEIGHTS, transforming, { ...common, packed });
  const tiles = images * groups * tilesOf(rows) * tilesOf(columns), madds = tiles * 16 * depth * channels;
  const found = inSeries(cutOf(winograd)!, writer), units = Math.ceil(images / found.group) * found.bands;
  const cut = { ...found, units }, { each, shares } = sharesOf(units, channels, madds);
  const ns = (madds + tiles * TILE_COST * (depth + channels)) * NS_PER_MADD;
  const inOnePiece = shares === 1, byImage = inOnePiece ? { images: cut.group, chunks: cut.bands } : undefined;
  issueProduct(writer, WINOGRAD, { chunks: units * shares, ns, inOnePiece, cut: byImage }, {
    ...{ ...common, ...cut, groups, groupBytes, image, images, height, width, above, left, output, rows, columns },
    panels: each / tileColumns,
  }, epilogue);
}
