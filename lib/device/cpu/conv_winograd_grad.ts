/** Gradients of weights in groups of few channels after Winograd, for kernels/cpu/winograd_grad.ts: which they are, and how they are cut. */
import type { StepOf } from "../steps/mod.ts";
import type { ProgramWriter } from "./commands.ts";
import { tapClasses } from "./conv_geometry.ts";
import { workOf } from "./conv_phases.ts";
import type { Shape4 } from "./conv_sweep.ts";
import { copiedBytes, groupTiles, matrixBytes, TILED, unitsOf } from "./conv_winograd.ts";
import { command, operand, word } from "./layout.ts";
import { NS_PER_MADD } from "./linear.ts";
import { USABLE_SCRATCH } from "./numbers.ts";

export const WINOGRAD_GRAD = command("winogradGrad", {
  ...TILED,
  above: word("zeros above an image"),
  left: word("zeros to the left of it"),
  pixels: operand("gradient of the outputs, NHWC"),
  rows: word("of it"),
  columns: word("of it"),
  groups: word("groups of channels"),
  depth: word("channels of a group of the source, a multiple of 8"),
  channels: word("of a group of the gradient, a multiple of 8"),
  panelColumns: word("columns of a tile at most: 8 or 16"),
  tilesAt: word("bytes to the transformed tiles in a thread's scratch memory"),
  tileStep: word("bytes from one of their 16 matrices to the next"),
  gAt: word("bytes to the transformed gradients in it"),
  gStep: word("bytes from one of their 16 matrices to the next"),
  units: word("groups of images, or bands of them"),
  unitsPerPart: word("units whose sums are added up in one part; chunks are parts"),
  scratch: operand("scratch value"),
  sums: word("bytes to the parts' sums in it"),
});

export const WINOGRAD_PARTS = command("winogradParts", {
  groups: word("groups of channels"),
  depth: word("input channels of a group"),
  channels: word("output channels of a group"),
  parts: word("parts that were summed apart"),
  scratch: operand("scratch value"),
  sums: word("bytes to their sums in it"),
  output: operand("weights, [O, C, 3, 3]"),
});

/** Parts, of each of which the sums lie in memory; products a part at least. */
const MOST_PARTS = 16;
const PART_MADDS = 2 ** 20;

/**
 * What the rule counts in, is the time of a product and sum in a tile: transforming a tile, of the image and of the gradient, takes so many a channel, and a
 * weight whose sums are added up and transformed so many. Products have to be fewer by so much.
 */
const TILE_COST = 50;
const WEIGHT_COST = 250;
const LEAST_GAIN = 1.1;

/** Nanoseconds of a sum that is added up and transformed. */
const NS_PER_SUM = 0.5;

/** Channels, and bytes of a part's sums, up to which units have tiles enough for adding them up, and sums stay in the L2 cache. */
const MOST_CHANNELS = 256;
const MOST_SUM_BYTES = 2 ** 19;

/** Whether the gradient of a step's weights is taken this way: shapes alone decide. */
export function isWinogradGrad({ inputs, output, attributes }: StepOf<"conv2dWeightGrad">): boolean {
  const { stride, dilation, padding, groups } = attributes, [outputs, depth, kh, kw] = output.shape as Shape4;
  if (groups === 1 || kh !== 3 || kw !== 3 || [...stride, ...dilation].some((size) => size !== 1)) return false;
  const channels = outputs / groups, [images, , height, width] = inputs.x.shape as Shape4;
  if (depth % 8 !== 0 || channels % 8 !== 0) return false;
  if (groups * (depth + channels) > 2 * MOST_CHANNELS || 64 * outputs * depth > MOST_SUM_BYTES) return false;
  const g = inputs.g.shape as Shape4, [, , rows, columns] = g;
  const classes = [
    tapClasses({ outputs: rows, stride: 1, kernel: 3, padding: padding[0], size: height }),
    tapClasses({ outputs: columns, stride: 1, kernel: 3, padding: padding[1], size: width }),
  ] as const;
  const weights = depth * channels, direct = images * workOf(classes, 1) * weights;
  const transformed = tilesOf(g) * (16 * weights + TILE_COST * (depth + channels));
  return direct >= LEAST_GAIN * transformed + WEIGHT_COST * weights && cutOf(g, depth, groups) !== undefined;
}

/** Tiles of all images. */
const tilesOf = ([images, , rows, columns]: Shape4): number => images * Math.ceil(rows / 2) * Math.ceil(columns / 2);

/** How images are cut into units, and where what is transformed lies in a thread's scratch memory; undefined if it has no room there. */
function cutOf(g: Shape4, depth: number, groups: number) {
  const [images, channels, , columns] = g, wanted = groupTiles((groups * depth + channels) / 2);
  const { tiles, ...units } = unitsOf(g, Math.ceil(images / 8), wanted);
  const tilesAt = Math.max(copiedBytes(groups * depth, columns), 4 * channels), tileStep = matrixBytes(depth, tiles);
  const gAt = tilesAt + 16 * groups * tileStep, gStep = matrixBytes(channels / groups, tiles);
  return gAt + 16 * groups * gStep > USABLE_SCRATCH ? undefined : { ...units, tilesAt, tileStep, gAt, gStep };
}

export function encodeWinogradGrad(
  { inputs: { x: image, g }, output, attributes: { padding, groups } }: StepOf<"conv2dWeightGrad">,
  writer: ProgramWriter,
): void {
  const [images, all, height, width] = image.shape as Shape4, [, outputs, rows, columns] = g.shape as Shape4;
  const depth = all / groups, channels = outputs / groups, cut = cutOf(g.shape as Shape4, depth, groups)!;
  const tiles = tilesOf(g.shape as Shape4), madds = 16 * tiles * all * channels;
  const wanted = Math.max(1, Math.min(MOST_PARTS, Math.floor(madds / PART_MADDS), cut.units));
  const unitsPerPart = Math.ceil(cut.units / wanted), parts = Math.ceil(cut.units / unitsPerPart);
  const size = 16 * groups * depth * channels, sums = writer.scratch(4 * parts * size);
  const common = { groups, depth, channels, scratch: writer.scratchStart, sums };
  writer.issue(WINOGRAD_GRAD, { chunks: parts, ns: (madds + tiles * TILE_COST * (all + outputs)) * NS_PER_MADD }, {
    ...{ ...common, ...cut, image, images, height, width, above: padding[0], left: padding[1] },
    ...{ pixels: g, rows, columns, panelColumns: writer.tileColumns, unitsPerPart },
  });
  writer.issue(WINOGRAD_PARTS, { chunks: groups * channels / 8, ns: parts * size * NS_PER_SUM }, {
    ...{ ...common, parts, output },
  });
}
