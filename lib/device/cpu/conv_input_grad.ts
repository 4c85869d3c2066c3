/** The gradient of a convolution with respect to its images, for kernels/cpu/conv.ts: a convolution for each residue of the stride. */
import type { StepOf } from "../steps/mod.ts";
import type { PointwiseStep } from "../steps/pointwise.ts";
import type { ProgramWriter } from "./commands.ts";
import { phasesOf } from "./conv_cut.ts";
import {
  borderedColumns,
  type Cut,
  cut,
  groupShares,
  isSorted,
  liveTaps,
  pixelTable,
  sortedTable,
  type Source,
  spanOf,
  tapClasses,
  type Taps,
} from "./conv_geometry.ts";
import { arePairs, pairPhases } from "./conv_pairs.ts";
import {
  borderPhases,
  groupPhases,
  type PhaseRow,
  phaseRow,
  type ResultSteps,
  resultTable,
  workOf,
} from "./conv_phases.ts";
import { CHUNK_MADDS, convolve, imageCut, packWeights, panelsOf, type Shape4, skipped } from "./conv_sweep.ts";

/** One axis of a phase of the input gradient: pixels phase, phase + stride, … read g at their index plus d, for some ds. */
interface AxisPhase {
  readonly phase: number;
  readonly count: number;
  /** d's, and the kernel tap of the first; taps go down by `tapStep` as d goes up by `dilation`. */
  readonly taps: Taps;
  readonly firstTap: number;
}

/** The phases of an axis, and what they have in common. */
interface Axis {
  readonly phases: readonly AxisPhase[];
  /** From one tap of a phase to the next: in the kernel, and in g. */
  readonly tapStep: number;
  readonly dilation: number;
  /** What all phases read together. */
  readonly first: number;
  readonly needed: number;
  /** What the pixels of all phases with one index read: a phase that reads furthest may have fewer pixels than another. */
  readonly reach: number;
}

const gcd = (a: number, b: number): number => b === 0 ? a : gcd(b, a % b);

function axisOf(
  { size, outputs, kernel, stride, padding, dilation }: {
    readonly size: number;
    readonly outputs: number;
    readonly kernel: number;
    readonly stride: number;
    readonly padding: number;
    readonly dilation: number;
  },
): Axis {
  const phases: AxisPhase[] = [], common = gcd(stride, dilation), tapStep = stride / common, step = dilation / common;
  for (let phase = 0; phase < Math.min(stride, size); phase++) {
    const count = Math.ceil((size - phase) / stride);
    // Tap k reaches this phase if phase + padding − k · dilation is a multiple of the stride; d is the quotient.
    let tap = 0;
    while (tap < tapStep && (phase + padding - tap * dilation) % stride !== 0) tap++;
    const d = (tap: number) => (phase + padding - tap * dilation) / stride;
    const none = tap === tapStep || tap >= kernel, last = tap + Math.floor((kernel - 1 - tap) / tapStep) * tapStep;
    const taps = none ? { first: 0, count: 0 } : liveTaps(d(last), d(tap), count, 1, outputs, step);
    phases.push({ phase, count, taps, firstTap: (phase + padding - taps.first * stride) / dilation });
  }
  const live = phases.filter(({ taps }) => taps.count > 0);
  if (live.length === 0) return { phases, tapStep, dilation: step, first: 0, needed: 0, reach: 0 };
  const first = Math.min(...live.map(({ taps }) => taps.first));
  const end = Math.max(...live.map(({ taps, count }) => taps.first + spanOf(taps, step) + count - 1));
  const reach = Math.max(...live.map(({ taps }) => taps.first + spanOf(taps, step))) - first;
  return { phases, tapStep, dilation: step, first, needed: end - first, reach };
}

/** Taps of the kernel that a phase takes, in the order in which it reads g. */
function tapsOfPhase(
  row: AxisPhase,
  column: AxisPhase,
  [vertical, horizontal]: readonly [Axis, Axis],
  kernelColumns: number,
): number[] {
  return Array.from({ length: row.taps.count }, (_, y) => {
    const tap = (row.firstTap - y * vertical.tapStep) * kernelColumns + column.firstTap;
    return Array.from({ length: column.taps.count }, (_, x) => tap - x * horizontal.tapStep);
  }).flat();
}

/** Classes of a phase's pixels, and its window's taps, which count from each axis' first d. */
function windowsOf(row: AxisPhase, column: AxisPhase, sizes: readonly [number, number]) {
  const classes = (axis: AxisPhase, size: number) =>
    tapClasses({ outputs: axis.count, stride: 1, kernel: axis.taps.count, padding: -axis.taps.first, size });
  const taps = [{ first: 0, count: row.taps.count }, { first: 0, count: column.taps.count }] as const;
  return { classes: [classes(row, sizes[0]), classes(column, sizes[1])] as const, taps };
}

/** A phase of images that are copied with borders: every pixel takes all of the phase's taps. */
function borderedPhase(
  [row, column]: readonly [AxisPhase, AxisPhase],
  [vertical, horizontal]: readonly [Axis, Axis],
  source: Source,
  parts: Cut,
  { taps, depth, weights, result }: {
    readonly taps: number;
    readonly depth: number;
    readonly weights: number;
    readonly result: ResultSteps;
  },
): PhaseRow {
  const size = [parts.group, Math.min(parts.bandRows, row.count), column.count] as const;
  const sorted = isSorted(source), right = column.taps.first - horizontal.first;
  const down = (row.taps.first - vertical.first) * parts.rowStep;
  const offset = taps === 0 ? 0 : 4 * (down + (sorted ? 0 : right * source.channels));
  return phaseRow({
    taps: [row.taps, column.taps],
    weights,
    firstRow: 0,
    rowsPerRun: column.taps.count * depth,
    allRows: taps * depth,
    channels: depth,
    patches: sorted && taps > 0
      ? sortedTable(source, size, [parts.imageStep, parts.rowStep], { first: right, step: 1 })
      : pixelTable(size, [parts.imageStep, parts.rowStep, source.channels]),
    results: resultTable(size, result, 4 * result[3]),
    bandRows: parts.bandRows,
    rows: row.count,
    columns: column.count,
    offset: offset + skipped(source, parts),
  });
}

