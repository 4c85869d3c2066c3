/**
 * The thread of a worker process in which the plan lives and its trials run, one after another.
 *
 * It is apart from the thread that talks to the coordinator, so that a trial which never lets go of it cannot keep the process alive.
 *
 * @module
 */
import { device as openDevice } from "../../device/device.ts";
import type { DeviceName } from "../../device/names.ts";
import type { TrialCheckpoint } from "../checkpoint.ts";
import { codeIdentity } from "../code.ts";
import { messageOf, PlanError, stackOf } from "../errors.ts";
import { describePlan, type PlanDescription } from "../expand.ts";
import { isSweep, type Sweep } from "../plan.ts";
import type { StepRow } from "../record.ts";
import { runTrial } from "../trial.ts";
import { TrialData } from "../trial_data.ts";
import { holdWhileAlive } from "./alive.ts";
import { ToldSteps } from "./told_steps.ts";
import { BEAT, type FromWorker, type ToWorker, type WorkerSetup } from "./protocol.ts";

const port = self as unknown as {
  postMessage(message: FromWorker): void;
  onmessage: ((event: MessageEvent<WorkerSetup | ToWorker>) => void) | null;
};

let running: string | null = null;

/** Trials print what they like: it comes out on standard error, with the trial's name. */
function takeConsole(): void {
  const say = (...values: unknown[]) => {
    const text = values.map((value) => typeof value === "string" ? value : Deno.inspect(value, { colors: false }));
    for (const line of text.join(" ").split("\n")) port.postMessage({ type: "log", trial: running, line });
  };
  for (const level of ["log", "info", "debug", "warn", "error"] as const) console[level] = say;
}

/** Imports the plan that the command line named. */
async function readPlan(plan: string): Promise<Sweep> {
  const module: { readonly default?: unknown } = await import(plan);
  if (isSweep(module.default)) return module.default;
  throw new PlanError("the file must export a sweep as its default: export default defineSweep({ … })");
}

/** What `auto` means here; nothing is opened. */
async function kindOf(name: string): Promise<string> {
  if (name !== "auto") return name;
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  return adapter && !adapter.info.isFallbackAdapter ? "webgpu" : "cpu";
}

/** A worker that knows its plan. */
class Runner {
  readonly #data = new TrialData();
  #abort = new AbortController();
  /** What the running trial reports. */
  #told: ToldSteps | undefined;

  constructor(
    readonly setup: WorkerSetup,
    readonly sweep: Sweep,
    readonly plan: PlanDescription,
    readonly kind: string,
  ) {}

  async run(id: string, attempt: number, checkpoint: TrialCheckpoint | null): Promise<void> {
    const trial = this.plan.trials.find((trial) => trial.id === id);
    if (!trial) throw new PlanError(`the plan has no trial ${id}`);
    running = id;
    const { threads, version } = this.setup;
    const device = openDevice(this.kind as DeviceName, this.kind === "cpu" ? { threads } : {});
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const log = (line: string) => port.postMessage({ type: "log", trial: id, line });
    const save = (checkpoint: TrialCheckpoint) => port.postMessage({ type: "checkpoint", trial: id, checkpoint });
    const told = this.#told = this.setup.watched
      ? new ToldSteps((rows) => port.postMessage({ type: "steps", trial: id, rows }))
      : undefined;
    const report = (rows: readonly StepRow[]) => told?.add(rows);
    const setting = { device, threads, version, data: this.#data, signal, attempt, log, checkpoint, save, report };
    try {
      port.postMessage({ type: "record", trial: id, record: await runTrial(this.sweep, trial, setting) });
    } catch (error) {
      if (!signal.aborted) throw error;
      port.postMessage({ type: "aborted", trial: id });
    } finally {
      running = null;
      this.#told = undefined;
    }
  }

  /** Says what has not been said of the running trial's reports. */
  tell(): void {
    this.#told?.flush();
  }

  abort(reason: string): void {
    this.#abort.abort(new Error(reason));
  }
}

async function begin(setup: WorkerSetup): Promise<Runner | undefined> {
  const { plan: address, device, version } = setup;
  try {
    const [sweep, code, kind] = await Promise.all([
      readPlan(address),
      codeIdentity(new URL(address), version),
      kindOf(device),
    ]);
    const plan = describePlan(sweep);
    port.postMessage({ type: "ready", introduction: { plan, code, device: kind } });
    return new Runner(setup, sweep, plan, kind);
  } catch (error) {
    const text = error instanceof PlanError ? messageOf(error) : stackOf(error);
    port.postMessage({ type: "broken", error: text, usage: error instanceof PlanError });
    return undefined;
  }
}

/** Trials that end their worker say by which function, before they do. */
function announceEnds(): void {
  const { exit } = Deno, close = self.close.bind(self);
  const say = (how: string) => {
    port.postMessage({ type: "ended", trial: running, how });
    // What a thread posted as it ended may be lost: it stays until the other has read this.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  };
  Deno.exit = (code = Deno.exitCode) => {
    say(`Deno.exit(${Number(code)})`);
    return exit(code);
  };
  self.close = () => {
    say("self.close()");
    close();
  };
}

holdWhileAlive();
takeConsole();
announceEnds();
setInterval(() => port.postMessage({ type: "beat", silent: 0 }), BEAT);
// A promise that a trial forgot must not end the worker: the trial itself says whether it went well.
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  console.warn("unhandled rejection:", (event as PromiseRejectionEvent).reason);
});
port.onmessage = async ({ data: setup }) => {
  const runner = begin(setup as WorkerSetup);
  runner.then((ready) => setInterval(() => ready?.tell(), BEAT));
  port.onmessage = async ({ data }) => {
    const message = data as ToWorker, ready = await runner;
    if (message.type === "run") await ready?.run(message.trial, message.attempt, message.checkpoint);
    else ready?.abort(message.reason);
  };
  await runner;
};
