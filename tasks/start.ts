/**
 * Starts a task again with the permissions that its arguments ask for.
 *
 * Permissions in deno.json know no `--out`. So a task's first process only reads its command line; the second does the work, and may do no
 * more than that. It costs the start of a process: some 40 ms.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { environmentVariable } from "../lib/device/environment.ts";
import { CHECKED_FLAGS, FAST_FLAGS, joinFlags } from "../lib/device/v8_flags.ts";
import { flags, type Permissions } from "./flags.ts";

/** Signals that end a program, and which the second process is to hear. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * V8's flags for a process: those of the environment, then what makes kernels fast, then the user's last word, which is `SONDE_V8`. Code that
 * is not to be trusted must not be run under the fast ones: any WebAssembly that it compiles would have no bounds, and so leave Deno's sandbox.
 */
export function v8Flags(trusted: boolean): string {
  const own = environmentVariable("DENO_V8_FLAGS");
  return trusted ? joinFlags(own, FAST_FLAGS, environmentVariable("SONDE_V8")) : joinFlags(own, CHECKED_FLAGS);
}

/** The arguments with which Deno runs a module with these permissions, and with the packages that deno.lock has. */
export function startArguments(module: URL, permissions: Permissions, args: readonly string[]): string[] {
  const lock = fileURLToPath(new URL("../deno.lock", import.meta.url));
  return ["run", "--quiet", "--frozen", `--lock=${lock}`, ...flags(permissions), fileURLToPath(module), ...args];
}

/**
 * Runs a module in a process of its own, which ends with this one. Signals are passed on to it.
 *
 * @param v8 V8's flags; those of this process if there are none
 * @param findOut something that this process can find out while the other starts, and tell it in a word: see {@linkcode endWithParent}
 * @returns its exit code
 */
export async function startAgain(
  module: URL,
  permissions: Permissions,
  args: readonly string[],
  v8?: string,
  findOut?: () => Promise<string>,
): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: startArguments(module, permissions, args),
    stdin: "piped", // it ends when its input does: see `endWithParent`
    stdout: "inherit",
    stderr: "inherit",
    env: v8 ? { DENO_V8_FLAGS: v8 } : {},
  }).spawn();
  for (const signal of SIGNALS) {
    Deno.addSignalListener(signal, () => {
      try {
        child.kill(signal);
      } catch { // it has just ended
      }
    });
  }
  if (findOut) tell(child.stdin, findOut);
  const { code } = await child.status;
  Deno.exit(code);
}

async function tell(stdin: WritableStream<Uint8Array>, findOut: () => Promise<string>): Promise<void> {
  try {
    await stdin.getWriter().write(new TextEncoder().encode(await findOut()));
  } catch { // it has ended, or finds out for itself
  }
}

/**
 * For a module that was started so: ends this process when the one that started it is gone, however that ended.
 *
 * @returns the word that the other process has to say; pending for ever if it has none
 */
export function endWithParent(): Promise<string> {
  return new Promise((heard) => {
    const listen = async () => {
      const buffer = new Uint8Array(64);
      for (let read; (read = await Deno.stdin.read(buffer).catch(() => null)) !== null;) {
        heard(new TextDecoder().decode(buffer.subarray(0, read)));
      }
      Deno.exit(1);
    };
    listen();
  });
}
