/** Convolutions by 3 × 3 with stride 1 after Winograd, for kernels/cpu/winograd.ts: which they are, and how they are cut. */
import type { Operand } from "../operand.ts";
import type { StepOf } from "../steps/mod.ts";
import type { PointwiseStep } from "../steps/pointwise.ts";
import type { ProgramWriter } from "./commands.ts";
import { tapClasses } from "./conv_geometry.ts";
import { workOf } from "./conv_phases.ts";
import { type Packing, packWeights, type Shape4 } from "./conv_sweep.ts";
import { EPILOGUE, issueProduct } from "./epilogue.ts";
import { command, operand, word } from "./layout.ts";
import { NS_PER_MADD } from "./linear.ts";
import { USABLE_SCRATCH } from "./numbers.ts";

export const WINOGRAD = command("winograd", {
  image: operand("source images, NHWC"),
  images: word("images"),
  group: word("images per chunk"),
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

/** Tiles a chunk where channels are few, and where they are many, whose weights are read for each chunk. */
const FEW_CHANNELS = 64;
const TILES = 96;
const TILES_OF_MANY = 48;

/** Chunks that images make at least, for the threads, if there are so many images. */
const CHUNKS = 8;

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
function serves({ image, output, above, left, packing: { length, columns } }: Winograd): boolean {
  if (Math.min(length, columns) < LEAST_CHANNELS || length % 8 !== 0 || columns % 8 !== 0) return false;
  const [images, , height, width] = image.shape as Shape4, [, , oh, ow] = output.shape as Shape4;
  const classes = [
    tapClasses({ outputs: oh, stride: 1, kernel: 3, padding: above, size: height }),
    tapClasses({ outputs: ow, stride: 1, kernel: 3, padding: left, size: width }),
  ] as const;
  const weights = length * columns, tiles = tilesOf(oh) * tilesOf(ow);
  const direct = images * workOf(classes, 1) * weights;
  const transformed = images * tiles * (16 * weights + TILE_COST * (length + columns));
  return direct >= LEAST_GAIN * transformed + WEIGHT_COST * weights && cutOf({ images, length, oh, ow }) !== undefined;
}

/** How images are cut, and where a chunk's tiles and products lie in a thread's scratch memory; undefined if they have no room there. */
function cutOf({ images, length, oh, ow }: {
  readonly images: number;
  /** Channels of the source. */
  readonly length: number;
  /** Rows and columns of the output. */
  readonly oh: number;
  readonly ow: number;
}) {
  const tall = tilesOf(oh), across = tilesOf(ow), wanted = length > FEW_CHANNELS ? TILES_OF_MANY : TILES;
  const rows = Math.max(1, Math.round(wanted / across)),
    bands = tall * across > 1.5 * wanted ? Math.ceil(tall / rows) : 1;
  const bandRows = Math.ceil(tall / bands);
  const most = Math.min(Math.round(wanted / (tall * across)), Math.ceil(images / CHUNKS));
  const group = bands > 1 ? 1 : Math.max(1, most), tiles = group * bandRows * across;
  // The four rows of a row of tiles come first. The 16 matrices begin in sets of the L1 cache that are far apart.
  const tilesAt = 4 * length * 4 * (2 * across + 2), tileStep = Math.ceil(4 * tiles * length / 4096) * 4096 + 256;
  const productsAt = tilesAt + 16 * tileStep;
  if (productsAt + 16 * 64 * tiles > USABLE_SCRATCH) return undefined;
  return { group, bands: Math.ceil(tall / bandRows), bandRows, tilesAt, tileStep, productsAt };
}

/** Encodes it, with the chain that reads its images. */
export function encodeWinograd(
  { image, output, above, left, weights, packing }: Winograd,
  writer: ProgramWriter,
  epilogue: PointwiseStep | undefined,
): void {
  const [images, depth, height, width] = image.shape as Shape4, [, channels, rows, columns] = output.shape as Shape4;
  const cut = cutOf({ images, length: depth, oh: rows, ow: columns })!, panelColumns = writer.tileColumns;
  const { at: packed } = packWeights(weights, writer, packing), scratch = writer.scratchStart;
  const panels = Math.ceil(channels / panelColumns),
    transformed = writer.scratch(4 * 16 * panels * panelColumns * depth);
  const common = { depth, channels, panelColumns, scratch, weights: transformed };
  writer.issue(WINOGRAD_WEIGHTS, { chunks: panels, ns: depth * channels * NS_PER_WEIGHT }, { ...common, packed });
  const tiles = images * tilesOf(rows) * tilesOf(columns);
  const ns = tiles * (16 * depth * channels + TILE_COST * (depth + channels)) * NS_PER_MADD;
  const chunks = Math.ceil(images / cut.group) * cut.bands;
  issueProduct(writer, WINOGRAD, { chunks, ns, inOnePiece: true }, {
    ...{ ...common, ...cut, image, images, height, width, above, left, output, rows, columns },
  }, epilogue);
}
