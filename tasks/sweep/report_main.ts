/**
 * The process that writes a sweep's report: `deno task report` starts it with permissions for the sweep's folder alone.
 *
 * @module
 */
import { runTask } from "../cli.ts";
import { endWithParent } from "../start.ts";
import { writeReport } from "./report.ts";
import { readReportRequest } from "./report_request.ts";

endWithParent();
await runTask("report", async () => {
  const request = readReportRequest(Deno.args);
  if (request) console.log(await writeReport(request.folder, { spreadsheet: request.spreadsheet }));
});
Deno.exit();
