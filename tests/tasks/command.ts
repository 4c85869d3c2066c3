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

/** Runs a command, and sends it Ctrl-C once its stdout has what is waited for. What hangs is killed in the end, however slow the machine. */
export async function interrupted(
  args: readonly string[],
  waitsFor: RegExp,
  options: CommandOptions = {},
): Promise<Omit<Outcome, "lines">> {
  const child = spawn(args, options), overdue = setTimeout(() => child.kill("SIGKILL"), 600_000);
  const stderr = new Response(child.stderr).text();
  let stdout = "", sent = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    stdout += chunk;
    if (sent || !waitsFor.test(stdout)) continue;
    sent = true;
    child.kill("SIGINT");
  }
  const { code } = await child.status;
  clearTimeout(overdue);
  return { code, stdout, stderr: await stderr };
}
