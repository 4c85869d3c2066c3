/**
 * Runs the project's tasks as a user does.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** The repository's root, where the tasks are run. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What a command did. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout without the last line break. */
  readonly lines: readonly string[];
}

/** How to run a command. */
export interface CommandOptions {
  /** On top of the test's own environment. */
  readonly env?: Record<string, string>;
  readonly cwd?: string;
}

/** A command of this very Deno, started, with both its outputs piped. */
export function spawn(args: readonly string[], { env = {}, cwd = ROOT }: CommandOptions = {}): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs a command to its end. */
export async function run(args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const { code, stdout, stderr } = await spawn(args, options).output();
  const [out, err] = [new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)];
  return { code, stdout: out, stderr: err, lines: out.replace(/\n$/, "").split("\n").filter((line) => line !== "") };
}

/** `deno task NAME …` without the line that announces the task. */
export function task(name: string, args: readonly string[] = [], options: CommandOptions = {}): Promise<Outcome> {
  return run(["task", "--quiet", name, ...args], options);
}
