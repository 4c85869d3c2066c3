/**
 * Runs a sweep's trials on this machine.
 *
 * @module
 */
import { failure, type TrialRecord } from "./record.ts";
import type { Store } from "./store.ts";
import type { Job, Pool } from "./worker/pool.ts";
import { LostError, type Outcome } from "./worker/child.ts";

/** What a running sweep tells. */
export interface SweepEvents {
  /** A trial was recorded. */
  recorded(trial: string, record: TrialRecord, attempts: number): void;
  /** A trial's worker was lost; it will be run again. */
  lost(trial: string, reason: string, attempts: number): void;
}

/** What a trial's loss comes to once it has had its attempts. */
export function lastLoss(attempts: number, reason: string): TrialRecord {
  return failure(`Given up after ${attempts} attempt${attempts === 1 ? "" : "s"}. The last: ${reason}`);
}

/**
 * Runs what is pending until nothing is, or the signal is aborted: then the trials that are running are finished and recorded.
 *
 * @param store where records go
 * @param pool whose workers run the trials; they have ended when this returns
 * @param options how many workers, how many attempts a trial has, and when to stop
 */
export async function runLocally(
  store: Store,
  pool: Pool,
  options: { workers: number; attempts: number; signal: AbortSignal; events: SweepEvents },
): Promise<void> {
  const { workers, attempts: most, signal, events } = options;
  const waiting = store.pending();
  await pool.run({
    next() {
      const trial = signal.aborted ? undefined : waiting.shift();
      if (!trial) return Promise.resolve(undefined);
      store.start(trial.id);
      return Promise.resolve({ trial: trial.id, attempt: trial.attempts + 1 });
    },
    settle({ trial, attempt }: Job, outcome: Outcome) {
      const lost = outcome instanceof LostError;
      if (lost && attempt < most) {
        store.release(trial);
        waiting.push({ id: trial, attempts: attempt });
        return events.lost(trial, outcome.message, attempt);
      }
      const record = lost ? lastLoss(attempt, outcome.message) : outcome;
      if (store.settle(trial, record)) events.recorded(trial, record, attempt);
    },
  }, Math.max(1, Math.min(workers, waiting.length)));
}
