/**
 * What `deno task lesson` was asked for.
 *
 * @module
 */
import { join } from "node:path";
import { lessons } from "../../lib/lessons/catalogue.ts";
import type { DatasetName, Lesson, Run } from "../../lib/lessons/types.ts";
import { oneOf, readCommandLine, UsageError, wholeNumber } from "../cli.ts";
import { readDevice } from "../device_options.ts";
import type { NamedFolder } from "../named_folder.ts";

/** PyTorch reads no more of a seed than 32 bits: beyond them seeds would repeat. */
const MAX_SEED = 2 ** 32 - 1;

/** What runs when nothing is named: a short comparison, about a minute on two cores. */
const SHORT = ["A1", "A2", "A3", "A4"];

/** The text of `--help`. */
export const USAGE = `Usage: deno task lesson [NAME …|all|list] [options]

Trains the runs of a lesson, prints their figures epoch by epoch, and writes an HTML report.
Without a name: a short comparison (${
  SHORT.join(", ")
}), or the runs of --runs. "list" names the lessons and their runs.

  --runs R,…        only these runs, by their ids (A2,A4)
  --dataset NAME    garments (default), fashion-mnist, mnist, or published: what each run's document used
  --device NAME     auto (default), cpu or webgpu
  --threads N       threads on the cpu
  --epochs N        instead of each run's own number
  --seed N          the first seed (default 1)
  --seeds N         how many seeds, counting up from the first (default 1)
  --rng NAME        whose random numbers a seed gives: sonde (default), or torch: PyTorch's weights and order of the images
  --limit N         train on the first N images, and evaluate on at most N
  --out DIR         where the report goes (default out/lesson-NAME)
  --resume DIR      keep checkpoints, trained models and figures in this folder; if it has any, go on from them
  --every MINUTES   with --resume: between two checkpoints (default 1); there is one after each epoch too
  --keep DIR        keep each run's configuration, curves and figures in this folder, for deno task runs: out/runs, say
  --live [PORT]     show the trainings on a page, on http://127.0.0.1:PORT/, while they run (without PORT on a free one),
                    and keep it beside the report, as live.html; not with --resume
  --json            one JSON object a line on stdout and nothing else; a report only with --out
  --losses N        with --json: a line more for each seed, with the losses of its first N steps`;

/** Where a run's pictures come from. */
export type DatasetChoice = DatasetName | "published";

/** A command line that made sense. */
export interface LessonRequest {
  readonly action: "run" | "list" | "help";
  /** The lessons named, each with the runs to do. */
  readonly lessons: readonly { readonly lesson: Lesson; readonly runs: readonly Run[] }[];
  readonly dataset: DatasetChoice;
  readonly device: "auto" | "cpu" | "webgpu" | undefined;
  readonly threads: number | undefined;
  readonly epochs: number | undefined;
  readonly seeds: readonly number[];
  readonly rng: "torch" | undefined;
  readonly limit: number | undefined;
  readonly out: string | undefined;
  /** The folder of checkpoints. */
  readonly resume: string | undefined;
  /** Minutes between two checkpoints. */
  readonly every: number;
  /** The folder in which runs are kept for comparison. */
  readonly keep: string | undefined;
  readonly json: boolean;
  /** The port of the live page, 0 for a free one; undefined without a page. */
  readonly live: number | undefined;
  /** Of so many first steps the losses are told. */
  readonly losses: number | undefined;
}

const OPTIONS = {
  runs: "value",
  dataset: "value",
  device: "value",
  threads: "value",
  epochs: "value",
  seed: "value",
  seeds: "value",
  rng: "value",
  limit: "value",
  out: "value",
  resume: "value",
  every: "value",
  keep: "value",
  live: "number",
  json: "flag",
  losses: "value",
  help: "flag",
} as const;

/** Without a name the ids of the runs say which lessons. */
function chooseLessons(names: readonly string[]): readonly Lesson[] {
  if (names.length === 0 || names.includes("all")) return lessons;
  const known = lessons.map((lesson) => lesson.name);
  return [...new Set(names)].map((name) => {
    const lesson = lessons.find((lesson) => lesson.name === name);
    if (!lesson) throw new UsageError(`Unknown lesson "${name}": allowed are ${known.join(", ")}, all, list`);
    return lesson;
  });
}

function chooseRuns(chosen: readonly Lesson[], text: string | undefined): LessonRequest["lessons"] {
  if (text === undefined) return chosen.map((lesson) => ({ lesson, runs: lesson.runs }));
  const wanted = text.split(",").map((id) => id.trim());
  const known = chosen.flatMap((lesson) => lesson.runs.map((run) => run.id));
  for (const id of wanted) {
    if (!known.includes(id)) throw new UsageError(`Unknown run "${id}" in --runs: allowed are ${known.join(", ")}`);
  }
  return chosen
    .map((lesson) => ({ lesson, runs: lesson.runs.filter((run) => wanted.includes(run.id)) }))
    .filter(({ runs }) => runs.length > 0);
}

