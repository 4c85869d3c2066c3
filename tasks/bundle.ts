/**
 * Writes dist/sonde.js: Sonde as one ES module for browsers, kernels and WGSL inside.
 *
 *     deno task bundle [FILE]
 */
import { bundle, endBundling } from "./bundle/bundle.ts";
import { scriptCommandLine } from "./cli.ts";

const { names: [file = "dist/sonde.js"] } = scriptCommandLine("bundle", {}, 1);
const text = await bundle(new URL("./bundle/entry.ts", import.meta.url));
await endBundling();
await Deno.mkdir(file.replace(/[^/]*$/, "") || ".", { recursive: true });
await Deno.writeTextFile(file, text);

const packed = new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")));
const kilobytes = (bytes: number) => `${Math.ceil(bytes / 1000)} kB`;
const bytes = new TextEncoder().encode(text).length;
console.log(`${file}: ${kilobytes(bytes)}, ${kilobytes((await packed.bytes()).length)} gzipped`);
