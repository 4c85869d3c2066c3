/**
 * `deno task worker`: runs trials of a sweep that another machine coordinates over NATS.
 *
 * @module
 */
import { runTask } from "./cli.ts";
import { readWorkerRequest, WORKER_USAGE } from "./sweep/request.ts";
import { startSweepTask } from "./sweep/settings.ts";

await runTask("worker", async () => {
  const request = readWorkerRequest(Deno.args);
  if (!request) return console.log(WORKER_USAGE);
  return await startSweepTask(new URL("./sweep/worker_main.ts", import.meta.url), request, "out");
});
