/**
 * Runs notebooks through Jupyter, by way of Python.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Output } from "./document.ts";

/** What came of one cell. */
export interface Executed {
  /** Its place among the notebook's cells, from 0. */
  readonly cell: number;
  readonly seconds: number;
  readonly outputs: readonly Output[];
  readonly error?: { readonly ename: string; readonly evalue: string; readonly traceback: readonly string[] };
}

/** Where Debian's Python packages are found: `python3` may be another one. */
const PYTHONS = ["python3", "/usr/bin/python3"];

/** What to install where Jupyter is missing. */
export const REMEDY = "apt-get install --no-install-recommends python3-nbclient, or pip install nbclient";

/** The Python that has Jupyter's client; undefined if none has. */
export async function findPython(): Promise<string | undefined> {
  for (const python of PYTHONS) {
    try {
      const { success } = await new Deno.Command(python, {
        args: ["-c", "import nbclient"],
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

const DRIVER = fileURLToPath(new URL("./execute.py", import.meta.url));

/**
 * Executes a notebook's cells in order, in a kernel of its own whose working directory is the notebook's folder.
 *
 * @param path the notebook; the file stays as it is
 * @param longest seconds that a cell may take
 * @returns each cell as it ends; after one with an error there are no more
 */
export async function* execute(python: string, path: string, longest: number): AsyncGenerator<Executed> {
  const child = new Deno.Command(python, {
    args: ["-B", DRIVER, path, Deno.execPath(), String(longest)],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const complaints = new Response(child.stderr).text();
  let rest = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    const complete = (rest + part).split("\n");
    rest = complete.pop()!;
    for (const line of complete) yield JSON.parse(line) as Executed;
  }
  const { success, code } = await child.status;
  if (!success) {
    throw new Error(`Cannot execute ${path}: Jupyter's client ended with code ${code}\n${await complaints}`);
  }
}
