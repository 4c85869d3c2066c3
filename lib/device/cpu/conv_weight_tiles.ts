/** Weight gradients of many channels, tile by tile: see kernels/cpu/weight_tiles.ts. */
import type { Convolution } from "../steps/conv.ts";
import type { ProgramWriter } from "./commands.ts";
import { type Cut, isSorted, type TapClass } from "./conv_geometry.ts";
import type { Geometry } from "./conv_patches.ts";
import type { Shape4 } from "./conv_sweep.ts";
import { command, flag, operand, row, table, word } from "./layout.ts";
import { TILES } from "./numbers.ts";

/** Output pixels: rows top … bottom, columns left … right. */
export const RECTANGLE = row("rectangle", {
  top: word("row"),
  bottom: word("row after the last"),
  left: word("column"),
  right: word("column after the last"),
});

/** Taps of the kernel that meet the image at the same output pixels. */
export const TAPS = row("taps", {
  rectangles: word("where these are"),
  rectangleList: table("rows of rectangles"),
  taps: word("how many"),
  tapList: table("rows of taps"),
});

export const TAP = row("tap", {
  number: word("among those that ever meet the image"),
  row: word("row of the image that it meets in output row 0; may be negative"),
  column: word("the same of columns"),
});

export const WEIGHT_TILES = command("weightTiles", {
  image: operand("images, NHWC"),
  images: word("images"),
  height: word("of an image"),
  width: word("of an image"),
  depth: word("channels of an image"),
  strideRows: word("rows of the image from one output row to the next"),
  strideColumns: word("the same of columns"),
  pixels: operand("gradient of the outputs, NHWC"),
  outputRows: word("of it"),
  outputColumns: word("of it"),
  channels: word("of it"),
  group: word("images per unit"),
  bands: word("units per image"),
  bandRows: word("output rows of one"),
  units: word("groups of images, or bands of them"),
  unitsPerBlock: word("units whose pixels are laid out together"),
  unitsPerPart: word("units whose sums are added up in one part"),
  parts: word("parts"),
  columns: word(
    "output channels a chunk; chunks run over the parts first, then over these, then over the input channels, then over the groups of taps",
  ),
  columnChunks: word("chunks of them"),
  chunkDepth: word("input channels a chunk, whole strips of six"),
  depthChunks: word("chunks of them"),
  panelColumns: word("columns of a tile at most: 8 or 16"),
  scratch: operand("scratch value"),
  sums: word("bytes to the parts' accumulators in it"),
  rows: word("rows of accumulators"),
  padded: word("output channels in whole vectors"),
  groups: word("of taps that a chunk takes, one after the other"),
  groupList: table("rows of groups of taps"),
  finished: flag(
    "whether a chunk has all that belongs to its weights: it then keeps its accumulators, and writes the weights itself",
  ),
  taps: word("of a weight"),
  output: operand("weights, [O, C, kh, kw]"),
});

/** Pixels that are laid out together, unless one unit has more: a panel of their columns stays in the L1 cache, and a strip of their rows passes through it. */
const BLOCK_PIXELS = 448;

/** Input and output channels from which on laying them out costs less than it saves. */
const LEAST_DEPTH = 48;
const LEAST_OUTPUTS = 48;
/** The same where there are four times as many input channels: then sums are short, and chunks of many rows. */
const DEEP_OUTPUTS = 8;

/** Chunks that wide weights are cut into, where their rows make so many. */
const WIDE_CHUNKS = 16;
/** Strips of six input channels a chunk at least. */
const LEAST_STRIPS = 4;

/** Strips a chunk of those that finish their weights, and how many such chunks there must be. */
const FINISHED_STRIPS = 8;
const FINISHED_CHUNKS = 12;

/** Output rows, or columns, in pieces: those of a tap within the image. */
type Stretch = readonly [from: number, to: number];

/** Those of each class that has the tap; or all as one, as classes lie one after the other. */
function stretches(classes: readonly TapClass[], tap: number, apart: boolean): Stretch[] {
  const own = classes.filter(({ taps: { first, count } }) => first <= tap && tap < first + count);
  const all = own.map(({ start, count }): Stretch => [start, start + count]);
  return apart || all.length === 0 ? all : [[all[0]![0], all.at(-1)![1]]];
}

