/**
 * The identity of a sweep's code: the plan file and every local module that it imports, directly or not.
 *
 * @module
 */
import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { canonical, digest } from "./identity.ts";

/** What a sweep's results were made by. */
export interface CodeIdentity {
  /** Of everything below. */
  readonly id: string;
  /** The library's version. */
  readonly version: string;
  /** A digest of each file, by its path as seen from the plan's folder, so that it is the same on every machine. */
  readonly files: Readonly<Record<string, string>>;
}

/** Everything that a source names as a module: also in comments, where it does no harm. */
const NAMED =
  /\b(?:from|import)\s*\(?\s*["'](\.[^"'\n]+|file:[^"'\n]+)["']|new URL\(\s*["'](\.[^"'\n]+)["']\s*,\s*import\.meta\.url/g;

async function readFile(url: URL): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await Deno.readFile(url);
  } catch {
    return undefined; // an example in a comment, or a folder
  }
}

/**
 * Reads the plan and what it imports, without running anything.
 *
 * Packages and modules from the network count by the text that names them, versions included.
 *
 * @param plan address of the plan file
 * @param version of the library
 */
export async function codeIdentity(plan: URL, version: string): Promise<CodeIdentity> {
  const folder = dirname(fileURLToPath(plan));
  const files: Record<string, string> = {};
  const seen = new Set<string>();
  const visit = async (url: URL): Promise<void> => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const bytes = await readFile(url);
    if (!bytes) return;
    files[relative(folder, fileURLToPath(url)).split(sep).join("/")] = digest(bytes);
    if (!/\.[cm]?[jt]sx?$/.test(url.pathname)) return;
    const named = [...new TextDecoder().decode(bytes).matchAll(NAMED)].map((match) => match[1] ?? match[2]!);
    await Promise.all(named.map((name) => visit(new URL(name, url))));
  };
  await visit(plan);
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => a < b ? -1 : 1));
  return { id: digest(canonical({ version, files: sorted })), version, files: sorted };
}
