/** Convolutions for kernels/cpu/conv.ts. */
import type { ConvStep } from "../program.ts";
import type { ProgramWriter } from "./commands.ts";
import { type Cut, cut, liveTaps, pixelTable, type Source, type Taps } from "./conv_geometry.ts";
import { NS_PER_MADD } from "./encode_matmul.ts";

type Shape4 = readonly [number, number, number, number];

/** Multiplications and additions a chunk should have at least. */
const CHUNK_MADDS = 2 ** 18;

/** Encodes any of the three convolution kernels. */
export function encodeConv(step: ConvStep, writer: ProgramWriter): void {
  if (step.kernel === "conv2d") encodeForward(step, writer);
  else if (step.kernel === "conv2dInputGrad") encodeInputGrad(step, writer);
  else encodeWeightGrad(step, writer);
}

/** The first words of all convolution commands, after the image operand. */
function sourceWords(source: Source, parts: Cut, sourceRows: number): number[] {
  // deno-fmt-ignore
  return [
    source.images, parts.group, parts.bands, source.height, source.width, source.channels, parts.bordered ? 1 : 0,
    parts.rows, source.horizontal.needed, source.vertical.before, source.horizontal.before, sourceRows,
  ];
}

/** Where a patch starts in an image that is read where it lies: rows and columns that no tap reaches are skipped. */
function skipped(source: Source, parts: Cut): number {
  if (parts.bordered) return 0;
  return 4 * (-source.vertical.before * source.width - source.horizontal.before) * source.channels;
}

/** Packs weights: columns `across` apart, rows (tap, i) with i in `length` steps of `inner`. @returns offset in the scratch value */
function packWeights(
  step: ConvStep,
  writer: ProgramWriter,
  { columns, taps, length, inner, across }: {
    columns: number;
    taps: number[];
    length: number;
    inner: number;
    across: number;
  },
): number {
  const panels = Math.ceil(columns / 8), at = writer.scratch(panels * taps.length * length * 32);
  if (taps.length === 0) return at;
  // deno-fmt-ignore
  writer.command("packPanels", panels, columns * taps.length * length * 0.7, [
    columns, taps.length, length, ...writer.operand(step.b), writer.table(taps), inner, across, ...writer.scratchOperand,
    at, 1, panels, 0, 0,
  ]);
  return at;
}

/** Patches of conv2d in x, also those of its weight gradient. */
function forwardSource(x: Shape4, w: Shape4, out: Shape4, step: ConvStep): { source: Source; ky: Taps; kx: Taps } {
  const [images, channels, height, width] = x, [, , kh, kw] = w, [, , oh, ow] = out;
  const [sh, sw] = step.stride, [ph, pw] = step.padding;
  const y = liveTaps(-ph, kh - 1 - ph, oh, sh, height), z = liveTaps(-pw, kw - 1 - pw, ow, sw, width);
  const source = {
    images,
    height,
    width,
    channels,
    vertical: { before: -y.first, needed: (oh - 1) * sh + y.count },
    horizontal: { before: -z.first, needed: (ow - 1) * sw + z.count },
  };
  return { source, ky: { first: y.first + ph, count: y.count }, kx: { first: z.first + pw, count: z.count } };
}

