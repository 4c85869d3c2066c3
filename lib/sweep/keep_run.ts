/** A Learner's fit that is kept among the runs. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkText, isObject, wrongKind } from "../device/expect.ts";
import { Callback } from "../learner/callback.ts";
import { MetricsCB, type MetricsRow } from "../learner/callbacks/metrics.ts";
import { Recorder } from "../learner/callbacks/recorder.ts";
import type { LearnerCore } from "../learner/core.ts";
import { Module } from "../nn/module.ts";
import { thin } from "../plot/lines.ts";
import { isMetricName, isParameterName, MAX_TEXT, METRIC_NAME } from "./boundary/patterns.ts";
import type { Params } from "./plan.ts";
import type { StepRow } from "./record.ts";
import type { RunToKeep } from "./run_to_keep.ts";

/** Options of {@linkcode KeepRunCB}. */
export interface KeepRunOptions {
  /** What the run is called. Default: the model's class. */
  name?: string;
  /** What tells it from others, such as `{ width: 64, norm: "batch" }`, beside what the Learner knows: model, parameters, optimiser, lr, momentum, epochs, batches. Default: none. */
  params?: Params;
  /** The seed that it was begun with. Default: 0. */
  seed?: number;
  /** The folder of the store. Default: `out/runs`. */
  folder?: string;
}

const OPTIONS = optionNames<KeepRunOptions>({ name: 1, params: 1, seed: 1, folder: 1 });

// A name that Deno cannot read in advance: SQLite, and what parses a store, are for those who keep runs.
const KEPT: string = "./kept_runs.ts";

/** That module. Its own type would name them too. */
interface Keeper {
  keepRuns(folder: string, runs: readonly RunToKeep[]): Promise<string[]>;
}

