/** What takes the place of `Deno` in a page: no permission, no file, no terminal. In Deno itself a bundle uses the real one. */

// Safari has no symbol for the end of a block yet: this is the one that esbuild's code for `using` falls back on.
for (const name of ["dispose", "asyncDispose"] as const) {
  if (!(name in Symbol)) Object.defineProperty(Symbol, name, { value: Symbol.for(`Symbol.${name}`) });
}

class NotFound extends Error {
  override name = "NotFound";
}

const state = { state: "denied" };

const refuse = (what: string) => (): never => {
  throw new Error(`Cannot ${what} in a browser: a page has no files, no processes and no signals`);
};

const page = {
  permissions: { query: () => Promise.resolve(state), querySync: () => state },
  env: { get: () => undefined },
  build: { os: "browser", arch: "wasm" },
  version: { deno: "none", v8: "unknown", typescript: "none" },
  errors: { NotFound },
  inspect: (value: unknown): string => {
    try {
      return typeof value === "string" ? JSON.stringify(value) : JSON.stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  },
  noColor: true,
  args: [] as string[],
  stdout: { isTerminal: () => false },
  stderr: { isTerminal: () => false },
  readFile: refuse("read a file"),
  readFileSync: refuse("read a file"),
  readTextFile: refuse("read a file"),
  readTextFileSync: refuse("read a file"),
  readDir: refuse("read a folder"),
  realPath: refuse("look for a file"),
  writeFile: refuse("write a file"),
  writeTextFile: refuse("write a file"),
  mkdir: refuse("make a folder"),
  rename: refuse("rename a file"),
  remove: refuse("remove a file"),
  stat: refuse("look for a file"),
  addSignalListener: refuse("listen to a signal"), // a fit goes on without
  removeSignalListener: refuse("listen to a signal"),
  exit: refuse("end the process"),
};

const Page = (globalThis as { Deno?: unknown }).Deno ?? page;
export { Page as Deno };
