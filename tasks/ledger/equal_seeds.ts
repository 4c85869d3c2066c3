/**
 * What docs/equal_seeds.md says of each run, in short.
 *
 * @module
 */
import { lessons } from "../../lib/lessons/catalogue.ts";
import { addLines, type Recorded } from "../equal_seeds/lines.ts";
import { agreements, measure } from "../equal_seeds/page.ts";

/** By run: how many of the trainings from equal seeds, whose lines are in tests/goldens/, agree with PyTorch's. */
export async function equalSeeds(): Promise<Map<string, string>> {
  const known: Recorded = new Map();
  for (const side of ["sonde", "torch"]) {
    const name = `equal_seeds_${side}.jsonl`;
    addLines(known, await Deno.readTextFile(new URL(`../../tests/goldens/${name}`, import.meta.url)), name);
  }
  return agreements(measure(lessons, known));
}
