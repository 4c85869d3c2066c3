/**
 * Runs a sweep as a command line asked for it.
 *
 * @module
 */
import { join } from "node:path";
import { formatSeconds } from "../../lib/plot/format.ts";
import { Checkpoints } from "../../lib/sweep/checkpoints.ts";
import { ChangedError, printable } from "../../lib/sweep/errors.ts";
import type { SweepPage } from "../../lib/sweep/live/serve.ts";
import { runLocally } from "../../lib/sweep/local.ts";
import { publicUrl } from "../../lib/sweep/nats/address.ts";
import { type Counts, Store } from "../../lib/sweep/store.ts";
import { UsageError } from "../cli.ts";
import { SweepProgress } from "./progress.ts";
import { summary, writeReport } from "./report.ts";
import type { SweepRequest } from "./request.ts";
import type { WorkerSettings } from "./settings.ts";
import { Stop } from "./stop.ts";
import { log, startWorkers, THREADS, type Workers } from "./workers.ts";

async function openStore(request: SweepRequest, folder: string, { introduction }: Workers): Promise<Store> {
  try {
    return await Store.open(folder, introduction.plan, introduction.code, { onChange: request.onChange });
  } catch (error) {
    throw error instanceof ChangedError ? new UsageError(error.message) : error;
  }
}

/** Shows the sweep on a page, if that was asked for. */
async function openPage({ live }: SweepRequest, folder: string): Promise<SweepPage | undefined> {
  if (live === undefined) return undefined;
  const page = new (await import("../../lib/sweep/live/serve.ts")).SweepPage(folder, live);
  console.error(`live on ${page.address}`);
  return page;
}

async function runTrials(
  request: SweepRequest,
  store: Store,
  { pool, introduction, count }: Workers,
  progress: SweepProgress,
  signal: AbortSignal,
): Promise<void> {
  const { plan, code } = introduction;
  const { attempts } = plan;
  if (request.nats === undefined) {
    return await runLocally(store, pool, { workers: count, attempts, signal, events: progress });
  }
  const { runOverNats } = await import("../../lib/sweep/nats/coordinator.ts");
  const workers = request.workers ?? 0;
  const takeOver = request.onChange === "fresh";
  const say = (line: string) => console.error(`sweep: ${printable(line)}`);
  await runOverNats(store, pool, {
    url: request.nats,
    plan,
    code,
    workers,
    takeOver,
    signal,
    events: progress,
    log: say,
    warn: say,
  });
}

/**
 * Runs what is left of a sweep.
 *
 * @returns the exit code: 0 when all trials are done, 1 when some failed, 130 after Ctrl-C
 */
export async function runSweep(request: SweepRequest, settings: WorkerSettings): Promise<number> {
  using stop = new Stop("sweep");
  const workers = await startWorkers(request, settings, request.out ?? "out", {
    folder: request.out,
    watched: request.live !== undefined,
  });
  const { pool, introduction, lock } = workers;
  const { plan } = introduction;
  const folder = request.out ?? join("out", `sweep-${plan.name}`);
  const start = performance.now();
  let counts: Counts, live: SweepPage | undefined;
  try {
    using store = await openStore(request, folder, workers);
    // Trials of one store have the same versions of packages.
    if (await lock.moveTo(folder)) await pool.renew();
    const checkpoints = pool.checkpoints = new Checkpoints(folder, introduction.code.id, log);
    const running = store.pending().filter(() => request.onChange !== "fresh").map(({ id }) => id);
    await checkpoints.keepOnly(new Set(running));
    if (request.retry) store.retryFailed();
    counts = store.counts();
    const progress = new SweepProgress(plan, counts, request.json);
    if (!request.json) announce(request, workers, folder, counts);
    live = await openPage(request, folder);
    pool.onSteps = (trial, rows) => live?.report(trial, rows);
    // Over NATS also when nothing is left: a coordinator that was killed at its very end has left its queue.
    if (counts.pending > 0 || request.nats !== undefined) {
      progress.open();
      try {
        await runTrials(request, store, workers, progress, stop.signal);
      } finally {
        progress.close();
      }
    }
    counts = store.counts();
    await checkpoints.keepOnly(new Set(store.pending().map(({ id }) => id)));
    live?.readLast();
  } catch (error) {
    await live?.close();
    throw error;
  } finally {
    await pool.close();
    await lock.remove();
  }
  try {
    return await conclude(request, folder, counts, start, live);
  } finally {
    await live?.close();
  }
}

/** Writes the report, and says how it ended; returns the exit code. */
async function conclude(
  request: SweepRequest,
  folder: string,
  counts: Counts,
  start: number,
  live: SweepPage | undefined,
): Promise<number> {
  if (counts.pending + counts.running > 0) {
    await live?.end("interrupted");
    console.error(`sweep: interrupted; ${counts.pending + counts.running} trials are left. The same command goes on`);
    return 130;
  }
  if (!request.json || request.out !== undefined) {
    const path = await writeReport(folder);
    await live?.end("done", await Deno.readTextFile(path));
    if (!request.json) {
      console.log(`\n${await summary(folder)}\n\nReport: ${path}`);
      console.log(`Took ${formatSeconds((performance.now() - start) / 1000)}`);
    }
  }
  await live?.end("done"); // unless it has ended
  if (counts.failed > 0) {
    console.error(`sweep: ${counts.failed} of ${counts.done + counts.failed} trials failed; --retry runs them again`);
  }
  return counts.failed > 0 ? 1 : 0;
}

function announce(request: SweepRequest, { introduction, count }: Workers, folder: string, counts: Counts): void {
  const { plan, device } = introduction;
  const finished = counts.done + counts.failed;
  console.log(
    `${plan.name}: ${plan.trials.length} trials${finished > 0 ? `, ${finished} of them finished before` : ""}`,
  );
  if (counts.pending === 0) return;
  const here = request.nats === undefined ? count : request.workers ?? 0;
  const { threads: each = THREADS } = request;
  const threads = device === "cpu" ? `, ${each} thread${each === 1 ? "" : "s"} each` : "";
  if (here > 0) console.log(`${here} worker${here === 1 ? "" : "s"} on ${device}${threads}; results in ${folder}`);
  if (request.nats !== undefined) {
    console.log(`Workers join with: deno task worker ${request.path} --nats ${publicUrl(request.nats)}`);
  }
}
