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
import { pixelsOf, source, zero } from "./border";
import { ConvolveCommand, ConvolveWeightsCommand, Phase, SweepCommand, WeightPartsCommand } from "./layouts";
import { addEights } from "./outer_eights";
import { scatter } from "./pack";
import { addOuter, panelListed, panelPairs, panelTwins, tileWidth } from "./panel";
import { epilogue } from "./pointwise";

/** Products of a sum from which on tiles are computed with their twins: shorter sums wait for their operands, of which twins have fewer on the way. */
const TWIN_DEPTH = 24;

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
    if (phase.pairs) {
      const alone = phase.alone, weights = cmd.scratch + <usize> phase.weights, second = cmd.scratch + <usize> phase.secondWeights;
      const skip = rowBytes - (<usize> (length + alone) << 2), secondSkip = <usize> phase.secondBetween << 5;
      panelPairs(rows, phase.patches, a + <usize> phase.offset, runs, length, alone, skip, weights, second, secondSkip, phase.results, out);
      continue;
    }
    const skip = rowBytes - (<usize> length << 2);
    let b = cmd.scratch + <usize> phase.weights + (<usize> (firstPanel * phase.allRows * most) << 2);
    for (let column = begin; column < end; column += most) {
      const width = min(most, end - column), bStride = <usize> tileWidth(width) << 2;
      const from = b + <usize> phase.firstRow * bStride, bSkip = <usize> phase.rowsBetween * bStride;
      const at = a + <usize> phase.offset, to = out + <usize> phase.firstResult + (<usize> column << 2);
      let patches = phase.patches, results = phase.results, left = rows;
      if (width == 8 && most == 16 && runs * length >= TWIN_DEPTH) {
        // Twins are neighbours, so that images are read in order; where a row's pixels do not come out even, those of two halves.
        const neighbours = (phase.columns & 1) == 0 && !cmd.sorted, half = neighbours ? rows >> 1 : halfOf(rows, count, phase.columns);
        const next: usize = neighbours ? 4 : <usize> half << 2;
        if (half > 0) {
          const apart = load<usize>(patches + next) - load<usize>(patches), outApart = load<usize>(results + next) - load<usize>(results);
          panelTwins(half, neighbours ? 8 : 4, patches, at, apart, runs, length, skip, from, bStride, bSkip, results, to, outApart);
          left -= 2 * half;
          patches += <usize> half << 3;
          results += <usize> half << 3;
        }
      }
      panelListed(left, patches, at, runs, length, skip, from, bStride, bSkip, results, to, width);
      b += <usize> (phase.allRows * most) << 2;
    }
  }
  // All channels, where there is one.
  const done = first * cmd.imageStep + band * cmd.bandStep, last = (first + count) * cmd.imageStep;
  epilogue(cmd.epilogue, done, bands == 1 ? last : min(done + cmd.bandStep, last));
}

/** Pixels of half of the images, or of half of the rows of one: all of them lie as far from those of the other half. */
// @ts-ignore: decorator
@inline
function halfOf(pixels: i32, images: i32, columns: i32): i32 {
  return images > 1 ? (images >> 1) * (pixels / images) : (pixels / max(1, columns) >> 1) * columns;
}

/**
 * conv2dWeightGrad: Σ over pixels of patch × g, each chunk over its share of the units (image group, band), for the output channels
 * begin … end and the rows top … bottom of each run. In a phase, rows are those of the accumulators, and results are places in g.
 */
