/**
 * Writes a folder that npm can pack: Sonde for Node 22 and later, as one module with its kernels inside, and its types.
 *
 *     deno task npm [FOLDER]
 */
import { bundle, endBundling, NODE } from "./bundle/bundle.ts";
import { scriptCommandLine } from "./cli.ts";
import { declarations } from "./npm/declarations.ts";

const ROOT = new URL("../", import.meta.url);
const ENTRY = new URL("bundle/entry.ts", import.meta.url);

const { names: [folder = "dist/npm"] } = scriptCommandLine("npm", {}, 1);
const { version, license } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));

/** Packages that a part of Sonde loads when it is first used; whoever uses it installs them. */
const PARTS: Readonly<Record<string, string>> = {
  "@hpcc-js/wasm-graphviz": "^1.16.0",
  "@resvg/resvg-wasm": "2.6.2",
  "csv-parse": "^7",
  "fast-png": "^8",
  "jpeg-js": "^0.4",
  "pdfmake": "0.2.20",
  "vega": "^6",
  "vega-interpreter": "^2",
  "vega-lite": "^6",
  "webgpu": ">=0.3",
};

const manifest = {
  name: "@sonde/sonde",
  version,
  description: "Looking inside neural networks while they train, on WebGPU and on the CPU",
  license,
  type: "module",
  engines: { node: ">=22" },
  exports: { ".": { types: "./types/tasks/bundle/entry.d.ts", default: "./sonde.js" } },
  files: ["sonde.js", "types"],
  peerDependencies: PARTS,
  peerDependenciesMeta: Object.fromEntries(Object.keys(PARTS).map((name) => [name, { optional: true }])),
};

const text = await bundle(ENTRY, { host: NODE, minify: false });
await endBundling();
const files = new Map([
  ["package.json", `${JSON.stringify(manifest, null, 2)}\n`],
  ["sonde.js", text],
  ["README.md", await Deno.readTextFile(new URL("npm/README.md", import.meta.url))],
  ["LICENSE", await Deno.readTextFile(new URL("LICENSE", ROOT))],
]);
for (const [path, types] of await declarations(ENTRY, ROOT)) files.set(`types/${path}`, types);
await Deno.remove(folder, { recursive: true }).catch(() => {});
for (const [path, contents] of files) {
  const file = `${folder}/${path}`;
  await Deno.mkdir(file.replace(/[^/]*$/, ""), { recursive: true });
  await Deno.writeTextFile(file, contents);
}
console.log(`${folder}: ${files.size} files; npm pack ${folder} makes a package of them`);
