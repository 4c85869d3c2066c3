/** The WebAssembly of a package, compiled: Node does not import it yet. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

export async function importSource(name: string): Promise<WebAssembly.Module> {
  const path = createRequire(import.meta.url).resolve(name);
  return await WebAssembly.compile(new Uint8Array(await readFile(path)));
}
