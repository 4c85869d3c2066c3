/**
 * Worker processes that take trials from a source until it has no more.
 *
 * @module
 */
import type { Checkpoints } from "../checkpoints.ts";
import { PlanError, StoreError } from "../errors.ts";
import { Child, type ChildOptions, LostError, type Outcome } from "./child.ts";
import type { Introduction } from "./protocol.ts";

/** A trial to run. */
export interface Job {
  readonly trial: string;
  readonly attempt: number;
}

/** Where trials come from, and where their outcomes go. */
export interface Source {
  /** The next trial; undefined when there are no more. May wait. */
  next(): Promise<Job | undefined>;
  /** Takes an outcome. What it throws ends the pool. */
  settle(job: Job, outcome: Outcome): void | Promise<void>;
  /** Lets go of a trial that is not run after all, or whose outcome nobody will know. */
  drop?(job: Job): void;
}

/** How many times in a row a worker may fail to start. */
const STARTS = 8;

/** Started workers. */
export class Pool {
  readonly #options: ChildOptions;
  readonly #children = new Set<Child>();
  /** Where trials' checkpoints are kept; without it none are. */
  checkpoints: Checkpoints | undefined;
  /** Told of some of what running trials report, if workers are `watched`. */
  onSteps: ChildOptions["onSteps"];
  #closed = false;
  #introduction: Introduction | undefined;

  constructor(options: ChildOptions) {
    this.#options = { ...options, onSteps: (trial, rows) => this.onSteps?.(trial, rows) };
  }

  /**
   * Starts workers, which read the plan, and waits for all of them.
   *
   * @param workers how many, at once: those that run trials later need not be started then. Default: one
   */
  async introduce(workers = 1): Promise<Introduction> {
    if (!this.#introduction) {
      this.#idle.push(...await Promise.all(Array.from({ length: workers }, () => this.#start())));
    }
    return this.introduced;
  }

  /** What the first worker said of its plan. */
  get introduced(): Introduction {
    if (!this.#introduction) throw new Error("Cannot run trials before the plan was read: call introduce() first");
    return this.#introduction;
  }

  /** The workers' process numbers. */
  get pids(): number[] {
    return [...this.#children].filter((child) => !child.ended).map((child) => child.pid);
  }

  /** Runs trials on so many workers until the source is empty or the pool is closed. Then all workers have ended. */
  async run(source: Source, workers: number): Promise<void> {
    await this.introduce();
    try {
      await Promise.all(Array.from({ length: workers }, () => this.#serve(source)));
    } finally {
      await this.close();
    }
  }

  /** Ends all workers at once. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#children].map((child) => child.close()));
  }

  /** One worker's place: when its process is lost another takes it. */
  async #serve(source: Source): Promise<void> {
    let child = this.#idle.pop();
    for (;;) {
      const job = await source.next();
      if (!job) break;
      const kept = this.checkpoints?.of(job.trial);
      let settled = false, over = false;
      try {
        if (this.#closed) break;
        // A worker may have been lost while it was idle: that is no trial's fault.
        if (!child || child.ended) child = await this.#start();
        const { timeout, attempts } = this.introduced.plan;
        const outcome = await child.run(job.trial, job.attempt, timeout, kept);
        if (this.#closed) break;
        settled = true;
        const last = !(outcome instanceof LostError) || job.attempt >= attempts;
        if (!last) await kept?.end(false); // whoever tries it again may be quick
        await source.settle(job, outcome);
        over = last;
      } catch (error) {
        if (this.#closed && error instanceof LostError) break;
        throw error;
      } finally {
        await kept?.end(over);
        if (!settled) source.drop?.(job);
      }
    }
    await child?.close();
  }

  /** Ends the workers that serve nobody yet: those that are started from now on have other options. */
  async renew(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((child) => child.close()));
  }

  /** Workers that were started to read the plan and serve nobody yet. */
  readonly #idle: Child[] = [];

  async #start(): Promise<Child> {
    for (let tries = 1;; tries++) {
      if (this.#closed) throw new LostError("The workers were ended");
      const child = new Child(this.#options);
      this.#children.add(child);
      try {
        const introduction = await child.introduction;
        this.#compare(introduction);
        this.#introduction ??= introduction;
        return child;
      } catch (error) {
        this.#children.delete(child);
        await child.close();
        if (!(error instanceof LostError)) throw error;
        if (tries === STARTS) {
          throw new Error(`No worker could be started, ${STARTS} times in a row. The last: ${error.message}`);
        }
      }
    }
  }

  /** A file that is edited while its sweep runs must not mix two programs' results. */
  #compare({ code, plan }: Introduction): void {
    const first = this.#introduction;
    if (!first || (first.code.id === code.id && first.plan.id === plan.id)) return;
    const files = new Set([...Object.keys(first.code.files), ...Object.keys(code.files)]);
    const changed = [...files].filter((file) => first.code.files[file] !== code.files[file]);
    throw new StoreError(
      `The code changed while the sweep ran: ${changed.join(", ") || "the plan's trials"}. What is finished is kept; ` +
        "start again, and say --keep or --fresh",
    );
  }
}

export { LostError, type Outcome, PlanError };
