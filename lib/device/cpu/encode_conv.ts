/** Convolutions for kernels/cpu/conv.ts. */
import type { ConvStep } from "../program.ts";
import type { ProgramWriter } from "./commands.ts";
import {
  type Cut,
  cut,
  liveTaps,
  pixelTable,
  type Source,
  type TapClass,
  tapClasses,
  type Taps,
} from "./conv_geometry.ts";
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
  const whole = taps.length === inner && taps.every((tap, i) => tap === i);
  // deno-fmt-ignore
  writer.command("packPanels", panels, columns * taps.length * length * 0.7, [
    columns, taps.length, length, ...writer.operand(step.b), writer.table(taps), inner, across, ...writer.scratchOperand,
    at, 1, panels, 0, 0, whole ? inner : 0,
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

/** One phase for the kernels: see kernels/cpu/conv.ts. */
interface Phase {
  readonly taps: readonly [Taps, Taps];
  readonly weights: number;
  /** Offset of row (first tap) in a panel of weights, or among accumulators; numbers of all rows of a kernel row, and of all. */
  readonly firstRow: number;
  readonly rowsARun: number;
  readonly allRows: number;
  readonly channels: number;
  readonly patches: number;
  readonly results: number;
  readonly bandRows: number;
  readonly rows: number;
  readonly columns: number;
  readonly offset: number;
}

/** A phase's words. `accumulators`: rows between runs are counted from start to start, not from end to start. */
function phaseWords(phase: Phase, accumulators = false): number[] {
  const [y, x] = phase.taps, length = x.count * phase.channels, none = y.count * x.count === 0;
  // deno-fmt-ignore
  return [
    none ? 0 : y.count, none ? 0 : length, phase.weights, phase.firstRow, phase.patches, phase.results, phase.bandRows, phase.rows, phase.columns,
    phase.offset, accumulators ? phase.rowsARun : phase.rowsARun - length, phase.allRows,
  ];
}

/** Images below which phases would have too few pixels to fill the tiles. */
const PHASE_IMAGES = 12;

/** Images a group without borders: about `bytes` of source, a multiple of 6 (rows of a tile), and groups enough for several threads. */
function groupOf(images: number, bytes: number, most: number, least: number): number {
  const group = Math.max(least, Math.min(Math.floor(most / bytes), Math.ceil(images / 8)));
  return Math.min(images, group >= 6 ? Math.floor(group / 6) * 6 : group);
}

/** Whether phases serve better than borders, and with which groups. */
function phaseCut(source: Source, parts: Cut, outputRows: number, most: number, least: number): Cut | undefined {
  const { images, height, width, channels } = source, imageStep = height * width * channels;
  if (!parts.bordered || parts.bands > 1 || images < PHASE_IMAGES || 4 * imageStep * least > 8 * most) return undefined;
  const group = groupOf(images, 4 * imageStep, most, least);
  return { bordered: false, group, bandRows: outputRows, bands: 1, rows: height, rowStep: width * channels, imageStep };
}

/** Phases of a convolution with kernel taps `ky` × `kx` over `source`, read without borders. */
function borderPhases(
  writer: ProgramWriter,
  { classes: [rows, columns], parts, stride: [sh, sw], padding: [ph, pw], source, first: [ky, kx], weights, result }: {
    classes: readonly [TapClass[], TapClass[]];
    parts: Cut;
    stride: readonly [number, number];
    padding: readonly [number, number];
    source: Source;
    /** Taps that are packed. */
    first: readonly [Taps, Taps];
    weights: number;
    /** Element distances of results: image, row, column; and the first. */
    result: readonly [number, number, number, number];
  },
): number[][] {
  const { channels } = source, phases: number[][] = [];
  for (const row of rows) {
    for (const column of columns) {
      const size = [parts.group, row.count, column.count] as const;
      const y = row.start * sh - ph + row.taps.first, x = column.start * sw - pw + column.taps.first;
      const none = row.taps.count * column.taps.count === 0;
      const results = pixelTable(size, [result[0], result[1], result[2]]);
      const start = 4 * (row.start * result[1] + column.start * result[2] + result[3]);
      for (let i = 0; i < results.length; i++) results[i]! += start;
      phases.push([
        ...phaseWords({
          taps: [row.taps, column.taps],
          weights,
          firstRow: none ? 0 : ((row.taps.first - ky.first) * kx.count + column.taps.first - kx.first) * channels,
          rowsARun: kx.count * channels,
          allRows: ky.count * kx.count * channels,
          channels,
          patches: writer.table(pixelTable(size, [parts.imageStep, sh * parts.rowStep, sw * channels])),
          results: writer.table(results),
          bandRows: row.count,
          rows: row.count,
          columns: column.count,
          offset: none ? 0 : 4 * (y * parts.rowStep + x * channels),
        }),
      ]);
    }
  }
  return phases;
}

/** Products of patches and one output channel, over all phases of an image. */
function workOf([rows, columns]: readonly [TapClass[], TapClass[]], channels: number): number {
  const sum = (classes: TapClass[]) => classes.reduce((total, { count, taps }) => total + count * taps.count, 0);
  return sum(rows) * sum(columns) * channels;
}

/** Geometry, classes of outputs, and taps of conv2d. */
function forwardParts(x: Shape4, w: Shape4, out: Shape4, step: ConvStep) {
  const { source, ky, kx } = forwardSource(x, w, out, step), [, , oh, ow] = out, [, , kh, kw] = w;
  const axis = (outputs: number, kernel: number, size: number, i: 0 | 1) =>
    tapClasses({ outputs, stride: step.stride[i], kernel, padding: step.padding[i], size });
  return { source, ky, kx, classes: [axis(oh, kh, x[2], 0), axis(ow, kw, x[3], 1)] as const };
}

function encodeForward(step: ConvStep, writer: ProgramWriter): void {
  const x = step.a.shape as unknown as Shape4, w = step.b.shape as unknown as Shape4;
  const out = step.output.shape as unknown as Shape4;
  const [images, channels] = x, [outputs, , kh, kw] = w, [, , oh, ow] = out, [sh, sw] = step.stride;
  const { source, ky, kx, classes } = forwardParts(x, w, out, step);
  const k = ky.count * kx.count * channels;
  let parts = cut(source, {
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
  const phased = phaseCut(source, parts, oh, 40 * 1024, 6),
    result = [oh * ow * outputs, ow * outputs, outputs, 0] as const;
  let phases: number[][], work = oh * ow * k;
  if (phased) {
    parts = phased;
    work = workOf(classes, channels);
    phases = borderPhases(writer, {
      classes,
      parts,
      stride: step.stride,
      padding: step.padding,
      source,
      first: [ky, kx],
      weights,
      result,
    });
  } else {
    const size = [parts.group, parts.bandRows, ow] as const;
    phases = [phaseWords({
      taps: [ky, kx],
      weights,
      firstRow: 0,
      rowsARun: kx.count * channels,
      allRows: k,
      channels,
      patches: writer.table(pixelTable(size, [parts.imageStep, sh * parts.rowStep, sw * channels])),
      results: writer.table(pixelTable(size, [result[0], result[1], result[2]])),
      bandRows: parts.bandRows,
      rows: oh,
      columns: ow,
      offset: skipped(source, parts),
    })];
  }
  // deno-fmt-ignore
  writer.command("convolve", Math.ceil(images / parts.group) * parts.bands, images * work * padded(outputs) * NS_PER_MADD, [
    ...writer.operand(step.a), ...sourceWords(source, parts, parts.bandRows * sh), ...writer.operand(step.output),
    oh * ow * outputs, parts.bandRows * ow * outputs, outputs, ...writer.scratchOperand, 4 * parts.rowStep,
    phases.length, writer.table(phases.flat()),
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
  let parts = cut(source, {
    outputRows,
    outputColumns,
    step: 1,
    taps: vertical.needed - outputRows + 1,
    bytes: 20 * 1024,
    pixels: Math.max(48, Math.ceil(CHUNK_MADDS / madds)),
  });
  const phased = phaseCut(source, parts, outputRows, 40 * 1024, 6);
  if (phased) parts = phased;
  const phases: number[][] = [];
  let work = 0;
  for (const row of rows) {
    for (const column of columns) {
      const taps: number[] = [], { channels: length } = source;
      for (let y = 0; y < row.taps.count; y++) {
        for (let x = 0; x < column.taps.count; x++) taps.push((row.firstTap - y * sh) * kw + column.firstTap - x * sw);
      }
      const weights = packWeights(step, writer, {
        columns: channels,
        taps,
        length,
        inner: channels * kh * kw,
        across: kh * kw,
      });
      const start = (row.phase * width + column.phase) * channels;
      const result = [height * width * channels, sh * width * channels, sw * channels, start] as const;
      if (phased) {
        // Window taps count from each phase's first d.
        const ky = { first: 0, count: row.taps.count }, kx = { first: 0, count: column.taps.count };
        const padding = [-row.taps.first, -column.taps.first] as const;
        const classes = [
          tapClasses({ outputs: row.count, stride: 1, kernel: ky.count, padding: padding[0], size: oh }),
          tapClasses({ outputs: column.count, stride: 1, kernel: kx.count, padding: padding[1], size: ow }),
        ] as const;
        work += workOf(classes, outputs);
        phases.push(
          ...borderPhases(writer, {
            classes,
            parts,
            stride: [1, 1],
            padding,
            source,
            first: [ky, kx],
            weights,
            result,
          }),
        );
        continue;
      }
      const size = [parts.group, Math.min(parts.bandRows, row.count), column.count] as const;
      const results = pixelTable(size, [result[0], result[1], result[2]]);
      for (let i = 0; i < results.length; i++) results[i]! += 4 * start;
      const offset = taps.length === 0
        ? 0
        : 4 * ((row.taps.first - vertical.first) * parts.rowStep + (column.taps.first - horizontal.first) * outputs);
      phases.push(phaseWords({
        taps: [row.taps, column.taps],
        weights,
        firstRow: 0,
        rowsARun: column.taps.count * outputs,
        allRows: taps.length * outputs,
        channels: outputs,
        patches: writer.table(pixelTable(size, [parts.imageStep, parts.rowStep, outputs])),
        results: writer.table(results),
        bandRows: parts.bandRows,
        rows: row.count,
        columns: column.count,
        offset: offset + skipped(source, parts),
      }));
      work += row.count * column.count * taps.length * outputs;
    }
  }
  // deno-fmt-ignore
  writer.command("convolve", Math.ceil(images / parts.group) * parts.bands, images * work * padded(channels) * NS_PER_MADD, [
    ...writer.operand(step.a), ...sourceWords(source, parts, parts.bandRows), ...writer.operand(step.output),
    height * width * channels, parts.bandRows * sh * width * channels, channels, ...writer.scratchOperand, 4 * parts.rowStep,
    phases.length, writer.table(phases.flat()),
  ]);
}

const gcd = (a: number, b: number): number => b === 0 ? a : gcd(b, a % b);

function encodeWeightGrad(step: ConvStep, writer: ProgramWriter): void {
  const x = step.a.shape as unknown as Shape4, out = step.b.shape as unknown as Shape4;
  const w = step.output.shape as unknown as Shape4;
  const [images, channels] = x, [outputs, , kh, kw] = w, [, , oh, ow] = out, [sh, sw] = step.stride;
  const { source, ky, kx, classes } = forwardParts(x, w, out, step);
  let parts = cut(source, {
    outputRows: oh,
    outputColumns: ow,
    step: sh,
    taps: ky.count,
    bytes: 16 * 1024,
    pixels: 128,
  });
  // Phases need pixels enough to outweigh loading and storing the accumulators: large groups, which then lie in the L2 cache.
  // Images a power of two apart share few sets of the L1 cache (64 sets of 64 bytes): no more of them than fit.
  const bytes = 4 * source.height * source.width * channels, sets = 64 / Math.max(1, gcd(bytes, 4096) / 64);
  const most = Math.min(128 * 1024, 8 * Math.max(1, sets) * bytes);
  const phased = images >= 32 ? phaseCut(source, parts, oh, most, Math.min(16, 8 * Math.max(1, sets))) : undefined;
  const k = ky.count * kx.count * channels, result = [oh * ow * outputs, ow * outputs, outputs, 0] as const;
  let phases: number[][], work = oh * ow * k;
  if (phased) {
    parts = phased;
    work = workOf(classes, channels);
    phases = borderPhases(writer, {
      classes,
      parts,
      stride: step.stride,
      padding: step.padding,
      source,
      first: [ky, kx],
      weights: 0,
      result,
    });
    // Accumulators lie run after run: from start to start.
    for (const phase of phases) phase[10] = kx.count * channels;
  } else {
    const size = [parts.group, parts.bandRows, ow] as const;
    phases = [phaseWords({
      taps: [ky, kx],
      weights: 0,
      firstRow: 0,
      rowsARun: kx.count * channels,
      allRows: k,
      channels,
      patches: writer.table(pixelTable(size, [parts.imageStep, sh * parts.rowStep, sw * channels])),
      results: writer.table(pixelTable(size, [result[0], result[1], result[2]])),
      bandRows: parts.bandRows,
      rows: oh,
      columns: ow,
      offset: skipped(source, parts),
    }, true)];
  }
  const madds = images * work * outputs, units = Math.ceil(images / parts.group) * parts.bands;
  const wanted = Math.max(1, Math.min(madds > 2 ** 26 ? 16 : 8, Math.floor(madds / 2 ** 20), units));
  const unitsAChunk = Math.ceil(units / wanted), chunks = Math.ceil(units / unitsAChunk);
  const sums = writer.scratch(4 * chunks * k * padded(outputs));
  // deno-fmt-ignore
  writer.command("convolveWeights", chunks, madds * NS_PER_MADD, [
    ...writer.operand(step.a), ...sourceWords(source, parts, parts.bandRows * sh), ...writer.operand(step.b),
    oh * ow * outputs, parts.bandRows * ow * outputs, outputs, ...writer.scratchOperand, 4 * parts.rowStep,
    phases.length, writer.table(phases.flat()), k, units, unitsAChunk, sums, padded(outputs),
  ]);
  // deno-fmt-ignore
  writer.command("weightParts", Math.ceil(outputs / 4), chunks * k * outputs * 0.3, [
    chunks, outputs, padded(outputs), channels, kh, kw, ky.first, ky.count, kx.first, kx.count, ...writer.scratchOperand, sums,
    ...writer.operand(step.output),
  ]);
}
