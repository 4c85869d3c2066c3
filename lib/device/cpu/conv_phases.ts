/**
 * Phases of a convolution: outputs of an image that read the same taps of the kernel, in the words of kernels/cpu/conv.ts. A convolution that
 * is read with borders of zeros has one phase; one that is read where it lies has a phase for each kind of border.
 */
import { flag, row, type RowOf, table, word } from "./layout.ts";
import { type Cut, pixelTable, type Source, type TapClass, type Taps } from "./conv_geometry.ts";

/** One phase, of the first group of channels. */
export interface Phase {
  readonly taps: readonly [Taps, Taps];
  readonly weights: number;
  /** Offset of row (first tap) in a panel of weights, or among accumulators; numbers of all rows of a kernel row, and of all. */
  readonly firstRow: number;
  readonly rowsPerRun: number;
  readonly allRows: number;
  readonly channels: number;
  readonly patches: Int32Array;
  readonly results: Int32Array;
  readonly bandRows: number;
  readonly rows: number;
  readonly columns: number;
  readonly offset: number;
}

/** How far the same phase of the next group of channels lies, in bytes. */
export interface GroupSteps {
  readonly weights: number;
  readonly offset: number;
  readonly results: number;
  /** Rows of accumulators. */
  readonly rows: number;
}

/** The phases of all groups, given those of the first. */
export function groupPhases(phases: readonly PhaseRow[], groups: number, step: GroupSteps): PhaseRow[] {
  return Array.from({ length: groups }, (_, i) =>
    phases.map((phase): PhaseRow => ({
      ...phase,
      weights: phase.weights + i * step.weights,
      offset: phase.offset + i * step.offset,
      firstRow: phase.firstRow + i * step.rows,
      firstResult: i * step.results,
    }))).flat();
}

/** Outputs of a full chunk that read the same taps of the kernel. */
export const PHASE = row("phase", {
  runs: word("kernel rows"),
  length: word("elements of a kernel row's patch"),
  weights: word("bytes to the packed weights in the scratch value"),
  firstRow: word("of a panel of weights, or (weight gradient) of the accumulators"),
  patches: table("bytes to each pixel's patch, images outermost"),
  results: table("bytes to each pixel's results, or gradients"),
  bandRows: word("output rows per band"),
  rows: word("output rows per image"),
  columns: word("output columns"),
  offset: word("bytes to all patches"),
  rowsBetween: word("weight rows skipped after a run, or (weight gradient) accumulator rows from one run to the next"),
  allRows: word("weight rows of a panel"),
  firstResult: word("bytes to a group's channels in the results, or gradients"),
  pairs: flag("whether pixels come in pairs, of which the second takes weights of its own"),
  alone: word("numbers after a run that the second alone takes"),
  secondWeights: word("bytes to its packed weights in the scratch value"),
  secondBetween: word("rows of them skipped after a run"),
});

/** What encoders say of a phase. */
export type PhaseRow = RowOf<typeof PHASE>;

/** What a phase of single pixels has in the fields of pairs. */
const NO_PAIRS = { pairs: false, alone: 0, secondWeights: 0, secondBetween: 0 } as const;

/** A phase's row. `accumulators`: rows between runs are counted from start to start, not from end to start. */
export function phaseRow(phase: Phase, accumulators = false): PhaseRow {
  const { taps: [y, x], rowsPerRun, channels, ...rest } = phase;
  const length = x.count * channels, none = y.count * x.count === 0;
  const rowsBetween = accumulators ? rowsPerRun : rowsPerRun - length;
  return { ...rest, runs: none ? 0 : y.count, length: none ? 0 : length, rowsBetween, firstResult: 0, ...NO_PAIRS };
}

/** Element distances of results: image, row, column; and the first. */
export type ResultSteps = readonly [image: number, row: number, column: number, first: number];

/** Byte offsets of the results of `size` pixels. */
export function resultTable(
  size: readonly [number, number, number],
  [image, row, column]: ResultSteps,
  start: number,
): Int32Array {
  const results = pixelTable(size, [image, row, column]);
  for (let i = 0; i < results.length; i++) results[i]! += start;
  return results;
}

/** Phases of a convolution with kernel taps `ky` × `kx` over `source`, read without borders. */
export function borderPhases(
  {
    classes: [rows, columns],
    parts,
    stride: [sh, sw],
    padding: [ph, pw],
    source,
    first: [ky, kx],
    weights,
    result,
    accumulators = false,
  }: {
    classes: readonly [TapClass[], TapClass[]];
    parts: Cut;
    stride: readonly [number, number];
    padding: readonly [number, number];
    source: Source;
    /** Taps that are packed. */
    first: readonly [Taps, Taps];
    weights: number;
    result: ResultSteps;
    /** As in {@linkcode phaseRow}. */
    accumulators?: boolean;
  },
): PhaseRow[] {
  const { channels } = source, phases: PhaseRow[] = [];
  for (const row of rows) {
    for (const column of columns) {
      const size = [parts.group, row.count, column.count] as const;
      const y = row.start * sh - ph + row.taps.first, x = column.start * sw - pw + column.taps.first;
      const none = row.taps.count * column.taps.count === 0;
      const start = 4 * (row.start * result[1] + column.start * result[2] + result[3]);
      const phase: Phase = {
        taps: [row.taps, column.taps],
        weights,
        firstRow: none ? 0 : ((row.taps.first - ky.first) * kx.count + column.taps.first - kx.first) * channels,
        rowsPerRun: kx.count * channels,
        allRows: ky.count * kx.count * channels,
        channels,
        patches: pixelTable(size, [parts.imageStep, sh * parts.rowStep, sw * channels]),
        results: resultTable(size, result, start),
        bandRows: row.count,
        rows: row.count,
        columns: column.count,
        offset: none ? 0 : 4 * (y * parts.rowStep + x * channels),
      };
      phases.push(phaseRow(phase, accumulators));
    }
  }
  return phases;
}

/** Products of patches and one output channel, over all phases of an image. */
export function workOf([rows, columns]: readonly [TapClass[], TapClass[]], channels: number): number {
  const sum = (classes: TapClass[]) => classes.reduce((total, { count, taps }) => total + count * taps.count, 0);
  return sum(rows) * sum(columns) * channels;
}