/** Minutes between two checkpoints. */
function readEvery({ every: text, resume }: { every?: string; resume?: string }): number {
  if (text === undefined) return 1;
  if (resume === undefined) throw new UsageError(`--every goes with --resume, which names the folder of checkpoints`);
  const minutes = Number(text);
  if (/^\d*\.?\d+$/.test(text) && minutes > 0) return minutes;
  throw new UsageError(`--every must be a number of minutes above 0, found "${text}"`);
}

/** The seeds, counting up from the first. */
function readSeeds(values: { seed?: string; seeds?: string }): number[] {
  const first = wholeNumber("--seed", values.seed, { max: MAX_SEED }) ?? 1;
  const count = wholeNumber("--seeds", values.seeds, { min: 1, max: 10_000 }) ?? 1;
  const last = first + count - 1;
  if (last <= MAX_SEED) return Array.from({ length: count }, (_, i) => first + i);
  throw new UsageError(
    `--seed and --seeds must give seeds from 0 to ${MAX_SEED}, found --seed ${first} --seeds ${count}, ` +
      `whose last is ${last}: begin lower, or take fewer`,
  );
}

/** Whether there will be a report. */
export const isReported = ({ json, out }: LessonRequest): boolean => !json || out !== undefined;

/** The folder of a lesson's report. Of several lessons into one folder, each has its own below it. */
export function reportFolder({ out, lessons }: LessonRequest, { name }: Lesson): string {
  if (out === undefined) return join("out", `lesson-${name}`);
  return lessons.length > 1 ? join(out, name) : out;
}

/** The folders that are written to, and what names them: those of reports, that of checkpoints, and that of kept runs. */
export function namedFolders(request: LessonRequest): (NamedFolder & { readonly path: string })[] {
  const { lessons, out, resume, keep } = request;
  const reports = !isReported(request) ? [] : lessons.map(({ lesson }) => {
    const path = reportFolder(request, lesson);
    return out === undefined
      ? { name: "The default of --out", value: path, path, remedy: "Give --out another folder" }
      : { name: "--out", value: out, path };
  });
  return [
    ...reports,
    ...resume === undefined ? [] : [{ name: "--resume", value: resume, path: resume }],
    ...keep === undefined ? [] : [{ name: "--keep", value: keep, path: keep }],
  ];
}

/** The published data sets that are wanted. */
export function datasetsOf({ dataset, lessons }: LessonRequest): Exclude<DatasetName, "garments">[] {
  const all = lessons.flatMap(({ runs }) => runs.map(({ setup }) => dataset === "published" ? setup.dataset : dataset));
  return [...new Set(all)].filter((name) => name !== "garments");
}

/**
 * Reads the arguments of `deno task lesson`.
 *
 * @throws {UsageError} naming the argument that is wrong and what is allowed
 */
export function readRequest(args: readonly string[]): LessonRequest {
  const { values, names } = readCommandLine(args, OPTIONS);
  const list = names.includes("list");
  if (list && names.length > 1) throw new UsageError(`"list" stands alone, found "${names.join(" ")}"`);
  const seeds = readSeeds(values);
  if (values.out === "") throw new UsageError(`--out must name a folder, found ""`);
  if (values.resume === "") throw new UsageError(`--resume must name a folder, found ""`);
  if (values.keep === "") throw new UsageError(`--keep must name a folder, found ""`);
  const losses = wholeNumber("--losses", values.losses, { min: 1 });
  if (losses !== undefined && !values.json) {
    throw new UsageError("--losses needs --json: tables have epochs, not steps");
  }
  const live = wholeNumber("--live", values.live, { max: 65535 });
  if (live !== undefined && values.resume !== undefined) {
    throw new UsageError("--live does not go with --resume: what is kept does not tell a page what was before");
  }
  const rng = oneOf("--rng", values.rng, ["sonde", "torch"]);
  const runs = values.runs ?? (names.length === 0 ? SHORT.join(",") : undefined);
  return {
    action: values.help ? "help" : list ? "list" : "run",
    lessons: chooseRuns(list ? lessons : chooseLessons(names), runs),
    dataset: oneOf("--dataset", values.dataset, ["garments", "fashion-mnist", "mnist", "published"]) ?? "garments",
    ...readDevice(values),
    epochs: wholeNumber("--epochs", values.epochs, { min: 1, max: 10_000 }),
    seeds,
    rng: rng === "torch" ? rng : undefined,
    limit: wholeNumber("--limit", values.limit, { min: 2 }),
    out: values.out,
    resume: values.resume,
    every: readEvery(values),
    keep: values.keep,
    json: values.json ?? false,
    live,
    losses,
  };
}
