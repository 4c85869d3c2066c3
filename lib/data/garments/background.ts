/**
 * Starts the background thread that draws garments.
 *
 * A `node:worker_threads` worker can be left running without keeping the process alive, but cannot be loaded over http.
 * So its modules are imported as text, and handed over as `data:` addresses that contain each other.
 *
 * @module
 */
import { Buffer } from "node:buffer";
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

const SOURCES: Readonly<Record<string, string>> = {
  "./canvas.ts": canvas,
  "./draw.ts": draw,
  "./fabric.ts": fabric,
  "./others.ts": others,
  "./rng.ts": rng,
  "./shared.ts": shared,
  "./shoes.ts": shoes,
  "./tops.ts": tops,
  "./worker.ts": worker,
};

/** The `data:` address of a module, its imports' addresses inside; equal modules have equal addresses, so none loads twice. */
function addressOf(path: string, known: Map<string, string>): string {
  let address = known.get(path);
  if (address === undefined) {
    // Types leave no trace at run time: their imports are dropped, which also breaks circles.
    const code = SOURCES[path]!
      .replace(/^import type .*$/gm, "")
      .replace(/ from "(\.\/[^"]+)"/g, (_, name: string) => ` from "${addressOf(name, known)}"`);
    known.set(
      path,
      address = `data:application/typescript;base64,${Buffer.from(code).toString("base64")}`,
    );
  }
  return address;
}

/**
 * Draws splits in a thread of its own, which does not keep the process alive.
 *
 * @returns a function that ends the thread early
 */
export function drawInBackground(order: Order): () => void {
  const thread = new Worker(new URL(addressOf("./worker.ts", new Map())), { workerData: order });
  thread.unref();
  // Whoever waits for an image draws it himself; a thread that fails costs time and nothing else.
  thread.on("error", () => {});
  return () => void thread.terminate();
}
