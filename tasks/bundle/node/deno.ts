/** The part of `Deno` that the library uses, by Node's modules. */
import { lstat, mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import process from "node:process";
import { inspect } from "node:util";

/** A class of errors that the library throws, and as which Node's errors of a code count, which have no classes. */
function errorOf(name: string, code: string) {
  return class extends Error {
    override name = name;
    readonly code = code;

    static override [Symbol.hasInstance](error: unknown): boolean {
      return error instanceof Error && (error as { code?: unknown }).code === code;
    }
  };
}

const errors = {
  NotFound: errorOf("NotFound", "ENOENT"),
  AlreadyExists: errorOf("AlreadyExists", "EEXIST"),
  NotADirectory: errorOf("NotADirectory", "ENOTDIR"),
};

/** As in Deno: whether it is a file or a folder is a property. */
const information = ({ isFile, isDirectory }: { isFile: boolean; isDirectory: boolean }) => ({ isFile, isDirectory });

async function* readDir(path: string | URL) {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    yield {
      name: entry.name,
      ...information({ isFile: entry.isFile(), isDirectory: entry.isDirectory() }),
      isSymlink: entry.isSymbolicLink(),
    };
  }
}

const look = (by: typeof stat) => async (path: string | URL) => {
  const found = await by(path);
  return { ...information({ isFile: found.isFile(), isDirectory: found.isDirectory() }), size: found.size };
};

/** Node asks for no permissions. */
const state = { state: "granted" };

const OS: Readonly<Record<string, string>> = { win32: "windows" };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

const node = {
  permissions: { query: () => Promise.resolve(state), querySync: () => state },
  env: { get: (name: string) => process.env[name] },
  build: {
    os: OS[process.platform] ?? process.platform,
    arch: ARCHITECTURES[process.arch] ?? process.arch,
  },
  version: { deno: "none", v8: process.versions.v8 ?? "none", typescript: "none" },
  errors,
  inspect,
  noColor: Boolean(process.env.NO_COLOR),
  args: process.argv.slice(2),
  stdout: { isTerminal: () => Boolean(process.stdout.isTTY) },
  stderr: { isTerminal: () => Boolean(process.stderr.isTTY) },
  readFile: async (path: string | URL) => new Uint8Array(await readFile(path)),
  readTextFile: (path: string | URL) => readFile(path, "utf8"),
  readDir,
  realPath: (path: string | URL) => realpath(path),
  writeFile: (path: string | URL, bytes: Uint8Array, { createNew = false } = {}) =>
    writeFile(path, bytes, { flag: createNew ? "wx" : "w" }),
  writeTextFile: (path: string | URL, text: string) => writeFile(path, text),
  mkdir: async (path: string | URL, options?: { recursive?: boolean }) => void await mkdir(path, options),
  rename,
  remove: (path: string | URL, { recursive = false } = {}) => rm(path, { recursive }),
  stat: look(stat),
  lstat: look(lstat as typeof stat),
  addSignalListener: (signal: string, listener: () => void) => void process.on(signal, listener),
  removeSignalListener: (signal: string, listener: () => void) => void process.off(signal, listener),
  exit: (code?: number) => process.exit(code),
};

export { node as Deno };
