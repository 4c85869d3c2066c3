/**
 * Runs what a command line asked for, and shows it: JSON lines, or tables and a report.
 *
 * @module
 */
import { join } from "node:path";
import config from "../../deno.json" with { type: "json" };
import type { Device } from "../../lib/device/device.ts";
import { AVERAGE, describeSetup } from "../../lib/lessons/describe.ts";
import type { KeptRuns } from "../../lib/lessons/kept.ts";
import type { Environment, LessonResult, PhaseResult, RunResult, SeedResult } from "../../lib/lessons/result.ts";
import { LessonRunner } from "../../lib/lessons/run.ts";
import type { Callback } from "../../lib/learner/callback.ts";
import { LiveCB } from "../../lib/learner/callbacks/live.ts";
import { comparisonTable, formatFigure, formatSeconds } from "../../lib/lessons/tables.ts";
import type { DatasetName, Lesson, Run } from "../../lib/lessons/types.ts";
import { textTable } from "../../lib/plot/text.ts";
import { checkWritable } from "../../lib/tensor/files.ts";
import { openFolder } from "./folder.ts";
import { Interruption } from "./interruption.ts";
import { openDevice } from "./open_device.ts";
import type { Trained } from "./trained.ts";
import { isReported, type LessonRequest, reportFolder } from "./request.ts";

/** Keeps what was trained. */
export type Keep = (folder: string, trained: Trained) => Promise<void>;

/** The width of the columns accuracy, loss, epoch and train. */
const WIDTHS = [8, 8, 5, 5];

const tableLine = (cells: readonly string[]) => "  " + cells.map((cell, i) => cell.padStart(WIDTHS[i]!)).join("  ");

/** The command line that makes the same report again. */
function commandLine(request: LessonRequest, lesson: Lesson, runs: readonly Run[]): string {
  const { dataset, device, threads, epochs, seeds, rng, limit } = request;
  const options: [string, string | number | undefined][] = [
    ["--runs", runs.length < lesson.runs.length ? runs.map((run) => run.id).join(",") : undefined],
    ["--dataset", dataset],
    ["--device", device],
    ["--threads", threads],
    ["--epochs", epochs],
    ["--seed", seeds[0]],
    ["--seeds", seeds.length > 1 ? seeds.length : undefined],
    ["--rng", rng],
    ["--limit", limit],
  ];
  const given = options.filter(([, value]) => value !== undefined).map(([name, value]) => `${name} ${value}`);
  return ["deno task lesson", lesson.name, ...given].join(" ");
}

/** What a fit that may have been cancelled had finished: its whole epochs; undefined if there is none. */
function wholeEpochs(result: SeedResult): SeedResult | undefined {
  const whole = result.phases.findLastIndex(({ phase }) => phase === "eval") + 1;
  return whole === 0 ? undefined : { ...result, phases: result.phases.slice(0, whole) };
}

/** Where the live page is kept: beside the report, of several lessons the first one's. */
const livePath = (request: LessonRequest) => join(reportFolder(request, request.lessons[0]!.lesson), "live.html");

/** Everything that is the same for all runs of one command. */
class Session implements AsyncDisposable {
  readonly #began = new Date();
  readonly #start = performance.now();
  /** One page for all runs. */
  readonly #live: LiveCB | undefined;
  /** Of the run that is trained. */
  #facts: Readonly<Record<string, string>> = {};

  constructor(
    readonly request: LessonRequest,
    readonly device: Device,
    readonly runner: LessonRunner,
    readonly interruption: Interruption,
    readonly kept: KeptRuns | undefined,
    readonly keep: Keep | undefined,
  ) {
    const { live: port } = request;
    const save = isReported(request) ? { save: livePath(request) } : {};
    if (port !== undefined) this.#live = new LiveCB({ port, facts: () => this.#facts, ...save });
  }

