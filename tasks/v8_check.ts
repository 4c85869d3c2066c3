/**
 * Whether Deno starts under the flags of V8 that a process is to have.
 *
 * @module
 */
import { environmentVariable } from "../lib/device/environment.ts";
import { UsageError } from "./cli.ts";

/** What a Deno says that has started: under `--help`, which V8 takes for a flag too, it ends well without having run anything. */
const STARTED = "started";

/** V8's own words about flags that it refuses, without Deno's hint that there are others. */
function wordsOf(stderr: string, code: number): string {
  const line = stderr.split("\n").map((line) => line.trim()).find((line) => line !== "");
  return line?.replace(/^error: /, "") ?? `it ran nothing, and ended with code ${code}`;
}

/**
 * Starts this Deno once with flags of V8, to find out whether it takes them.
 *
 * @param flags as `DENO_V8_FLAGS` has them
 * @throws {UsageError} with V8's words when it does not, and `SONDE_V8` had a say
 */
export async function checkFlags(flags: string): Promise<void> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", "--no-config", "--no-lock", `console.log("${STARTED}")`],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { DENO_V8_FLAGS: flags },
  }).output();
  const decoder = new TextDecoder();
  if (code === 0 && decoder.decode(stdout).includes(STARTED)) return;
  const words = wordsOf(decoder.decode(stderr), code), own = environmentVariable("SONDE_V8");
  // This process has started under DENO_V8_FLAGS, so that those are good.
  if (own === undefined) throw new Error(`Cannot start Deno with DENO_V8_FLAGS=${flags}: ${words}`);
  throw new UsageError(
    `SONDE_V8 must hold flags of V8, found "${own}": ${words}. Correct it, or unset it; deno --v8-flags=--help lists the flags`,
  );
}

/**
 * Looks at flags as {@linkcode checkFlags} does, if `SONDE_V8` has a say in them: those of a checkout's own are good, and a start takes time.
 *
 * @throws {UsageError} as it does
 */
export async function checkOwnFlags(flags: string): Promise<void> {
  if (environmentVariable("SONDE_V8")?.trim()) await checkFlags(flags);
}