function encodeForward(step: ConvStep, writer: ProgramWriter): void {
  const x = step.a.shape as unknown as Shape4, w = step.b.shape as unknown as Shape4;
  const out = step.output.shape as unknown as Shape4;
  const [images, channels] = x, [outputs, , kh, kw] = w, [, , oh, ow] = out, [sh, sw] = step.stride;
  const { source, ky, kx } = forwardSource(x, w, out, step);
  const k = ky.count * kx.count * channels;
  const parts = cut(source, {
    outputRows: oh,
    outputColumns: ow,
    step: sh,
    taps: ky.count,
    bytes: 20 * 1024,
    pixels: Math.max(48, Math.ceil(CHUNK_MADDS / (Math.max(1, k) * outputs))),
  });
  const taps: number[] = [];
  for (let y = 0; y < ky.count; y++) {
    for (let z = 0; z < kx.count; z++) taps.push((ky.first + y) * kw + kx.first + z);
  }
  const weights = packWeights(step, writer, {
    columns: outputs,
    taps,
    length: channels,
    inner: kh * kw,
    across: channels * kh * kw,
  });
  const size = [parts.group, parts.bandRows, ow] as const;
  const patches = pixelTable(size, [parts.imageStep, sh * parts.rowStep, sw * channels]);
  const results = pixelTable(size, [oh * ow * outputs, ow * outputs, outputs]);
  // deno-fmt-ignore
  const phase = [
    ky.count, kx.count * channels, weights, 0, writer.table(patches), writer.table(results), parts.bandRows, oh, ow,
    skipped(source, parts),
  ];
  // deno-fmt-ignore
  writer.command("convolve", Math.ceil(images / parts.group) * parts.bands, images * oh * ow * k * padded(outputs) * NS_PER_MADD, [
    ...writer.operand(step.a), ...sourceWords(source, parts, parts.bandRows * sh), ...writer.operand(step.output),
    oh * ow * outputs, parts.bandRows * ow * outputs, outputs, ...writer.scratchOperand, 4 * parts.rowStep, 1, writer.table(phase),
  ]);
}

const padded = (channels: number) => Math.ceil(channels / 4) * 4;

/** One axis of a phase of the input gradient: pixels phase, phase + stride, … read g at their index plus d, for some ds. */
interface AxisPhase {
  readonly phase: number;
  readonly count: number;
  /** d's, and the kernel tap of the first; taps go down by `stride` as d goes up. */
  readonly taps: Taps;
  readonly firstTap: number;
}

function axisPhases(size: number, outputs: number, kernel: number, stride: number, padding: number): AxisPhase[] {
  const phases: AxisPhase[] = [];
  for (let phase = 0; phase < Math.min(stride, size); phase++) {
    const count = Math.ceil((size - phase) / stride);
    // Tap k reaches this phase if phase + padding − k is a multiple of the stride; d is the quotient.
    const highest = Math.floor((phase + padding) / stride), lowest = Math.ceil((phase + padding - kernel + 1) / stride);
    const taps = liveTaps(lowest, highest, count, 1, outputs);
    phases.push({ phase, count, taps, firstTap: phase + padding - taps.first * stride });
  }
  return phases;
}

/** What all phases of an axis read together. */
function reach(phases: readonly AxisPhase[]): Reach1 {
  const live = phases.filter(({ taps }) => taps.count > 0);
  if (live.length === 0) return { first: 0, needed: 0 };
  const first = Math.min(...live.map(({ taps }) => taps.first));
  const end = Math.max(...live.map(({ taps, count }) => taps.first + taps.count + count - 1));
  return { first, needed: end - first };
}

interface Reach1 {
  readonly first: number;
  readonly needed: number;
}

