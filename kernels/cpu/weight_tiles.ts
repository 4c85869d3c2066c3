// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Weight gradients tile by tile, of convolutions with many channels.
 *
 * Of a tap, the pixels of a unit (a group of images, or a band of rows) whose patches have that tap within the image make a rectangle in each image. They are
 * copied next to each other first, the columns (numbers of g) in panels of 16, the rows (numbers of the image) in strips of six, and a tile adds all of them
 * before it loads its accumulators. Where the pixels lie, they are large powers of two apart, and few of them fit the sets of the L1 cache that they share.
 */
import { scratch } from "./command";
import { addKernels } from "./conv";
import { Tap, Taps, WeightTilesCommand } from "./layouts";
import { TILES_COLUMNS, TILES_ROWS, TILES_SUMS } from "./numbers";
import { addPacked3x16, addPacked3x4, addPacked3x8, addPacked6x16, addPacked6x4, addPacked6x8 } from "./tile";

/** Bytes of six rows' numbers of a pixel, in whole vectors, and of a panel's numbers. */
const STRIP: usize = 32;
const PANEL: usize = 64;

/** The pixels at hand: of the images first … last the rows top … bottom and the columns left … right; how many they are. */
let first: i32 = 0;
let last: i32 = 0;
let top: i32 = 0;
let bottom: i32 = 0;
let left: i32 = 0;
let right: i32 = 0;
let pixels: usize = 0;

/** A chunk is a part's sums of some groups of taps in some of the input and output channels. */
export function weightTiles(command: usize, chunk: i32): void {
  const cmd = changetype<WeightTilesCommand>(command);
  const parts = cmd.parts, columnChunks = cmd.columnChunks, depthChunks = cmd.depthChunks;
  const others = chunk / parts, part = chunk - others * parts, rest = others / columnChunks, set = rest / depthChunks;
  const begin = (others - rest * columnChunks) * cmd.columns, row = (rest - set * depthChunks) * cmd.chunkDepth;
  const columns = min(cmd.columns, cmd.channels - begin), rows = min(cmd.chunkDepth, cmd.depth - row);
  const finished = cmd.finished;
  const outStep = <usize> (finished ? (columns + 3) & ~3 : cmd.padded) << 2, tapStep = <usize> (finished ? rows : cmd.depth) * outStep;
  const sums = finished
    ? scratch + TILES_SUMS
    : cmd.scratch + <usize> cmd.sums + <usize> (part * cmd.rows + row) * outStep + (<usize> begin << 2);
  let taps = changetype<Taps>(cmd.groupList);
  for (let i = set * cmd.groups; i > 0; i--) taps = taps.next;
  const firstUnit = part * cmd.unitsPerPart, lastUnit = min(cmd.units, firstUnit + cmd.unitsPerPart);
  for (let unit = firstUnit; unit < lastUnit; unit++) {
    let group = taps;
    for (let i = 0; i < cmd.groups; i++, group = group.next) sumTaps(cmd, group, unit, unit == firstUnit, row, rows, begin, columns, sums, outStep, tapStep);
  }
  if (!finished) return;
  // Sixteen channels are whole cache lines, and all their weights fit the L1 cache's sets.
  const each = <usize> (cmd.depth * cmd.taps) << 2, output = cmd.output + <usize> begin * each + (<usize> (row * cmd.taps) << 2);
  for (let column = 0; column < columns; column += 16) {
    addKernels(output + <usize> column * each, each, sums + (<usize> column << 2), outStep, 0, 1, rows, cmd.taps, min(16, columns - column));
  }
}

/** Adds up a group of taps over the pixels of a unit; if it is the first, to zeros. */
function sumTaps(
  cmd: WeightTilesCommand, taps: Taps, unit: i32, begins: bool, row: i32, rows: i32, begin: i32, columns: i32, sums: usize, outStep: usize, tapStep: usize,
): void {
  takePixels(cmd, taps, unit);
  gatherColumns(cmd, begin, columns);
  let tap = changetype<Tap>(taps.tapList);
  for (let i = 0; i < taps.taps; i++, tap = tap.next) {
    const out = sums + <usize> tap.number * tapStep;
    if (begins) clear(out, rows, outStep, columns);
    if (pixels > 0) sumTap(cmd, tap, row, rows, out, outStep, columns);
  }
}

/** Sets accumulators to 0. */
function clear(at: usize, rows: i32, step: usize, columns: i32): void {
  const bytes = <usize> ((columns + 3) & ~3) << 2;
  for (; rows > 0; rows--, at += step) memory.fill(at, 0, bytes);
}

