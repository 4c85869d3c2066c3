/**
 * `deno task notebooks`: executes the notebooks, stores their outputs, checks that outputs and code belong together.
 *
 * @module
 */
import { saveText } from "../lib/plot/save.ts";
import { runTask } from "./cli.ts";
import { mismatch, MOST_BYTES, type Notebook, type Output, serialised, sourceOf, store } from "./notebooks/document.ts";
import { execute, type Executed, findPython, REMEDY } from "./notebooks/execute.ts";
import { readRequest, USAGE } from "./notebooks/request.ts";

const ROOT = new URL("../", import.meta.url);
const FOLDER = "notebooks";

const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.endsWith(".ipynb"))
  .map((name) => name.slice(0, -".ipynb".length)).sort();
const pathOf = (name: string) => `${FOLDER}/${name}.ipynb`;
const read = (name: string) => JSON.parse(Deno.readTextFileSync(pathOf(name))) as Notebook;

/** Says what is wrong with stored outputs; the number of notebooks with which something is. */
async function check(names: readonly string[]): Promise<number> {
  let wrong = 0;
  for (const name of names) {
    const { size } = Deno.statSync(pathOf(name));
    const problem = await mismatch(read(name)) ??
      (size > MOST_BYTES ? `it is larger than ${MOST_BYTES / 1e6} MB: ${size / 1e6} MB` : undefined);
    if (problem) wrong++;
    console.log(problem ? `${name}: ${problem}. Run deno task notebooks --write ${name}` : `${name}: ok`);
  }
  return wrong;
}

/** Which cell failed, and how. */
function failure(name: string, notebook: Notebook, { cell, error }: Executed): string {
  const number = notebook.cells.slice(0, cell + 1).filter(({ cell_type }) => cell_type === "code").length;
  const { ename, evalue, traceback } = error!;
  const trace = traceback.filter((line) => /^\s+at /.test(line)).join("\n"); // its other lines say the same again
  const code = sourceOf(notebook.cells[cell]!).replace(/^/gm, "    ");
  return `${name}: code cell ${number} failed\n${code}\n  ${ename}: ${evalue}${trace ? `\n${trace}` : ""}`;
}

/** Executes a notebook; whether all went well. */
async function run(python: string, name: string, longest: number, write: boolean): Promise<boolean> {
  const notebook = read(name);
  const start = performance.now();
  const outputs = new Map<number, readonly Output[]>();
  let failed: Executed | undefined;
  for await (const executed of execute(python, pathOf(name), longest)) {
    outputs.set(executed.cell, executed.outputs);
    if (executed.error) failed = executed;
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${name}: ${failed ? "FAILED" : "ok"}, ${outputs.size} cells, ${seconds} s`);
  if (failed) console.log(failure(name, notebook, failed));
  else if (write) await saveText(pathOf(name), serialised(await store(notebook, outputs, ROOT.href)));
  return !failed;
}

await runTask("notebooks", async () => {
  const request = readRequest(Deno.args, names);
  if (request.action === "help") return console.log(USAGE);
  if (request.action === "check") return await check(request.names) ? 1 : 0;
  const python = await findPython();
  if (!python) {
    throw new Error(`Cannot execute notebooks: Jupyter's client for Python is missing. Install it: ${REMEDY}`);
  }
  let failures = 0;
  for (const name of request.names) {
    if (!await run(python, name, request.longest, request.action === "write")) failures++;
  }
  return failures ? 1 : 0;
});
