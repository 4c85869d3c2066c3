/**
 * Flags of V8 with which the CPU's kernels run about half as fast again. They are given to a process when it starts; from inside it is too late.
 *
 * Deno lets V8 check every access to WebAssembly's memory with a comparison, as it has no handler for the traps with which other runtimes do so
 * for nothing. Without these checks V8 can also join two neighbouring vectors of 128 bits to one of 256, where the processor has them.
 */
import { environmentVariable, mayRead } from "./environment.ts";

/** The flags, as Deno's `--v8-flags` and `DENO_V8_FLAGS` take them. */
export const FAST_FLAGS = "--no-wasm-bounds-checks,--experimental-wasm-revectorize";

/** What takes {@linkcode FAST_FLAGS}' danger away, whatever stands before: the last flag of a kind counts. */
export const CHECKED_FLAGS = "--wasm-bounds-checks";

/** Flags in the order in which they are given; empty ones, which V8 refuses, left out. */
export function joinFlags(...flags: readonly (string | undefined)[]): string {
  return flags.flatMap((some) => some?.split(",") ?? []).map((flag) => flag.trim()).filter(Boolean).join(",");
}

/** Whether the last flag about something says yes; undefined where none does. V8 takes - and _ for the same, and --no-name and --noname. */
function lastSays(flags: string, name: string): boolean | undefined {
  let says: boolean | undefined;
  for (const flag of flags.split(",")) {
    const given = flag.trim().replaceAll("_", "-");
    if (given === `--${name}`) says = true;
    if (given === `--no-${name}` || given === `--no${name}`) says = false;
  }
  return says;
}

/** Whether WebAssembly's memory is unchecked under these flags. */
export function isUnchecked(flags: string): boolean {
  return lastSays(flags, "wasm-bounds-checks") === false;
}

/**
 * Whether V8 joins neighbouring vectors under these flags of the process: it does so on x86-64 alone, and only what stands between no two
 * checks of memory.
 */
export function joinsVectors(
  flags: string | undefined = environmentVariable("DENO_V8_FLAGS"),
  architecture?: string,
): boolean {
  return flags !== undefined && isUnchecked(flags) && lastSays(flags, "experimental-wasm-revectorize") === true &&
    (architecture ?? Deno.build.arch) === "x86_64";
}

/**
 * How the flags of this process stand, in words for a device's description; undefined where somebody chose to have checks. Flags that were
 * given as `--v8-flags`, and a variable that may not be read, are not seen: then it says what has them seen.
 *
 * @param seen whether the variable may be read
 */
export function flagsInWords(
  flags: string | undefined = environmentVariable("DENO_V8_FLAGS"),
  seen = mayRead("DENO_V8_FLAGS"),
): string | undefined {
  if (flags && isUnchecked(flags)) return "unchecked memory";
  if (flags?.includes("wasm-bounds-checks")) return undefined;
  return `faster with DENO_V8_FLAGS=${FAST_FLAGS}${seen ? "" : " and --allow-env=DENO_V8_FLAGS"}`;
}
