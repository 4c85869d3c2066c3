/**
 * A worker process as its coordinator sees it.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { CHECKED_FLAGS } from "../../device/v8_flags.ts";
import { FormError, parseJson } from "../boundary/parse.ts";
import { fromWorker } from "../boundary/worker.ts";
import type { TrialCheckpoint } from "../checkpoint.ts";
import { messageOf, PlanError } from "../errors.ts";
import { failure, type StepRow, type TrialRecord } from "../record.ts";
import {
  encode,
  type FromWorker,
  type Introduction,
  lines,
  MARK,
  type ToWorker,
  type WorkerSetup,
} from "./protocol.ts";

/** How workers are started. */
export interface ChildOptions extends WorkerSetup {
  /** Deno's permissions and other options for a process that is started now: `--allow-read=data`. */
  readonly flags: () => readonly string[];
  /** V8's flags for it. Default: with checks of WebAssembly's memory, whatever the coordinator's own are. */
  readonly v8?: string;
  /** Seconds without a sign after which a worker is given up. Until the plan has been read: a minute. */
  readonly stall?: number;
  /** Told of every line that a trial logs or prints. */
  readonly onLog: (line: string, trial: string | null) => void;
  /** Told of some of what the running trial reports, if the worker is `watched`. */
  readonly onSteps?: (trial: string, rows: readonly StepRow[]) => void;
}

/** A worker was lost: it crashed, hung, or was killed. */
export class LostError extends Error {
  override name = "LostError";
}

/** What a trial came to: a record, or the reason why there is none. */
export type Outcome = TrialRecord | LostError;

/** Where a trial's checkpoints are kept, and where its last attempt's are. */
export interface Keeper {
  read(): Promise<TrialCheckpoint | null>;
  keep(checkpoint: TrialCheckpoint): void;
}

/** Seconds that a trial has to end when it was told to, before its process is killed. */
const GRACE = 3;

/** A process that runs trials, one at a time. Ends for good when it crashes. */
export class Child {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #introduction = Promise.withResolvers<Introduction>();
  readonly #options: ChildOptions;
  #stall: number;
  readonly #watch: ReturnType<typeof setInterval>;
  #sign = performance.now();
  #introduced = false;
  #ended: LostError | undefined;
  #complaint = "";
  /** The trial that it runs, and who waits for its outcome. */
  #running:
    | { readonly trial: string; readonly settle: (outcome: Outcome) => void; readonly keeper?: Keeper }
    | undefined;
  #gone: Promise<void>;

  constructor(options: ChildOptions) {
    this.#options = options;
    this.#stall = Math.max(60, options.stall ?? 0);
    const { plan, device, threads, version, watched = false } = options;
    const setup: WorkerSetup = { plan, device, threads, version, watched };
    const entry = new URL("./process.ts", import.meta.url);
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        ...options.flags(),
        entry.protocol === "file:" ? fileURLToPath(entry) : entry.href,
        JSON.stringify(setup),
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      env: { DENO_V8_FLAGS: options.v8 ?? CHECKED_FLAGS },
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#introduction.promise.catch(() => {}); // whoever waits is told
    this.#watch = setInterval(() => this.#look(), 250);
    this.#gone = this.#listen();
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Whether it can take no more trials. */
  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /**
   * What the worker says about its plan.
   *
   * @throws {PlanError} when the plan makes no sense
   * @throws {LostError} when the process ended before
   */
  get introduction(): Promise<Introduction> {
    return this.#introduction.promise;
  }

  /** Runs a trial; the outcome never rejects. @param keeper of its checkpoints, which are ignored without one */
  async run(trial: string, attempt: number, timeout: number, keeper?: Keeper): Promise<Outcome> {
    const checkpoint = await keeper?.read() ?? null;
    if (this.#ended) return this.#ended;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#running = { trial, settle: resolve, ...keeper ? { keeper } : {} };
    this.#send({ type: "run", trial, attempt, checkpoint });
    let grace: ReturnType<typeof setTimeout> | undefined;
    const late = setTimeout(() => {
      const reason = `The trial did not end within ${timeout} s (timeout)`;
      this.#send({ type: "abort", reason });
      grace = setTimeout(() => this.kill(reason), GRACE * 1000);
    }, timeout * 1000);
    try {
      const outcome = await promise;
      return grace !== undefined && outcome instanceof LostError
        ? new LostError(`The trial did not end within ${timeout} s (timeout)`)
        : outcome;
    } finally {
      clearTimeout(late);
      clearTimeout(grace);
    }
  }

  /** Ends the process at once. */
  kill(reason = "The worker was ended"): void {
    this.#end(reason);
    try {
      this.#process.kill("SIGKILL");
    } catch { // it has ended already
    }
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    this.kill();
    await this.#gone;
  }

  #send(message: ToWorker): void {
    this.#writer.write(encode(message)).catch(() => {}); // its end is noticed elsewhere
  }

  /** Nothing more will come from this worker. */
  #end(reason: string): void {
    this.#ended ??= new LostError(reason);
    this.#introduction.reject(this.#ended);
    this.#settle(this.#ended);
  }

