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
import { checkThreads } from "../device_options.ts";
import { TrialsLock } from "./lock.ts";
import type { WorkerRequest } from "./request.ts";
import type { WorkerSettings } from "./settings.ts";

/** Threads of each worker, if nothing was said: as many workers as cores use all of them. */
export const THREADS = 1;

/** Workers that have read the plan: as many as were known to be wanted. */
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
 * Starts the workers that were asked for, which read the plan; if their number depends on the device, a first one that says which it is.
 *
 * @param parent where the lock of its packages may lie until its folder is known
 * @param options.folder the sweep's, if it was named
 * @param options.watched whether workers say what trials report while they run
 * @throws {UsageError} when the plan makes no sense, or there are to be threads of a GPU that was found
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
    threads: request.threads ?? THREADS,
    version: config.version,
    flags: () => [`--lock=${lock.path}`, ...flags],
    v8,
    onLog: log,
    watched,
  });
  try {
    const cores = navigator.hardwareConcurrency;
    const introduction = await pool.introduce(Math.max(1, Math.min(request.workers ?? 1, cores)));
    checkThreads(request.threads, introduction.device);
    const count = request.workers ?? (introduction.device === "webgpu" ? 1 : cores);
    return { pool, introduction, count, lock };
  } catch (error) {
    await pool.close();
    await lock.remove();
    if (error instanceof PlanError) throw new UsageError(`${request.path}: ${error.message}`);
    throw error;
  }
}
