/**
 * Starts the background thread that draws garments.
 *
 * A `node:worker_threads` worker can be left running without keeping the process alive, but cannot be loaded over http.
 * So its modules are imported as text, joined, and handed over as one `data:` address.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { clearTimeout, setTimeout } from "node:timers";
import { Worker } from "node:worker_threads";
import canvas from "./canvas.ts" with { type: "text" };
import draw from "./draw.ts" with { type: "text" };
import fabric from "./fabric.ts" with { type: "text" };
import others from "./others.ts" with { type: "text" };
import rng from "./rng.ts" with { type: "text" };
import shared from "./shared.ts" with { type: "text" };
import shoes from "./shoes.ts" with { type: "text" };
import tops from "./tops.ts" with { type: "text" };
import type { Order } from "./worker.ts";
import worker from "./worker.ts" with { type: "text" };

// In the order of their imports: joined into one module, with the imports of each other and the exports taken out. Their
// top-level names are distinct, which a test holds them to by running the thread.
const SOURCES = [rng, canvas, fabric, tops, others, shoes, draw, shared, worker];

const address = (code: string) => `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;

/**
 * What the thread runs: it makes JavaScript of the modules itself, for that takes a while. As TypeScript they would be type-checked first where
 * checking is on, as under `deno test`.
 */
function program(): string {
  const code = SOURCES.map((source) =>
    source.replace(/^import [^;]* from "\.\/[^"]+";$/gm, "").replace(/^export (?=\w)/gm, "")
  ).join("\n");
  return `import { Buffer } from "node:buffer";
import { stripTypeScriptTypes } from "node:module";
const address = ${address};
await import(address(stripTypeScriptTypes(${JSON.stringify(code)})));`;
}

/** Memory that the thread and its starter share. */
export const allocateShared = (bytes: number): ArrayBufferLike => new SharedArrayBuffer(bytes);

/**
 * Images that whoever asks for them draws before a thread helps: to start one holds the caller for as long as these take. So a first batch is there
 * sooner, and whoever needs no more than that starts no thread.
 */
const ALONE = 2048;

/** Milliseconds after which the thread starts if nobody has asked for an image. */
const PATIENCE = 300;

/** Draws splits in a thread of its own, which does not keep the process alive. It is started once it is of use. */
export class Background {
  readonly #order: Order;
  readonly #timer = setTimeout(() => this.#start(), PATIENCE).unref();
  /** Images that the calling thread has drawn, or is about to. */
  #here = 0;
  /** Whether the thread has been started, or must not be any more. */
  #settled = false;
  #thread: Worker | undefined;

  constructor(order: Order) {
    this.#order = order;
  }

  /** The calling thread is about to draw so many images. */
  drawing(count: number): void {
    clearTimeout(this.#timer);
    this.#here += count;
    if (this.#here > ALONE) this.#start();
  }

  /** Ends the thread early. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#settled = true;
    this.#thread?.terminate();
  }

  #start(): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#thread = new Worker(new URL(address(program())), { workerData: this.#order });
    this.#thread.unref();
    // Waiting for an image draws it on the calling thread; a thread that fails costs time and nothing else.
    this.#thread.on("error", () => {});
  }
}
