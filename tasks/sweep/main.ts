/**
 * The process that coordinates a sweep: `deno task sweep` starts it with the permissions that its arguments ask for.
 *
 * @module
 */
import { runTask } from "../cli.ts";
import { endWithParent } from "../start.ts";
import { readSweepRequest } from "./request.ts";
import { runSweep } from "./run.ts";
import { readSettings } from "./settings.ts";

endWithParent();
await runTask("sweep", async () => {
  const { settings, args } = readSettings();
  const request = readSweepRequest(args);
  return request && await runSweep(request, settings);
});
Deno.exit();
