/**
 * Runs one trial in this thread, and makes its record.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { DataName } from "../data/catalogue.ts";
import { type Device, setDefaultDevice } from "../device/device.ts";
import { Picture } from "../plot/picture.ts";
import { setSeed } from "../tensor/random.ts";
import { FILE_NAME, isMetricName, MAX_ERROR, METRIC_NAME } from "./boundary/patterns.ts";
import { show } from "./check.ts";
import type { TrialCheckpoint } from "./checkpoint.ts";
import { messageOf, PlanError, stackOf } from "./errors.ts";
import type { Trial } from "./expand.ts";
import { canonical } from "./identity.ts";
import type { LearnerCore } from "../learner/core.ts";
import type { Metrics, Params, Sweep, TrialContext, TrialDataOptions, TrialFitOptions } from "./plan.ts";
import type { Artefact, Environment, StepRow, TrialRecord } from "./record.ts";
import type { TrialData } from "./trial_data.ts";
import { type Surroundings, TrialFits } from "./trial_fits.ts";

/** What a trial runs with. */
export interface TrialSetting {
  readonly device: Device;
  readonly threads: number;
  readonly version: string;
  readonly data: TrialData;
  readonly signal: AbortSignal;
  readonly attempt: number;
  readonly log: (line: string) => void;
  /** What an earlier attempt kept. */
  readonly checkpoint: TrialCheckpoint | null;
  /** Keeps where the trial stands. */
  readonly save: (checkpoint: TrialCheckpoint) => void;
  /** Told of what the trial reports, as it does. */
  readonly report?: (rows: readonly StepRow[]) => void;
}

const finite = (value: number) => Number.isFinite(value) ? value : null;

/** What stands in the record of the metrics that a trial returned. */
function checkMetrics(
  returned: unknown,
  params: Params,
  { diverging = [], metric }: Pick<Sweep, "diverging" | "metric">,
): Record<string, number | null> {
  if (typeof returned !== "object" || returned === null || Array.isArray(returned)) {
    throw new PlanError(`trial must return metrics, an object of numbers by name, found ${show(returned)}`);
  }
  const entries = Object.entries(returned as Record<string, unknown>);
  if (entries.length === 0) throw new PlanError("trial must return at least one metric, found an empty object");
  for (const [name, value] of entries) checkMetric("trial returned", name, value, params, diverging);
  if (metric !== undefined && !Object.hasOwn(returned, metric)) {
    throw new PlanError(
      `trial returned ${
        entries.map(([name]) => name).join(", ")
      }: expected ${metric} too, the metric that the plan compares by`,
    );
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, finite(value as number)]));
}

function checkMetric(what: string, name: string, value: unknown, params: Params, diverging: readonly string[]): void {
  if (!isMetricName(name)) {
    throw new PlanError(`${what} a metric named ${JSON.stringify(name).slice(0, 80)}: expected ${METRIC_NAME}`);
  }
  if (name === "seed" || Object.hasOwn(params, name)) {
    throw new PlanError(`Duplicate name ${name}: ${what} a metric named as a parameter. Give it another name`);
  }
  if (typeof value !== "number") throw new PlanError(`${what} ${name}: expected a number, found ${show(value)}`);
  if (Number.isFinite(value) || diverging.includes(name)) return;
  throw new PlanError(
    `${what} ${name}: expected a finite number, found ${value}. If that is a result, say diverging: ["${name}"]`,
  );
}

class Context implements TrialContext, Surroundings {
  readonly steps: StepRow[] = [];
  readonly artefacts: Artefact[] = [];
  readonly used: Record<string, string> = {};
  readonly fits: TrialFits;
  readonly #start = performance.now();
  /** When the trial began, and how long earlier attempts took of what is there. */
  began = new Date().toISOString();
  #earlier = 0;
  /** Charts that are being drawn. */
  readonly #drawing = new Set<Promise<unknown>>();

  constructor(readonly trial: Trial, readonly setting: TrialSetting) {
    this.fits = new TrialFits(setting.checkpoint, this);
  }

  /** Seconds that the trial has taken. */
  get seconds(): number {
    return this.#earlier + (performance.now() - this.#start) / 1000;
  }

  get id(): string {
    return this.trial.id;
  }
  get seed(): number {
    return this.trial.seed;
  }
  get attempt(): number {
    return this.setting.attempt;
  }
  get device(): Device {
    return this.setting.device;
  }
  get signal(): AbortSignal {
    return this.setting.signal;
  }

  async data(name: DataName, options?: TrialDataOptions) {
    const set = await this.setting.data.get(name, options);
    this.used[name] = this.setting.data.identity(name);
    return set;
  }

  report(step: number, metrics: Metrics): void {
    if (!Number.isFinite(step)) throw new RangeError(`Cannot report at step ${step}: expected a finite number`);
    if (typeof metrics !== "object" || metrics === null) {
      throw new TypeError(`Cannot report ${show(metrics)} at step ${step}: expected an object of numbers by name`);
    }
    const rows: StepRow[] = [];
    for (const [name, value] of Object.entries(metrics)) {
      checkMetric(`report(${step}) was given`, name, value, this.trial.params, [name]);
      rows.push([step, name, finite(value)]);
    }
    this.steps.push(...rows);
    this.setting.report?.(rows);
  }

