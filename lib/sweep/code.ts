/**
 * The identity of a sweep's code: the plan file and every local module that it imports, directly or not.
 *
 * @module
 */
import { dirname, join, relative, sep } from "node:path";
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

/** Everything that a source names as a module: also in comments, where it does no harm. No two of its repetitions can share a space. */
const NAMED =
  /\b(?:from|import)\s*(?:\(\s*)?["'](\.[^"'\n]+|file:[^"'\n]+)["']|new URL\(\s*["'](\.[^"'\n]+)["']\s*,\s*import\.meta\.url/g;

/** The hosts of modules from the network. */
const REMOTE = /\b(?:from|import)\s*(?:\(\s*)?["']https?:\/\/([^/"'\s]+)/g;

async function readFile(url: URL): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await Deno.readFile(url);
  } catch {
    return undefined; // an example in a comment, or a folder
  }
}

/** Visits a module and every local one that it names, directly or not: those that `wanted` has something against are left out. */
async function visitModules(
  start: URL,
  wanted: (path: string) => boolean,
  found: (path: string, bytes: Uint8Array, text: string | undefined) => void,
): Promise<void> {
  const seen = new Set<string>();
  const visit = async (url: URL): Promise<void> => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const path = fileURLToPath(url);
    if (!wanted(path)) return;
    const bytes = await readFile(url);
    if (!bytes) return;
    const text = /\.[cm]?[jt]sx?$/.test(url.pathname) ? new TextDecoder().decode(bytes) : undefined;
    found(path, bytes, text);
    const named = [...(text ?? "").matchAll(NAMED)].flatMap((match) => match[1] ?? match[2] ?? []);
    await Promise.all(named.filter((name) => URL.canParse(name, url)).map((name) => visit(new URL(name, url))));
  };
  await visit(start);
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
  await visitModules(plan, () => true, (path, bytes) => {
    files[relative(folder, path).split(sep).join("/")] = digest(bytes);
  });
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => a < b ? -1 : 1));
  return { id: digest(canonical({ version, files: sorted })), version, files: sorted };
}

/**
 * What a plan needs to be loaded: local files, and hosts of modules from the network.
 *
 * @param plan address of the plan file
 * @param root of the library, whose own modules are not looked at
 */
export async function localModules(
  plan: URL,
  root: string,
): Promise<{ readonly files: readonly string[]; readonly hosts: readonly string[] }> {
  const files: string[] = [], hosts = new Set<string>();
  const own = ["lib", "kernels", "mod.ts"].map((name) => join(root, name));
  const isOwn = (path: string) => own.some((name) => path === name || path.startsWith(name + sep));
  await visitModules(plan, (path) => !isOwn(path), (path, _, text) => {
    files.push(path);
    for (const [, host] of (text ?? "").matchAll(REMOTE)) if (host) hosts.add(host);
  });
  return { files, hosts: [...hosts] };
}
