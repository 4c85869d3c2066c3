/**
 * A sweep's results, for those who import the library.
 *
 * @module
 */
import type { SweepResults } from "./results.ts";

// A name that Deno cannot read in advance: rows are parsed with a package that only those who read a sweep need.
const READER: string = "./reader.ts";

/** That module. Its own type would name the package too. */
interface Reader {
  readFolder(folder: string): Promise<SweepResults>;
}

/**
 * Reads a sweep's folder; also while the sweep is running.
 *
 * @param folder as `deno task sweep --out` was given it
 * @throws {StoreError} when there is no sweep in it
 *
 * @example
 * ```ts
 * import { sweep } from "./mod.ts";
 * const error = await sweep.readSweep("no-such-folder").catch((error) => error);
 * console.log(error.name); // StoreError
 * ```
 */
export async function readSweep(folder: string): Promise<SweepResults> {
  const { readFolder } = await import(READER) as Reader;
  return await readFolder(folder);
}
