/** The gradient of a convolution with respect to its weights, for kernels/cpu/conv.ts and weight_tiles.ts. */
import type { StepOf } from "../steps/mod.ts";
import type { ProgramWriter } from "./commands.ts";
import { type Cut, cut, groupShares, isSorted, type Source, spanOf } from "./conv_geometry.ts";
import { type Geometry, geometryOf, sweepOf } from "./conv_patches.ts";
import { workOf } from "./conv_phases.ts";
import { CONVOLVE_WEIGHTS, padded, type Shape4, sweepFields, unitsOf } from "./conv_sweep.ts";
import { issueWeightParts } from "./conv_weight_parts.ts";
import { tapGroups, tilesOf, WEIGHT_TILES } from "./conv_weight_tiles.ts";
import { NS_PER_MADD } from "./linear.ts";

/**
 * Weights, or weights of an output channel, from which on gradients are cut by channels, and in larger units: their sums are then taken in another
 * order. The lessons' networks have fewer.
 */
const WIDE_WEIGHTS = 2 ** 16;
const WIDE_ROWS = 2 ** 10;

/** Then: output channels a chunk (whole panels), and bytes of a unit's images and pixels, which share the L2 cache with the accumulators. */
const WIDE_COLUMNS = 64;
const WIDE_BYTES = 256 * 1024;
const WIDE_PIXELS = 512;
/**
 * Chunks of the others: where parts are few, and differ in size, they are cut by rows too, which does not change the order of sums, though each chunk reads
 * all pixels. Products and sums of such a chunk at least.
 */
const FEW_CHUNKS = 8;
const MORE_CHUNKS = 12;
const ROW_CHUNK_MADDS = 2 ** 17;

/**
 * Bytes of images and gradients that a group takes without borders. A tile passes over all of its pixels with a few numbers of each, which come from the L2
 * cache in time, wherever they lie in it: it is longer sums that count, as accumulators are loaded and stored for each.
 */
const GROUP_BYTES = 256 * 1024;
/** Images from which on phases have pixels enough, and how many pixels they are to have on average before the work is cut into parts. */
const PHASE_IMAGES = 32;
const PHASE_PIXELS = 64;

/** Groups of images read without borders, if they serve better: of each part equally many. */
function weightPhases(geometry: Geometry, parts: number): Cut | undefined {
  const { source, outputs, oh, ow, classes: [rows, columns] } = geometry;
  const { images, height, width, channels } = source, imageStep = height * width * channels;
  const most = Math.floor(GROUP_BYTES / (4 * (imageStep + oh * ow * outputs)));
  if (isSorted(source) || images < PHASE_IMAGES || most < 1) return undefined;
  const long = Math.floor(images * oh * ow / (PHASE_PIXELS * rows.length * columns.length));
  const apart = Math.max(1, Math.min(parts, long)), each = Math.ceil(images / apart);
  const group = Math.ceil(each / Math.ceil(each / most));
  return { bordered: false, group, bandRows: oh, bands: 1, rows: height, rowStep: width * channels, imageStep };
}

/** Images of which wide weights' phases have pixels enough for the tiles; images a group, and bytes of it at most. */
const WIDE_IMAGES = 32;
const WIDE_GROUP = 24;
const WIDE_GROUP_BYTES = 2 * WIDE_BYTES;

/** Groups of images read without borders for wide weights, if they serve better: about as many as fill the L2 cache, and enough for several threads. */
function widePhases(source: Source, bordered: Cut, outputRows: number): Cut | undefined {
  const { images, height, width, channels } = source, imageStep = height * width * channels;
  if (!bordered.bordered || isSorted(source) || bordered.bands > 1 || images < WIDE_IMAGES) return undefined;
  if (4 * imageStep * WIDE_GROUP > 8 * WIDE_GROUP_BYTES) return undefined;
  const wanted = Math.max(WIDE_GROUP, Math.min(Math.floor(WIDE_GROUP_BYTES / (4 * imageStep)), Math.ceil(images / 8)));
  const group = Math.min(images, Math.floor(wanted / 6) * 6); // whole tiles
  return { bordered: false, group, bandRows: outputRows, bands: 1, rows: height, rowStep: width * channels, imageStep };
}

