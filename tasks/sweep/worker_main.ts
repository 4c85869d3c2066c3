/**
 * The process that works for a sweep elsewhere: `deno task worker` starts it with the permissions that its arguments ask for.
 *
 * @module
 */
import { join } from "node:path";
import { Checkpoints } from "../../lib/sweep/checkpoints.ts";
import { printable } from "../../lib/sweep/errors.ts";
import { workOverNats } from "../../lib/sweep/nats/worker.ts";
import { runTask } from "../cli.ts";
import { endWithParent } from "../start.ts";
import { readWorkerRequest } from "./request.ts";
import { readSettings } from "./settings.ts";
import { Stop } from "./stop.ts";
import { log as logTrial, startWorkers } from "./workers.ts";

endWithParent();
await runTask("worker", async () => {
  const { settings, args } = readSettings();
  const request = readWorkerRequest(args);
  if (!request) return;
  using stop = new Stop("worker");
  const { pool, introduction: { plan, code }, count, lock } = await startWorkers(request, settings, "out");
  const checkpoints = pool.checkpoints = new Checkpoints(join("out", `sweep-${plan.name}`), code.id, logTrial);
  try {
    const log = (line: string) => console.log(printable(line)), warn = (line: string) => console.error(printable(line));
    await workOverNats(pool, { url: request.nats, plan, code, workers: count, signal: stop.signal, log, warn });
    if (!stop.signal.aborted) await checkpoints.keepOnly(new Set());
  } finally {
    await pool.close();
    await lock.remove();
  }
  return stop.signal.aborted ? 130 : 0;
});
Deno.exit();
