/**
 * Writes files at once: they are complete or not there.
 *
 * @module
 */
import { writeWhole } from "../tensor/files.ts";

/**
 * Writes a text so that a reader of the path sees all of it or what was there before. Makes the folders it needs.
 *
 * @throws when the folder cannot be written to; then nothing is left behind
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const folder = await Deno.makeTempDir();
 * await plot.saveText(`${folder}/new/report.txt`, "all is well\n");
 * console.log((await Deno.readTextFile(`${folder}/new/report.txt`)).trim()); // all is well
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function saveText(path: string, text: string): Promise<void> {
  await saveBytes(path, new TextEncoder().encode(text));
}

/**
 * As {@linkcode saveText}, for bytes.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const folder = await Deno.makeTempDir();
 * await plot.saveBytes(`${folder}/weights.bin`, new Uint8Array([1, 2, 3]));
 * console.log((await Deno.readFile(`${folder}/weights.bin`)).length); // 3
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function saveBytes(path: string, bytes: Uint8Array): Promise<void> {
  await writeWhole(path, bytes);
}
