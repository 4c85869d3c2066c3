// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Convolution over NHWC images as multiplication with an implicit matrix.
 *
 * A pixel's patch is `runs` pieces (one a kernel row) of kw · C consecutive numbers, so a tile's rows are addresses of patches, from a table of
 * offsets, and no patch is ever written out. What happens at the border is the encoder's choice:
 * - "bordered": a chunk (a group of images, or a band of output rows of one image) is first copied, with zeros around it, into
 *   the thread's scratch memory, where it stays in the cache;
 *   Where channels fall into groups, or taps are dilated, the copy's columns are sorted: of each row the channels of a group lie together, and in them
 *   the columns that are as many apart as taps. A patch then is in one piece a kernel row too; each group is a phase.
 * - "phases": pixels whose patches lose the same taps to the border form a phase with a smaller kernel; images are read where they lie.
 *
 * The gradient with respect to the input is the same computation over g: input pixels fall into stride × stride phases by the kernel taps that reach them;
 * each phase is a convolution of stride 1 with those taps, whose results go to every stride-th pixel.
 */
import { scratch } from "./command";
import { ConvolveCommand, ConvolveWeightsCommand, Phase, SweepCommand, WeightPartsCommand } from "./layouts";
import { scatter4 } from "./pack";
import { addGathered, gatherColumns } from "./gather";
import { addOuter, panelListed, tileWidth } from "./panel";
import { epilogue } from "./pointwise";

/** Zero-bordered copy of the source rows a chunk needs. Returns its address. */
function border(cmd: SweepCommand, source: usize, first: i32, count: i32, band: i32): usize {
  const height = cmd.height, width = cmd.width, channels = cmd.depth;
  const rows = cmd.borderedRows, columns = cmd.borderedColumns, above = cmd.above, left = cmd.left;
  const before = <usize> (max(0, left) * channels) << 2, skipped = max(0, -left);
  const copied = <usize> (max(0, min(width - skipped, columns - max(0, left))) * channels) << 2;
  const rowBytes = <usize> (columns * channels) << 2, sorted = cmd.sorted;
  let to = scratch;
  for (let image = first; image < first + count; image++) {
    for (let row = 0; row < rows; row++) {
      const y = row - above + band * cmd.sourceRows, next = to + rowBytes;
      if (y < 0 || y >= height) {
        zero(to, next);
      } else if (sorted) {
        sortRow(cmd, to, source + (<usize> (((image * height + y) * width) * channels) << 2));
      } else {
        const start = to + before, end = start + copied;
        zero(to, start);
        copy(start, end, source + (<usize> (((image * height + y) * width + skipped) * channels) << 2));
        zero(end, next);
      }
      to = next;
    }
  }
  return scratch;
}