export function convolveWeights(command: usize, chunk: i32): void {
  const cmd = changetype<ConvolveWeightsCommand>(command);
  const parts = cmd.parts, most = cmd.panelColumns, panelChunks = (cmd.channels + cmd.panels * most - 1) / (cmd.panels * most);
  const others = chunk / parts, part = chunk - others * parts, rowChunk = others / panelChunks;
  const begin = (others - rowChunk * panelChunks) * cmd.panels * most, end = min(cmd.channels, begin + cmd.panels * most);
  const runRows = cmd.runRows, strips = (runRows + 5) / 6, rowChunks = cmd.rowChunks;
  const top = strips * rowChunk / rowChunks * 6, bottom = min(runRows, strips * (rowChunk + 1) / rowChunks * 6);
  const bands = cmd.bands, group = cmd.group, images = cmd.images, channels = end - begin;
  const rowBytes = <usize> cmd.rowBytes, outStep = <usize> cmd.padded << 2, runStep = <usize> runRows * outStep;
  const sums = cmd.scratch + <usize> cmd.sums + <usize> (part * cmd.rows) * outStep + (<usize> begin << 2);
  const used = <usize> ((channels + 3) & ~3) << 2;
  for (let row = 0; row < cmd.rows; row += runRows) {
    for (let i = top, at = sums + <usize> (row + top) * outStep; i < bottom; i++, at += outStep) zero(at, at + used);
  }
  const g = cmd.pixels + (<usize> begin << 2);
  const firstUnit = part * cmd.unitsPerPart, lastUnit = min(cmd.units, firstUnit + cmd.unitsPerPart);
  for (let unit = firstUnit; unit < lastUnit; unit++) {
    const first = unit / bands * group, band = unit % bands, count = min(group, images - first);
    const start = source(changetype<SweepCommand>(command), first, count, band);
    const sources = g + (<usize> (first * cmd.imageStep + band * cmd.bandStep) << 2);
    if (!cmd.bordered && bands == 1) {
      // What is copied with borders is read in order anyway.
      touch(start, start + (<usize> (count * cmd.height * cmd.width * cmd.depth) << 2));
      touch(sources, sources + (<usize> (count * cmd.imageStep) << 2));
    }
    let phase = changetype<Phase>(cmd.phaseList);
    for (let i = 0; i < cmd.phases; i++, phase = phase.next) {
      // Of the phase's runs, which begin at any tap, what lies in the chunk's rows.
      const runs = phase.runs, firstRow = phase.firstRow, place = firstRow % max(1, runRows);
      const skipped = max(0, top - place), length = min(phase.length, bottom - place) - skipped;
      if (runs == 0 || length <= 0) continue;
      const pixels = pixelsOf(phase, count, band), from = sources + <usize> phase.firstResult;
      let a = start + <usize> phase.offset + (<usize> skipped << 2), out = sums + <usize> (firstRow + skipped) * outStep;
      if (most == 16 && channels > 4 && channels <= 8) {
        addEights(runs, rowBytes, pixels, a, phase.patches, from, phase.results, out, runStep, outStep, length, channels);
        continue;
      }
      for (let run = 0; run < runs; run++) {
        addOuter(most, pixels, a, phase.patches, from, phase.results, out, outStep, length, channels);
        out += runStep;
        a += rowBytes;
      }
    }
  }
}

/** Reads a line of the cache each 64 bytes, in order: one after the other they come sooner than one by one where a tile needs them. */
function touch(at: usize, end: usize): void {
  let a = f32x4.splat(0), b = a, c = a, d = a;
  for (; at + 256 <= end; at += 256) {
    a = v128.or(a, v128.load(at));
    b = v128.or(b, v128.load(at, 64));
    c = v128.or(c, v128.load(at, 128));
    d = v128.or(d, v128.load(at, 192));
  }
  // Loads that nobody uses would be left out.
  v128.store(scratch, v128.or(v128.or(a, b), v128.or(c, d)));
}

/** Adds the chunks' accumulators [group, kernel row, kernel column, C][O] into weights [O, C, kh, kw]. A chunk is some output channels of a group. */
export function weightParts(command: usize, chunk: i32): void {
  const cmd = changetype<WeightPartsCommand>(command), outputs = cmd.outputs, size = cmd.size;
  const chunks = (outputs + size - 1) / size, group = chunk / chunks, first = size * (chunk - group * chunks), last = min(outputs, first + size);
  const kh = cmd.kernelRows, kw = cmd.kernelColumns, channels = cmd.channels, padded = <usize> cmd.padded << 2;
  const each = <usize> (channels * kh * kw) << 2, sums = <usize> (cmd.rows * cmd.columns * channels) * padded;
  const between = sums * <usize> cmd.groups, from = cmd.scratch + <usize> cmd.sums + <usize> group * sums;
  const output = cmd.output + <usize> (group * outputs) * each, whole = cmd.rows == kh && cmd.columns == kw;
  if (whole) {
    addKernels(output + <usize> first * each, each, from + (<usize> first << 2), padded, between, cmd.parts, channels, kh * kw, last - first);
    return;
  }
  for (let channel = first; channel < last; channel += 4) {
    const to = output + <usize> channel * each;
    someTaps(cmd, to, each, from + (<usize> channel << 2), padded, between, min(4, last - channel));
  }
}

