/**
 * The process that trains a lesson's runs: `deno task lesson` starts it with the permissions that its arguments ask for.
 *
 * @module
 */
import { runTask } from "../cli.ts";
import { endWithParent } from "../start.ts";
import { readRequest } from "./request.ts";
import { runLessons } from "./run.ts";

const said = endWithParent();
await runTask("lesson", () => runLessons(readRequest(Deno.args), said));
Deno.exit();
