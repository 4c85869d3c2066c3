/**
 * A sweep's trials as JSON lines and as CSV, for other programs.
 *
 * @module
 */
import { metricNames } from "./groups.ts";
import type { TrialLine } from "./record.ts";
import type { SweepResults } from "./results.ts";

/** One object a line for every trial: parameters, seed, status, metrics, error. JSON has no NaN: it becomes null. */
export function toJsonLines({ plan, trials }: SweepResults): string {
  return trials.map(({ id, params, seed, status, metrics, error, attempts, seconds }) => {
    const line: TrialLine = { sweep: plan.name, trial: id, params, seed, status, metrics, error, attempts, seconds };
    return JSON.stringify(line) + "\n";
  }).join("");
}

/** A field as RFC 4180 has it. */
function field(value: unknown): string {
  const text = value === undefined || value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table with a column for every parameter and every metric; absent values are empty, and NaN is `NaN`. */
export function toCsv({ plan, trials }: SweepResults): string {
  const params = [...new Set([...Object.keys(plan.axes), ...trials.flatMap((trial) => Object.keys(trial.params))])];
  const metrics = metricNames(trials);
  const rows = trials.map((trial) => [
    trial.id,
    ...params.map((name) => trial.params[name]),
    trial.seed,
    trial.status,
    ...metrics.map((name) => trial.metrics[name]),
    trial.attempts,
    trial.seconds,
    trial.error,
  ]);
  const columns = ["trial", ...params, "seed", "status", ...metrics, "attempts", "seconds", "error"];
  return [columns, ...rows].map((row) => row.map(field).join(",") + "\n").join("");
}
