/** A layer's statistics as columns: at most as many as a screen shows, however many batches there are. */
import { type Column, type ColumnsEvent, toFigure } from "./events.ts";

/** How many columns a layer has at most. */
export const COLUMNS = 512;
/** How many are said together: what of a layer is at most said again when one is new. */
const TOGETHER = 16;

/** What was recorded of a layer: an entry for each watched batch in each field. */
export interface LayerEntries {
  readonly name: string;
  /** The training step of each. */
  readonly steps: readonly number[];
  readonly mean: ArrayLike<number>;
  readonly std: ArrayLike<number>;
  /** Share of values that are 0. */
  readonly zeros: ArrayLike<number>;
  /** Share of units that are off. */
  readonly off?: ArrayLike<number> | undefined;
  readonly counts: readonly ArrayLike<number>[];
}

/** How many neighbouring entries share a column: the least power of two with which there are no more than {@linkcode COLUMNS}. */
export function widthOf(entries: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(entries / COLUMNS)));
}

/**
 * What is new of a layer since it had `before` entries: the columns that are new or have grown, with their neighbours; all of them if columns
 * have become wider.
 */
export function columnsSince(
  entries: LayerEntries,
  before: number,
  facts: Pick<ColumnsEvent, "run" | "of" | "range" | "absolute">,
): ColumnsEvent[] {
  const count = entries.steps.length, width = widthOf(count), events: ColumnsEvent[] = [];
  if (count === before) return [];
  const piece = width * TOGETHER, first = widthOf(before) === width ? Math.floor(before / piece) * piece : 0;
  for (let at = first; at < count; at += piece) {
    const columns: Column[] = [];
    for (let start = at; start < Math.min(at + piece, count); start += width) {
      columns.push(columnOf(entries, start, Math.min(start + width, count)));
    }
    events.push({ kind: "columns", ...facts, layer: entries.name, width, from: at / width, columns });
  }
  return events;
}

/** Every entry of a layer as a column of its own, with counts as they are. */
export function everyEntry(
  entries: LayerEntries,
  facts: Pick<ColumnsEvent, "run" | "of" | "range" | "absolute">,
): ColumnsEvent {
  const columns = entries.steps.map((_, i) => ({
    ...columnOf(entries, i, i + 1),
    counts: Array.from(entries.counts[i]!),
  }));
  return { kind: "columns", ...facts, layer: entries.name, width: 1, from: 0, columns };
}

/** The average of the entries from one to before another. */
function columnOf({ steps, mean, std, zeros, off, counts }: LayerEntries, from: number, to: number): Column {
  const average = (value: (i: number) => number) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += value(i);
    return sum / (to - from);
  };
  return {
    step: steps[from]!,
    mean: toFigure(average((i) => mean[i]!)),
    std: toFigure(average((i) => std[i]!)),
    zeros: toFigure(average((i) => zeros[i]!)),
    ...off ? { off: toFigure(average((i) => off[i]!)) } : {},
    counts: Array.from(counts[from]!, (_, bin) => Number(average((i) => counts[i]![bin]!).toPrecision(3))),
  };
}
