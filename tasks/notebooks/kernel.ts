/**
 * A Deno kernel run by Jupyter, by way of Python.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** A message about an output, as Jupyter's protocol has it. */
export interface Message {
  readonly type: "stream" | "display_data" | "update_display_data" | "execute_result" | "error" | "clear_output";
  // deno-lint-ignore no-explicit-any -- as many shapes as there are types
  readonly content: any;
}

/** A cell to run. */
export interface KernelCell {
  readonly code: string;
  /** The kernel is interrupted when the cell prints this. */
  readonly interruptOn?: string;
}

/** What came of a cell. */
export interface Ran {
  readonly messages: readonly Message[];
  readonly seconds: number;
  /** What happened to the kernel itself, if something did; no further cell is run then. */
  readonly problem: "timeout" | "dead" | null;
}

/** How cells are run. */
export interface KernelOptions {
  /** The kernel's working directory. */
  readonly folder: string;
  /** Seconds that a cell may take. */
  readonly seconds: number;
  /** Stop at the first cell with an error. */
  readonly stop: boolean;
  /** V8's flags for the kernel; those of this process if there are none. */
  readonly v8?: string;
}

/** Where Debian's Python packages are found: `python3` may be another one. */
export const PYTHONS = ["python3", "/usr/bin/python3"];

/** What to install where Jupyter is missing. */
export const REMEDY = "apt-get install --no-install-recommends python3-jupyter-client, or pip install jupyter_client";

/** The Python that has Jupyter's client; undefined if none has. */
export async function findPython(): Promise<string | undefined> {
  for (const python of PYTHONS) {
    try {
      const { success } = await new Deno.Command(python, {
        args: ["-c", "import jupyter_client"],
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).output();
      if (success) return python;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

const DRIVER = fileURLToPath(new URL("./kernel.py", import.meta.url));

/** Runs cells in order in a kernel of their own; gives what came of each as it ends. */
export async function* runCells(
  python: string,
  cells: readonly KernelCell[],
  options: KernelOptions,
): AsyncGenerator<Ran> {
  const child = new Deno.Command(python, {
    args: ["-B", DRIVER],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const complaints = new Response(child.stderr).text();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(JSON.stringify({ ...options, deno: Deno.execPath(), cells })));
  await input.close();
  let rest = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    const complete = (rest + part).split("\n");
    rest = complete.pop()!;
    for (const line of complete) yield JSON.parse(line) as Ran;
  }
  const { success, code } = await child.status;
  if (!success) throw new Error(`Cannot run cells: Jupyter's client ended with code ${code}\n${await complaints}`);
}