/**
 * The fields of {@linkcode WEIGHT_TILES} that say how its pixels are read, if it serves. Pixels that `parts` takes in phases are pieces apart; with
 * borders of zeros they are one, without the pixels that would meet a border.
 */
export function tilesOf(
  parts: Cut,
  { source, ky, kx, classes: [rows, columns], depth, outputs, oh, ow }: Geometry,
  [images, , height, width]: Shape4,
  kernel: readonly [rows: number, columns: number],
  { stride, padding }: Convolution,
  { phased, wide, parts: apart }: { readonly phased: boolean; readonly wide: boolean; readonly parts: number },
) {
  const unitPixels = parts.group * parts.bandRows * ow, phases = phased ? rows.length * columns.length : 1;
  const mostPixels = Math.min(TILES.pixels, Math.floor((TILES.rowBytes / Math.ceil(depth / 6) - 64) / 32));
  if (
    isSorted(source) || depth < LEAST_DEPTH || unitPixels > mostPixels || phases > TILES.pieces ||
    outputs < (depth < 4 * LEAST_DEPTH ? LEAST_OUTPUTS : DEEP_OUTPUTS)
  ) return undefined;
  const taps = Array.from({ length: ky.count * kx.count }, (_, tap) => {
    const y = ky.first + Math.floor(tap / kx.count), x = kx.first + tap % kx.count;
    const across = stretches(columns, x, phased);
    const rectangles = stretches(rows, y, phased).flatMap(([top, bottom]) =>
      across.map(([left, right]) => ({ top, bottom, left, right }))
    );
    return { number: tap, row: y - padding[0], column: x - padding[1], rectangles, key: JSON.stringify(rectangles) };
  });
  // The largest groups first, so that threads end at about the same time.
  const groups = [...Map.groupBy(taps, ({ key }) => key).values()].sort((a, b) => b.length - a.length);
  const most = Math.min(Math.floor(Math.min(BLOCK_PIXELS, mostPixels) / unitPixels), Math.floor(TILES.pieces / phases));
  const chunk = Math.min(outputs, TILES.columns), columnChunks = Math.ceil(outputs / chunk);
  const strips = Math.ceil(depth / 6), whole = wide && taps.length === kernel[0] * kernel[1];
  const finished = whole && columnChunks * Math.ceil(strips / FINISHED_STRIPS) >= FINISHED_CHUNKS &&
    4 * taps.length * 6 * FINISHED_STRIPS * chunk <= TILES.sumBytes;
  const cuts = wide ? Math.max(1, Math.floor(WIDE_CHUNKS / (apart * columnChunks * groups.length))) : 1;
  const chunkStrips = finished ? FINISHED_STRIPS : Math.max(LEAST_STRIPS, Math.ceil(strips / cuts));
  const chunkDepth = 6 * Math.min(strips, chunkStrips), depthChunks = Math.ceil(depth / chunkDepth);
  return {
    finished,
    chunksAPart: columnChunks * depthChunks * (finished ? 1 : groups.length),
    groups: groups.map((taps) => ({ rectangles: taps[0]!.rectangles, taps })),
    values: {
      ...{ images, height, width, depth, strideRows: stride[0], strideColumns: stride[1] },
      ...{ outputRows: oh, outputColumns: ow, channels: outputs, columns: chunk, columnChunks },
      ...{ chunkDepth, depthChunks, groups: finished ? groups.length : 1, finished, taps: taps.length },
      ...{ group: parts.group, bands: parts.bands, bandRows: parts.bandRows, unitsPerBlock: Math.max(1, most) },
    },
  };
}

/** The rows of groups of taps. */
export const tapGroups = (groups: NonNullable<ReturnType<typeof tilesOf>>["groups"], writer: ProgramWriter): number[] =>
  writer.rows(
    TAPS,
    groups.map(({ rectangles, taps }) => ({
      rectangles: rectangles.length,
      rectangleList: writer.rows(RECTANGLE, rectangles),
      taps: taps.length,
      tapList: writer.rows(TAP, taps),
    })),
  );