  /** The running trial, if there is one, came to something. */
  #settle(outcome: Outcome): void {
    const running = this.#running;
    this.#running = undefined;
    running?.settle(outcome);
  }

  #look(): void {
    const silent = (performance.now() - this.#sign) / 1000;
    if (silent > this.#stall) this.kill(`The worker gave no sign for ${Math.round(silent)} s (stall)`);
  }

  async #listen(): Promise<void> {
    const errors = this.#readErrors();
    try {
      for await (const line of lines(this.#process.stdout)) {
        const at = line.indexOf(MARK); // what was printed without an end of line comes before it
        if (at !== 0) this.#options.onLog(at < 0 ? line : line.slice(0, at), null);
        if (at >= 0) this.#take(line.slice(at + MARK.length));
      }
    } catch (error) {
      this.kill(`The worker could not be understood: ${messageOf(error)}`);
    }
    const [{ code, signal }] = await Promise.all([this.#process.status, errors]);
    const how = signal ? `killed by ${signal}` : `ended with code ${code}`;
    this.#end(`The worker was ${signal ? "" : "lost: it "}${how}${this.#complaint ? `: ${this.#complaint}` : ""}`);
    clearInterval(this.#watch);
    await this.#writer.close().catch(() => {});
  }

  /** What Deno itself says, such as that memory is used up. The last lines explain an end. */
  async #readErrors(): Promise<void> {
    for await (const line of lines(this.#process.stderr)) {
      if (!line.trim()) continue;
      this.#complaint = `${this.#complaint}\n${line}`.trim().slice(-2000);
      this.#options.onLog(line, null);
    }
  }

  /** Takes a line of the protocol. A trial can write such lines too: what has not the form of a message is no message. */
  #take(line: string): void {
    let message: FromWorker;
    try {
      message = parseJson(fromWorker, line, "a worker's message");
    } catch (error) {
      if (!(error instanceof FormError)) throw error;
      this.#options.onLog(error.message, this.#running?.trial ?? null);
      // With what the trial left behind it would be run again in vain: it fails, alone.
      this.#settle(failure(error.message));
      return this.kill(error.message);
    }
    this.#hear(message);
  }

  #hear(message: FromWorker): void {
    if (message.type !== "beat" || message.silent < this.#stall) this.#sign = performance.now();
    switch (message.type) {
      case "ready":
        // Only once: a trial must not change what its plan was.
        if (!this.#introduced) this.#stall = this.#options.stall ?? message.introduction.plan.stall;
        this.#introduced = true;
        this.#introduction.resolve(message.introduction);
        break;
      case "broken":
        this.#introduction.reject(message.usage ? new PlanError(message.error) : new Error(message.error));
        this.kill("The plan cannot be used");
        break;
      case "beat": {
        if (message.silent <= this.#stall) break;
        this.kill(`The trial held its thread for ${Math.round(message.silent)} s without a sign (stall)`);
        break;
      }
      case "log":
        this.#options.onLog(message.line, message.trial);
        break;
      case "steps":
        if (message.trial === this.#running?.trial) this.#options.onSteps?.(message.trial, message.rows);
        break;
      case "checkpoint":
        if (message.trial === this.#running?.trial) this.#running.keeper?.keep(message.checkpoint);
        else this.#options.onLog(`The worker sent a checkpoint of trial ${message.trial}, which it does not run`, null);
        break;
      case "record":
        if (message.trial === this.#running?.trial) this.#settle(message.record);
        else this.#options.onLog(`The worker sent a record of trial ${message.trial}, which it does not run`, null);
        break;
      case "aborted":
        if (message.trial === this.#running?.trial) this.#settle(new LostError("The trial was aborted"));
        break;
      case "ended":
        this.#settle(failure(`The trial ended its own worker: ${message.how}`));
        this.kill(`A trial ended the worker: ${message.how}`);
        break;
    }
  }
}
