/**
 * What `deno task report` was asked for.
 *
 * @module
 */
import { readCommandLine, UsageError } from "../cli.ts";

/** The text of `deno task report --help`. */
export const REPORT_USAGE = `Usage: deno task report DIR [options]

Writes into a sweep's folder its report (index.html), the report's charts (charts/*.svg), the trials as trials.jsonl and
trials.csv, and what the trials kept (kept/TRIAL/…). Also while the sweep is running.

  --spreadsheet     writes a cell of trials.csv that begins with =, +, - or @ and is no number so that no spreadsheet
                    takes it for a formula: with a ' before it`;

/** A command line that made sense. */
export interface ReportRequest {
  readonly folder: string;
  /** Quotes what a spreadsheet would take for a formula. */
  readonly spreadsheet: boolean;
}

/**
 * Reads the arguments of `deno task report`; undefined for a call for help.
 *
 * @throws {UsageError} naming the argument that is wrong
 */
export function readReportRequest(args: readonly string[]): ReportRequest | undefined {
  const { values, names } = readCommandLine(args, { spreadsheet: "flag", help: "flag" });
  if (values.help) return undefined;
  const [folder] = names;
  if (folder === undefined || folder === "") {
    throw new UsageError("DIR is missing: name a sweep's folder, such as out/sweep-first");
  }
  if (names.length > 1) throw new UsageError(`Only one folder at a time, found ${names.join(" ")}`);
  return { folder, spreadsheet: values.spreadsheet ?? false };
}
