/** Histograms and activation statistics, for kernels/cpu/histogram.ts and statistics.ts: of chunks, then of all. */
import { sizeOf } from "../shape.ts";
import type { StepOf } from "../steps/mod.ts";
import { STATISTICS_HEAD } from "../steps/statistics.ts";
import { ONE_CHUNK, type ProgramWriter } from "./commands.ts";
import { command, flag, operand, scalar, table, word } from "./layout.ts";
import { chunkSize, isDense, mergeAxes } from "./shapes.ts";

const counted = {
  total: word("elements"),
  size: word("elements per chunk"),
  input: operand("float32"),
  bins: word("bins"),
  min: scalar("lower edge of the first bin"),
  max: scalar("upper edge of the last bin"),
};

export const HISTOGRAM = command("histogram", {
  ...counted,
  rank: word("axes"),
  shape: table("of the input"),
  strides: table("of the input"),
  scratch: operand("scratch value"),
  partials: word("bytes to the chunks' counts in it, int32"),
});

export const HISTOGRAM_PARTS = command("histogramParts", {
  bins: word("bins"),
  parts: word("chunks"),
  output: operand("[bins]"),
  scratch: operand("scratch value"),
  partials: word("bytes to the chunks' counts in it"),
});

export const STATISTICS = command("statistics", {
  ...counted,
  absolute: flag("whether |x| is counted"),
  rank: word("axes; 0 for a dense input"),
  shape: table("of the input"),
  strides: table("of the input"),
  scratch: operand("scratch value"),
  partials: word("bytes to the chunks' results in it"),
  bytes: word("of one chunk's results"),
});

export const STATISTICS_PARTS = command("statisticsParts", {
  total: word("elements"),
  size: word("elements per chunk"),
  bins: word("bins"),
  parts: word("chunks"),
  output: operand("[6 + bins]"),
  scratch: operand("scratch value"),
  partials: word("bytes to the chunks' results in it"),
  bytes: word("of one chunk's results"),
});

/** Nanoseconds of an element: a histogram's division, a statistic's multiplication, and a strided one's copy. */
const NS_HISTOGRAM = 2.5;
const NS_STATISTICS = 1;
const NS_STRIDED = 2;

/** Encodes a histogram. */
export function encodeHistogram(
  { inputs: { input }, output, numbers }: StepOf<"histogram">,
  writer: ProgramWriter,
): void {
  const bins = output.shape[0]!, total = sizeOf(input.shape);
  // Few enough chunks that their counts stay small.
  const size = chunkSize(total, 1, Math.max(16384, 4 * bins)), parts = Math.ceil(total / size);
  const partials = writer.scratch(4 * bins * parts), scratch = writer.scratchStart;
  const shape = input.shape.length === 0 ? [1] : input.shape, strides = input.shape.length === 0 ? [1] : input.strides;
  writer.issue(HISTOGRAM, { chunks: parts, ns: total * NS_HISTOGRAM }, {
    ...{ total, size, input, bins, ...numbers, rank: shape.length, shape, strides, scratch, partials },
  });
  writer.issue(HISTOGRAM_PARTS, ONE_CHUNK, { bins, parts, output, scratch, partials });
}

/** Encodes moments and counts. */
export function encodeStatistics(step: StepOf<"statistics">, writer: ProgramWriter): void {
  const { inputs: { input }, output, attributes, numbers } = step, bins = output.shape[0]! - STATISTICS_HEAD;
  const total = sizeOf(input.shape);
  // A chunk's counts (four tables) take no more memory than its elements.
  const size = chunkSize(total, 4, Math.max(16384, 4 * bins)), parts = Math.ceil(total / size);
  // Whole cache lines, so that threads that count in neighbouring chunks do not disturb each other.
  const bytes = Math.ceil((16 + 16 * (bins + STATISTICS_HEAD - 2)) / 64) * 64, partials = writer.scratch(bytes * parts);
  const axes = isDense(input.shape, input.strides)
    ? []
    : mergeAxes(input.shape.map((size, axis) => ({ size, strides: [input.strides[axis]!] })));
  const scratch = writer.scratchStart, ns = total * (axes.length ? NS_STRIDED : NS_STATISTICS);
  writer.issue(STATISTICS, { chunks: parts, ns }, {
    ...{ total, size, input, bins, ...numbers, absolute: attributes.absolute, rank: axes.length },
    shape: axes.map(({ size }) => size),
    strides: axes.map(({ strides }) => strides[0]!),
    ...{ scratch, partials, bytes },
  });
  writer.issue(STATISTICS_PARTS, ONE_CHUNK, { total, size, bins, parts, output, scratch, partials, bytes });
}
