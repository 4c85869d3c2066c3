/** The end of a weight gradient: sums that chunks took apart are added up. */
import type { Operand } from "../operand.ts";
import type { ProgramWriter } from "./commands.ts";
import type { Taps } from "./conv_geometry.ts";
import { padded, type Shape4 } from "./conv_sweep.ts";
import { command, operand, word } from "./layout.ts";

/** Adds the chunks' accumulators [group, kernel row, kernel column, C][O] into weights [O, C, kh, kw]. A chunk is some output channels of a group. */
export const WEIGHT_PARTS = command("weightParts", {
  parts: word("chunks that were summed apart"),
  groups: word("groups of channels"),
  outputs: word("output channels of a group"),
  size: word("of them a chunk, a multiple of 4"),
  padded: word("those in whole vectors"),
  channels: word("input channels of a group"),
  kernelRows: word("of the weights"),
  kernelColumns: word("of the weights"),
  firstRow: word("kernel row that meets the image"),
  rows: word("kernel rows that do"),
  firstColumn: word("kernel column that meets the image"),
  columns: word("kernel columns that do"),
  scratch: operand("scratch value"),
  sums: word("bytes to the accumulators in it"),
  output: operand("[O, C, kh, kw]"),
});

/** Nanoseconds of an accumulator that is added to the weights. */
const NS_PER_PARTIAL = 0.3;

/** Appends the command that adds the sums of the parts, which lie from `sums` on in the scratch value. */
export function issueWeightParts(
  writer: ProgramWriter,
  output: Operand,
  { parts, groups, outputs, channels, ky, kx, sums }: {
    readonly parts: number;
    readonly groups: number;
    /** Output and input channels of a group. */
    readonly outputs: number;
    readonly channels: number;
    /** Kernel rows and columns that meet the image. */
    readonly ky: Taps;
    readonly kx: Taps;
    readonly sums: number;
  },
): void {
  const [, , kh, kw] = output.shape as Shape4, rows = groups * ky.count * kx.count * channels;
  // Sixteen channels are whole cache lines, where they make chunks enough.
  const size = outputs >= 64 ? 16 : 4,
    cost = { chunks: groups * Math.ceil(outputs / size), ns: parts * rows * outputs * NS_PER_PARTIAL };
  writer.issue(WEIGHT_PARTS, cost, {
    ...{ parts, groups, outputs, size, padded: padded(outputs), channels, kernelRows: kh, kernelColumns: kw },
    ...{ firstRow: ky.first, rows: ky.count, firstColumn: kx.first, columns: kx.count },
    ...{ scratch: writer.scratchStart, sums, output },
  });
}
