/**
 * `deno task report`: writes the report of a sweep's folder.
 *
 * @module
 */
import { runTask } from "./cli.ts";
import { readReportRequest, REPORT_USAGE } from "./sweep/report_request.ts";

await runTask("report", async () => {
  const request = readReportRequest(Deno.args);
  if (!request) return console.log(REPORT_USAGE);
  const [{ startAgain }, { reportPermissions }] = await Promise.all([import("./start.ts"), import("./permissions.ts")]);
  const main = new URL("./sweep/report_main.ts", import.meta.url);
  return await startAgain(main, reportPermissions(request.folder), Deno.args);
});
