/**
 * `deno task sweep`: runs the trials of a plan, here or on many machines.
 *
 * @module
 */
import { runTask } from "./cli.ts";
import { checkFolder } from "./named_folder.ts";
import { readSweepRequest, SWEEP_USAGE } from "./sweep/request.ts";
import { startSweepTask } from "./sweep/settings.ts";

await runTask("sweep", async () => {
  const request = readSweepRequest(Deno.args);
  if (!request) return console.log(SWEEP_USAGE);
  checkFolder(
    request.out === undefined
      ? { name: "The default of --out", value: "out", remedy: "Give --out another folder" }
      : { name: "--out", value: request.out },
  );
  return await startSweepTask(new URL("./sweep/main.ts", import.meta.url), request, request.out ?? "out");
});