/** Copies a source row with its border, for each group of channels the columns of each residue of the dilation one after the other. */
function sortRow(cmd: SweepCommand, to: usize, row: usize): void {
  const channels = <usize> cmd.depth << 2, depth = channels / <usize> cmd.groups, dilation = cmd.dilation;
  const columns = cmd.borderedColumns, width = cmd.width, left = cmd.left;
  for (let group = row, end = row + channels; group < end; group += depth) {
    for (let residue = 0; residue < dilation; residue++) {
      let x = residue - left;
      for (let column = residue; column < columns; column += dilation, x += dilation) {
        const next = to + depth;
        if (x < 0 || x >= width) zero(to, next);
        else copy(to, next, group + <usize> x * channels);
        to = next;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function zero(at: usize, end: usize): void {
  for (; at + 16 <= end; at += 16) v128.store(at, f32x4.splat(0));
  for (; at < end; at += 4) store<f32>(at, 0);
}

// @ts-ignore: decorator
@inline
function copy(at: usize, end: usize, from: usize): void {
  for (; at + 16 <= end; at += 16, from += 16) v128.store(at, v128.load(from));
  for (; at < end; at += 4, from += 4) store<f32>(at, load<f32>(from));
}

/** Address of the first source row of a chunk: bordered copy, or the image itself. */
// @ts-ignore: decorator
@inline
function source(cmd: SweepCommand, first: i32, count: i32, band: i32): usize {
  const image = cmd.image;
  if (cmd.bordered) return border(cmd, image, first, count, band);
  return image +
    (<usize> (((first * cmd.height + band * cmd.sourceRows) * cmd.width) * cmd.depth) << 2);
}

/** Pixels of a phase in this chunk. */
// @ts-ignore: decorator
@inline
function pixelsOf(phase: Phase, count: i32, band: i32): i32 {
  const rows = phase.bandRows;
  return count * min(rows, phase.rows - band * rows) * phase.columns;
}

/**
 * conv2d and conv2dInputGrad: for each phase and each panel of 8 or 16 output channels, the products of patches and packed weights. A chunk is
 * finished in all pixels of its unit (images first … first + count, and of them a band), in the channels begin … end.
 */
export function convolve(command: usize, chunk: i32): void {
  const cmd = changetype<ConvolveCommand>(command);
  const units = cmd.units, panelChunk = chunk / units, unit = chunk - panelChunk * units;
  const bands = cmd.bands, group = cmd.group, first = unit / bands * group, band = unit % bands;
  const count = min(group, cmd.images - first), rowBytes = <usize> cmd.rowBytes;
  const most = cmd.panelColumns, firstPanel = panelChunk * cmd.panels;
  const begin = firstPanel * most, end = min(cmd.channels, begin + cmd.panels * most);
  const a = source(changetype<SweepCommand>(command), first, count, band);
  const out = cmd.pixels + (<usize> (first * cmd.imageStep + band * cmd.bandStep) << 2);
  let phase = changetype<Phase>(cmd.phaseList);
  for (let i = 0; i < cmd.phases; i++, phase = phase.next) {
    const runs = phase.runs, length = phase.length, rows = pixelsOf(phase, count, band);
    const skip = rowBytes - (<usize> length << 2);
    let b = cmd.scratch + <usize> phase.weights + (<usize> (firstPanel * phase.allRows * most) << 2);
    for (let column = begin; column < end; column += most) {
      const width = min(most, end - column), bStride = <usize> tileWidth(width) << 2;
      panelListed(
        rows,
        phase.patches,
        a + <usize> phase.offset,
        runs,
        length,
        skip,
        b + <usize> phase.firstRow * bStride,
        bStride,
        <usize> phase.rowsBetween * bStride,
        phase.results,
        out + <usize> phase.firstResult + (<usize> column << 2),
        width,
      );
      b += <usize> (phase.allRows * most) << 2;
    }
  }
  // All channels, where there is one.
  const done = first * cmd.imageStep + band * cmd.bandStep, last = (first + count) * cmd.imageStep;
  epilogue(cmd.epilogue, done, bands == 1 ? last : min(done + cmd.bandStep, last));
}

/**
 * conv2dWeightGrad: Σ over pixels of patch × g, each chunk over its share of the units (image group, band), for the output channels
 * begin … end. In a phase, rows are those of the accumulators, and results are places in g.
 */
export function convolveWeights(command: usize, chunk: i32): void {
  const cmd = changetype<ConvolveWeightsCommand>(command);
  const parts = cmd.parts, panelChunk = chunk / parts, part = chunk - panelChunk * parts;
  const most = cmd.panelColumns, begin = panelChunk * cmd.panels * most, end = min(cmd.channels, begin + cmd.panels * most);
  const bands = cmd.bands, group = cmd.group, images = cmd.images, channels = end - begin;
  const rowBytes = <usize> cmd.rowBytes, outStep = <usize> cmd.padded << 2;
  const sums = cmd.scratch + <usize> cmd.sums + <usize> (part * cmd.rows) * outStep + (<usize> begin << 2);
  const used = <usize> ((channels + 3) & ~3) << 2;
  for (let row = 0, at = sums; row < cmd.rows; row++, at += outStep) zero(at, at + used);
  const g = cmd.pixels + (<usize> begin << 2);
  const firstUnit = part * cmd.unitsPerPart, lastUnit = min(cmd.units, firstUnit + cmd.unitsPerPart);
  for (let unit = firstUnit; unit < lastUnit; unit++) {
    const first = unit / bands * group, band = unit % bands, count = min(group, images - first);
    const start = source(changetype<SweepCommand>(command), first, count, band);
    const sources = g + (<usize> (first * cmd.imageStep + band * cmd.bandStep) << 2);
    let phase = changetype<Phase>(cmd.phaseList);
    for (let i = 0; i < cmd.phases; i++, phase = phase.next) {
      const runs = phase.runs, length = phase.length, pixels = pixelsOf(phase, count, band);
      const from = sources + <usize> phase.firstResult;
      if (cmd.gathered && runs > 0) gatherColumns(pixels, from, phase.results, channels);
      let a = start + <usize> phase.offset, out = sums + <usize> phase.firstRow * outStep;
      for (let run = 0; run < runs; run++) {
        if (cmd.gathered) addGathered(most, pixels, a, phase.patches, out, outStep, length, channels);
        else addOuter(most, pixels, a, phase.patches, from, phase.results, out, outStep, length, channels);
        out += <usize> phase.rowsBetween * outStep;
        a += rowBytes;
      }
    }
  }
}

/** Adds the chunks' accumulators [group, kernel row, kernel column, C][O] into weights [O, C, kh, kw]. A chunk is 4 output channels of a group. */
export function weightParts(command: usize, chunk: i32): void {
  const cmd = changetype<WeightPartsCommand>(command);
  const parts = cmd.parts, channels = cmd.channels, kh = cmd.kernelRows, kw = cmd.kernelColumns;
  const padded = <usize> cmd.padded << 2,
    ky0 = cmd.firstRow,
    rows = cmd.rows,
    kx0 = cmd.firstColumn,
    columns = cmd.columns;
  const outputs = cmd.outputs, chunks = (outputs + 3) >> 2, group = chunk / chunks, first = 4 * (chunk - group * chunks);
  const each = <usize> (channels * kh * kw) << 2, sums = <usize> (rows * columns * channels) * padded;
  const size = sums * <usize> cmd.groups, from = cmd.scratch + <usize> cmd.sums + <usize> group * sums + (<usize> first << 2);
  const left = min(4, outputs - first), output = cmd.output + <usize> (group * outputs + first) * each;
  if (rows != kh || columns != kw) memory.fill(output, 0, <usize> left * each);
  else if (left == 4) {
    wholeKernels(output, each, from, padded, size, parts, channels, kh * kw);
    return;
  }
  let at = from;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      let to = output + (<usize> ((ky0 + y) * kw + kx0 + x) << 2);
      for (let c = 0; c < channels; c++, at += padded, to += <usize> (kh * kw) << 2) {
        const sum = total(at, size, parts);
        v128.store32_lane(to, sum, 0);
        if (left > 1) v128.store32_lane(to + each, sum, 1);
        if (left > 2) v128.store32_lane(to + 2 * each, sum, 2);
        if (left > 3) v128.store32_lane(to + 3 * each, sum, 3);
      }
    }
  }
}

/** Sum of one vector over the parts, in their order. */
// @ts-ignore: decorator
@inline
function total(at: usize, size: usize, parts: i32): v128 {
  let sum = v128.load(at);
  for (let p = 1; p < parts; p++) {
    at += size;
    sum = f32x4.add(sum, v128.load(at));
  }
  return sum;
}

/** Four output channels whose taps all count: four consecutive weights of each at a time. */
function wholeKernels(
  output: usize,
  each: usize,
  from: usize,
  padded: usize,
  size: usize,
  parts: i32,
  channels: i32,
  taps: i32,
): void {
  const count = channels * taps, step = <usize> channels * padded, corner = scratch;
  let tap = 0, row = from, at = from, i = 0;
  while (i < count) {
    const n = min(4, count - i);
    for (let k = 0; k < n; k++) {
      v128.store(corner + (<usize> k << 4), total(at, size, parts));
      if (++tap == taps) {
        tap = 0;
        row += padded;
        at = row;
      } else at += step;
    }
    if (n == 4) scatter4(output, output + each, output + 2 * each, output + 3 * each, corner, 16);
    else {
      for (let k = 0; k < n; k++) {
        for (let j = 0; j < 4; j++) {
          store<f32>(output + <usize> j * each + (<usize> k << 2), load<f32>(corner + (<usize> (4 * k + j) << 2)));
        }
      }
    }
    i += n;
    output += 16;
  }
}
