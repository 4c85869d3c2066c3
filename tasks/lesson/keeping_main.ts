/**
 * As main.ts, with what `--keep` needs besides: a store in SQLite, which no other lesson waits for.
 *
 * @module
 */
import { keepRuns } from "../../lib/sweep/kept_runs.ts";
import { runTask } from "../cli.ts";
import { endWithParent } from "../start.ts";
import { keepSeed } from "./keep.ts";
import { readRequest } from "./request.ts";
import { runLessons } from "./run.ts";

const said = endWithParent();
await runTask("lesson", async () => {
  const request = readRequest(Deno.args);
  await keepRuns(request.keep!, []); // what cannot keep runs is told before they are trained
  return await runLessons(request, said, keepSeed);
});
Deno.exit();
