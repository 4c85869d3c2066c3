/**
 * `deno task report`: writes the report of a sweep's folder.
 *
 * @module
 */
import { readCommandLine, runTask, UsageError } from "./cli.ts";

const USAGE = `Usage: deno task report DIR

Writes into a sweep's folder its report (index.html), the report's charts (charts/*.svg), the trials as trials.jsonl and
trials.csv, and what the trials kept (kept/TRIAL/…). Also while the sweep is running.`;

await runTask("report", async () => {
  const { values, names } = readCommandLine(Deno.args, { help: "flag" });
  if (values.help) return console.log(USAGE);
  const [folder] = names;
  if (folder === undefined) throw new UsageError("DIR is missing: name a sweep's folder, such as out/sweep-first");
  if (names.length > 1) throw new UsageError(`Only one folder at a time, found ${names.join(" ")}`);
  const { writeReport } = await import("./sweep/report.ts");
  console.log(await writeReport(folder));
});