/**
 * Keeps each fit with its configuration, its curves and its last figures in a store that `deno task runs` lists and compares. Losses of batches are
 * thinned to some hundred points; loss and metrics of epochs are those of {@linkcode MetricsCB}, where the fit has one.
 *
 * The run is written when the fit has ended, all of it or nothing; one that did not come to its end is kept as failed, with what there is. Writing needs
 * permission to read and write the folder, and, as `readSweep` does, to read the library where it lies on a disk.
 *
 * @example
 * ```ts
 * import { data, F, Learner, nn, rand, sweep } from "./mod.ts";
 * const set = new data.TensorDataset(rand([64, 4]), rand([64, 1])), folder = await Deno.makeTempDir();
 * const learn = Learner.of(new nn.Linear(4, 1), data.DataLoaders.of(set, set)).loss(F.mseLoss).lr(0.1).metrics();
 * await learn.fit(2, { cbs: [new sweep.KeepRunCB({ name: "linear", seed: 1, folder })] });
 * const { trials } = await sweep.readSweep(folder);
 * console.log(trials[0]!.params.run, trials[0]!.params.lr, Object.keys(trials[0]!.metrics)); // linear 0.1 [ "train loss", "eval loss" ]
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class KeepRunCB extends Callback {
  /** After what measures, whose figures it takes. */
  static override order: number = Math.max(MetricsCB.order, Recorder.order) + 1;
  readonly #options: KeepRunOptions;
  readonly #recorder = new Recorder();
  #began = new Date();
  #start = 0;
  #over = false;
  /** Whether the store has been found to take runs, at the beginning of the fit. */
  #willDo = false;
  #params: Params = {};
  /** The identity of the last fit's run, as `deno task runs` shows it; undefined before one was kept. */
  id: string | undefined;

  /**
   * Keeps nothing before a fit has ended, but makes the store at its beginning, or throws for one that will not do.
   *
   * @throws {RangeError} for a parameter whose name is none
   * @throws {TypeError} for a value that is no number, text, boolean or null
   */
  constructor(options: KeepRunOptions = {}) {
    super();
    checkOptions("KeepRunCB", options, OPTIONS);
    const { name, params = {}, seed = 0, folder } = options;
    if (name !== undefined) checkText("KeepRunCB", "the name", name);
    if (name !== undefined && name.length > MAX_TEXT) {
      throw new RangeError(`Cannot keep a run whose name has ${name.length} characters: expected at most ${MAX_TEXT}`);
    }
    if (folder !== undefined) checkText("KeepRunCB", "the folder", folder);
    if (!isObject(params)) throw wrongKind("KeepRunCB", "params", "an object of values", params);
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`Cannot keep a run of seed ${String(seed)}: a seed is a whole number from 0`);
    }
    for (const [name, value] of Object.entries(params)) {
      if (!isParameterName(name)) {
        throw new RangeError(`Cannot keep the parameter "${name}": a name has letters, digits, _ and -`);
      }
      const kind = typeof value;
      if (typeof value === "string" && value.length > MAX_TEXT) {
        throw new RangeError(
          `Cannot keep the parameter ${name}: a text has at most ${MAX_TEXT} characters, found ${value.length}`,
        );
      }
      if (value !== null && kind !== "string" && kind !== "boolean" && !Number.isFinite(value)) {
        throw new TypeError(
          `Cannot keep the parameter ${name}: expected a finite number, a text, a boolean or null, found ${
            kind === "number" ? value : kind
          }`,
        );
      }
    }
    this.#options = options;
  }

  get #folder(): string {
    return this.#options.folder ?? "out/runs";
  }

  /** What it records belongs to one fit. */
  override get ofOneFit(): boolean {
    return true;
  }

  /** Notes the configuration, and begins to record losses; looks first whether the folder will do, before anything is trained for it. */
  override async beforeFit(learn: LearnerCore): Promise<void> {
    this.#willDo = false;
    await (await import(KEPT) as Keeper).keepRuns(this.#folder, []);
    this.#willDo = true;
    const { name, params = {} } = this.#options,
      { model, dls, epochs, options: { lossFunc, optFunc, lr, momentum } } = learn;
    this.#began = new Date();
    this.#start = performance.now();
    this.#over = false;
    this.id = undefined;
    const { length } = dls.train ?? {};
    this.#params = {
      run: name ?? model.typeName,
      model: model.typeName,
      parameters: [...model.parameters()].reduce((sum, p) => sum + p.numel, 0),
      loss: lossFunc instanceof Module ? lossFunc.typeName : lossFunc?.name || "a function",
      optimizer: optFunc.name || "a function",
      lr,
      ...momentum === undefined ? {} : { momentum },
      epochs,
      ...length === undefined ? {} : { batches: length },
      ...params,
    };
    this.#recorder.beforeFit(learn);
  }

  /** Records the loss. */
  override afterLoss(learn: LearnerCore): void {
    this.#recorder.afterLoss(learn);
  }

  /** The fit has come to its end. */
  override afterFit(_learn: LearnerCore): void {
    this.#over = true;
  }

  /** Reads the losses. */
  override async collect(learn: LearnerCore): Promise<void> {
    await this.#recorder.collect(learn);
  }

  /** Writes the run. */
  override async cleanupFit(learn: LearnerCore): Promise<void> {
    if (!this.#willDo) return;
    await this.#recorder.cleanupFit(learn);
    const { seed = 0 } = this.#options, { device } = learn.model;
    const metrics = learn.fitCallbacks?.find((cb) => cb instanceof MetricsCB), done = this.#over;
    const { metrics: last, steps } = figuresOf(metrics && done ? metrics.rows : []);
    const batches = thin(this.#recorder.losses).map(([step, loss]): StepRow => [step, "batch loss", finite(loss)]);
    const { keepRuns } = await import(KEPT) as Keeper;
    const record = {
      status: done ? "done" as const : "failed" as const,
      metrics: last,
      steps: [...batches, ...steps],
      error: done ? null : `It did not come to its end: it was stopped, or failed, in epoch ${learn.epoch}`,
      environment: {
        device: device.kind,
        description: device.description,
        threads: null,
        system: `${Deno.build.os} ${Deno.build.arch}`,
        versions: { Deno: Deno.version.deno, V8: Deno.version.v8 },
      },
      began: this.#began.toISOString(),
      seconds: (performance.now() - this.#start) / 1000,
    };
    [this.id] = await keepRuns(this.#folder, [{ params: this.#params, seed, record }]);
  }
}

const finite = (value: number): number | null => Number.isFinite(value) ? value : null;

/** A fit's rows as curves over epochs, and their last values. */
export function figuresOf(rows: readonly MetricsRow[]): { metrics: Record<string, number | null>; steps: StepRow[] } {
  const metrics: Record<string, number | null> = {}, steps: StepRow[] = [];
  for (const { epoch, train, seconds: _, ...figures } of rows) {
    for (const [name, value] of Object.entries(figures)) {
      if (typeof value !== "number") continue;
      const full = `${train} ${name}`;
      if (!isMetricName(full)) throw new RangeError(`Cannot keep the metric "${full}": expected ${METRIC_NAME}`);
      steps.push([epoch, full, finite(value)]);
      metrics[full] = finite(value);
    }
  }
  return { metrics, steps };
}
