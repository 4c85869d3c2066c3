/** Processes that serve a live page, and are killed. */
import { spawn } from "../tasks/command.ts";

/** A process, and where its page is. */
export interface Serving {
  readonly process: Deno.ChildProcess;
  readonly address: string;
}

/** Starts a process that serves a run; returns it with its address, once it serves. */
export async function serving(port: number, title: string): Promise<Serving> {
  const process = spawn([
    "run",
    "--quiet",
    "--no-check",
    "--frozen",
    "--lock=deno.lock",
    "--no-prompt",
    `--allow-net=127.0.0.1:${port}`,
    "tests/live/serving.ts",
    String(port),
    title,
  ]);
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  reader.cancel();
  return { process, address: value!.trim() };
}

/** Ends it without a word. */
export async function kill({ process }: Serving): Promise<void> {
  process.kill("SIGKILL");
  await process.stderr.cancel();
  await process.status;
}
