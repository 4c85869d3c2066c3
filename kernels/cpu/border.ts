// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** The source of a convolution as its units read it: where it lies, or copied with zeros around it. */
import { scratch } from "./command";
import { Phase, SweepCommand } from "./layouts";

/** Zero-bordered copy of the source rows a unit needs. Returns its address. */
function border(cmd: SweepCommand, source: usize, first: i32, count: i32, band: i32): usize {
  const height = cmd.height, width = cmd.width, channels = cmd.depth;
  const rows = cmd.borderedRows, columns = cmd.borderedColumns, above = cmd.above, left = cmd.left;
  const before = <usize> (max(0, left) * channels) << 2, skipped = max(0, -left);
  const copied = <usize> (max(0, min(width - skipped, columns - max(0, left))) * channels) << 2;
  const rowBytes = <usize> (columns * channels) << 2, sorted = cmd.sorted;
  let to = scratch;
  for (let image = first; image < first + count; image++) {
    for (let row = 0; row < rows; row++) {
      const y = row - above + band * cmd.sourceRows, next = to + rowBytes;
      if (y < 0 || y >= height) {
        zero(to, next);
      } else if (sorted) {
        sortRow(cmd, to, source + (<usize> (((image * height + y) * width) * channels) << 2));
      } else {
        const start = to + before, end = start + copied;
        zero(to, start);
        copy(start, end, source + (<usize> (((image * height + y) * width + skipped) * channels) << 2));
        zero(end, next);
      }
      to = next;
    }
  }
  return scratch;
}

/** Copies a source row with its border, for each group of channels the columns of each residue of the dilation one after the other. */
function sortRow(cmd: SweepCommand, to: usize, row: usize): void {
  const channels = <usize> cmd.depth << 2, depth = channels / <usize> cmd.groups, dilation = cmd.dilation;
  const columns = cmd.borderedColumns, width = cmd.width, left = cmd.left;
  for (let group = row, end = row + channels; group < end; group += depth) {
    for (let residue = 0; residue < dilation; residue++) {
      let x = residue - left;
      for (let column = residue; column < columns; column += dilation, x += dilation) {
        const next = to + depth;
        if (x < 0 || x >= width) zero(to, next);
        else copy(to, next, group + <usize> x * channels);
        to = next;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
export function zero(at: usize, end: usize): void {
  for (; at + 16 <= end; at += 16) v128.store(at, f32x4.splat(0));
  for (; at < end; at += 4) store<f32>(at, 0);
}

// @ts-ignore: decorator
@inline
export function copy(at: usize, end: usize, from: usize): void {
  for (; at + 16 <= end; at += 16, from += 16) v128.store(at, v128.load(from));
  for (; at < end; at += 4, from += 4) store<f32>(at, load<f32>(from));
}

/** Address of the first source row of a unit: of a bordered copy in the scratch memory, or in the image itself. */
// @ts-ignore: decorator
@inline
export function source(cmd: SweepCommand, first: i32, count: i32, band: i32): usize {
  const image = cmd.image;
  if (cmd.bordered) return border(cmd, image, first, count, band);
  return image +
    (<usize> (((first * cmd.height + band * cmd.sourceRows) * cmd.width) * cmd.depth) << 2);
}

/** Pixels of a phase in a unit. */
// @ts-ignore: decorator
@inline
export function pixelsOf(phase: Phase, count: i32, band: i32): i32 {
  const rows = phase.bandRows;
  return count * min(rows, phase.rows - band * rows) * phase.columns;
}
