/**
 * `deno task runs`: lists what was trained, and compares.
 *
 * @module
 */
import { runTask } from "./cli.ts";
import { readRunsRequest, USAGE } from "./runs/request.ts";

await runTask("runs", async () => {
  const request = readRunsRequest(Deno.args);
  if (!request) return console.log(USAGE);
  const [{ startAgain }, { runsPermissions }] = await Promise.all([import("./start.ts"), import("./permissions.ts")]);
  return await startAgain(new URL("./runs/main.ts", import.meta.url), runsPermissions(request), Deno.args);
});
