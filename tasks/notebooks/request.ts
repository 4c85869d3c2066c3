/**
 * What `deno task notebooks` was asked for.
 *
 * @module
 */
import { readCommandLine, UsageError, wholeNumber } from "../cli.ts";

/** The text of `--help`. */
export const USAGE = `Usage: deno task notebooks [NAME …] [options]

Executes notebooks through Jupyter, and reports the time of each. A NAME is a notebook's, or the beginning of one ("03").
Without names: all of them.

  --write           store the outputs in the notebooks
  --check           execute nothing; say which version of the library made the stored outputs, and fail if they do not
                    belong to the code, to setup.ts, and to this version
  --longest N       seconds that a cell may take (default 900)

SONDE_QUICK=1 takes small limits, SONDE_DATASET another data set than a notebook's own, SONDE_DATA names a folder of data.
The notebooks' kernel has all permissions.`;

/** A command line that made sense. */
export interface NotebooksRequest {
  readonly action: "run" | "write" | "check" | "help";
  /** Names of the notebooks, without their ending. */
  readonly names: readonly string[];
  /** Seconds that a cell may take. */
  readonly longest: number;
}

const OPTIONS = { write: "flag", check: "flag", longest: "value", help: "flag" } as const;

/**
 * Reads the arguments of `deno task notebooks`.
 *
 * @param known all notebooks' names, in order
 * @throws {UsageError} naming the argument that is wrong and what is allowed
 */
export function readRequest(args: readonly string[], known: readonly string[]): NotebooksRequest {
  const { values, names } = readCommandLine(args, OPTIONS);
  if (values.write && values.check) throw new UsageError("--write and --check exclude each other");
  for (const name of names) {
    if (!known.some((full) => full.startsWith(name))) {
      throw new UsageError(`Unknown notebook "${name}": allowed are ${known.join(", ")}, or their beginnings`);
    }
  }
  return {
    action: values.help ? "help" : values.write ? "write" : values.check ? "check" : "run",
    names: names.length ? known.filter((full) => names.some((name) => full.startsWith(name))) : known,
    longest: wholeNumber("--longest", values.longest, { min: 1 }) ?? 900,
  };
}
