// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Weight gradients tile by tile, of convolutions with many channels.
 *
 * The sum of a tap comes in pieces: the pixels of a unit (a group of images, or a band of rows) whose patches have that tap within the image, in one
 * rectangle or in several. Each piece is a sum of its own, which is then added to the accumulators. The pixels of all pieces of a block of units are
 * copied next to each other first, the columns (numbers of g) in panels of 16, the rows (numbers of the image) in strips of six, so that a tile adds
 * piece by piece while its accumulators stay in the L1 cache. Where the pixels lie, they are large powers of two apart, and few of them fit the sets
 * of the cache that they share.
 */
import { scratch } from "./command";
import { addKernels } from "./conv";
import { Rectangle, Tap, Taps, WeightTilesCommand } from "./layouts";
import { TILES_COLUMNS, TILES_PIECES, TILES_ROWS, TILES_SUMS } from "./numbers";
import { sumPieces3x16, sumPieces3x4, sumPieces3x8, sumPieces6x16, sumPieces6x4, sumPieces6x8 } from "./tile";

/** Pixels of a tap: of the images first … last the rows top … bottom and the columns left … right. */
@unmanaged
class Piece {
  first: i32;
  last: i32;
  top: i32;
  bottom: i32;
  left: i32;
  right: i32;
}

/** Bytes of six rows' numbers of a pixel, in whole vectors, and of a panel's numbers. */
const STRIP: usize = 32;
const PANEL: usize = 64;

/** The pixels in the pieces that are listed, and the lists' ends: of pieces, and of their numbers of pixels, which tiles read. */
let pixels: usize = 0;
let piecesEnd: usize = 0;
let countsEnd: usize = 0;

/** A chunk is a part's sums of a group of taps, or of all groups, in some of the input and output channels. */
export function weightTiles(command: usize, chunk: i32): void {
  const cmd = changetype<WeightTilesCommand>(command);
  const parts = cmd.parts, columnChunks = cmd.columnChunks, depthChunks = cmd.depthChunks;
  const others = chunk / parts, part = chunk - others * parts, rest = others / columnChunks, firstGroup = rest / depthChunks;
  const begin = (others - rest * columnChunks) * cmd.columns, row = (rest - firstGroup * depthChunks) * cmd.chunkDepth;
  const columns = min(cmd.columns, cmd.channels - begin), rows = min(cmd.chunkDepth, cmd.depth - row);
  let taps = changetype<Taps>(cmd.groupList);
  for (let i = 0; i < firstGroup; i++) taps = taps.next;
  const finished = cmd.finished;
  const outStep = <usize> (finished ? (columns + 3) & ~3 : cmd.padded) << 2, tapStep = <usize> (finished ? rows : cmd.depth) * outStep;
  const sums = finished
    ? scratch + TILES_SUMS
    : cmd.scratch + <usize> cmd.sums + <usize> (part * cmd.rows + row) * outStep + (<usize> begin << 2);
  for (let i = 0; i < cmd.groups; i++, taps = taps.next) sumTaps(cmd, taps, part, row, rows, begin, columns, sums, outStep, tapStep);
  if (!finished) return;
  // Sixteen channels are whole cache lines, and all their weights fit the L1 cache's sets.
  const each = <usize> (cmd.depth * cmd.taps) << 2, output = cmd.output + <usize> begin * each + (<usize> (row * cmd.taps) << 2);
  for (let column = 0; column < columns; column += 16) {
    addKernels(output + <usize> column * each, each, sums + (<usize> column << 2), outStep, 0, 1, rows, cmd.taps, min(16, columns - column));
  }
}

/** Adds up a group of taps over the pixels of a part, block by block. */
function sumTaps(
  cmd: WeightTilesCommand, taps: Taps, part: i32, row: i32, rows: i32, begin: i32, columns: i32, sums: usize, outStep: usize, tapStep: usize,
): void {
  const first = part * cmd.unitsPerPart, last = min(cmd.units, first + cmd.unitsPerPart);
  for (let unit = first; unit < last; unit += cmd.unitsPerBlock) {
    listPieces(cmd, taps, unit, min(last, unit + cmd.unitsPerBlock));
    gatherColumns(cmd, begin, columns);
    let tap = changetype<Tap>(taps.tapList);
    for (let i = 0; i < taps.taps; i++, tap = tap.next) {
      const out = sums + <usize> tap.number * tapStep;
      if (unit == first) clear(out, rows, outStep, columns);
      sumTap(cmd, tap, row, rows, out, outStep, columns);
    }
  }
}

