/**
 * The input gradient of a convolution of stride 2 into 8 channels: neighbouring pixels of a row belong to two phases, but read the same numbers, and lie
 * together. So a tile of 16 columns takes a pixel of each, and each number that both read is fetched once (multiplyPairs in kernels/cpu/tile.ts).
 */
import type { Cut, TapClass, Taps } from "./conv_geometry.ts";
import { pixelTable } from "./conv_geometry.ts";
import { type PhaseRow, phaseRow, type ResultSteps, resultTable } from "./conv_phases.ts";

/** Channels of both pixels together: the columns of the widest tile. */
const PAIR_COLUMNS = 16;

/** What an axis of a phase reads: the first d, how many, and which classes its pixels fall into. */
interface Side {
  readonly taps: Taps;
  readonly classes: readonly TapClass[];
}

/** Whether the pixels of two phases of columns can be computed together: both read from the same place on, the second one maybe further. */
export function arePairs([first, second, ...more]: readonly Side[], { into, stride, tileColumns }: {
  readonly into: number;
  readonly stride: number;
  readonly tileColumns: number;
}): boolean {
  if (
    tileColumns !== PAIR_COLUMNS || 2 * into !== PAIR_COLUMNS || stride !== 2 || !first || !second || more.length > 0
  ) return false;
  const [whole, ...others] = first.classes, { count } = first.taps;
  const alike = others.length === 0 && whole?.taps.count === count && count > 0 &&
    first.taps.first === second.taps.first;
  const columns = second.classes.reduce((sum, { count }) => sum + count, 0);
  return alike && columns === whole!.count &&
    second.classes.every(({ taps }) => taps.first === 0 && taps.count >= count);
}

/** Phases of pairs of pixels, of one phase of rows. */
export function pairPhases(
  { rows, sides: [first, second], firstRow, parts, channels, weights, result }: {
    readonly rows: readonly TapClass[];
    readonly sides: readonly [Side, Side];
    /** The first row of the source that the first row of pixels reads. */
    readonly firstRow: number;
    readonly parts: Cut;
    readonly channels: number;
    /** Bytes to the weights of both, a panel of 8 columns each. */
    readonly weights: readonly [number, number];
    /** Distances of the first of a pair from that of the next. */
    readonly result: ResultSteps;
  },
): PhaseRow[] {
  const both = first.taps.count * channels, all = second.taps.count * channels, rowBytes = 4 * PAIR_COLUMNS / 2;
  return rows.flatMap((row) =>
    second.classes.map((column): PhaseRow => {
      const size = [parts.group, row.count, column.count] as const, length = column.taps.count * channels;
      const start = 4 * (row.start * result[1] + column.start * result[2] + result[3]);
      const y = row.start + row.taps.first + firstRow, x = column.start + second.taps.first;
      const phase = phaseRow({
        taps: [row.taps, first.taps],
        weights: weights[0] + row.taps.first * both * rowBytes,
        firstRow: 0,
        rowsPerRun: both,
        allRows: row.taps.count * all,
        channels,
        patches: pixelTable(size, [parts.imageStep, parts.rowStep, channels]),
        results: resultTable(size, result, start),
        bandRows: row.count,
        rows: row.count,
        columns: column.count,
        offset: row.taps.count === 0 ? 0 : 4 * (y * parts.rowStep + x * channels),
      });
      const secondWeights = weights[1] + row.taps.first * all * rowBytes;
      return { ...phase, pairs: true, alone: length - both, secondWeights, secondBetween: all - length };
    })
  );
}
