/**
 * Long loops, cut into several dispatches. Software Vulkan (Mesa's lavapipe) ends the loops of an invocation after 65,535 rounds in all, without
 * a word, and a GPU's watchdog ends a dispatch that takes seconds.
 */
import type { Fields } from "../module.ts";

/** Rounds that all loops of one invocation take at most, before its work is cut. */
export const MOST_ROUNDS = 1 << 15;

/** Consecutive parts of `count` rounds: [first, end). */
export function cut(count: number, most = MOST_ROUNDS): { first: number; end: number }[] {
  const list: { first: number; end: number }[] = [];
  for (let first = 0; first < count || first === 0; first += most) {
    list.push({ first, end: Math.min(first + most, count) });
  }
  return list;
}

/** A block of a loop over rows and columns, counted from where each invocation's loop begins. */
export interface Block {
  readonly firstY: number;
  readonly endY: number;
  readonly firstX: number;
  readonly endX: number;
}

/** Blocks of a loop over at most `rows` × `columns` places; one where that is few enough. */
export function blocks(rows: number, columns: number): Block[] {
  const wide = cut(columns, MOST_ROUNDS / 2),
    high = cut(rows, Math.max(1, Math.floor(MOST_ROUNDS / Math.min(columns + 1, MOST_ROUNDS / 2))));
  return high.flatMap((y) => wide.map((x) => ({ firstY: y.first, endY: y.end, firstX: x.first, endX: x.end })));
}

/** The parameters of a block: its bounds, and whether it is the first and the last. */
export function blockFields(fields: Fields, block: Block, all: readonly Block[]): Fields {
  return fields.constants({ ...block, begins: Number(block === all[0]), ends: Number(block === all.at(-1)) });
}
