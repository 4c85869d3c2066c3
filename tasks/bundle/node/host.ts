/** What the cpu device asks of Node. */
import { compileKernels } from "../kernels.ts";
export { Worker } from "node:worker_threads";

export const ONE_THREAD: string | undefined = undefined;
export const SHARED = true;
export const kernels = compileKernels(SHARED);

/** Node checks WebAssembly's memory for nothing, by traps, and joins no vectors unless it is started so. */
export const flagsInWords = (): undefined => undefined;
export const joinsVectors = (): boolean => false;
