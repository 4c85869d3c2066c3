/** What was said of all runs, as small as it can be kept with every loss in it. */
import { newIdentity } from "./identity.ts";
import type { ColumnsEvent, LiveEvent, PointsEvent } from "./events.ts";

/** How many values one kept piece of a series holds: what a page that comes back is at most sent again of each series. */
const PIECE = 4096;

/** A kept event with the number of the last one that went into it. */
interface Kept {
  id: number;
  event: LiveEvent;
}

/**
 * Events with numbers, from 1. A page says up to which number it knows all, and is sent the rest: neighbouring points are joined, and of what
 * replaces what was there only the last is kept.
 */
export class LiveStore {
  /** Tells this store from another one at the same address later: numbers of the one mean nothing in the other. */
  readonly identity: string = newIdentity();
  /** By what an event would replace or go on. */
  readonly #kept = new Map<string, Kept>();
  #last = 0;

  /** The number of the last event. */
  get last(): number {
    return this.#last;
  }

  /** Takes an event in. */
  add(event: LiveEvent): void {
    if (event.kind === "points") return this.#addPoints(event);
    if (event.kind === "columns") return this.#addColumns(event);
    const key = event.kind === "row" ? `row ${event.run} ${event.epoch} ${event.phase}` : `${event.kind} ${event.run}`;
    this.#keep(key, event);
  }

  /** Splits points at the edges of pieces, and joins each part with its piece. */
  #addPoints({ run, series, from, values }: PointsEvent): void {
    for (let at = 0; at < values.length;) {
      const step = from + at, piece = Math.floor(step / PIECE);
      const part = values.slice(at, at + (piece + 1) * PIECE - step), key = `points ${run} ${series} ${piece}`;
      const before = this.#kept.get(key)?.event;
      const joined = before?.kind === "points" && before.from + before.values.length === step;
      this.#keep(
        joined ? key : before ? `${key} ${step}` : key,
        joined
          ? { ...before, values: [...before.values, ...part] }
          : { kind: "points", run, series, from: step, values: part },
      );
      at += part.length;
    }
  }

  /** Those of another width go. */
  #addColumns(event: ColumnsEvent): void {
    const layer = `columns ${event.run} ${event.of} ${event.layer} `;
    for (const [key, { event: kept }] of this.#kept) {
      if (key.startsWith(layer) && kept.kind === "columns" && kept.width !== event.width) this.#kept.delete(key);
    }
    this.#keep(`${layer}${event.from}`, event);
  }

  #keep(key: string, event: LiveEvent): void {
    this.#kept.delete(key); // so that the order is that of the numbers
    this.#kept.set(key, { id: ++this.#last, event });
  }

  /** What came after that number; all of it after 0. Runs come before what is said of them. */
  since(id: number): LiveEvent[] {
    return [...this.#kept.values()].filter((kept) => kept.id > id).map(({ event }) => event);
  }
}
