/**
 * `deno task mutants`: gives changed input to whatever reads what others may have written, and looks for errors from inside and for hangs.
 *
 * @module
 */
import { join } from "node:path";
import { printable, stackOf } from "../lib/sweep/errors.ts";
import { readCommandLine, runTask, UsageError, wholeNumber } from "./cli.ts";
import { KINDS } from "./mutants/kinds.ts";
import { Mulberry32 } from "./mulberry32.ts";
import type { Trial } from "./mutants/trial.ts";

const USAGE = `Usage: deno task mutants [KIND …] [options]

Gives changed input to whatever reads what others may have written. A mutant may be taken, or refused by an error that
is meant for it; anything else is a defect, and so is one that takes longer than a second.
Kinds: ${Object.keys(KINDS).join(", ")} (default: all).

  --count N       mutants of each kind (default 100000)
  --seed N        of the first mutant (default 1); each mutant has a seed of its own, which a defect names`;

/** Milliseconds that a mutant may take. */
const LONGEST = 1000;

/** Defects that are shown of a kind. */
const SHOWN = 5;

/** What became of a kind's mutants. */
interface Tally {
  readonly taken: number;
  readonly refused: number;
  readonly defects: readonly string[];
  readonly slowest: number;
}

async function run(trial: Trial, first: number, count: number): Promise<Tally> {
  const counts = { taken: 0, refused: 0 }, defects: string[] = [];
  let slowest = 0;
  for (let seed = first; seed < first + count; seed++) {
    const start = performance.now();
    try {
      counts[await trial(new Mulberry32(seed))]++;
    } catch (error) {
      defects.push(`seed ${seed}: ${stackOf(error)}`);
    }
    const millis = performance.now() - start;
    if (millis > LONGEST) defects.push(`seed ${seed}: it took ${Math.round(millis)} ms`);
    slowest = Math.max(slowest, millis);
  }
  return { ...counts, defects, slowest };
}

await runTask("mutants", async () => {
  const { values, names } = readCommandLine(Deno.args, { count: "value", seed: "value", help: "flag" });
  if (values.help) return console.log(USAGE);
  const unknown = names.find((name) => !Object.hasOwn(KINDS, name));
  if (unknown !== undefined) {
    throw new UsageError(`Unknown kind "${unknown}": allowed are ${Object.keys(KINDS).join(", ")}`);
  }
  const count = wholeNumber("--count", values.count, { min: 1 }) ?? 100_000;
  const seed = wholeNumber("--seed", values.seed, { max: 2 ** 31 }) ?? 1;
  let defects = 0;
  for (const [kind, make] of Object.entries(KINDS)) {
    if (names.length > 0 && !names.includes(kind)) continue;
    const folder = join("out", `mutants-${crypto.randomUUID().slice(0, 8)}`);
    await Deno.mkdir(folder, { recursive: true });
    try {
      const tally = await run(await make(folder), seed, count);
      defects += tally.defects.length;
      const figures = `${tally.taken} taken, ${tally.refused} refused, ${tally.defects.length} defects`;
      console.log(`${kind}: ${count} mutants: ${figures}; the slowest took ${tally.slowest.toFixed(0)} ms`);
      for (const defect of tally.defects.slice(0, SHOWN)) console.log(printable(defect).replace(/^/gm, "  "));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  return defects > 0 ? 1 : 0;
});
