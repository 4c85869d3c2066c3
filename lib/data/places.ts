/**
 * Where data files may lie on this machine, asked without ever prompting for a permission.
 *
 * @module
 */
import { join } from "node:path";
import { writeWhole } from "../tensor/files.ts";

/** An environment variable's value; `allowed` is false where Deno may not read it. */
export interface Variable {
  readonly value: string | undefined;
  readonly allowed: boolean;
}

/** Whether a permission was granted; never prompts, and holds where there is no Deno. */
export async function granted(descriptor: Deno.PermissionDescriptor): Promise<boolean> {
  return (await Deno.permissions.query(descriptor)).state === "granted";
}

/** Reads an environment variable if that is allowed. An empty value counts as unset. */
export async function variable(name: string): Promise<Variable> {
  if (!await granted({ name: "env", variable: name })) return { value: undefined, allowed: false };
  return { value: Deno.env.get(name) || undefined, allowed: true };
}

/**
 * The folder in which this user's programs keep what they can fetch again, with `sonde` appended.
 *
 * @returns the folder, or undefined and why it is not known
 */
export async function userCache(): Promise<{ folder: string | undefined; why: string }> {
  const os = Deno.build.os;
  const tries: [string, string[]][] = [["XDG_CACHE_HOME", []]];
  if (os === "windows") tries.push(["LOCALAPPDATA", []]);
  else if (os === "darwin") tries.push(["HOME", ["Library", "Caches"]]);
  else tries.push(["HOME", [".cache"]]);
  const refused: string[] = [];
  for (const [name, below] of tries) {
    const { value, allowed } = await variable(name);
    if (value) return { folder: join(value, ...below, "sonde"), why: "" };
    if (!allowed) refused.push(name);
  }
  const names = tries.map(([name]) => name).join(" and ");
  return {
    folder: undefined,
    why: refused.length
      ? `not known: reading ${refused.join(" and ")} is not allowed (--allow-env=${refused.join(",")})`
      : `not known: ${names} are not set`,
  };
}

/** What came of reading a file. */
export type Read = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly missing: string };

/** Reads a file, or says why it cannot be read; only where Deno may do so without asking. */
export async function readIfAllowed(path: string): Promise<Read> {
  if (!await granted({ name: "read", path })) return { missing: `reading is not allowed (--allow-read=${path})` };
  try {
    return { bytes: await Deno.readFile(path) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { missing: "no such file" };
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Writes a file so that a reader sees all of it or nothing.
 *
 * @returns whether it was written; false where that is not allowed
 */
export async function writeIfAllowed(folder: string, name: string, bytes: Uint8Array): Promise<boolean> {
  for (const permission of ["read", "write"] as const) {
    if (!await granted({ name: permission, path: folder })) return false;
  }
  await writeWhole(join(folder, name), bytes);
  return true;
}
