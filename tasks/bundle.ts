/**
 * Writes dist/sonde.js: Sonde as one ES module for browsers, kernels and WGSL inside.
 *
 *     deno task bundle [FILE]
 */
import { parseArgs } from "node:util";
import { bundle, endBundling } from "./bundle/bundle.ts";

const { positionals: [file = "dist/sonde.js"] } = parseArgs({ allowPositionals: true });
const text = await bundle(new URL("./bundle/entry.ts", import.meta.url));
await endBundling();
await Deno.mkdir(file.replace(/[^/]*$/, "") || ".", { recursive: true });
await Deno.writeTextFile(file, text);

const packed = new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")));
const kilobytes = (bytes: number) => `${Math.ceil(bytes / 1000)} kB`;
const bytes = new TextEncoder().encode(text).length;
console.log(`${file}: ${kilobytes(bytes)}, ${kilobytes((await packed.bytes()).length)} gzipped`);
