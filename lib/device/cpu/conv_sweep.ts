/** What the commands of all convolutions have in common: see kernels/cpu/conv.ts. */
import type { Operand } from "../operand.ts";
import type { PointwiseStep } from "../steps/pointwise.ts";
import type { ProgramWriter } from "./commands.ts";
import { borderedColumns, type Cut, isSorted, type Source } from "./conv_geometry.ts";
import { PHASE, type PhaseRow } from "./conv_phases.ts";
import { EPILOGUE, issueProduct } from "./epilogue.ts";
import { command, flag, operand, type RowOf, table, word } from "./layout.ts";
import { NS_PER_MADD } from "./linear.ts";
import { PACK_PANELS } from "./pack.ts";

/** Sizes of images [N, C, H, W] or of weights [O, C, kh, kw]. */
export type Shape4 = readonly [number, number, number, number];

/** Multiplications and additions that a chunk should have at least. */
export const CHUNK_MADDS = 2 ** 18;

/** Bytes of source that the images of a chunk should take with borders; without them (see phasesOf), and the least images then. */
const CHUNK_BYTES = 20 * 1024;
const PHASE_BYTES = 40 * 1024;
const PHASE_LEAST = 6;

/** Bytes of packed weights that a chunk reads at most: about what stays in the L2 cache beside its images, for all of whose pixels they serve. */
const WEIGHT_BYTES = 256 * 1024;

/** The same where the weights are too many for one chunk: more pixels, for which each of its panels is read once. */
const WIDE_BYTES = 256 * 1024;
const WIDE_PHASE_BYTES = 160 * 1024;
const WIDE_LEAST = 24;

/** A cut whose groups of images fit into those of a series, unless they would be too small for all the weights that a chunk reads. */
export function inSeries<C extends { readonly group: number; readonly bands: number } | undefined>(
  cut: C,
  writer: ProgramWriter,
): C {
  if (!cut || cut.bands > 1) return cut;
  const group = writer.imagesPerChunk(cut.group);
  return 2 * group > cut.group ? { ...cut, group } : cut;
}

/** How images are cut where `rows` weights meet each of so many channels. */
export function imageCut(rows: number, channels: number): {
  readonly bytes: number;
  readonly phaseBytes: number;
  readonly phaseLeast: number;
  readonly wide: boolean;
} {
  const wide = 4 * rows * channels > WEIGHT_BYTES;
  return wide
    ? { bytes: WIDE_BYTES, phaseBytes: WIDE_PHASE_BYTES, phaseLeast: WIDE_LEAST, wide }
    : { bytes: CHUNK_BYTES, phaseBytes: PHASE_BYTES, phaseLeast: PHASE_LEAST, wide };
}

/** Panels of `panelColumns` channels a chunk, whose weights take `rows` numbers a channel: about equally many in each. */
export function panelsOf(
  rows: number,
  channels: number,
  panelColumns = 16,
): { readonly panels: number; readonly chunks: number } {
  const all = Math.ceil(channels / panelColumns), bytes = 4 * rows * panelColumns;
  const most = Math.max(1, Math.floor(WEIGHT_BYTES / Math.max(1, bytes)));
  const panels = Math.ceil(all / Math.ceil(all / most));
  return { panels, chunks: Math.ceil(all / panels) };
}

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
  /** Of a group. */
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
  sorted: flag("whether the copy's columns are sorted by group and residue"),
  groups: word("groups of channels"),
  dilation: word("columns from one tap to the next"),
  borderedRows: word("rows of a bordered image, or band"),
  borderedColumns: word("its columns"),
  above: word("border above"),
  left: word("border to the left; negative: columns cut off"),
  sourceRows: word("source rows from one band to the next"),
  pixels: operand("output, or its gradient"),
  imageStep: word("elements of it per image"),
  bandStep: word("elements of it per band"),
  channels: word("of a group of it"),
  panelColumns: word("columns of a panel: 8 or 16"),
  scratch: operand("scratch value"),
  rowBytes: word("bytes between two source rows of a patch"),
  phases: word("phases"),
  phaseList: table("rows of phases"),
  units: word("groups of images, or bands of them"),
  panels: word("panels of channels a chunk; chunks run over the units first, then over the panels"),
};
/** What all convolutions have in common. */
export const SWEEP = command("sweep", sweep);

/** Results out of patches and packed weights: conv2d and conv2dInputGrad. */
export const CONVOLVE = command("convolve", { ...sweep, ...EPILOGUE });

