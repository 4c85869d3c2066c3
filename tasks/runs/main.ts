/**
 * The process that lists and compares runs: `deno task runs` starts it with permission to read their folder, and to write where `--html` says.
 *
 * @module
 */
import { runTask } from "../cli.ts";
import { endWithParent } from "../start.ts";
import { readRunsRequest } from "./request.ts";
import { showRuns } from "./show.ts";

endWithParent();
await runTask("runs", async () => {
  const request = readRunsRequest(Deno.args);
  if (request) await showRuns(request);
});
Deno.exit();
