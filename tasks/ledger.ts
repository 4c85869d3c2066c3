/**
 * Writes docs/ledger.md: published figures beside reproduced ones, and beside PyTorch's on the same set-up.
 *
 *     deno task lesson all --dataset published --seed 1000 --seeds 20 --json > out/sonde.jsonl
 *     deno task ledger out/sonde.jsonl tests/goldens/pytorch_lessons.jsonl
 *
 * @module
 */
import { lessons } from "../lib/lessons/catalogue.ts";
import { readCommandLine, runTask, UsageError } from "./cli.ts";
import { type Line, parseLines } from "./ledger/figures.ts";
import { ledgerPage } from "./ledger/page.ts";

async function read(path: string): Promise<Line[]> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new Error(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  return parseLines(text, path);
}

await runTask("ledger", async () => {
  const { names } = readCommandLine(Deno.args, {});
  if (names.length !== 2) {
    throw new UsageError(
      `give two files of JSON lines, Sonde's (deno task lesson --json) and PyTorch's, found ${names.length}`,
    );
  }
  const [own, torch] = await Promise.all([read(names[0]!), read(names[1]!)]);
  await Deno.writeTextFile(new URL("../docs/ledger.md", import.meta.url), ledgerPage(lessons, own, torch));
});
