/** Histograms and activation statistics, for kernels/cpu/histogram.ts and statistics.ts: of chunks, then of all. */
import { sizeOf } from "../shape.ts";
import type { Operand } from "../operand.ts";
import type { Step, StepOf } from "../steps/mod.ts";
import { STATISTICS_HEAD } from "../steps/statistics.ts";
import type { Follower, ProgramWriter } from "./commands.ts";
import { command, flag, operand, scalar, table, type ValuesOf, word } from "./layout.ts";
import { type Axis, chunkSize, isDense, mergeAxes } from "./shapes.ts";
import { ALL_PARTS, ONE_CHUNK } from "./work.ts";

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
  bins: word("bins"),
  parts: word("chunks"),
  output: operand("[6 + bins]"),
  scratch: operand("scratch value"),
  partials: word("bytes to the chunks' results in it"),
  bytes: word("of one chunk's results"),
});

/** Nanoseconds of an element: of a histogram, of statistics, and of those of a strided one, which is copied. */
const NS_HISTOGRAM = 2.5;
const NS_STATISTICS = 0.5;
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

/** A statistics step as commands. */
class Statistics implements Follower {
  readonly #total: number;
  readonly #bins: number;
  readonly #axes: readonly Axis[];
  /** Bytes of one chunk's results: whole cache lines, so that threads that count in neighbouring chunks do not disturb each other. */
  readonly #bytes: number;
  #parts = 0;
  #partials = 0;

  constructor(readonly step: StepOf<"statistics">, readonly writer: ProgramWriter) {
    const { inputs: { input }, output } = step;
    this.#total = sizeOf(input.shape);
    this.#bins = output.shape[0]! - STATISTICS_HEAD;
    this.#axes = isDense(input.shape, input.strides)
      ? []
      : mergeAxes(input.shape.map((size, axis) => ({ size, strides: [input.strides[axis]!] })));
    this.#bytes = Math.ceil((32 + 16 * (this.#bins + STATISTICS_HEAD - 2)) / 64) * 64;
  }

  get ns(): number {
    return this.#total * (this.#axes.length ? NS_STRIDED : NS_STATISTICS);
  }

  get wasEmbedded(): boolean {
    return this.#parts > 0;
  }

  /** The elements' own command. */
  issue(): void {
    // A chunk's counts (four tables) take no more memory than its elements.
    const wanted = chunkSize(this.#total, 32, Math.max(8192, 4 * this.#bins));
    const { size, cut } = this.writer.cutByImages(this.#total, wanted), chunks = Math.ceil(this.#total / size);
    this.writer.issue(STATISTICS, { chunks, ns: this.ns, cut }, this.#values(size, chunks));
  }

  embed(chunks: number): number {
    return this.writer.embed(STATISTICS, this.#values(0, chunks));
  }

  /** The command that puts the chunks' results together. */
  finish(): void {
    this.writer.issue(STATISTICS_PARTS, ALL_PARTS, {
      ...{ total: this.#total, bins: this.#bins, parts: this.#parts, output: this.step.output },
      ...{ scratch: this.writer.scratchStart, partials: this.#partials, bytes: this.#bytes },
    });
  }

  #values(size: number, chunks: number): ValuesOf<typeof STATISTICS.fields> {
    const { inputs: { input }, attributes, numbers } = this.step, axes = this.#axes;
    this.#parts = chunks;
    this.#partials = this.writer.scratch(this.#bytes * chunks);
    return {
      ...{ total: this.#total, size, input, bins: this.#bins, ...numbers, absolute: attributes.absolute },
      rank: axes.length,
      shape: axes.map(({ size }) => size),
      strides: axes.map(({ strides }) => strides[0]!),
      ...{ scratch: this.writer.scratchStart, partials: this.#partials, bytes: this.#bytes },
    };
  }
}

/** Encodes moments and counts. */
export function encodeStatistics(step: StepOf<"statistics">, writer: ProgramWriter): void {
  const statistics = new Statistics(step, writer);
  statistics.issue();
  statistics.finish();
}

/**
 * The statistics of `next`, if they are of all that a pointwise chain of `step` makes: then each chunk can be counted by the command that has just
 * made it.
 */
export function followerOf(step: Step, next: Step | undefined, writer: ProgramWriter): Statistics | undefined {
  const chain = step.kernel === "fused" ? step.epilogue : step;
  if (next?.kernel !== "statistics" || chain.kernel !== "pointwise") return undefined;
  const { input } = next.inputs, { elements } = writer.program.values[input.value]!;
  const whole = ({ value, shape, strides, offset, dynamic }: Operand) =>
    value === input.value && offset === 0 && dynamic < 0 && sizeOf(shape) === elements && isDense(shape, strides);
  const made = chain.outputs.some(({ operand }) => whole(operand)) && sizeOf(chain.shape) === elements;
  return made && whole(input) ? new Statistics(next, writer) : undefined;
}
