/**
 * Joins modules into one for browsers or for Node: TypeScript, texts and WebAssembly inside, Deno's own modules replaced by the little of them
 * that a page can have (`browser/`), or by Node's (`node/`).
 *
 * esbuild runs as WebAssembly, in this process: it needs no permission to start a program.
 */
import * as esbuild from "npm:esbuild-wasm@0.28.2/esm/browser.js";

/** Where a bundle runs: what it gets in the place of Deno, of the library's modules that ask it for something, and of packages. */
export interface Host {
  /** What exports `Deno`. */
  readonly deno: URL;
  /** Modules that are others there, by how their paths end. */
  readonly modules: Readonly<Record<string, URL>>;
  /** Where an import of Node's modules leads; they stay imports of those names where it has none. */
  readonly builtins: Readonly<Record<string, URL>>;
  /** Whether packages are found by their names alone, without `npm:` and a version. */
  readonly barePackages: boolean;
  /** The name of the symbol under which `console.log` looks for what a value says of itself; Deno's where there is none. */
  readonly inspect?: string;
}

const at = (name: string) => new URL(name, import.meta.url);

/** Modules of Node, and those of the library, that a browser has in another way. Other imports an import map of the page may give. */
export const BROWSER: Host = {
  deno: at("browser/deno.ts"),
  modules: {
    "/lib/data/garments/background.ts": at("browser/background.ts"),
    "/lib/device/builtins.ts": at("browser/builtins.ts"),
    "/lib/device/cpu/host.ts": at("browser/host.ts"),
    "/lib/device/webgpu/gpu.ts": at("browser/gpu.ts"),
    "/lib/plot/import_source.js": at("browser/import_source.ts"),
  },
  builtins: {
    "node:path": at("browser/node_path.ts"),
    "node:timers": at("browser/node_timers.ts"),
    "node:url": at("browser/node_url.ts"),
    "node:worker_threads": at("browser/node_worker_threads.ts"),
  },
  barePackages: false,
};

/** Node and what is like it. */
export const NODE: Host = {
  deno: at("node/deno.ts"),
  modules: {
    "/lib/data/garments/background.ts": at("browser/background.ts"),
    "/lib/device/builtins.ts": at("node/builtins.ts"),
    "/lib/device/cpu/host.ts": at("node/host.ts"),
    "/lib/device/webgpu/gpu.ts": at("node/gpu.ts"),
    "/lib/plot/import_source.js": at("node/import_source.ts"),
  },
  builtins: {},
  barePackages: true,
  inspect: "nodejs.util.inspect.custom",
};

/** The module that reads the kernels, and what stands in a bundle in its place. */
const KERNEL_FILES = at("kernel_files.ts").href;
const KERNELS_INSIDE = `export { default as relaxed } from "../../kernels/cpu/kernels.wasm";
export { default as plain } from "../../kernels/cpu/plain.wasm";`;

let started: Promise<void> | undefined;

function start(): Promise<void> {
  return started ??= (async () => {
    const file = await Deno.readFile(new URL(import.meta.resolve("npm:esbuild-wasm@0.28.2/esbuild.wasm")));
    await esbuild.initialize({ wasmModule: await WebAssembly.compile(file), worker: false });
  })();
}

/** How {@linkcode bundle} joins. */
export interface BundleOptions {
  /** Leaves out white space, and writes names inside a module short; names that people see stay. Default: true. */
  readonly minify?: boolean;
  /** Keeps the names of classes and functions for `constructor.name`. Default: true. */
  readonly keepNames?: boolean;
  /** More modules that are others, by their names in imports. */
  readonly replace?: Readonly<Record<string, URL>>;
  /** Where it is to run. Default: in a browser. */
  readonly host?: Host;
}

/**
 * The module at that address and all that it imports, as one text.
 *
 * @throws {Error} of esbuild, which says what it could not resolve and where
 */
export async function bundle(
  entry: URL,
  { minify = true, keepNames = true, replace = {}, host = BROWSER }: BundleOptions = {},
): Promise<string> {
  await start();
  const { outputFiles } = await esbuild.build({
    entryPoints: [entry.href],
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2024",
    supported: { using: false },
    charset: "utf8",
    minify,
    keepNames, // modules, errors and layers are shown by the names of their classes
    legalComments: "none",
    write: false,
    inject: [host.deno.href],
    logLevel: "silent",
    plugins: [{ name: "sonde", setup: (build) => setUp(build, host, replace) }],
  });
  return outputFiles[0]!.text;
}

/** Ends esbuild. */
export async function endBundling(): Promise<void> {
  if (started) await esbuild.stop();
  started = undefined;
}

function setUp(build: esbuild.PluginBuild, host: Host, replace: Readonly<Record<string, URL>>): void {
  const names: Readonly<Record<string, URL>> = { ...host.builtins, ...replace };
  const replacements = Object.entries(host.modules);
  build.onResolve({ filter: /.*/ }, ({ path, importer, with: attributes }) => {
    if (!names[path] && /^(node|npm):/.test(path)) {
      return { path: host.barePackages ? bare(path) : path, external: true };
    }
    const url = names[path]?.href ?? new URL(path, importer || undefined).href;
    const [, replacement] = replacements.find(([ending]) => url.endsWith(ending)) ?? [];
    return { path: replacement?.href ?? url, namespace: attributes?.type === "text" ? "text" : "module" };
  });
  build.onLoad({ filter: /.*/, namespace: "text" }, async ({ path }) => ({
    contents: await Deno.readTextFile(new URL(path)),
    loader: "text" as const,
  }));
  build.onLoad({ filter: /.*/, namespace: "module" }, async ({ path }) => {
    const ending = path.slice(path.lastIndexOf(".") + 1);
    if (ending === "wasm") return { contents: asText(await Deno.readFile(new URL(path))), loader: "js" as const };
    const loader = ending === "json" ? "json" : ending === "js" ? "js" : "ts";
    const text = path === KERNEL_FILES ? KERNELS_INSIDE : await Deno.readTextFile(new URL(path));
    // Tests read files beside them, which a page gets from where they lie in the checkout.
    const address = `new URL(${JSON.stringify(fromRoot(path))}, location.href).href`;
    const placed = path.startsWith(TESTS) ? text.replaceAll(/\bimport\.meta\.url\b/g, address) : text;
    const shown = host.inspect ? placed.replaceAll(INSPECT, host.inspect) : placed;
    return { contents: host.barePackages ? shown.replaceAll(/(?<=")npm:[^"]+(?=")/g, bare) : shown, loader };
  });
}

/**
 * A module of bytes. Gzip makes a quarter less of a text with a character for each byte than of base64, whose characters do not begin where bytes do.
 * They are 32 on from the bytes, as control characters would be escaped.
 */
const asText = (bytes: Uint8Array): string =>
  `export default Uint8Array.from(${
    JSON.stringify(Array.from(bytes, (byte) => String.fromCharCode(byte + 32)).join(""))
  }, (character) => character.charCodeAt(0) - 32);`;

/** The name of Deno's symbol for what a value says of itself. */
const INSPECT = "Deno.customInspect";

/** The name of a package, and what is meant in it: `npm:csv-parse@7/sync` is `csv-parse/sync`. */
export const bare = (name: string) => name.replace(/^npm:(@?[^@/]+(?:\/[^@/]+)?)@[^/]+/, "$1").replace(/^npm:/, "");

const ROOT = new URL("../../", import.meta.url).href, TESTS = `${ROOT}tests/`;
const fromRoot = (url: string) => url.startsWith(ROOT) ? `/${url.slice(ROOT.length)}` : url;