/** Sets accumulators to 0. */
function clear(at: usize, rows: i32, step: usize, columns: i32): void {
  const bytes = <usize> ((columns + 3) & ~3) << 2;
  for (; rows > 0; rows--, at += step) memory.fill(at, 0, bytes);
}

/** Lists the pieces of a group of taps in a block of units. */
function listPieces(cmd: WeightTilesCommand, taps: Taps, firstUnit: i32, lastUnit: i32): void {
  const bands = cmd.bands, group = cmd.group, bandRows = cmd.bandRows;
  let at = scratch + TILES_PIECES, count = scratch;
  pixels = 0;
  for (let unit = firstUnit; unit < lastUnit; unit++) {
    const first = unit / bands * group, last = min(first + group, cmd.images), band = unit % bands;
    let rectangle = changetype<Rectangle>(taps.rectangleList);
    for (let i = 0; i < taps.rectangles; i++, rectangle = rectangle.next) {
      const top = max(rectangle.top, band * bandRows), bottom = min(rectangle.bottom, (band + 1) * bandRows);
      if (top >= bottom) continue;
      const piece = changetype<Piece>(at), left = rectangle.left, right = rectangle.right;
      piece.first = first;
      piece.last = last;
      piece.top = top;
      piece.bottom = bottom;
      piece.left = left;
      piece.right = right;
      at += offsetof<Piece>();
      const each = (last - first) * (bottom - top) * (right - left);
      store<i32>(count, each);
      count += 4;
      pixels += <usize> each;
    }
  }
  piecesEnd = at;
  countsEnd = count;
}

/** Copies the numbers of g from channel `begin` on into panels, pixel by pixel. */
function gatherColumns(cmd: WeightTilesCommand, begin: i32, columns: i32): void {
  const pixel = <usize> cmd.channels << 2, row = <usize> cmd.outputColumns * pixel, image = <usize> cmd.outputRows * row;
  let to = scratch + TILES_COLUMNS, g = cmd.pixels + (<usize> begin << 2);
  for (let column = 0; column < columns; column += 16, g += PANEL) {
    for (let at = scratch + TILES_PIECES; at < piecesEnd; at += offsetof<Piece>()) {
      const piece = changetype<Piece>(at);
      for (let i = piece.first; i < piece.last; i++) {
        for (let y = piece.top; y < piece.bottom; y++) {
          const line = g + <usize> i * image + <usize> y * row, end = line + <usize> piece.right * pixel;
          for (let from = line + <usize> piece.left * pixel; from < end; from += pixel, to += PANEL) {
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

/** Copies the image's numbers of all pixels, from channel `first` on, into strips of six. */
function gatherRows(cmd: WeightTilesCommand, tap: Tap, first: i32, rows: i32, strip: usize): void {
  const used = <usize> rows << 2, pixel = <usize> cmd.depth << 2, row = <usize> cmd.width * pixel, image = <usize> cmd.height * row;
  const across = <usize> cmd.strideColumns * pixel, down = cmd.strideRows, above = tap.row, left = <usize> tap.column * pixel;
  const start = cmd.image + left + (<usize> first << 2);
  let to = scratch + TILES_ROWS;
  for (let at = scratch + TILES_PIECES; at < piecesEnd; at += offsetof<Piece>()) {
    const piece = changetype<Piece>(at);
    for (let i = piece.first; i < piece.last; i++) {
      for (let y = piece.top; y < piece.bottom; y++) {
        const line = start + <usize> i * image + <usize> (y * down + above) * row, end = line + <usize> piece.right * across;
        for (let from = line + <usize> piece.left * across; from < end; from += across, to += STRIP) {
          for (let x = from, six = to, last = from + used; x < last; x += 24, six += strip) {
            v128.store(six, v128.load(x));
            v128.store64_lane(six, v128.load64_zero(x, 16), 0, 16);
          }
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
    if (width == 16) sumPieces6x16(scratch, countsEnd, strip, b, out, outStep, rows);
    else if (width == 8) sumPieces6x8(scratch, countsEnd, strip, b, out, outStep, rows);
    else sumPieces6x4(scratch, countsEnd, strip, b, out, outStep, rows);
  } else {
    if (width == 16) sumPieces3x16(scratch, countsEnd, strip, b, out, outStep, rows);
    else if (width == 8) sumPieces3x8(scratch, countsEnd, strip, b, out, outStep, rows);
    else sumPieces3x4(scratch, countsEnd, strip, b, out, outStep, rows);
  }
}
