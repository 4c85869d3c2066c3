/**
 * What `deno task runs` was asked for.
 *
 * @module
 */
import { readCommandLine, UsageError, wholeNumber } from "../cli.ts";

/** The text of `--help`. */
export const USAGE = `Usage: deno task runs [DIR] [options]

Lists what was trained: the trials of sweeps, the runs of lessons with --keep, and fits with a KeepRunCB, those begun last
first. DIR is a folder of such runs, or one that has such folders in it (default out).

  --where C,…       only runs of which each condition holds: NAME=VALUE of a parameter, or of seed, status or sweep
  --most N          at most so many runs in the list (default 40)
  --compare A,B,…   compares runs with the first: each is the beginning of an identity, a run's name, or NAME=VALUE. What one
                    names is taken together, and paired with the first by seed
  --metric NAME     only this metric of a comparison
  --html FILE       writes the comparison as a page too, with curves
  --json            one JSON object a line: each run, or the comparison`;

/** A command line that made sense. */
export interface RunsRequest {
  readonly folder: string;
  readonly where: readonly string[];
  readonly most: number;
  readonly compare: readonly string[];
  readonly metric: string | undefined;
  readonly html: string | undefined;
  readonly json: boolean;
}

const OPTIONS = {
  where: "value",
  most: "value",
  compare: "value",
  metric: "value",
  html: "value",
  json: "flag",
  help: "flag",
} as const;

/** The parts of a list, of which none may be empty. */
function parts(option: string, text: string | undefined): string[] {
  const found = text?.split(",").map((part) => part.trim()) ?? [];
  if (found.includes("")) throw new UsageError(`${option} has an empty part in "${text}"`);
  return found;
}

/**
 * Reads the arguments of `deno task runs`; undefined for a call for help.
 *
 * @throws {UsageError} naming the argument that is wrong
 */
export function readRunsRequest(args: readonly string[]): RunsRequest | undefined {
  const { values, names } = readCommandLine(args, OPTIONS);
  if (values.help) return undefined;
  if (names.length > 1) throw new UsageError(`Only one folder at a time, found ${names.join(" ")}`);
  const compare = parts("--compare", values.compare);
  if (compare.length === 1) throw new UsageError(`--compare needs two runs or more, found "${values.compare}"`);
  for (const option of ["metric", "html"] as const) {
    if (values[option] !== undefined && compare.length === 0) throw new UsageError(`--${option} needs --compare`);
  }
  if (values.html !== undefined && !values.html.endsWith(".html")) {
    throw new UsageError(`--html must name a file that ends in .html, found "${values.html}"`);
  }
  return {
    folder: names[0] ?? "out",
    where: parts("--where", values.where),
    most: wholeNumber("--most", values.most, { min: 1 }) ?? 40,
    compare,
    metric: values.metric,
    html: values.html,
    json: values.json ?? false,
  };
}
