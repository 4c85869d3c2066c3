/** The gradient of a convolution with respect to its weights, for kernels/cpu/conv.ts and weight_tiles.ts. */
import type { StepOf } from "../steps/mod.ts";
import type { ProgramWriter } from "./commands.ts";
import { type Cut, cut, groupShares, type Source, spanOf } from "./conv_geometry.ts";
import { geometryOf, sweepOf } from "./conv_patches.ts";
import { phaseCut } from "./conv_phases.ts";
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
/** Then, where pixels are laid out: those of a part at least, as channels make chunks too, and each part costs a pass over all weights. */
const WIDE_PART = 1024;

/**
 * Chunks of the others: where parts are few, and differ in size, they are cut by rows too, which does not change the order of sums, though each chunk reads
 * all pixels. Products and sums of such a chunk at least.
 */
const FEW_CHUNKS = 8;
const MORE_CHUNKS = 12;
const ROW_CHUNK_MADDS = 2 ** 17;

const gcd = (a: number, b: number): number => b === 0 ? a : gcd(b, a % b);

/** Groups of images read without borders for a weight gradient, if they serve better. */
function weightPhases(source: Source, bordered: Cut, outputRows: number, wide: boolean): Cut | undefined {
  if (wide) return phaseCut(source, bordered, outputRows, 2 * WIDE_BYTES, 24);
  // Phases need pixels enough to outweigh loading and storing the accumulators: large groups, which then lie in the L2 cache.
  // Images a power of two apart share few sets of the L1 cache (64 sets of 64 bytes): no more of them than fit.
  const bytes = 4 * source.height * source.width * source.channels, sets = 64 / Math.max(1, gcd(bytes, 4096) / 64);
  const most = Math.min(128 * 1024, 8 * Math.max(1, sets) * bytes);
  return phaseCut(source, bordered, outputRows, most, Math.min(16, 8 * Math.max(1, sets)));
}

export function encodeWeightGrad(
  { inputs, output, attributes }: StepOf<"conv2dWeightGrad">,
  writer: ProgramWriter,
): void {
  const x = inputs.x.shape as Shape4, w = output.shape as Shape4;
  const geometry = geometryOf(x, w, inputs.g.shape as Shape4, attributes);
  const { source, ky, kx, depth, k, oh, ow } = geometry, { images, groups } = source;
  const outputs = geometry.outputs / groups, rows = k * groups;
  const wide = rows * outputs > WIDE_WEIGHTS || rows > WIDE_ROWS;
  const bordered = cut(source, {
    outputRows: oh,
    outputColumns: ow,
    step: attributes.stride[0],
    taps: spanOf(ky, source.dilation[0]),
    bytes: wide ? WIDE_BYTES : 16 * 1024 * groupShares(groups),
    pixels: wide ? WIDE_PIXELS : 128,
  });
  const phased = images >= 32 ? weightPhases(source, bordered, oh, wide) : undefined;
  // Accumulators lie run after run.
  const { sweep, work } = sweepOf(inputs.x, attributes, geometry, {
    bordered,
    phased,
    weights: 0,
    apart: 0,
    accumulators: true,
  });
  const madds = images * work * outputs,
    units = unitsOf(sweep),
    columns = wide ? Math.min(outputs, WIDE_COLUMNS) : outputs;
  // Where there are many channels, chunks are made of them: of parts each needs accumulators for all weights.
  const columnChunks = Math.ceil(outputs / columns), mostParts = Math.ceil((madds > 2 ** 26 ? 16 : 8) / columnChunks);
  const wanted = Math.max(1, Math.min(mostParts, Math.floor(madds / 2 ** 20), units));
  const fewer = Math.min(wanted, Math.max(1, Math.floor(images * oh * ow / WIDE_PART)));
  const how = { phased: phased !== undefined, wide, parts: fewer };
  const tiles = tilesOf(phased ?? bordered, geometry, x, [w[2], w[3]], attributes, how);
  const unitsPerPart = Math.ceil(units / (!tiles || !wide ? wanted : tiles.finished ? 1 : fewer));
  const parts = Math.ceil(units / unitsPerPart), chunks = parts * columnChunks;
  const sums = tiles?.finished ? 0 : writer.scratch(4 * parts * rows * padded(outputs)), ns = madds * NS_PER_MADD;
  const taken = { rows, unitsPerPart, parts, sums, padded: padded(outputs) };
  if (tiles) {
    writer.issue(WEIGHT_TILES, { chunks: parts * tiles.chunksAPart, ns }, {
      ...{ image: inputs.x, pixels: inputs.g, scratch: writer.scratchStart, ...taken, ...tiles.values },
      ...{ units, panelColumns: writer.tileColumns, groupList: tapGroups(tiles.groups, writer), output },
    });
    if (tiles.finished) return;
  } else {
    const runRows = kx.count * depth, strips = Math.ceil(runRows / 6);
    const most = chunks < FEW_CHUNKS ? Math.min(MORE_CHUNKS, madds / ROW_CHUNK_MADDS) / chunks : 1;
    // What is copied with borders is copied once.
    const rowChunks = sweep.parts.bordered ? 1 : Math.max(1, Math.min(strips, Math.floor(most)));
    writer.issue(CONVOLVE_WEIGHTS, { chunks: chunks * rowChunks, ns }, {
      ...sweepFields(writer, { ...sweep, pixels: inputs.g }),
      ...{ ...taken, runRows, rowChunks, panels: Math.ceil(columns / writer.tileColumns) },
    });
  }
  issueWeightParts(writer, output, { parts, groups, outputs, channels: depth, ky, kx, sums });
}
