/** What the cpu device asks of a browser. A page's own thread may not wait, and memory is shared only in pages that are isolated. */
import { compileKernels } from "../kernels.ts";
export { Worker } from "./node_worker_threads.ts";

/** Only documents have one; workers may wait. */
const onPage = "document" in globalThis;

const isolated = Reflect.get(globalThis, "crossOriginIsolated") === true;

export const ONE_THREAD: string | undefined = onPage
  ? 'a page\'s own thread must not wait for others: run the script in a worker, new Worker(url, { type: "module" })'
  : isolated
  ? undefined
  : "the page is not cross-origin isolated: serve it with the headers Cross-Origin-Opener-Policy: same-origin and " +
    "Cross-Origin-Embedder-Policy: require-corp";

export const SHARED = ONE_THREAD === undefined;

export const kernels = compileKernels(SHARED);

/** Browsers check WebAssembly's memory for nothing, and take no flags. */
export const flagsInWords = (): undefined => undefined;
export const joinsVectors = (): boolean => false;
