/**
 * `deno task notebooks`: executes the notebooks, stores their outputs, checks that outputs and code belong together.
 *
 * @module
 */
import { saveText } from "../lib/plot/save.ts";
import { messageOf, printable } from "../lib/sweep/errors.ts";
import config from "../deno.json" with { type: "json" };
import { runTask } from "./cli.ts";
import { v8Flags } from "./start.ts";
import {
  type Library,
  mismatch,
  MOST_BYTES,
  type Notebook,
  type Output,
  serialised,
  sourceOf,
  store,
} from "./notebooks/document.ts";
import { answersOf, executable } from "./notebooks/exercises.ts";
import { parseNotebook } from "./notebooks/form.ts";
import { findPython, type Ran, REMEDY, runCells } from "./notebooks/kernel.ts";
import { type Displays, outputsOf } from "./notebooks/outputs.ts";
import { readRequest, USAGE } from "./notebooks/request.ts";
import { withRunTime } from "./notebooks/run_time.ts";

const ROOT = new URL("../", import.meta.url);
const FOLDER = "notebooks";

const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.endsWith(".ipynb"))
  .map((name) => name.slice(0, -".ipynb".length)).sort();
const pathOf = (name: string) => `${FOLDER}/${name}.ipynb`;
const read = (name: string) => parseNotebook(Deno.readTextFileSync(pathOf(name)), pathOf(name));

/** What the notebooks run on: every one imports setup.ts. */
function library(): Library {
  const { version } = config, path = `${FOLDER}/setup.ts`;
  try {
    return { setup: Deno.readTextFileSync(path), version };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { setup: "", version };
    throw error;
  }
}

/** Says what is wrong with stored outputs; the number of notebooks with which something is. */
async function check(names: readonly string[]): Promise<number> {
  let wrong = 0;
  const ground = library();
  for (const name of names) {
    const { size } = Deno.statSync(pathOf(name));
    if (size > MOST_BYTES) {
      wrong++;
      console.log(`${name}: it is larger than ${MOST_BYTES / 1e6} MB: ${size / 1e6} MB. Store less in it`);
      continue;
    }
    let notebook: Notebook;
    try {
      notebook = read(name);
    } catch (error) {
      wrong++;
      console.log(`${name}: ${printable(messageOf(error))}`);
      continue;
    }
    const problem = await mismatch(notebook, ground);
    if (problem) wrong++;
    console.log(
      problem
        ? `${name}: ${problem}. Run deno task notebooks --write ${name}`
        : `${name}: ok, made by version ${ground.version}`,
    );
  }
  return wrong;
}

/** How `what`, a cell or an answer with this code, failed; undefined if it did not. */
function failure(what: string, source: string, seconds: number, { messages, problem }: Ran): string | undefined {
  const error = messages.find(({ type }) => type === "error")?.content;
  if (!error && !problem) return undefined;
  const code = source.replace(/^/gm, "    ");
  const how = problem === "timeout"
    ? `it took longer than ${seconds} s`
    : problem === "dead"
    ? "the kernel ended"
    : `${error.ename}: ${error.evalue}`;
  // The other lines of the traceback say the same again.
  const trace = (error?.traceback ?? []).filter((line: string) => /^\s+at /.test(line));
  return [`${what} failed`, code, `  ${how}`, ...trace].join("\n");
}

/** The number of a cell among the cells of code, from 1. */
const numberOf = ({ cells }: Notebook, place: number) =>
  cells.slice(0, place + 1).filter(({ cell_type }) => cell_type === "code").length;

/** Executes a notebook, then its answers, in a kernel whose working directory is the notebook's folder; whether all went well. */
async function run(python: string, name: string, longest: number, write: boolean): Promise<boolean> {
  const notebook = read(name), ground = library(), v8 = v8Flags(true);
  const places = notebook.cells.flatMap((cell, i) => cell.cell_type === "code" && sourceOf(cell).trim() ? [i] : []);
  const answers = answersOf(notebook);
  const codes = [...places.map((i) => sourceOf(notebook.cells[i]!)), ...answers.map(executable)];
  const outputs = new Map<number, readonly Output[]>();
  const displays: Displays = new Map();
  let failed: string | undefined;
  let slowest = { number: 0, seconds: 0 }, seconds = 0, done = 0;
  for await (
    const ran of runCells(python, codes.map((code) => ({ code })), {
      folder: FOLDER,
      seconds: longest,
      stop: true,
      v8,
    })
  ) {
    const place = places[done], answer = answers[done - places.length];
    done++;
    if (place !== undefined) {
      outputs.set(place, outputsOf(ran.messages, displays));
      seconds += ran.seconds;
      if (ran.seconds > slowest.seconds) slowest = { number: done, seconds: ran.seconds };
      failed ??= failure(`code cell ${numberOf(notebook, place)}`, sourceOf(notebook.cells[place]!), longest, ran);
    } else failed ??= failure(`the code of answer ${answer!.number}`, answer!.source, longest, ran);
  }
  const answered = answers.length ? `, ${done - outputs.size} answers` : "";
  console.log(
    `${name}: ${failed ? "FAILED" : "ok"}, ${outputs.size} cells${answered}, ${
      seconds.toFixed(1)
    } s; slowest: cell ${slowest.number}, ${slowest.seconds.toFixed(1)} s`,
  );
  if (failed) console.log(`${name}: ${failed}`);
  else if (write) {
    const timed = withRunTime(notebook, seconds, navigator.hardwareConcurrency);
    await saveText(pathOf(name), serialised(await store(timed, outputs, ground, ROOT.href)));
  }
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
