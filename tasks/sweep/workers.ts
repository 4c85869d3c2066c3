/**
 * Starts the workers that a command line asked for.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };
import { environmentVariable } from "../../lib/device/environment.ts";
import { PlanError, printable } from "../../lib/sweep/errors.ts";
import { Pool } from "../../lib/sweep/worker/pool.ts";
import type { Introduction } from "../../lib/sweep/worker/protocol.ts";
import { UsageError } from "../cli.ts";
import { TrialsLock } from "./lock.ts";
import type { WorkerRequest } from "./request.ts";
import type { WorkerSettings } from "./settings.ts";

/** Workers of which the first has read the plan. */
export interface Workers {
  readonly pool: Pool;
  readonly introduction: Introduction;
  /** How many there are to be, if nothing else was said. */
  readonly count: number;
  readonly lock: TrialsLock;
}

/** What trials print, on standard error. */
export function log(line: string, trial: string | null): void {
  console.error(printable(trial ? `${trial.slice(0, 8)}: ${line}` : line));
}

/**
 * Starts a first worker, which reads the plan.
 *
 * @param parent where the lock of its packages may lie until its folder is known
 * @param options.folder the sweep's, if it was named
 * @param options.watched whether workers say what trials report while they run
 * @throws {UsageError} when the plan makes no sense
 */
export async function startWorkers(
  request: WorkerRequest,
  { plan, flags, v8 }: WorkerSettings,
  parent: string,
  { folder, watched = false }: { readonly folder?: string | undefined; readonly watched?: boolean } = {},
): Promise<Workers> {
  const lock = await TrialsLock.make(folder, parent);
  const pool = new Pool({
    plan,
    device: request.device ?? environmentVariable("SONDE_DEVICE") ?? "auto",
    threads: request.threads,
    version: config.version,
    flags: () => [`--lock=${lock.path}`, ...flags],
    v8,
    onLog: log,
    watched,
  });
  try {
    const introduction = await pool.introduce();
    const count = request.workers ?? (introduction.device === "webgpu" ? 1 : navigator.hardwareConcurrency);
    return { pool, introduction, count, lock };
  } catch (error) {
    await pool.close();
    await lock.remove();
    if (error instanceof PlanError) throw new UsageError(`${request.path}: ${error.message}`);
    throw error;
  }
}
