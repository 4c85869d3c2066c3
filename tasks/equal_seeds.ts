/**
 * Writes docs/equal_seeds.md: how far Sonde's trainings are from PyTorch's of equal seeds.
 *
 *     deno task equal-seeds tests/goldens/equal_seeds_sonde.jsonl tests/goldens/equal_seeds_torch.jsonl
 *
 * @module
 */
import { lessons } from "../lib/lessons/catalogue.ts";
import { readCommandLine, runTask, UsageError } from "./cli.ts";
import { addLines, type Recorded } from "./equal_seeds/lines.ts";
import { equalSeedsPage, measure } from "./equal_seeds/page.ts";

async function read(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new Error(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

await runTask("equal-seeds", async () => {
  const { names } = readCommandLine(Deno.args, {});
  if (names.length < 2) {
    throw new UsageError(
      "give files of JSON lines, Sonde's (deno task lesson --rng torch --json --losses N) and those of " +
        `tests/goldens/pytorch_equal_seeds.py, found ${names.length}`,
    );
  }
  const known: Recorded = new Map();
  for (const name of names) addLines(known, await read(name), name);
  await Deno.writeTextFile(
    new URL("../docs/equal_seeds.md", import.meta.url),
    equalSeedsPage(measure(lessons, known)),
  );
});
