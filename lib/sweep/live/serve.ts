/**
 * A page of this machine that shows a sweep while it runs.
 *
 * @module
 */
import { join } from "node:path";
import { type LiveServer, servePage } from "../../live/server.ts";
import type { StepRow } from "../record.ts";
import { readFolder } from "../reader.ts";
import { sweepReport } from "../report/page.ts";
import { STORE } from "../schema.ts";
import { Board } from "./board.ts";
import { SweepFeed } from "./feed.ts";
import { sweepPage, sweepPolicy } from "./page.ts";

/** Milliseconds between looks at the store. */
const INTERVAL = 250;
/** Of the time that passes, looking may take one part in so many. */
const PART = 20;

/** A sweep's page, and what it shows. */
export class SweepPage {
  readonly #board = new Board();
  readonly #feed: SweepFeed;
  readonly #server: LiveServer;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #report: () => Promise<string>;
  /** Whether the store was read for the last time. */
  #read = false;
  #closed = false;

  /**
   * Begins to serve. The store must be there.
   *
   * @param folder the sweep's
   * @param port on 127.0.0.1; 0 for a free one
   */
  constructor(folder: string, port: number) {
    this.#report = async () => (await sweepReport(await readFolder(folder))).page;
    this.#feed = new SweepFeed(folder, join(folder, STORE), this.#board);
    this.#feed.read();
    this.#server = servePage(this.#board, {
      port,
      html: () => Promise.resolve(sweepPage()),
      policy: sweepPolicy,
      saved: this.#report,
    });
    let next = 0;
    this.#timer = setInterval(() => {
      const began = performance.now();
      if (began < next) return;
      this.#attempt(() => this.#feed.read());
      next = began + PART * (performance.now() - began);
    }, INTERVAL);
  }

  /** Where it is. */
  get address(): string {
    return this.#server.address;
  }

  /** Shows what a trial reports while it runs; the store has it only when the trial has ended. */
  report(trial: string, rows: readonly StepRow[]): void {
    if (this.#read) return;
    this.#attempt(() => this.#feed.report(trial, rows));
  }

  /** Another program may hold the store: then the next look finds what this one missed. */
  #attempt(look: () => void): void {
    try {
      look();
    } catch { // a page must not end a sweep
    }
  }

  /** Reads the store for the last time, and lets go of it. */
  readLast(): void {
    if (this.#read) return;
    this.#feed.read();
    this.#letGo();
  }

  #letGo(): void {
    clearInterval(this.#timer);
    if (!this.#read) this.#feed[Symbol.dispose]();
    this.#read = true;
  }

  /** Tells the end, with the report, and ends. @param report default: it is made now */
  async end(how: "done" | "interrupted", report?: string): Promise<void> {
    if (this.#closed) return;
    this.readLast();
    this.#board.add({ kind: "end", how, report: report ?? await this.#report() });
    await this.close();
  }

  /** Ends without a word, as when the sweep broke off; does nothing after `end()`. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#letGo();
    await this.#server.close();
  }
}