/** conv2dWeightGrad: Σ over pixels of patch × g, each chunk over its share of (image group, band) units, of channels, and of rows of each run. */
export const CONVOLVE_WEIGHTS = command("convolveWeights", {
  ...sweep,
  rows: word("rows of accumulators"),
  runRows: word("of them a run"),
  rowChunks: word("chunks of these, strips of six, which run last"),
  unitsPerPart: word("units whose sums are added up in one part"),
  parts: word("parts"),
  sums: word("bytes to the parts' accumulators in the scratch value"),
  padded: word("channels in whole vectors"),
});

/** The fields of a sweep. */
export function sweepFields(writer: ProgramWriter, sweep: Sweep): RowOf<typeof SWEEP> {
  const { image, source, parts, phases, pixels, sourceRows, imageStep, bandStep, channels } = sweep;
  const panelColumns = writer.tileColumns;
  return {
    ...{ image, images: source.images, group: parts.group, bands: parts.bands },
    ...{ height: source.height, width: source.width, depth: source.channels, bordered: parts.bordered },
    ...{ sorted: isSorted(source), groups: source.groups, dilation: source.dilation[1] },
    ...{ borderedRows: parts.rows, borderedColumns: borderedColumns(source) },
    ...{ above: source.vertical.before, left: source.horizontal.before, sourceRows },
    ...{ pixels, imageStep, bandStep, channels, panelColumns },
    ...{ scratch: writer.scratchStart, rowBytes: 4 * parts.rowStep * source.dilation[0] },
    ...{ phases: phases.length, phaseList: writer.rows(PHASE, phases) },
    ...{ units: unitsOf(sweep), panels: Math.ceil(channels / panelColumns) },
  };
}

/**
 * Appends the command that computes results from patches and packed weights, of `work` products per image and channel, and the chain that reads them. A
 * chunk computes the pixels of a unit in the channels of some panels. A result is a sum of `rows` products at most.
 */
export function convolve(
  writer: ProgramWriter,
  sweep: Sweep,
  { work, rows }: { readonly work: number; readonly rows: number },
  epilogue: PointwiseStep | undefined,
): void {
  const ns = sweep.source.images * work * padded(sweep.channels) * NS_PER_MADD;
  const { panels, chunks } = panelsOf(rows * sweep.source.groups, sweep.channels, writer.tileColumns);
  const inOnePiece = chunks === 1, { group, bands } = sweep.parts;
  const cut = inOnePiece ? { images: group, chunks: bands } : undefined;
  issueProduct(writer, CONVOLVE, { chunks: unitsOf(sweep) * chunks, ns, inOnePiece, cut }, {
    ...sweepFields(writer, sweep),
    panels,
  }, epilogue);
}

/** Where a patch starts in an image that is read where it lies: rows and columns that no tap reaches are skipped. */
export function skipped(source: Source, parts: Cut): number {
  if (parts.bordered) return 0;
  return 4 * (-source.vertical.before * source.width - source.horizontal.before) * source.channels;
}

/** Weights to pack: columns `across` apart, rows (tap, i) with i in `length` steps of `inner`; of each group, `apart` elements from the one before. */
export interface Packing {
  readonly columns: number;
  readonly taps: readonly number[];
  readonly length: number;
  readonly inner: number;
  readonly across: number;
  readonly groups: number;
  readonly apart: number;
}

/** Packs weights. @returns their offset in the scratch value, and bytes from one group's to the next */
export function packWeights(
  weights: Operand,
  writer: ProgramWriter,
  { columns, taps, length, inner, across, groups, apart }: Packing,
): { readonly at: number; readonly apart: number } {
  const panelColumns = writer.tileColumns, panels = Math.ceil(columns / panelColumns);
  const bytes = 4 * panels * panelColumns * taps.length * length, at = writer.scratch(bytes * groups);
  if (taps.length === 0) return { at, apart: bytes };
  const whole = taps.length === inner && taps.every((tap, i) => tap === i);
  // A whole kernel is read once, wherever its taps go.
  const size = Math.min(inner, across), all = !whole && size > 1 && taps.length === size;
  const places = all ? Array.from(taps, (_, tap) => taps.indexOf(tap) * length) : [];
  const ns = groups * columns * taps.length * length * NS_PER_PACK;
  writer.issue(PACK_PANELS, { chunks: panels * groups, ns, ofWeights: true }, {
    ...{ columns, taps: taps.length, length, source: weights, offsets: taps, inner, across },
    ...{ scratch: writer.scratchStart, at, panelColumns, group: 1, panels },
    ...{ batchStride: apart, batchBytes: bytes, whole: whole ? inner : 0, kernel: places.length, places },
  });
  return { at, apart: bytes };
}
