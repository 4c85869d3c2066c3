/** What the commands of all convolutions have in common: see kernels/cpu/conv.ts. */
import type { Operand } from "../operand.ts";
import type { ProgramWriter } from "./commands.ts";
import type { Cut, Source } from "./conv_geometry.ts";
import { PHASE, type PhaseRow } from "./conv_phases.ts";
import { command, flag, operand, type RowOf, table, word } from "./layout.ts";
import { NS_PER_MADD } from "./linear.ts";
import { PACK_PANELS } from "./pack.ts";

/** Sizes of images [N, C, H, W] or of weights [O, C, kh, kw]. */
export type Shape4 = readonly [number, number, number, number];

/** Multiplications and additions that a chunk should have at least. */
export const CHUNK_MADDS = 2 ** 18;

/** Bytes of source that the images of a chunk should take with borders; without them (see phaseCut), and the least images then. */
export const CHUNK_BYTES = 20 * 1024;
export const PHASE_BYTES = 40 * 1024;
export const PHASE_LEAST = 6;

/** Nanoseconds of a weight that is packed. */
const NS_PER_PACK = 0.7;

/** Channels in whole vectors. */
export const padded = (channels: number) => Math.ceil(channels / 4) * 4;

/** A sweep over the pixels of a source, and over those of another operand (results, or their gradient) with it. */
export interface Sweep {
  readonly image: Operand;
  readonly source: Source;
  readonly parts: Cut;
  /** Source rows from one band to the next. */
  readonly sourceRows: number;
  readonly pixels: Operand;
  /** Elements of `pixels` per image, per band and per pixel. */
  readonly imageStep: number;
  readonly bandStep: number;
  readonly channels: number;
  readonly phases: readonly PhaseRow[];
}

/** Groups and bands of a sweep: what chunks are made of. */
export const unitsOf = ({ source, parts }: Pick<Sweep, "source" | "parts">) =>
  Math.ceil(source.images / parts.group) * parts.bands;

const sweep = {
  image: operand("source images, NHWC"),
  images: word("images"),
  group: word("images per chunk"),
  bands: word("bands of output rows per image"),
  height: word("of the source"),
  width: word("of the source"),
  depth: word("channels of the source"),
  bordered: flag("whether a chunk is first copied with zeros around it"),
  borderedRows: word("rows of a bordered image, or band"),
  borderedColumns: word("its columns"),
  above: word("border above"),
  left: word("border to the left; negative: columns cut off"),
  sourceRows: word("source rows from one band to the next"),
  pixels: operand("output, or its gradient"),
  imageStep: word("elements of it per image"),
  bandStep: word("elements of it per band"),
  channels: word("of it"),
  panelColumns: word("columns of a panel: 8 or 16"),
  scratch: operand("scratch value"),
  rowBytes: word("bytes between two source rows"),
  phases: word("phases"),
  phaseList: table("rows of phases"),
};
/** What all convolutions have in common. */
export const SWEEP = command("sweep", sweep);

/** Results out of patches and packed weights: conv2d and conv2dInputGrad. */
export const CONVOLVE = command("convolve", sweep);

/** conv2dWeightGrad: Σ over pixels of patch × g, each chunk over its share of (image group, band) units. */
export const CONVOLVE_WEIGHTS = command("convolveWeights", {
  ...sweep,
  rows: word("rows of accumulators"),
  units: word("units"),
  unitsPerChunk: word("of them per chunk"),
  sums: word("bytes to the chunks' accumulators in the scratch value"),
  padded: word("channels in whole vectors"),
});

/** The fields of a sweep. */
export function sweepFields(writer: ProgramWriter, sweep: Sweep): RowOf<typeof CONVOLVE> {
  const { image, source, parts, phases, pixels, sourceRows, imageStep, bandStep, channels } = sweep;
  return {
    ...{ image, images: source.images, group: parts.group, bands: parts.bands },
    ...{ height: source.height, width: source.width, depth: source.channels, bordered: parts.bordered },
    ...{ borderedRows: parts.rows, borderedColumns: source.horizontal.needed },
    ...{ above: source.vertical.before, left: source.horizontal.before, sourceRows },
    ...{ pixels, imageStep, bandStep, channels, panelColumns: writer.tileColumns },
    ...{ scratch: writer.scratchStart, rowBytes: 4 * parts.rowStep },
    ...{ phases: phases.length, phaseList: writer.rows(PHASE, phases) },
  };
}

/** Appends the command that computes results from patches and packed weights, of `work` products per image and channel. */
export function convolve(writer: ProgramWriter, sweep: Sweep, work: number): void {
  const ns = sweep.source.images * work * padded(sweep.channels) * NS_PER_MADD;
  writer.issue(CONVOLVE, { chunks: unitsOf(sweep), ns }, sweepFields(writer, sweep));
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
  const panelColumns = writer.tileColumns, panels = Math.ceil(columns / panelColumns);
  const at = writer.scratch(4 * panels * panelColumns * taps.length * length);
  if (taps.length === 0) return at;
  const whole = taps.length === inner && taps.every((tap, i) => tap === i);
  writer.issue(PACK_PANELS, { chunks: panels, ns: columns * taps.length * length * NS_PER_PACK }, {
    ...{ columns, taps: taps.length, length, source: weights, offsets: taps, inner, across },
    ...{ scratch: writer.scratchStart, at, panelColumns, group: 1, panels },
    ...{ batchStride: 0, batchBytes: 0, whole: whole ? inner : 0 },
  });
  return at;
}