function encodeInputGrad(step: ConvStep, writer: ProgramWriter): void {
  const g = step.a.shape as unknown as Shape4, w = step.b.shape as unknown as Shape4;
  const [images, channels, height, width] = step.output.shape as unknown as Shape4;
  const [outputs, , kh, kw] = w, [, , oh, ow] = g, [sh, sw] = step.stride, [ph, pw] = step.padding;
  const rows = axisPhases(height, oh, kh, sh, ph), columns = axisPhases(width, ow, kw, sw, pw);
  const vertical = reach(rows), horizontal = reach(columns);
  const source: Source = {
    images,
    height: oh,
    width: ow,
    channels: outputs,
    vertical: { before: -vertical.first, needed: vertical.needed },
    horizontal: { before: -horizontal.first, needed: horizontal.needed },
  };
  const outputRows = Math.ceil(height / sh), outputColumns = Math.ceil(width / sw);
  const madds = outputs * channels * kh * kw;
  const parts = cut(source, {
    outputRows,
    outputColumns,
    step: 1,
    taps: vertical.needed - outputRows + 1,
    bytes: 20 * 1024,
    pixels: Math.max(48, Math.ceil(CHUNK_MADDS / madds)),
  });
  const list: number[] = [];
  let phases = 0, work = 0;
  for (const row of rows) {
    for (const column of columns) {
      const taps: number[] = [];
      for (let y = 0; y < row.taps.count; y++) {
        for (let x = 0; x < column.taps.count; x++) taps.push((row.firstTap - y * sh) * kw + column.firstTap - x * sw);
      }
      const weights = packWeights(step, writer, {
        columns: channels,
        taps,
        length: outputs,
        inner: channels * kh * kw,
        across: kh * kw,
      });
      const runs = taps.length === 0 ? 0 : row.taps.count;
      const offset = taps.length === 0
        ? 0
        : 4 * ((row.taps.first - vertical.first) * parts.rowStep + (column.taps.first - horizontal.first) * outputs);
      const size = [parts.group, Math.min(parts.bandRows, row.count), column.count] as const;
      const patches = pixelTable(size, [parts.imageStep, parts.rowStep, outputs]);
      const results = pixelTable(size, [height * width * channels, sh * width * channels, sw * channels]);
      const start = 4 * (row.phase * width + column.phase) * channels;
      for (let i = 0; i < results.length; i++) results[i]! += start;
      // deno-fmt-ignore
      list.push(
        runs, column.taps.count * outputs, weights, 0, writer.table(patches), writer.table(results), parts.bandRows,
        row.count, column.count, offset + skipped(source, parts),
      );
      phases++;
      work += row.count * column.count * taps.length * outputs;
    }
  }
  // deno-fmt-ignore
  writer.command("convolve", Math.ceil(images / parts.group) * parts.bands, images * work * padded(channels) * NS_PER_MADD, [
    ...writer.operand(step.a), ...sourceWords(source, parts, parts.bandRows), ...writer.operand(step.output),
    height * width * channels, parts.bandRows * sh * width * channels, channels, ...writer.scratchOperand, 4 * parts.rowStep,
    phases, writer.table(list),
  ]);
}

function encodeWeightGrad(step: ConvStep, writer: ProgramWriter): void {
  const x = step.a.shape as unknown as Shape4, out = step.b.shape as unknown as Shape4;
  const w = step.output.shape as unknown as Shape4;
  const [images, channels] = x, [outputs, , kh, kw] = w, [, , oh, ow] = out, [sh, sw] = step.stride;
  const { source, ky, kx } = forwardSource(x, w, out, step);
  const parts = cut(source, {
    outputRows: oh,
    outputColumns: ow,
    step: sh,
    taps: ky.count,
    bytes: 16 * 1024,
    pixels: 128,
  });
  const k = ky.count * kx.count * channels, madds = images * oh * ow * k * outputs;
  const units = Math.ceil(images / parts.group) * parts.bands;
  const wanted = Math.max(1, Math.min(madds > 2 ** 26 ? 16 : 8, Math.floor(madds / 2 ** 20), units));
  const unitsAChunk = Math.ceil(units / wanted), chunks = Math.ceil(units / unitsAChunk);
  const sums = writer.scratch(4 * chunks * k * padded(outputs));
  const patches = pixelTable([parts.group, parts.bandRows, ow], [parts.imageStep, sh * parts.rowStep, sw * channels]);
  const skip = skipped(source, parts);
  for (let i = 0; i < patches.length; i++) patches[i]! += skip;
  // deno-fmt-ignore
  writer.command("convolveWeights", chunks, madds * NS_PER_MADD, [
    ...writer.operand(step.a), ...sourceWords(source, parts, parts.bandRows * sh), ...writer.operand(step.b),
    oh * ow * outputs, parts.bandRows * ow * outputs, outputs, ...writer.scratchOperand, 4 * parts.rowStep,
    ky.count, kx.count * channels, writer.table(patches), parts.bandRows, oh, ow, units, unitsAChunk, sums, padded(outputs),
  ]);
  // deno-fmt-ignore
  writer.command("weightParts", Math.ceil(outputs / 4), chunks * k * outputs * 0.3, [
    chunks, outputs, padded(outputs), channels, kh, kw, ky.first, ky.count, kx.first, kx.count, ...writer.scratchOperand, sums,
    ...writer.operand(step.output),
  ]);
}