  async fit(learn: LearnerCore, epochs: number, options: TrialFitOptions = {}): Promise<void> {
    await this.fits.fit(learn, epochs, options);
  }

  /** Waits for charts that are being kept, also those that the trial did not wait for. */
  async drawn(): Promise<void> {
    await Promise.allSettled(this.#drawing);
  }

  async save() {
    await this.drawn();
    const { steps, used: data, began, seconds, setting } = this;
    const artefacts = this.artefacts.filter(({ type }) => type !== "");
    return { steps: [...steps], artefacts, data: { ...data }, began, seconds, environment: environment(setting) };
  }

  async restore({ steps, artefacts, data, began, seconds }: TrialCheckpoint): Promise<void> {
    await this.drawn();
    this.steps.length = this.artefacts.length = 0;
    for (const row of steps) this.steps.push(row); // there may be millions
    this.setting.report?.(steps);
    this.artefacts.push(...artefacts);
    Object.assign(this.used, data);
    this.began = began;
    this.#earlier = seconds;
  }

  send(checkpoint: TrialCheckpoint): void {
    this.setting.save(checkpoint);
  }

  async keep(name: string, what: Picture | string | Uint8Array): Promise<void> {
    const keeping = this.#keep(name, what);
    this.#drawing.add(keeping);
    try {
      await keeping;
    } finally {
      this.#drawing.delete(keeping);
    }
  }

  async #keep(name: string, what: Picture | string | Uint8Array): Promise<void> {
    const picture = what instanceof Picture;
    const file = picture && !/\.svg$/i.test(name) ? `${name}.svg` : name;
    if (!FILE_NAME.test(file)) {
      throw new RangeError(
        `Cannot keep "${name}": expected a file name of at most 104 letters, digits, ".", "_" and "-" that does not end in "."`,
      );
    }
    // Charts are drawn by and by: the name is taken at once.
    if (this.artefacts.some((other) => other.name === file)) {
      throw new RangeError(`Duplicate name ${file}: it was kept already`);
    }
    const place = this.artefacts.push({ name: file, type: "", data: "" }) - 1;
    const content = picture ? await what.svg() : what;
    if (typeof content !== "string" && !(content instanceof Uint8Array)) {
      throw new TypeError(`Cannot keep "${name}": expected a chart, a text or bytes, found ${show(content)}`);
    }
    const type = picture ? "image/svg+xml" : typeof content === "string" ? "text/plain" : "application/octet-stream";
    const bytes = typeof content === "string" ? Buffer.from(content) : Buffer.from(content);
    this.artefacts[place] = { name: file, type, data: bytes.toString("base64") };
  }

  log(...values: unknown[]): void {
    const text = values.map((value) => typeof value === "string" ? value : Deno.inspect(value, { colors: false }));
    this.setting.log(text.join(" "));
  }
}

function environment({ device, threads, version }: TrialSetting): Environment {
  return {
    device: device.kind,
    description: device.description,
    threads: device.kind === "cpu" ? threads : null,
    system: `${Deno.build.os} ${Deno.build.arch}`,
    versions: { Sonde: version, Deno: Deno.version.deno, V8: Deno.version.v8 },
  };
}

/**
 * Runs a trial to its end. Whatever it throws becomes the record's error.
 *
 * @throws the signal's reason when it was aborted: then there is no record
 */
export async function runTrial(sweep: Sweep, trial: Trial, setting: TrialSetting): Promise<TrialRecord> {
  const { checkpoint, log, device } = setting;
  await device.ready.catch(() => {}); // said below, where it is the trial's error
  let problem = checkpoint ? elsewhere(checkpoint.environment, environment(setting)) : undefined;
  if (problem === undefined) {
    const context = new Context(trial, setting), record = await runOnce(sweep, context);
    problem = context.fits.problem;
    if (problem === undefined) return record;
  }
  log(`begins anew: what an earlier attempt kept cannot be used: ${problem}`);
  return await runOnce(sweep, new Context(trial, { ...setting, checkpoint: null }));
}

/** What speaks against going on here with what was kept there; threads do not. */
function elsewhere(there: Environment, here: Environment): string | undefined {
  const of = (place: Environment) => canonical({ ...place, threads: null });
  return of(there) === of(here)
    ? undefined
    : `it was kept on ${there.description}, ${there.system}, this is ${here.description}, ${here.system}, or versions differ`;
}

async function runOnce(sweep: Sweep, context: Context): Promise<TrialRecord> {
  const { trial, setting } = context;
  let metrics: Record<string, number | null> = {}, error: string | null = null;
  try {
    await setting.device.ready;
    setDefaultDevice(setting.device);
    setSeed(trial.seed);
    metrics = checkMetrics(await sweep.trial(trial.params, context), trial.params, sweep);
    await context.drawn();
    await setting.device.synchronize(); // what went wrong on the device belongs to this trial
  } catch (thrown) {
    error = (thrown instanceof PlanError ? messageOf(thrown) : stackOf(thrown)).slice(0, MAX_ERROR);
    metrics = {};
  }
  setting.signal.throwIfAborted();
  return {
    status: error === null ? "done" : "failed",
    metrics,
    steps: context.steps,
    artefacts: context.artefacts.filter(({ type }) => type !== ""),
    error,
    data: context.used,
    environment: environment(setting),
    began: context.began,
    seconds: context.seconds,
  };
}
