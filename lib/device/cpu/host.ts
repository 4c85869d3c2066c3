/**
 * What the cpu device asks of the place that it runs in: here Deno. Bundles for browsers and for Node have a module of their own in its place
 * (tasks/bundle/), so that nothing else asks where it is.
 */
export { Worker } from "node:worker_threads";
export { flagsInWords, joinsVectors } from "../v8_flags.ts";
export { kernels } from "./kernels_module.js";

/** Why there can be no helper threads, and what would help; undefined where there can. */
export const ONE_THREAD: string | undefined = undefined;

/** Whether the kernels were built for memory that threads share. */
export const SHARED = true;
