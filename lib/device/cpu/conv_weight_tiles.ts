/** Weight gradients of many channels, tile by tile: see kernels/cpu/weight_tiles.ts. */
import type { Convolution } from "../steps/conv.ts";
import type { ProgramWriter } from "./commands.ts";
import { isSorted, type TapClass } from "./conv_geometry.ts";
import type { Geometry } from "./conv_patches.ts";
import { command, flag, operand, row, table, word } from "./layout.ts";
import { TILES } from "./numbers.ts";

/** Taps of the kernel that meet the image at the same output pixels, which are a rectangle. */
export const TAPS = row("taps", {
  top: word("row"),
  bottom: word("row after the last"),
  left: word("column"),
  right: word("column after the last"),
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
  unitsPerPart: word("units whose sums are added up in one part"),
  parts: word("parts"),
  columns: word(
    "output channels a chunk; chunks run over the parts first, then over these, then over the input channels, then over the taps",
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

/**
 * Pixels that are laid out together: a panel of their columns stays in the L1 cache, and a strip of their rows passes through it. As many as can be, since
 * accumulators, which come from the L2 cache, are loaded and stored for each.
 */
const UNIT_PIXELS = 448;

/** Pixels of a part at least where there are many weights, as channels make chunks too, and each part costs a pass over all weights. */
const WIDE_PART = 768;

/** Chunks that are enough where there are fewer: taps, and channels, make some of each part. */
const ENOUGH_CHUNKS = 16;

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

/** Output rows, or columns, from one to another. */
type Stretch = readonly [from: number, to: number];

/** The first and last that have the tap: those between have it too. */
function stretch(classes: readonly TapClass[], tap: number): Stretch {
  const own = classes.filter(({ taps: { first, count } }) => first <= tap && tap < first + count);
  return own.length === 0 ? [0, 0] : [own[0]!.start, own.at(-1)!.start + own.at(-1)!.count];
}

/** Taps, and the pixels that they meet. */
interface TapGroup {
  readonly rectangle: {
    readonly top: number;
    readonly bottom: number;
    readonly left: number;
    readonly right: number;
  };
  readonly taps: readonly { readonly number: number; readonly row: number; readonly column: number }[];
}

/** The groups in so many sets of the same number of them, with about the same work each, one after the other. */
function inSets(groups: readonly TapGroup[], sets: number): TapGroup[] {
  const work = ({ rectangle: { top, bottom, left, right }, taps }: TapGroup) =>
    taps.length * (bottom - top) * (right - left);
  // Back and forth over the sets, from the largest group to the smallest.
  const sorted = [...groups].sort((a, b) => work(b) - work(a));
  return Array.from({ length: sets }, (_, set) =>
    sorted.filter((_, i) => {
      const round = Math.floor(i / sets), place = i % sets;
      return (round % 2 === 0 ? place : sets - 1 - place) === set;
    })).flat();
}

/** Units of about so many pixels at most: groups of images, or bands of one, all of the same size if that is possible. */
function unitsOf(images: number, oh: number, ow: number, most: number) {
  const whole = Math.floor(most / (oh * ow));
  if (whole >= 1) return { group: Math.ceil(images / Math.ceil(images / whole)), bands: 1, bandRows: oh };
  const bandRows = Math.ceil(oh / Math.ceil(oh / Math.max(1, Math.floor(most / ow))));
  return { group: 1, bands: Math.ceil(oh / bandRows), bandRows };
}

/**
 * How the pixels of {@linkcode WEIGHT_TILES} are read, if it serves, for at most `parts` parts: of each tap those that would meet the border are left out.
 */
export function tilesOf(
  { source, ky, kx, classes: [rows, columns], depth, outputs, oh, ow }: Geometry,
  kernel: readonly [rows: number, columns: number],
  { stride, padding }: Convolution,
  { wide, parts: mostParts }: { readonly wide: boolean; readonly parts: number },
) {
  const { images, height, width } = source;
  const mostPixels = Math.min(UNIT_PIXELS, Math.floor((TILES.rowBytes / Math.ceil(depth / 6) - 64) / 32));
  const { group, bands, bandRows } = unitsOf(images, oh, ow, mostPixels);
  if (
    isSorted(source) || depth < LEAST_DEPTH || group * bandRows * ow > mostPixels ||
    outputs < (depth < 4 * LEAST_DEPTH ? LEAST_OUTPUTS : DEEP_OUTPUTS)
  ) return undefined;
  const taps = Array.from({ length: ky.count * kx.count }, (_, tap) => {
    const y = ky.first + Math.floor(tap / kx.count), x = kx.first + tap % kx.count;
    const [top, bottom] = stretch(rows, y),
      [left, right] = stretch(columns, x),
      rectangle = { top, bottom, left, right };
    return { number: tap, row: y - padding[0], column: x - padding[1], rectangle, key: JSON.stringify(rectangle) };
  });
  const groups = [...Map.groupBy(taps, ({ key }) => key).values()];
  const chunk = Math.min(outputs, TILES.columns), columnChunks = Math.ceil(outputs / chunk);
  const strips = Math.ceil(depth / 6), whole = wide && taps.length === kernel[0] * kernel[1];
  const finished = whole && columnChunks * Math.ceil(strips / FINISHED_STRIPS) >= FINISHED_CHUNKS &&
    4 * taps.length * 6 * FINISHED_STRIPS * chunk <= TILES.sumBytes;
  const units = Math.ceil(images / group) * bands;
  const enough = wide ? Math.floor(images * oh * ow / WIDE_PART) : Math.ceil(ENOUGH_CHUNKS / groups.length);
  const unitsPerPart = Math.ceil(units / (finished ? 1 : Math.max(1, Math.min(mostParts, enough, units))));
  const parts = Math.ceil(units / unitsPerPart);
  // Taps make chunks only where there are too few: what one of them reads, the next finds in the L2 cache.
  const enoughSets = finished ? 1 : Math.min(groups.length, Math.ceil(ENOUGH_CHUNKS / (parts * columnChunks)));
  const sets = Array.from(groups, (_, i) => i + 1).find((n) => groups.length % n === 0 && n >= enoughSets) ?? 1;
  const cuts = wide ? Math.max(1, Math.floor(WIDE_CHUNKS / (parts * columnChunks * sets))) : 1;
  const chunkStrips = finished ? FINISHED_STRIPS : Math.max(LEAST_STRIPS, Math.ceil(strips / cuts));
  const chunkDepth = 6 * Math.min(strips, chunkStrips), depthChunks = Math.ceil(depth / chunkDepth);
  return {
    ...{ finished, units, parts, unitsPerPart },
    chunksAPart: columnChunks * depthChunks * sets,
    groups: inSets(groups.map((taps) => ({ rectangle: taps[0]!.rectangle, taps })), sets),
    values: {
      ...{ images, height, width, depth, strideRows: stride[0], strideColumns: stride[1] },
      ...{ outputRows: oh, outputColumns: ow, channels: outputs, columns: chunk, columnChunks },
      ...{ chunkDepth, depthChunks, groups: groups.length / sets, finished, taps: taps.length },
      ...{ group, bands, bandRows },
    },
  };
}

/** The rows of groups of taps. */
export const tapGroups = (groups: readonly TapGroup[], writer: ProgramWriter): number[] =>
  writer.rows(
    TAPS,
    groups.map(({ rectangle, taps }) => ({ ...rectangle, taps: taps.length, tapList: writer.rows(TAP, taps) })),
  );
