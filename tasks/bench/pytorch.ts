/**
 * PyTorch's side of `deno task bench --against pytorch`: a Python process that takes a block of steps when it is asked to, so that both sides
 * can be measured in turn.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Measured } from "./training.ts";
import type { Workload } from "./networks.ts";

/** Where PyTorch may be, in the order in which they are tried: Debian's Python last, as whoever made an environment means that one. */
const PYTHONS = ["python3", "/usr/bin/python3"];

const SCRIPT = fileURLToPath(new URL("pytorch.py", import.meta.url));

/** The first of the Pythons that has PyTorch; undefined if none has. */
async function findPython(): Promise<string | undefined> {
  for (const python of PYTHONS) {
    try {
      const { success } = await new Deno.Command(python, {
        args: ["-c", "import torch"],
        stdout: "null",
        stderr: "null",
      })
        .output();
      if (success) return python;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

/** A running PyTorch. */
export class PyTorch {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncGenerator<string, undefined>;
  /** Such as "1.13.1". */
  version = "";

  private constructor(python: string, threads: number) {
    this.#child = new Deno.Command(python, {
      args: ["-W", "ignore", SCRIPT, String(threads)],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#lines = linesOf(this.#child.stdout);
  }

  /** Starts PyTorch. @throws if no Python here has it */
  static async start(threads: number): Promise<PyTorch> {
    const python = await findPython();
    if (!python) {
      throw new Error(
        `Cannot measure against PyTorch: none of ${
          PYTHONS.join(", ")
        } has the package torch. Debian has it as python3-torch, to which ` +
          `belongs libopenblas0-pthread: without it matrix products take ten times as long`,
      );
    }
    const torch = new PyTorch(python, threads);
    torch.version = JSON.parse(await torch.#read()).version;
    return torch;
  }

  /** Sends a command, and gives the number that it answers with. */
  async ask(command: string): Promise<number> {
    await this.#writer.write(new TextEncoder().encode(`${command}\n`));
    return Number(await this.#read());
  }

  async #read(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done || value === undefined) {
      const { code } = await this.#child.status;
      throw new Error(`PyTorch's process ended with code ${code}: it has written why`);
    }
    return value;
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    await this.#writer.close();
    await this.#lines.return(undefined);
    await this.#child.status;
  }
}

/** A workload of PyTorch's under way. */
export class TorchTraining implements Measured {
  readonly times: number[] = [];

  constructor(readonly workload: Workload, readonly torch: PyTorch) {}

  async warmUp(seconds: number): Promise<void> {
    await this.torch.ask(`make ${this.workload.name} ${seconds}`);
  }

  async block(): Promise<void> {
    this.times.push(await this.torch.ask(`block ${this.workload.name}`));
  }
}

async function* linesOf(bytes: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const text of bytes.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  return undefined;
}