  /** Pages are told the end before the program ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#live?.close();
  }

  get threads(): number | null {
    return this.device.kind === "webgpu" ? null : this.request.threads ?? navigator.hardwareConcurrency;
  }

  environment(): Environment {
    return {
      device: this.device.kind,
      description: this.device.description,
      threads: this.threads,
      versions: { Sonde: config.version, Deno: Deno.version.deno, V8: Deno.version.v8 },
      platform: `${Deno.build.os} ${Deno.build.arch}`,
      began: this.#began,
      seconds: (performance.now() - this.#start) / 1000,
    };
  }

  async lesson(lesson: Lesson, runs: readonly Run[]): Promise<LessonResult> {
    const results: RunResult[] = [];
    for (const run of runs) {
      const result = this.interruption.happened ? undefined : await this.#run(lesson, run);
      if (result) results.push(result);
    }
    return { lesson, runs: results, environment: this.environment() };
  }

  /** What was finished of a run; undefined when nothing was. */
  async #run(lesson: Lesson, run: Run): Promise<RunResult | undefined> {
    const { request, runner, interruption, kept, keep } = this;
    const dataset = request.dataset === "published" ? run.setup.dataset : request.dataset;
    const epochs = request.epochs ?? run.setup.epochs;
    const seeds: SeedResult[] = [];
    if (!request.json) {
      console.log(`\n${run.id} ${run.title}, on ${dataset}`);
      console.log(`  ${describeSetup(run.setup, epochs).join(", ")}`);
    }
    for (const seed of request.seeds) {
      if (interruption.happened) break;
      if (!request.json) {
        if (request.seeds.length > 1) console.log(`  seed ${seed}`);
        console.log(tableLine(["accuracy", "loss", "epoch", "train"]));
      }
      const onPhase = (row: PhaseResult) => this.#show(lesson, run, dataset, seed, row);
      const result = await runner.train(run, {
        dataset,
        seed,
        progress: !request.json,
        watch: isReported(request),
        onPhase,
        isInterrupted: () => interruption.happened,
        ...kept ? { kept } : {},
        callbacks: this.#watch(lesson, run, dataset, seed),
        ...request.epochs === undefined ? {} : { epochs },
        ...request.rng ? { random: { like: request.rng } } : {},
      });
      if (request.losses !== undefined) {
        this.#tell(lesson, run, dataset, seed, { losses: Array.from(result.losses).slice(0, request.losses) });
      }
      this.#average(lesson, run, dataset, result);
      this.#explain(run, result);
      if (request.keep !== undefined && keep) {
        const { limit, rng } = request, environment = this.environment(), whole = !interruption.happened;
        await keep(request.keep, { lesson, run, dataset, epochs, limit, rng, whole, result, environment });
      }
      const finished = interruption.happened ? wholeEpochs(result) : result;
      if (finished) seeds.push(finished);
    }
    if (seeds.length === 0) return undefined;
    return { run, dataset, epochs, ...await runner.sizes(run, dataset), seeds };
  }

  /** What shows a run's training on the live page, if there is one. */
  #watch(lesson: Lesson, run: Run, data: DatasetName, seed: number): Callback[] {
    const title = `${run.id} ${run.title}, seed ${seed}`;
    this.#facts = { title, command: commandLine(this.request, lesson, [run]), data, seed: String(seed) };
    return this.#live ? [this.#live] : [];
  }

  /** Tells the accuracy of averaged predictions, where the run has one. */
  #average(lesson: Lesson, run: Run, dataset: DatasetName, { seed, averaged }: SeedResult): void {
    const { average } = run.setup;
    if (average === undefined || averaged === undefined) return;
    if (this.request.json) this.#tell(lesson, run, dataset, seed, { averaged });
    else console.log(`  ${AVERAGE[average]}: ${formatFigure(averaged)}`);
  }

  /** Says why a run's figures are not finite: on stderr where stdout is for lines of JSON. */
  #explain({ id }: Run, { seed, diverged }: SeedResult): void {
    if (diverged === undefined) return;
    if (this.request.json) console.error(`lesson: ${id}, seed ${seed}: ${diverged}`);
    else console.log(`  ${diverged}`);
  }

  #show(lesson: Lesson, run: Run, dataset: DatasetName, seed: number, row: PhaseResult): void {
    if (!this.request.json) {
      const cells = [
        formatFigure(row.accuracy),
        formatFigure(row.loss),
        String(row.epoch),
        row.phase,
      ];
      return console.log(tableLine(cells));
    }
    this.#tell(lesson, run, dataset, seed, {
      epoch: row.epoch,
      phase: row.phase,
      loss: row.loss,
      accuracy: row.accuracy,
      seconds: Number(row.seconds.toFixed(4)),
    });
  }

  /** A line of JSON. It has no NaN: a diverged loss becomes null. */
  #tell({ name: lesson }: Lesson, { id: run }: Run, dataset: DatasetName, seed: number, figures: object): void {
    const { device: { kind: device }, threads } = this;
    console.log(JSON.stringify({ lesson, run, seed, device, threads, dataset, ...figures }));
  }
}