/** Turns to the pixels of a group of taps in a unit. */
function takePixels(cmd: WeightTilesCommand, taps: Taps, unit: i32): void {
  const bands = cmd.bands, band = unit % bands, bandRows = cmd.bandRows;
  first = unit / bands * cmd.group;
  last = min(first + cmd.group, cmd.images);
  top = max(taps.top, band * bandRows);
  bottom = max(top, min(taps.bottom, (band + 1) * bandRows));
  left = taps.left;
  right = taps.right;
  pixels = <usize> ((last - first) * (bottom - top) * (right - left));
}

/** Copies the numbers of g from channel `begin` on into panels, pixel by pixel. */
function gatherColumns(cmd: WeightTilesCommand, begin: i32, columns: i32): void {
  const pixel = <usize> cmd.channels << 2, row = <usize> cmd.outputColumns * pixel, image = <usize> cmd.outputRows * row;
  const start = <usize> left * pixel, end = <usize> right * pixel;
  let to = scratch + TILES_COLUMNS, g = cmd.pixels + (<usize> begin << 2);
  for (let column = 0; column < columns; column += 16, g += PANEL) {
    for (let i = first; i < last; i++) {
      for (let y = top; y < bottom; y++) {
        const line = g + <usize> i * image + <usize> y * row;
        for (let from = line + start; from < line + end; from += pixel, to += PANEL) {
          const a = v128.load(from), b = v128.load(from, 16), c = v128.load(from, 32), d = v128.load(from, 48);
          v128.store(to, a);
          v128.store(to, b, 16);
          v128.store(to, c, 32);
          v128.store(to, d, 48);
        }
      }
    }
  }
}

/** Adds a tap's products of all pixels to the accumulators of so many input channels from `row` on: panel by panel, each of which stays in the L1 cache for all strips. */
function sumTap(cmd: WeightTilesCommand, tap: Tap, row: i32, rows: i32, sums: usize, outStep: usize, columns: i32): void {
  const most = cmd.panelColumns, panel = pixels * PANEL, strip = stripBytes();
  gatherRows(cmd, tap, row, rows, strip);
  let b = scratch + TILES_COLUMNS, out = sums;
  for (let column = 0; column < columns; column += 16, b += panel, out += PANEL) {
    const left = columns - column;
    let at = scratch + TILES_ROWS, to = out;
    for (let row = 0; row < rows; row += 6, at += strip, to += 6 * outStep) {
      const size = rows - row;
      if (most == 16 && left >= 16) sumTile(16, at, b, to, outStep, size);
      else {
        sumTile(left > 4 ? 8 : 4, at, b, to, outStep, size);
        if (left > 8) sumTile(left > 12 ? 8 : 4, at, b + 32, to + 32, outStep, size);
      }
    }
  }
}

/** Bytes from one strip to the next: no power of two, lest the strips share one set of the L1 cache. */
// @ts-ignore: decorator
@inline
function stripBytes(): usize {
  return pixels * STRIP + 64;
}

/** Copies the image's numbers of all pixels, from channel `begin` on, into strips of six. */
function gatherRows(cmd: WeightTilesCommand, tap: Tap, begin: i32, rows: i32, strip: usize): void {
  const used = <usize> rows << 2, pixel = <usize> cmd.depth << 2, row = <usize> cmd.width * pixel, image = <usize> cmd.height * row;
  const across = <usize> cmd.strideColumns * pixel, down = cmd.strideRows, above = tap.row;
  const source = cmd.image + <usize> tap.column * pixel + (<usize> begin << 2), start = <usize> left * across, end = <usize> right * across;
  let to = scratch + TILES_ROWS;
  for (let i = first; i < last; i++) {
    for (let y = top; y < bottom; y++) {
      const line = source + <usize> i * image + <usize> (y * down + above) * row;
      for (let from = line + start; from < line + end; from += across, to += STRIP) {
        for (let x = from, six = to, rest = from + used; x < rest; x += 24, six += strip) {
          v128.store(six, v128.load(x));
          v128.store64_lane(six, v128.load64_zero(x, 16), 0, 16);
        }
      }
    }
  }
}

/** A tile of six rows, or three if no more are left, and 16, 8 or 4 columns. */
// @ts-ignore: decorator
@inline
function sumTile(width: i32, strip: usize, b: usize, out: usize, outStep: usize, rows: i32): void {
  if (rows > 3) {
    if (width == 16) addPacked6x16(pixels, strip, b, out, outStep, rows);
    else if (width == 8) addPacked6x8(pixels, strip, b, out, outStep, rows);
    else addPacked6x4(pixels, strip, b, out, outStep, rows);
  } else {
    if (width == 16) addPacked3x16(pixels, strip, b, out, outStep, rows);
    else if (width == 8) addPacked3x8(pixels, strip, b, out, outStep, rows);
    else addPacked3x4(pixels, strip, b, out, outStep, rows);
  }
}
