/**
 * Builds kernels/cpu/kernels.wasm from its AssemblyScript sources:
 *
 *     deno run --allow-read=. --allow-write=kernels/cpu --allow-env=CI tasks/kernels.ts [--check]
 *
 * With `--check` nothing is written; it fails when the file that is checked in is not, byte for byte, what the sources give.
 */
import asc from "npm:assemblyscript@0.28.20/asc";

const WASM = new URL("../kernels/cpu/kernels.wasm", import.meta.url);
const SOURCES = new URL("../kernels/cpu/", import.meta.url);

// deno-fmt-ignore
const OPTIONS = [
  "index.ts", "--outFile", "kernels.wasm", "--runtime", "stub", "-O3", "--noAssert",
  "--enable", "simd", "--enable", "relaxed-simd", "--enable", "threads",
  // Static data lies behind the control block; 65536 pages are all that 32 bits reach.
  "--importMemory", "--sharedMemory", "--initialMemory", "2", "--maximumMemory", "65536", "--memoryBase", "4096",
];

/** Compiles the sources in memory. */
async function build(): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(OPTIONS, {
    // Absent files are asked for too (the standard library is built in, kernels lie in one folder).
    readFile: (name: string) =>
      /^[a-z_]+\.ts$/.test(name) ? Deno.readTextFile(new URL(name, SOURCES)).catch(() => null) : null,
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

if (import.meta.main) {
  const wasm = await build(), check = Deno.args.includes("--check");
  if (!check) {
    // Written beside and renamed, so that nobody ever sees half a file.
    const temporary = new URL("kernels.wasm.tmp", SOURCES);
    await Deno.writeFile(temporary, wasm);
    await Deno.rename(temporary, WASM);
    console.log(`kernels/cpu/kernels.wasm: ${wasm.length} bytes`);
  } else {
    const there = await Deno.readFile(WASM).catch(() => new Uint8Array());
    const same = there.length === wasm.length && there.every((byte, i) => byte === wasm[i]);
    if (!same) {
      console.error("kernels/cpu/kernels.wasm is not what its sources give: run `deno task kernels` and check it in");
      Deno.exit(1);
    }
    console.log("kernels/cpu/kernels.wasm matches its sources");
  }
}
