/**
 * Joins modules into one for browsers: TypeScript, texts and WebAssembly inside, Deno's and Node's own modules replaced by the little of them
 * that a page can have (`browser/`).
 *
 * esbuild runs as WebAssembly, in this process: it needs no permission to start a program.
 */
import * as esbuild from "npm:esbuild-wasm@0.28.2/esm/browser.js";

/** The cpu kernels, compiled from bytes in the bundle: browsers do not know `import source`. */
const KERNELS = "/lib/device/cpu/kernels_module.js";
const KERNELS_TEXT = `import bytes from "../../../kernels/cpu/kernels.wasm";
export const kernels = new WebAssembly.Module(bytes);
`;

const BROWSER = new URL("./browser/", import.meta.url);

/** Modules that are others in a browser, by how their paths end. */
const REPLACED: readonly (readonly [ending: string, replacement: string])[] = [
  ["/lib/data/garments/background.ts", "background.ts"],
  ["/lib/plot/import_source.js", "import_source.ts"],
];

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
  /** What exports the page's `Deno`. Default: nothing but refusals. */
  readonly deno?: URL;
}

/**
 * The module at that address and all that it imports, as one text.
 *
 * @throws {Error} of esbuild, which says what it could not resolve and where
 */
export async function bundle(
  entry: URL,
  { minify = true, keepNames = true, replace = {}, deno = new URL("deno.ts", BROWSER) }: BundleOptions = {},
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
    inject: [deno.href],
    logLevel: "silent",
    plugins: [{ name: "sonde", setup: (build) => setUp(build, replace) }],
  });
  return outputFiles[0]!.text;
}

/** Ends esbuild. */
export async function endBundling(): Promise<void> {
  if (started) await esbuild.stop();
  started = undefined;
}

function setUp(build: esbuild.PluginBuild, replace: Readonly<Record<string, URL>>): void {
  build.onResolve({ filter: /.*/ }, ({ path, importer, with: attributes }) => {
    const found = resolve(path, importer, replace);
    if (found === undefined) return { path, external: true };
    const [, replacement] = REPLACED.find(([ending]) => found.endsWith(ending)) ?? [];
    const url = replacement ? new URL(replacement, BROWSER).href : found;
    return { path: url, namespace: attributes?.type === "text" ? "text" : "module" };
  });
  build.onLoad({ filter: /.*/, namespace: "text" }, async ({ path }) => ({
    contents: await Deno.readTextFile(new URL(path)),
    loader: "text" as const,
  }));
  build.onLoad({ filter: /.*/, namespace: "module" }, async ({ path }) => {
    const ending = path.slice(path.lastIndexOf(".") + 1);
    if (ending === "wasm") return { contents: await Deno.readFile(new URL(path)), loader: "binary" as const };
    const loader = ending === "json" ? "json" : ending === "js" ? "js" : "ts";
    const text = path.endsWith(KERNELS) ? KERNELS_TEXT : await Deno.readTextFile(new URL(path));
    // A module's own address is where it lies in the checkout, seen from the page.
    const address = `new URL(${JSON.stringify(fromRoot(path))}, globalThis.location?.href ?? import.meta.url).href`;
    return { contents: text.replaceAll(/\bimport\.meta\.url\b/g, address), loader };
  });
}

/** Modules of Node that have a replacement. Others, of npm too, stay imports of those names: an import map of the page may give them. */
const NODE: Readonly<Record<string, string>> = {
  "node:crypto": "node_crypto.ts",
  "node:path": "node_path.ts",
  "node:stream": "node_stream.ts",
  "node:timers": "node_timers.ts",
  "node:url": "node_url.ts",
  "node:worker_threads": "node_worker_threads.ts",
  "node:zlib": "node_zlib.ts",
};

/** Where an import leads, or undefined where it is to be left as it is. */
function resolve(path: string, importer: string, replace: Readonly<Record<string, URL>>): string | undefined {
  if (replace[path]) return replace[path].href;
  if (NODE[path]) return new URL(NODE[path], BROWSER).href;
  if (/^(node|npm):/.test(path)) return undefined;
  return new URL(path, importer || undefined).href;
}

const ROOT = new URL("../../", import.meta.url).href;
const fromRoot = (url: string) => url.startsWith(ROOT) ? `/${url.slice(ROOT.length)}` : url;
