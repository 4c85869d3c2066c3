/**
 * `deno task worker`: runs trials of a sweep that another machine coordinates over NATS.
 *
 * @module
 */
import { printable } from "../lib/sweep/errors.ts";
import { runTask } from "./cli.ts";
import { readWorkerRequest, WORKER_USAGE } from "./sweep/request.ts";

await runTask("worker", async () => {
  const request = readWorkerRequest(Deno.args);
  if (!request) return console.log(WORKER_USAGE);
  const { Stop } = await import("./sweep/stop.ts");
  const { startWorkers } = await import("./sweep/workers.ts");
  const { workOverNats } = await import("../lib/sweep/nats/worker.ts");
  using stop = new Stop("worker");
  const { pool, introduction: { plan, code }, count } = await startWorkers(request);
  try {
    const log = (line: string) => console.log(printable(line)), warn = (line: string) => console.error(printable(line));
    await workOverNats(pool, { url: request.nats, plan, code, workers: count, signal: stop.signal, log, warn });
  } finally {
    await pool.close();
  }
  return stop.signal.aborted ? 130 : 0;
});
