/**
 * Builds kernels/cpu/kernels.wasm and plain.wasm from its AssemblyScript sources, some of which it makes first:
 *
 *     deno run --allow-read=. --allow-write=kernels/cpu --allow-env=CI tasks/kernels.ts [--check]
 *
 * | file in kernels/cpu                     | holds                                       | made of                                        |
 * | --------------------------------------- | ------------------------------------------- | ---------------------------------------------- |
 * | layouts.ts                              | a class of named fields for each layout     | the layouts beside the encoders, lib/device/cpu |
 * | table.ts                                | the kernels by number                       | lib/device/cpu/kernels.ts                      |
 * | instruction_names.ts, instructions.ts   | the instructions of pointwise chains        | lib/device/pointwise.ts, cpu/instructions.ts   |
 * | numbers.ts                              | addresses, sizes and enumerations           | lib/device/cpu/numbers.ts, kernels.ts          |
 * | tile.ts                                 | unrolled loops                              | tasks/kernels/tile.ts                          |
 *
 * plain.wasm is the same for engines without relaxed operations, as bundles need it: plain.ts is compiled in the place of relaxed.ts.
 *
 * With `--check` nothing is written; it fails when a file that is checked in is not, byte for byte, what its sources give.
 */
import asc from "npm:assemblyscript@0.28.20/asc";
import { STATIC_DATA } from "../lib/device/cpu/numbers.ts";
import { POINTWISE, type PointwiseFunction } from "../lib/device/pointwise.ts";
import { scriptCommandLine } from "./cli.ts";
import { generatedSources } from "./kernels/sources.ts";

const SOURCES = new URL("../kernels/cpu/", import.meta.url);

// deno-fmt-ignore
const OPTIONS = [
  "index.ts", "--outFile", "kernels.wasm", "--runtime", "stub", "-O3", "--noAssert",
  "--enable", "simd", "--enable", "threads",
  // Static data lies behind the control block; 65536 pages are all that 32 bits reach.
  "--importMemory", "--sharedMemory", "--initialMemory", "2", "--maximumMemory", "65536", "--memoryBase", `${STATIC_DATA}`,
];

/**
 * Compiles the sources, with the generated ones as they are in memory: never as a file may have them.
 *
 * @param plain without relaxed operations; the compiler then refuses those outside relaxed.ts
 */
async function build(texts: ReadonlyMap<string, string>, plain = false): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(plain ? OPTIONS : [...OPTIONS, "--enable", "relaxed-simd"], {
    // Absent files are asked for too (the standard library is built in, kernels lie in one folder).
    readFile: (name: string) => {
      const file = plain && name === "relaxed.ts" ? "plain.ts" : name;
      return texts.get(file) ??
        (/^[a-z_]+\.ts$/.test(file) ? Deno.readTextFile(new URL(file, SOURCES)).catch(() => null) : null);
    },
    writeFile: (name: string, contents: Uint8Array | string) => {
      if (name.endsWith(".wasm")) wasm = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  const text = stderr.toString();
  if (error || !wasm) {
    console.error(text);
    throw new Error("Cannot build the kernels: the compiler refused the sources (see above)", { cause: error });
  }
  if (text) console.error(text);
  return wasm;
}

/** Replaces a file: written beside and renamed, so that nobody ever sees half of it. */
async function replace(name: string, contents: Uint8Array | string): Promise<void> {
  const temporary = new URL(`${name}.tmp`, SOURCES);
  await (typeof contents === "string" ? Deno.writeTextFile(temporary, contents) : Deno.writeFile(temporary, contents));
  await Deno.rename(temporary, new URL(name, SOURCES));
  console.log(`kernels/cpu/${name}: ${contents.length} ${typeof contents === "string" ? "characters" : "bytes"}`);
}

/** Whether a file that is checked in is, byte for byte, this. */
async function isSame(name: string, contents: Uint8Array | string): Promise<boolean> {
  const wanted = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
  const there = await Deno.readFile(new URL(name, SOURCES)).catch(() => new Uint8Array());
  return there.length === wanted.length && there.every((byte, i) => byte === wanted[i]);
}

/** WGSL functions that pointwise.ts names and math.wgsl and integers.wgsl lack: the one mistake of a pointwise function that no compiler sees. */
async function missingWgsl(): Promise<string[]> {
  const files = ["../webgpu/math.wgsl", "../webgpu/integers.wgsl"];
  const text = (await Promise.all(files.map((file) => Deno.readTextFile(new URL(file, SOURCES))))).join("\n");
  const named = Object.values(POINTWISE as Readonly<Record<string, PointwiseFunction>>)
    .flatMap(({ float, int, bool }) => [float, int, bool])
    .flatMap((wgsl) => typeof wgsl === "object" ? [wgsl.math] : []);
  return named.filter((name) => !text.includes(`fn ${name}(`));
}

if (import.meta.main) {
  const { values: { check = false } } = scriptCommandLine("kernels", { check: "flag" });
  for (const name of await missingWgsl()) {
    console.error(`kernels/webgpu has no function ${name}, which lib/device/pointwise.ts names`);
    Deno.exit(1);
  }
  const texts = generatedSources();
  const files = [
    ...texts,
    ["kernels.wasm", await build(texts)] as const,
    ["plain.wasm", await build(texts, true)] as const,
  ];
  if (!check) { for (const [name, contents] of files) await replace(name, contents); }
  else {
    for (const [name, contents] of files) {
      if (await isSame(name, contents)) continue;
      console.error(`kernels/cpu/${name} is not what its sources give: run \`deno task kernels\` and check it in`);
      Deno.exit(1);
    }
    console.log(`kernels/cpu: ${files.map(([name]) => name).join(", ")} match their sources`);
  }
}