export function encodeWeightGrad(
  { inputs, output, attributes }: StepOf<"conv2dWeightGrad">,
  writer: ProgramWriter,
): void {
  const x = inputs.x.shape as Shape4, w = output.shape as Shape4;
  const geometry = geometryOf(x, w, inputs.g.shape as Shape4, attributes);
  const { source, ky, kx, classes, depth, k, oh, ow } = geometry, { images, groups } = source;
  const outputs = geometry.outputs / groups, rows = k * groups;
  const wide = rows * outputs > WIDE_WEIGHTS || rows > WIDE_ROWS;
  const columns = wide ? Math.min(outputs, WIDE_COLUMNS) : outputs, columnChunks = Math.ceil(outputs / columns);
  // Where there are many channels, chunks are made of them: of parts each needs accumulators for all weights.
  const partsFor = (madds: number) =>
    Math.max(1, Math.min(Math.ceil((madds > 2 ** 26 ? 16 : 8) / columnChunks), Math.floor(madds / 2 ** 20)));
  const inImages = images * workOf(classes, depth) * outputs;
  const end = { groups, outputs, channels: depth, ky, kx };
  const tiles = tilesOf(geometry, [w[2], w[3]], attributes, { wide, parts: partsFor(inImages) });
  if (tiles) {
    const { units, parts, unitsPerPart } = tiles, ns = inImages * NS_PER_MADD;
    const sums = tiles.finished ? 0 : writer.scratch(4 * parts * rows * padded(outputs));
    writer.issue(WEIGHT_TILES, { chunks: parts * tiles.chunksAPart, ns }, {
      ...{ image: inputs.x, pixels: inputs.g, scratch: writer.scratchStart, rows, sums, padded: padded(outputs) },
      ...{ units, parts, unitsPerPart, panelColumns: writer.tileColumns, ...tiles.values },
      ...{ groupList: tapGroups(tiles.groups, writer), output },
    });
    if (!tiles.finished) issueWeightParts(writer, output, { ...end, parts, sums });
    return;
  }
  const bordered = cut(source, {
    outputRows: oh,
    outputColumns: ow,
    step: attributes.stride[0],
    taps: spanOf(ky, source.dilation[0]),
    bytes: wide ? WIDE_BYTES : 16 * 1024 * groupShares(groups),
    pixels: wide ? WIDE_PIXELS : 128,
  });
  const phased = !wide
    ? weightPhases(geometry, partsFor(inImages))
    : columnChunks === 1
    ? widePhases(source, bordered, oh)
    : undefined;
  // Accumulators lie run after run.
  const { sweep, work } = sweepOf(inputs.x, attributes, geometry, {
    bordered,
    phased,
    weights: 0,
    apart: 0,
    accumulators: true,
  });
  const madds = images * work * outputs, units = unitsOf(sweep), wanted = Math.min(units, partsFor(madds));
  // What is read where it lies is read in all channels at once.
  const split = sweep.parts.bordered && columnChunks > 1, unitsPerPart = Math.ceil(units / wanted);
  const parts = Math.ceil(units / unitsPerPart), chunks = split ? parts * columnChunks : parts;
  const sums = writer.scratch(4 * parts * rows * padded(outputs)), ns = madds * NS_PER_MADD;
  const runRows = kx.count * depth, strips = Math.ceil(runRows / 6);
  const most = chunks < FEW_CHUNKS ? Math.min(MORE_CHUNKS, madds / ROW_CHUNK_MADDS) / chunks : 1;
  // What is copied with borders is copied once. Of strips, chunks have equally many.
  const rowChunks = sweep.parts.bordered
    ? 1
    : Math.ceil(strips / Math.ceil(strips / Math.max(1, Math.min(strips, Math.floor(most)))));
  writer.issue(CONVOLVE_WEIGHTS, { chunks: chunks * rowChunks, ns }, {
    ...sweepFields(writer, { ...sweep, pixels: inputs.g }),
    ...{ rows, unitsPerPart, parts, sums, padded: padded(outputs), runRows, rowChunks },
    panels: Math.ceil((split ? columns : outputs) / writer.tileColumns),
  });
  issueWeightParts(writer, output, { ...end, parts, sums });
}
