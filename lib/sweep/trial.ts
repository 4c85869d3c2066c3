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
import { messageOf, PlanError, stackOf } from "./errors.ts";
import type { Trial } from "./expand.ts";
import type { Metrics, Params, Sweep, TrialContext, TrialDataOptions } from "./plan.ts";
import type { Artefact, Environment, StepRow, TrialRecord } from "./record.ts";
import type { TrialData } from "./trial_data.ts";

/** What a trial runs with. */
export interface TrialSetting {
  readonly device: Device;
  readonly threads: number;
  readonly version: string;
  readonly data: TrialData;
  readonly signal: AbortSignal;
  readonly attempt: number;
  readonly log: (line: string) => void;
}

const finite = (value: number) => Number.isFinite(value) ? value : null;

/** What stands in the record of the metrics that a trial returned. */
function checkMetrics(returned: unknown, params: Params, diverging: readonly string[]): Record<string, number | null> {
  if (typeof returned !== "object" || returned === null || Array.isArray(returned)) {
    throw new PlanError(`trial must return metrics, an object of numbers by name, found ${show(returned)}`);
  }
  const entries = Object.entries(returned as Record<string, unknown>);
  if (entries.length === 0) throw new PlanError("trial must return at least one metric, found an empty object");
  for (const [name, value] of entries) checkMetric("trial returned", name, value, params, diverging);
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

class Context implements TrialContext {
  readonly steps: StepRow[] = [];
  readonly artefacts: Artefact[] = [];
  readonly used: Record<string, string> = {};

  constructor(readonly trial: Trial, readonly setting: TrialSetting) {}

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
    for (const [name, value] of Object.entries(metrics)) {
      checkMetric(`report(${step}) was given`, name, value, this.trial.params, [name]);
      this.steps.push([step, name, finite(value)]);
    }
  }

  async keep(name: string, what: Picture | string | Uint8Array): Promise<void> {
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
  const context = new Context(trial, setting);
  const began = new Date(), start = performance.now();
  let metrics: Record<string, number | null> = {}, error: string | null = null;
  try {
    await setting.device.ready;
    setDefaultDevice(setting.device);
    setSeed(trial.seed);
    metrics = checkMetrics(await sweep.trial(trial.params, context), trial.params, sweep.diverging ?? []);
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
    began: began.toISOString(),
    seconds: (performance.now() - start) / 1000,
  };
}
