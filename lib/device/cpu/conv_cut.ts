/**
 * How the products of conv2d and its input gradient are cut: with borders of zeros, which are multiplied too, or by phases, which leave out the taps that
 * meet a border, but have few pixels each. Pure functions of shapes: what a choice costs is estimated in cycles of one core.
 */
import { borderedColumns, type Cut, isSorted, type Source, type TapClass, type Taps } from "./conv_geometry.ts";

/** Outputs of one residue of the stride: classes of their rows and columns, and the taps that any of them reads. */
export interface Outputs {
  readonly classes: readonly [rows: readonly TapClass[], columns: readonly TapClass[]];
  readonly taps: readonly [Taps, Taps];
}

/** What else the choice depends on. */
export interface Choice {
  readonly source: Source;
  /** The cut with borders. */
  readonly bordered: Cut;
  readonly outputRows: number;
  /** Channels of the output. */
  readonly columns: number;
  /** Chunks that share out the channels of each group of images. */
  readonly shares: number;
  /** Bytes of source that a group of images should take, and images that it should have at least. */
  readonly bytes: number;
  readonly least: number;
  /** Whether that is for the sake of weights that do not stay in the cache. */
  readonly wide: boolean;
  readonly outputs: readonly Outputs[];
}

/** Images below which groups of them would be too few for the threads. */
const PHASE_IMAGES = 12;

/** An image of more bytes is cut into bands, which stay in the cache. */
const IMAGE_BYTES = 128 * 1024;

/** Cycles that a tile takes beside its products, copying a number of the source, and fetching a weight from the L2 cache. */
const TILE_CYCLES = 20;
const COPY_CYCLES = 0.25;
const WEIGHT_CYCLES = 0.125;

/** By how much phases have to take less. */
const LEAST_GAIN = 1.02;

/** How much larger or smaller than usual a group of small images may be, if its chunks then come out even, and how many bytes one of large images may take. */
const LARGER = 1.4;
const SMALLER = 0.6;
const GROUP_BYTES = 100 * 1024;

/** By how much another group has to take less. */
const GROUP_GAIN = 1.02;

/** So many chunks come out even. */
const MANY_CHUNKS = 64;

/** Rows of the next tile of so many that are left (kernels/cpu/panel.ts), and cycles that a tile of so many takes along its sums: those of few wait for each other. */
const TILE_ROWS = [0, 1, 2, 3, 4, 5, 6, 4, 4, 5, 5, 6, 6, 5];
const ROW_CYCLES = [0, 4.3, 4.3, 4.5, 4.8, 5.4, 6];

/** Cycles of a step along the sums of so many rows of tiles of 16 columns. */
function rowsOf(rows: number): number {
  const before = rows > 13 ? 6 * Math.floor((rows - 8) / 6) : 0;
  let cycles = before;
  for (let left = rows - before; left > 0; left -= TILE_ROWS[left]!) cycles += ROW_CYCLES[TILE_ROWS[left]!]!;
  return cycles;
}

/** Cycles of so many pixels with sums of so many products. Of 8 columns, two pixels take the place of one. */
function cyclesOf(pixels: number, products: number, columns: number): number {
  const rows = columns > 8 ? pixels : Math.ceil(pixels / 2), panels = Math.ceil(columns / 16);
  return pixels * products === 0 ? 0 : panels * (rowsOf(rows) * products + Math.ceil(rows / 6) * TILE_CYCLES);
}

const countOf = (classes: readonly TapClass[]) => classes.reduce((sum, { count }) => sum + count, 0);

/** Cycles of an image with borders. */
function borderedCycles({ source, bordered: { group, bands, bandRows, rows }, columns, outputs }: Choice): number {
  let cycles = COPY_CYCLES * bands * rows * borderedColumns(source) * source.channels;
  for (const { classes: [down, across], taps: [y, x] } of outputs) {
    const height = countOf(down), width = countOf(across), products = y.count * x.count * source.channels;
    for (let row = 0; row < height; row += bandRows) {
      cycles += cyclesOf(group * Math.min(bandRows, height - row) * width, products, columns) / group;
    }
  }
  return cycles;
}

/** Cycles of an image by phases, in groups of so many. */
function phasedCycles({ source, columns, outputs }: Choice, group: number): number {
  let cycles = 0;
  for (const { classes: [down, across], taps } of outputs) {
    for (const row of down) {
      for (const column of across) {
        const products = row.taps.count * column.taps.count * source.channels;
        cycles += cyclesOf(group * row.count * column.count, products, columns) / group;
      }
    }
    cycles += WEIGHT_CYCLES * taps[0].count * taps[1].count * source.channels * columns / group;
  }
  return cycles;
}

/** How much longer two threads take than half of what one takes, as chunks do not come out even: one takes them from the front, the other from the back. */
function unevenness({ source: { images }, shares }: Choice, group: number): number {
  const units = Math.ceil(images / group),
    imagesOf = (chunk: number) => Math.min(group, images - chunk % units * group);
  let first = 0, last = units * shares - 1;
  if (last >= MANY_CHUNKS) return 1;
  const times = [0, 0];
  while (first <= last) {
    if (times[0]! <= times[1]!) times[0]! += imagesOf(first++);
    else times[1]! += imagesOf(last--);
  }
  return 2 * Math.max(...times) / (images * shares);
}

/** The cut by phases, if it serves better. */
export function phasesOf(choice: Choice): Cut | undefined {
  const { source, bordered, outputRows, bytes, least, wide } = choice, { images, height, width, channels } = source;
  const imageStep = height * width * channels, imageBytes = 4 * imageStep;
  if (!bordered.bordered || isSorted(source) || images < PHASE_IMAGES || imageBytes > IMAGE_BYTES) return undefined;
  const most = Math.ceil(images / 8), takes = (size: number) => phasedCycles(choice, size) * unevenness(choice, size);
  // Small images come many at a time, for whose tiles each panel of weights is read once; of large ones few fill the tiles.
  const small = bordered.bands === 1 || wide;
  const usual = small ? Math.min(images, Math.max(least, Math.min(Math.floor(bytes / imageBytes), most))) : 1;
  const [from, to] = wide
    ? [usual, usual]
    : small
    ? [SMALLER * usual, LARGER * usual]
    : [1, Math.min(GROUP_BYTES / imageBytes, most)];
  let group = usual, cycles = takes(usual);
  for (let size = Math.ceil(from); size <= Math.min(images, to); size++) {
    const now = takes(size);
    if (now * GROUP_GAIN < cycles) [group, cycles] = [size, now];
  }
  if (cycles * LEAST_GAIN > borderedCycles(choice)) return undefined;
  return { bordered: false, group, bandRows: outputRows, bands: 1, rows: height, rowStep: width * channels, imageStep };
}
