/**
 * As main.ts, with what `--keep` needs besides: a store in SQLite, which no other lesson waits for.
 *
 * @module
 */
import { runTask } from "../cli.ts";
import { endWithParent } from "../start.ts";
import { keepSeed } from "./keep.ts";
import { readRequest } from "./request.ts";
import { runLessons } from "./run.ts";

const said = endWithParent();
await runTask("lesson", () => runLessons(readRequest(Deno.args), said, keepSeed));
Deno.exit();
