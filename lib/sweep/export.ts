/**
 * A sweep's trials as JSON lines and as CSV, for other programs.
 *
 * @module
 */
import { metricNames } from "./groups.ts";
import type { TrialLine } from "./record.ts";
import type { SweepResults } from "./results.ts";

/** One object a line for every trial: parameters, seed, status, metrics, error. JSON has no NaN: it becomes null. */
export function toJsonLines({ plan, trials }: Pick<SweepResults, "plan" | "trials">): string {
  return trials.map(({ id, params, seed, status, metrics, error, attempts, seconds }) => {
    const line: TrialLine = { sweep: plan.name, trial: id, params, seed, status, metrics, error, attempts, seconds };
    return JSON.stringify(line) + "\n";
  }).join("");
}

/** How a table is written. */
export interface CsvOptions {
  /**
   * Puts a ' before a cell that a spreadsheet would take for a formula: one that begins with =, +, -, @, a tab or a return, and is no number. Other
   * programs see that '. Default: false.
   */
  readonly spreadsheet?: boolean;
}

/** A field as RFC 4180 has it. */
function field(value: unknown, spreadsheet: boolean): string {
  const plain = value === undefined || value === null ? "" : String(value);
  const text = spreadsheet && typeof value === "string" && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Columns that every table has. */
const OWN = ["trial", "seed", "status", "attempts", "seconds", "error"];

/**
 * A table with a column for every parameter and every metric; absent values are empty, and NaN is `NaN`. Whoever reads columns by name finds each: one
 * that is called as another is `param.NAME` or `metric.NAME`.
 */
export function toCsv(
  { plan, trials }: Pick<SweepResults, "plan" | "trials">,
  { spreadsheet = false }: CsvOptions = {},
): string {
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
  const taken = new Set([...OWN, ...params.filter((name) => metrics.includes(name))]);
  const plain = new Set([...OWN, ...params, ...metrics].filter((name) => !taken.has(name)));
  const column = (kind: string) => (name: string) => {
    let text = taken.has(name) ? `${kind}.${name}` : name;
    while (text !== name && plain.has(text)) text = `${kind}.${text}`;
    return text;
  };
  const columns = [
    "trial",
    ...params.map(column("param")),
    "seed",
    "status",
    ...metrics.map(column("metric")),
    "attempts",
    "seconds",
    "error",
  ];
  return [columns, ...rows].map((row) => row.map((value) => field(value, spreadsheet)).join(",") + "\n").join("");
}
