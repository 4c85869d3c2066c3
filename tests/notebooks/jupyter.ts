/**
 * Cells run in a real Deno kernel, for tests.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { findPython, type KernelCell, PYTHONS, type Ran, REMEDY, runCells } from "../../tasks/notebooks/kernel.ts";

const allowed = PYTHONS.every((command) => Deno.permissions.querySync({ name: "run", command }).state === "granted");

/** The Python that runs the kernel, or undefined. */
export const python = allowed ? await findPython() : undefined;

/** What a test's name says where it is left out. `SONDE_TEST_JUPYTER=1` insists on Jupyter. */
export const missing = python
  ? ""
  : allowed
  ? ` (left out: no Jupyter. ${REMEDY})`
  : " (left out: may not run python3)";

if (!python && Deno.env.get("SONDE_TEST_JUPYTER") === "1") {
  throw new Error(`SONDE_TEST_JUPYTER=1 asks for Jupyter${missing}`);
}

const NOTEBOOKS = fileURLToPath(new URL("../../notebooks", import.meta.url));

/** Runs cells one after the other in a kernel of their own, in the folder of the notebooks. */
export async function inKernel(cells: readonly KernelCell[]): Promise<Ran[]> {
  return await Array.fromAsync(runCells(python!, cells, { folder: NOTEBOOKS, seconds: 120, stop: false }));
}

/** The text that a cell printed. */
export const printed = ({ messages }: Ran): string =>
  messages.filter(({ type }) => type === "stream").map(({ content }) => content.text).join("");

/** What a cell's last expression showed, by MIME type. */
export const result = ({ messages }: Ran): Record<string, string> | undefined =>
  messages.find(({ type }) => type === "execute_result")?.content.data;

/** The error that a cell showed. */
export const errorOf = ({ messages }: Ran): { ename: string; evalue: string } | undefined =>
  messages.find(({ type }) => type === "error")?.content;
