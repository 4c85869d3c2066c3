/** How convolutions are cut: taps that matter, borders of zeros, groups of images and bands of rows. Pure functions of shapes. */
import { USABLE_SCRATCH } from "./numbers.ts";

/** Kernel taps of one axis that ever meet the image: `first … first + count`. */
export interface Taps {
  readonly first: number;
  readonly count: number;
}

/** Places from the first tap to the last. */
export const spanOf = ({ count }: Taps, dilation: number): number => count === 0 ? 0 : (count - 1) * dilation + 1;

/** Taps d of a run of `outputs` (at d, d + stride, …) that ever fall into [0, size). `from … to`, `step` apart, are the candidates. */
export function liveTaps(from: number, to: number, outputs: number, stride: number, size: number, step = 1): Taps {
  let first = Infinity, last = -Infinity;
  for (let d = from; d <= to; d += step) {
    // The smallest output with d + o · stride ≥ 0.
    const o = Math.max(0, Math.ceil(-d / stride));
    if (o < outputs && d + o * stride < size) {
      first = Math.min(first, d);
      last = Math.max(last, d);
    }
  }
  return last < first ? { first: 0, count: 0 } : { first, count: (last - first) / step + 1 };
}

/** Where patches lie in one axis: output o reads the places o · stride + first … + count of the source (border before 0). */
export interface Reach {
  /** Zeros before the source's first place (negative: places cut off). */
  readonly before: number;
  /** Places from there that are needed. */
  readonly needed: number;
}

/** The source as patches see it. */
export interface Source {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly vertical: Reach;
  readonly horizontal: Reach;
  /** Rows and columns from one tap to the next. */
  readonly dilation: readonly [number, number];
  /** Groups of channels: a patch takes those of one. */
  readonly groups: number;
}

/**
 * Whether a chunk is copied with its columns sorted: of each row the channels of a group lie together, and in them the columns that are as many apart as
 * taps. A patch then is a piece a kernel row, as it is without groups and dilation.
 */
export const isSorted = ({ groups, dilation: [down, across] }: Source): boolean => groups > 1 || down > 1 || across > 1;

/** How many times the bytes of a plain copy a chunk's may take: a group's share of them is what has to stay in the cache. */
export const groupShares = (groups: number): number => Math.min(groups, 8);

/** Columns of a bordered row: of each residue of the dilation equally many. */
export const borderedColumns = ({ horizontal, dilation }: Source): number =>
  Math.ceil(horizontal.needed / dilation[1]) * dilation[1];

/** Where the group of a column begins in a sorted row, in elements. */
export function sortedColumn(source: Source, column: number): number {
  const dilation = source.dilation[1], residue = column % dilation, depth = source.channels / source.groups;
  return (residue * borderedColumns(source) / dilation + (column - residue) / dilation) * depth;
}

/** How the work is cut. */
export interface Cut {
  readonly bordered: boolean;
  /** Images per group (1 when there are several bands). */
  readonly group: number;
  /** Output rows per band, bands per image. */
  readonly bandRows: number;
  readonly bands: number;
  /** Rows of one bordered image or band; numbers between two rows and two images of the source that is read. */
  readonly rows: number;
  readonly rowStep: number;
  readonly imageStep: number;
}

/**
 * Chooses groups or bands so that a chunk's bordered images take about `bytes` and have at least `pixels` output pixels where images
 * are small.
 *
 * @param outputRows output rows and `outputColumns` of an image
 * @param step source rows an output row moves on
 * @param taps source rows one output row reads
 */
export function cut(
  source: Source,
  { outputRows, outputColumns, step, taps, bytes, pixels }: {
    outputRows: number;
    outputColumns: number;
    step: number;
    taps: number;
    bytes: number;
    pixels: number;
  },
): Cut {
  const { vertical, horizontal, height, width, channels, images } = source;
  const bordered = isSorted(source) || vertical.before > 0 || horizontal.before > 0 ||
    vertical.needed - vertical.before > height ||
    horizontal.needed - horizontal.before > width;
  const rowBytes = 4 * channels * (bordered ? borderedColumns(source) : width);
  const imageBytes = rowBytes * (bordered ? vertical.needed : height);
  let group = 1, bandRows = outputRows;
  if (imageBytes > bytes || outputRows * outputColumns > 4 * Math.max(pixels, 512)) {
    const most = Math.max(1, Math.min(Math.floor((bytes / rowBytes - taps) / step) + 1, outputRows));
    bandRows = Math.min(outputRows, Math.max(1, Math.min(most, Math.ceil(Math.max(pixels, 512) / outputColumns))));
  } else {
    const most = Math.max(1, Math.floor(bytes / imageBytes));
    group = Math.min(images, most, Math.max(1, Math.ceil(pixels / (outputRows * outputColumns))));
  }
  const bands = Math.ceil(outputRows / bandRows);
  const rows = bands === 1 ? vertical.needed : (bandRows - 1) * step + taps;
  if (bordered && group * rows * rowBytes > USABLE_SCRATCH) {
    throw new RangeError(
      `Cannot convolve images of ${width} columns and ${channels} channels on the cpu device: one row needs ` +
        `${
          rows * rowBytes
        } bytes of scratch memory, and ${USABLE_SCRATCH} are there. Use fewer channels or smaller images`,
    );
  }
  const rowStep = rowBytes / 4;
  return { bordered, group, bandRows, bands, rows, rowStep, imageStep: rowStep * (bordered ? rows : height) };
}

/** Byte offsets of pixels: `images` × `rows` × `columns`, given the element distances. */
export function pixelTable(
  [images, rows, columns]: readonly [number, number, number],
  [image, row, column]: readonly [number, number, number],
): Int32Array {
  const table = new Int32Array(images * rows * columns);
  let k = 0;
  for (let i = 0; i < images; i++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) table[k++] = 4 * (i * image + y * row + x * column);
    }
  }
  return table;
}

/** The same of a sorted source, where column `x` of a pixel is number `first + x · step` of a bordered row. */
export function sortedTable(
  source: Source,
  [images, rows, columns]: readonly [number, number, number],
  [image, row]: readonly [number, number],
  { first, step }: { readonly first: number; readonly step: number },
): Int32Array {
  const table = pixelTable([images, rows, columns], [image, row, 0]);
  const places = Array.from({ length: columns }, (_, x) => 4 * sortedColumn(source, first + x * step));
  return table.map((at, i) => at + places[i % columns]!);
}

/** Neighbouring outputs of one axis whose windows lose the same taps to the border. */
export interface TapClass {
  readonly start: number;
  readonly count: number;
  readonly taps: Taps;
}

/** Classes of the outputs 0 … outputs − 1, whose taps t read the places o · stride + t − padding of [0, size). */
export function tapClasses(
  { outputs, stride, kernel, padding, size }: {
    outputs: number;
    stride: number;
    kernel: number;
    padding: number;
    size: number;
  },
): TapClass[] {
  const classes: { start: number; count: number; taps: Taps }[] = [];
  for (let o = 0; o < outputs; o++) {
    const begin = o * stride - padding,
      first = Math.max(0, -begin),
      count = Math.max(0, Math.min(kernel, size - begin) - first);
    const last = classes.at(-1);
    if (last && last.taps.count === count && (last.taps.first === first || count === 0)) last.count++;
    else classes.push({ start: o, count: 1, taps: { first: count === 0 ? 0 : first, count } });
  }
  return classes;
}
