/**
 * What a sweep's page shows, with numbers: a page says up to which number it knows all, and is sent the rest.
 *
 * @module
 */
import { newIdentity } from "../../live/identity.ts";
import type { SweepLiveEvent } from "./events.ts";

/** What an event replaces. */
function keyOf(event: SweepLiveEvent): string {
  if (event.kind === "trial") return event.id;
  return event.kind === "curve" ? `${event.trial} ${event.name}` : event.kind;
}

/** The last event of each thing. */
export class Board {
  readonly identity: string = newIdentity();
  readonly #kept = new Map<string, { readonly id: number; readonly event: SweepLiveEvent }>();
  /** The keys of each trial's curves. */
  readonly #curves = new Map<string, Set<string>>();
  #last = 0;

  /** The number of the last event. */
  get last(): number {
    return this.#last;
  }

  /** Takes an event in. */
  add(event: SweepLiveEvent): void {
    const key = keyOf(event);
    this.#kept.delete(key); // so that the order is that of the numbers
    this.#kept.set(key, { id: ++this.#last, event });
    if (event.kind !== "curve") return;
    const keys = this.#curves.get(event.trial);
    if (keys) keys.add(key);
    else this.#curves.set(event.trial, new Set([key]));
  }

  /** Forgets a trial's curves; pages show no more of them. */
  forgetCurves(trial: string): void {
    for (const key of this.#curves.get(trial) ?? []) this.#kept.delete(key);
    this.#curves.delete(trial);
  }

  /** What came after that number; all of it after 0. */
  since(id: number): SweepLiveEvent[] {
    return [...this.#kept.values()].filter((kept) => kept.id > id).map(({ event }) => event);
  }
}
