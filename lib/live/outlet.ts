/** Where a training's events go while it runs: to the pages of a server, or to a function. */
import type { LiveEvent } from "./events.ts";

/** What a page may ask of a training: to stop after the batch at hand, or to go on at another learning rate. */
export type LiveCommand = { readonly action: "stop" } | { readonly action: "lr"; readonly value: number };

/** A command that is one, or undefined. */
export function commandOf(asked: unknown): LiveCommand | undefined {
  const { action, value } = Object(asked) as { action?: unknown; value?: unknown };
  if (action === "stop") return { action };
  const isRate = typeof value === "number" && Number.isFinite(value) && value >= 0;
  return action === "lr" && isRate ? { action, value } : undefined;
}

/** What events go to. */
export interface Outlet {
  /** Where a page is, if one is served. */
  readonly address: string | undefined;
  /** Whether somebody looks, or has just asked for something. */
  readonly isWatched: boolean;
  /** Takes an event, to be told at the next turn. */
  add(event: LiveEvent): void;
  /** In a program that computes: tells what is new, and lets messages and requests be heard, for a moment. */
  turn(): Promise<void>;
  /** Tells all that is left, and waits until it has arrived. */
  flush(): Promise<void>;
  /** Tells all that is left, and ends. */
  close(): Promise<void>;
}

/** Hands each event to a function once, in order, many in one call. While a call's promise is pending, events wait. */
export class FunctionOutlet implements Outlet {
  readonly address = undefined;
  readonly isWatched = true;
  readonly #to: (events: readonly LiveEvent[]) => void | Promise<void>;
  #waiting: LiveEvent[] = [];
  #telling: Promise<void> | undefined;
  #failed: { readonly error: unknown } | undefined;

  constructor(to: (events: readonly LiveEvent[]) => void | Promise<void>) {
    this.#to = to;
  }

  add(event: LiveEvent): void {
    this.#waiting.push(event);
  }

  #tell(): void {
    if (this.#telling || !this.#waiting.length) return;
    const tell = async () => await this.#to(this.#waiting.splice(0));
    this.#telling = tell().catch((error) => void (this.#failed ??= { error }))
      .finally(() => this.#telling = undefined);
  }

  /** Throws what the function threw. */
  #check(): void {
    const failed = this.#failed;
    this.#failed = undefined;
    if (failed) throw failed.error;
  }

  async turn(): Promise<void> {
    this.#tell();
    await new Promise((resolve) => setTimeout(resolve)); // messages arrive only while nothing computes
    this.#check();
  }

  async flush(): Promise<void> {
    await this.#telling;
    this.#tell();
    await this.#telling;
    this.#check();
  }

  close(): Promise<void> {
    return this.flush();
  }
}