function summary({ lesson, runs }: LessonResult): string {
  const { columns, rows } = comparisonTable(runs);
  return `\n${lesson.title}, run by run\n\n${textTable(columns, rows).map((line) => `  ${line}`).join("\n")}`;
}

/**
 * Runs lessons as asked.
 *
 * @param said what the process that started this one says of a GPU: see {@linkcode openDevice}
 * @param keep what `--keep` needs
 * @returns the exit code: 0, or 130 when Ctrl-C ended it early
 */
export async function runLessons(request: LessonRequest, said: Promise<string>, keep?: Keep): Promise<number> {
  using interruption = new Interruption();
  if (isReported(request)) {
    for (const { lesson } of request.lessons) await orRefuse(reportPath(request, lesson), checkWritable);
  }
  const target = await openDevice(request, said);
  const runner = new LessonRunner({ device: target, ...(request.limit === undefined ? {} : { limit: request.limit }) });
  // Pictures are fetched or drawn while the device opens.
  for (const { runs } of request.lessons) {
    for (const run of runs) runner.prepare(request.dataset === "published" ? run.setup.dataset : request.dataset);
  }
  await target.ready;
  const { resume } = request;
  const kept = resume === undefined ? undefined : await openFolder({ ...request, resume }, target);
  await using session = new Session(request, target, runner, interruption, kept, keep);
  if (!request.json) console.log(`Device: ${target.description}`);
  for (const { lesson, runs } of request.lessons) {
    const result = await session.lesson(lesson, runs);
    const { happened } = interruption, { length } = result.runs;
    if (!request.json && length > 0) console.log(summary(result));
    const command = commandLine(request, lesson, runs) + (happened ? "   (interrupted)" : "");
    const path = isReported(request) && length > 0 ? await writeReport(request, result, command) : undefined;
    if (happened) {
      const later = resume === undefined ? "" : `; the same command goes on from ${resume}`;
      console.error(
        `lesson: interrupted; ${path ? `what was finished is in ${path}` : "no report was written"}${later}`,
      );
      return 130;
    }
    const live = request.live === undefined ? "" : `Live page: ${livePath(request)}\n`;
    if (!request.json && path) {
      console.log(`\nReport: ${path}\n${live}Took ${formatSeconds(session.environment().seconds)}`);
    }
  }
  return 0;
}

async function writeReport(request: LessonRequest, result: LessonResult, command: string): Promise<string> {
  const { lessonReport } = await import("../../lib/lessons/report.ts");
  const { saveText } = await import("../../lib/plot/save.ts");
  const path = reportPath(request, result.lesson), text = await lessonReport(result, command);
  await orRefuse(path, () => saveText(path, text));
  return path;
}

const reportPath = (request: LessonRequest, lesson: Lesson) => join(reportFolder(request, lesson), "index.html");

/** Writes a report, or looks whether it can be written: before hours of training rather than after them. */
async function orRefuse(path: string, write: (path: string) => Promise<void>): Promise<void> {
  try {
    await write(path);
  } catch (error) {
    throw new Error(`Cannot write the report ${path}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