/** Encodes it: of each residue of rows and columns a convolution of g with the taps that reach it. */
export function encodeInputGrad(
  { inputs, output, attributes: { stride, padding, dilation, groups } }: StepOf<"conv2dInputGrad">,
  writer: ProgramWriter,
  epilogue: PointwiseStep | undefined,
): void {
  const g = inputs.g.shape as Shape4, w = inputs.w.shape as Shape4;
  const [images, channels, height, width] = output.shape as Shape4;
  const [outputs, into, kh, kw] = w, [, , oh, ow] = g, [sh, sw] = stride, depth = outputs / groups;
  const axis = (size: number, outputs: number, kernel: number, i: 0 | 1) =>
    axisOf({ size, outputs, kernel, stride: stride[i], padding: padding[i], dilation: dilation[i] });
  const vertical = axis(height, oh, kh, 0), horizontal = axis(width, ow, kw, 1);
  const source: Source = {
    images,
    height: oh,
    width: ow,
    channels: outputs,
    vertical: { before: -vertical.first, needed: vertical.needed },
    horizontal: { before: -horizontal.first, needed: horizontal.needed },
    dilation: [vertical.dilation, horizontal.dilation],
    groups,
  };
  const outputRows = Math.ceil(height / sh), outputColumns = Math.ceil(width / sw);
  const madds = outputs * into * kh * kw;
  const { bytes, phaseBytes, phaseLeast, wide } = imageCut(Math.ceil(madds / channels / (sh * sw)), channels);
  let parts = cut(source, {
    outputRows,
    outputColumns,
    step: 1,
    taps: vertical.reach,
    bytes: bytes * groupShares(groups),
    pixels: Math.max(48, Math.ceil(CHUNK_MADDS / madds)),
  });
  const outputsOf = vertical.phases.flatMap((row) =>
    horizontal.phases.map((column) => ({ row, column, ...windowsOf(row, column, [oh, ow]) }))
  );
  const rows = Math.max(...outputsOf.map(({ taps: [y, x] }) => y.count * x.count)) * depth;
  const phased = phasesOf({
    ...{ source, bordered: parts, outputRows, columns: into, shares: panelsOf(rows * groups, into).chunks },
    ...{ bytes: phaseBytes, least: phaseLeast, wide, outputs: outputsOf },
  });
  if (phased) parts = phased;
  const sides = horizontal.phases.map(({ taps }, i) => ({ taps, classes: outputsOf[i]!.classes[1] }));
  const paired = phased && arePairs(sides, { into, stride: sw, tileColumns: writer.tileColumns });
  // A panel of weights has the rows of all phases, one after the other.
  const tapsOf = outputsOf.map(({ row, column }) => tapsOfPhase(row, column, [vertical, horizontal], kw));
  const { at: weights, apart } = packWeights(inputs.w, writer, {
    columns: into,
    taps: tapsOf.flat(),
    length: depth,
    inner: into * kh * kw,
    across: kh * kw,
    groups,
    apart: depth * into * kh * kw,
  });
  const allRows = tapsOf.flat().length * depth;
  const phases: PhaseRow[] = [];
  let work = 0, before = 0;
  for (const [i, { row, column, classes, taps: [ky, kx] }] of outputsOf.entries()) {
    const firstRow = before,
      taps = tapsOf[i]!,
      inPanel = (phase: PhaseRow): PhaseRow => ({ ...phase, allRows, firstRow: phase.firstRow + firstRow });
    before += taps.length * depth;
    const start = (row.phase * width + column.phase) * channels;
    const result = [height * width * channels, sh * width * channels, sw * channels, start] as const;
    if (phased) {
      work += workOf(classes, outputs);
      if (paired && column.phase === 0) continue;
      if (paired) {
        const rowBytes = 4 * into, firstOfPair = firstRow - tapsOf[i - 1]!.length * depth;
        const both = [weights + firstOfPair * rowBytes, weights + firstRow * rowBytes] as const;
        const pair = { rows: classes[0], sides: [sides[0]!, sides[1]!], weights: both } as const;
        const distances = [result[0], result[1], result[2], row.phase * width * channels] as const;
        phases.push(...pairPhases({ ...pair, firstRow: row.taps.first, parts, channels: depth, result: distances }));
        continue;
      }
      const padding = [-row.taps.first, -column.taps.first] as const;
      const first = [ky, kx] as const;
      phases.push(
        ...borderPhases({ classes, parts, stride: [1, 1], padding, source, first, weights, result }).map(inPanel),
      );
      continue;
    }
    const taken = { taps: taps.length, depth, weights, result };
    const phase = borderedPhase([row, column], [vertical, horizontal], source, parts, taken);
    const group = { weights: apart, offset: 4 * borderedColumns(source) * depth, results: 4 * into, rows: 0 };
    phases.push(...groupPhases([inPanel(phase)], groups, group));
    work += row.count * column.count * taps.length * outputs;
  }
  const sweep = {
    image: inputs.g,
    source,
    parts,
    sourceRows: parts.bandRows,
    pixels: output,
    imageStep: height * width * channels,
    bandStep: parts.bandRows * sh * width * channels,
    channels: into,
    phases,
  };
  convolve(writer, sweep, { work, rows }, epilogue);
}
