/** Files that are complete or not there. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Writes a file under a draft's name, then renames it: whoever reads the path, after whatever happens meanwhile, sees all of it or what was there
 * before. Makes the folders it needs.
 *
 * @throws when the folder cannot be written to; then nothing is left behind
 */
export async function writeWhole(path: string | URL, bytes: Uint8Array): Promise<void> {
  await drafted(path, bytes, (draft, target) => Deno.rename(draft, target));
}

/**
 * Throws what {@linkcode writeWhole} would: for who writes a file after hours of work. It makes the folders too, and changes no file.
 *
 * @throws also where the path is a folder's
 */
export async function checkWritable(path: string | URL): Promise<void> {
  await drafted(path, new Uint8Array(0), async (draft, target) => {
    await Deno.remove(draft);
    const there = await Deno.stat(target).catch(() => undefined);
    if (there?.isDirectory) {
      throw new Deno.errors.AlreadyExists(
        `Cannot write ${target}: there is a folder of that name. Choose another path`,
      );
    }
  });
}

/** Writes a draft beside a file, of which `use` makes what is to be. */
async function drafted(
  path: string | URL,
  bytes: Uint8Array,
  use: (draft: string, target: string) => Promise<void>,
): Promise<void> {
  const target = path instanceof URL ? fileURLToPath(path) : path;
  try {
    await Deno.mkdir(dirname(target), { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists || error instanceof Deno.errors.NotADirectory)) throw error;
    throw new Deno.errors.NotADirectory(
      `Cannot write ${target}: a file is in the place of ${
        dirname(target)
      }, or of a folder above it. Choose another path`,
      { cause: error },
    );
  }
  const draft = `${target}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    await Deno.writeFile(draft, bytes, { createNew: true });
    await use(draft, target);
  } catch (error) {
    await Deno.remove(draft).catch(() => {});
    throw error;
  }
}

/** Reads all of a file, of what an address gives, or of bytes that are there already. @param kind what errors call it */
export async function readWhole(from: string | URL | Uint8Array | ArrayBuffer, kind: string): Promise<Uint8Array> {
  if (from instanceof ArrayBuffer) return new Uint8Array(from);
  // Not a subclass of it, such as Node's Buffer, whose slice() copies nothing.
  if (from instanceof Uint8Array) return new Uint8Array(from.buffer, from.byteOffset, from.byteLength);
  if (!(from instanceof URL) && typeof from !== "string") {
    throw new TypeError(
      `Cannot read ${kind}: expected a path, a URL or bytes, found ${from === null ? "null" : typeof from}`,
    );
  }
  if (!/^https?:/.test(String(from))) {
    try {
      return await Deno.readFile(/^file:/.test(String(from)) ? new URL(from) : from);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Deno.errors.NotFound(`Cannot read ${kind} ${from}: there is no such file`);
    }
  }
  const response = await fetch(from);
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`Cannot read ${kind} ${from}: the server answered ${response.status} ${response.statusText}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}
