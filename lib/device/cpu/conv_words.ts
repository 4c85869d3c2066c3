/** What the commands of all convolutions have in common: see kernels/cpu/conv.ts. */
import type { Operand } from "../operand.ts";
import type { ProgramWriter } from "./commands.ts";
import type { Cut, Source } from "./conv_geometry.ts";
import { NS_PER_MADD } from "./encode_matmul.ts";

/** Sizes of images [N, C, H, W] or of weights [O, C, kh, kw]. */
export type Shape4 = readonly [number, number, number, number];

/** Multiplications and additions a chunk should have at least. */
export const CHUNK_MADDS = 2 ** 18;

/** Bytes of source that the images of a chunk should take, and the most and least images of a group without borders (see phaseCut). */
export const CHUNK_BYTES = 20 * 1024;
export const PHASE_BYTES = 40 * 1024;
export const PHASE_LEAST = 6;

/** Channels in whole vectors. */
export const padded = (channels: number) => Math.ceil(channels / 4) * 4;

/** A sweep over the pixels of a source, and over those of another operand (results, or their gradient) with it. */
export interface Sweep {
  readonly image: Operand;
  readonly source: Source;
  readonly parts: Cut;
  /** Source rows a band moves on. */
  readonly sourceRows: number;
  readonly pixels: Operand;
  /** Numbers of `pixels` an image, and a band, and a pixel. */
  readonly imageStep: number;
  readonly bandStep: number;
  readonly channels: number;
  readonly phases: readonly number[][];
}

/** Groups and bands of a sweep: what chunks are made of. */
export const unitsOf = ({ source, parts }: Pick<Sweep, "source" | "parts">) =>
  Math.ceil(source.images / parts.group) * parts.bands;

/** The words that all convolution commands begin with. */
export function sweepWords(writer: ProgramWriter, sweep: Sweep): number[] {
  const { source, parts, phases } = sweep;
  // deno-fmt-ignore
  return [
    ...writer.operand(sweep.image),
    source.images, parts.group, parts.bands, source.height, source.width, source.channels, parts.bordered ? 1 : 0,
    parts.rows, source.horizontal.needed, source.vertical.before, source.horizontal.before, sweep.sourceRows,
    ...writer.operand(sweep.pixels), sweep.imageStep, sweep.bandStep, sweep.channels, ...writer.scratchOperand, 4 * parts.rowStep,
    phases.length, writer.table(phases.flat()),
  ];
}

/** Appends the command that computes results from patches and packed weights, of `work` products an image and channel. */
export function convolve(writer: ProgramWriter, sweep: Sweep, work: number): void {
  const ns = sweep.source.images * work * padded(sweep.channels) * NS_PER_MADD;
  writer.command("convolve", unitsOf(sweep), ns, sweepWords(writer, sweep));
}

/** Where a patch starts in an image that is read where it lies: rows and columns that no tap reaches are skipped. */
export function skipped(source: Source, parts: Cut): number {
  if (parts.bordered) return 0;
  return 4 * (-source.vertical.before * source.width - source.horizontal.before) * source.channels;
}

/** Packs weights: columns `across` apart, rows (tap, i) with i in `length` steps of `inner`. @returns offset in the scratch value */
export function packWeights(
  weights: Operand,
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
    columns, taps.length, length, ...writer.operand(weights), writer.table(taps), inner, across, ...writer.scratchOperand,
    at, 1, panels, 0, 0, whole ? inner : 0,
  ]);
  return at;
}