/**
 * Adds up the parts of `outputs` channels' kernels, all of whose taps count: accumulators [tap][channels], `step` bytes a row and `size` a part, into kernels
 * [channels][tap], `each` bytes apart.
 */
export function addKernels(
  output: usize, each: usize, from: usize, step: usize, size: usize, parts: i32, channels: i32, taps: i32, outputs: i32,
): void {
  const fours = outputs >> 2;
  wholeKernels(output, each, from, step, size, parts, channels, taps, fours);
  for (let o = fours << 2; o < outputs; o++) {
    let at = from + (<usize> o << 2);
    for (let tap = 0; tap < taps; tap++) {
      let to = output + <usize> o * each + (<usize> tap << 2);
      for (let c = 0; c < channels; c++, at += step, to += <usize> taps << 2) {
        let sum = load<f32>(at);
        for (let p = 1; p < parts; p++) sum += load<f32>(at + <usize> p * size);
        store<f32>(to, sum);
      }
    }
  }
}

/** Up to four output channels, not all of whose taps may count. */
function someTaps(cmd: WeightPartsCommand, output: usize, each: usize, from: usize, padded: usize, between: usize, left: i32): void {
  const parts = cmd.parts, channels = cmd.channels, kh = cmd.kernelRows, kw = cmd.kernelColumns;
  const ky0 = cmd.firstRow, rows = cmd.rows, kx0 = cmd.firstColumn, columns = cmd.columns;
  if (rows != kh || columns != kw) memory.fill(output, 0, <usize> left * each);
  let at = from;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      let to = output + (<usize> ((ky0 + y) * kw + kx0 + x) << 2);
      for (let c = 0; c < channels; c++, at += padded, to += <usize> (kh * kw) << 2) {
        const sum = total(at, between, parts);
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

/** So many fours of output channels whose taps all count: four consecutive weights of each at a time, which come from four places. */
function wholeKernels(
  output: usize,
  each: usize,
  from: usize,
  padded: usize,
  size: usize,
  parts: i32,
  channels: i32,
  taps: i32,
  fours: i32,
): void {
  const count = channels * taps, step = <usize> channels * padded, places = scratch;
  let tap = 0, row = from, at = from, i = 0;
  while (i < count) {
    const n = min(4, count - i);
    for (let k = 0; k < n; k++) {
      store<usize>(places + (<usize> k << 2), at);
      if (++tap == taps) {
        tap = 0;
        row += padded;
        at = row;
      } else at += step;
    }
    let to = output;
    if (n == 4) {
      let a = load<usize>(places), b = load<usize>(places, 4), c = load<usize>(places, 8), d = load<usize>(places, 12);
      for (let four = 0; four < fours; four++, to += 4 * each, a += 16, b += 16, c += 16, d += 16) {
        if (parts == 1) scatter(to, to + each, to + 2 * each, to + 3 * each, v128.load(a), v128.load(b), v128.load(c), v128.load(d));
        else {
          scatter(
            to, to + each, to + 2 * each, to + 3 * each,
            total(a, size, parts), total(b, size, parts), total(c, size, parts), total(d, size, parts),
          );
        }
      }
    } else {
      for (let four = 0; four < fours; four++, to += 4 * each) {
        for (let k = 0; k < n; k++) {
          const sum = total(load<usize>(places + (<usize> k << 2)) + (<usize> four << 4), size, parts), place = to + (<usize> k << 2);
          v128.store32_lane(place, sum, 0);
          v128.store32_lane(place + each, sum, 1);
          v128.store32_lane(place + 2 * each, sum, 2);
          v128.store32_lane(place + 3 * each, sum, 3);
        }
      }
    }
    i += n;
    output += 16;
  }
}
