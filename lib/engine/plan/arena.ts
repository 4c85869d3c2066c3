/** Lays out the arena: values whose lives do not overlap share bytes. */

/** A value's life, in step numbers (inclusive), and its size. */
export interface Life {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

const ALIGNMENT = 256;

/**
 * Offsets for the given lives, and the bytes needed in all. Values are placed in order of birth into the tightest hole that is free by then.
 */
export function layOut(lives: readonly Life[]): { offsets: number[]; bytes: number } {
  const offsets = new Array<number>(lives.length).fill(0);
  const order = lives.map((_, i) => i).sort((a, b) => lives[a]!.first - lives[b]!.first || a - b);
  let active: { offset: number; end: number; last: number }[] = [];
  let bytes = 0;
  for (const i of order) {
    const life = lives[i]!;
    const size = Math.ceil(Math.max(life.bytes, 1) / ALIGNMENT) * ALIGNMENT;
    active = active.filter((block) => block.last >= life.first);
    active.sort((a, b) => a.offset - b.offset);
    let best = -1, bestRoom = Infinity, at = 0;
    for (const block of active) {
      const room = block.offset - at;
      if (room >= size && room < bestRoom) {
        best = at;
        bestRoom = room;
      }
      at = Math.max(at, block.end);
    }
    const offset = best >= 0 ? best : at;
    offsets[i] = offset;
    active.push({ offset, end: offset + size, last: life.last });
    bytes = Math.max(bytes, offset + size);
  }
  return { offsets, bytes };
}
