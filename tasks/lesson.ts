/**
 * `deno task lesson`: trains the runs of a lesson, prints their figures and writes an HTML report.
 *
 * @module
 */
import { lessons } from "../lib/lessons/catalogue.ts";
import { textTable } from "../lib/plot/text.ts";
import { runTask } from "./cli.ts";
import { datasetsOf, type LessonRequest, namedFolders, readRequest, USAGE } from "./lesson/request.ts";
import { checkFolder } from "./named_folder.ts";
import { checkOwnFlags } from "./v8_check.ts";

function list({ lessons: chosen, json }: LessonRequest): void {
  for (const { lesson, runs } of chosen) {
    if (json) {
      for (const { id, title, setup } of runs) {
        console.log(
          JSON.stringify({ lesson: lesson.name, run: id, title, dataset: setup.dataset, epochs: setup.epochs }),
        );
      }
      continue;
    }
    console.log(`${lesson.name}: ${lesson.about}`);
    const rows = runs.map((
      { id, title, about, setup },
    ) => [`  ${id}`, title, setup.dataset, String(setup.epochs), about]);
    console.log(textTable(["  run", "", "published on", "epochs", ""], rows).join("\n"));
  }
  if (!json) console.log(`\nTo run one: deno task lesson ${lessons[0]!.name} --runs ${lessons[0]!.runs[0]!.id}`);
}

await runTask("lesson", async () => {
  const request = readRequest(Deno.args);
  if (request.action === "help") return console.log(USAGE);
  if (request.action === "list") return list(request);
  const folders = namedFolders(request);
  for (const folder of folders) checkFolder(folder);
  // Whatever the work needs is loaded only now, so that the cheap answers stay cheap.
  const [{ startAgain, v8Flags }, { lessonPermissions }, { gpuSearch }] = await Promise.all([
    import("./start.ts"),
    import("./permissions.ts"),
    import("./lesson/gpu_search.ts"),
  ]);
  const v8 = v8Flags(true);
  await checkOwnFlags(v8);
  const permissions = await lessonPermissions(folders.map(({ path }) => path), datasetsOf(request), request.live);
  const main = request.keep === undefined ? "./lesson/main.ts" : "./lesson/keeping_main.ts";
  return await startAgain(new URL(main, import.meta.url), permissions, Deno.args, v8, gpuSearch(request));
});
