/**
 * Writes the API reference as a site: every public symbol with its docstring, and `all_symbols.html`, from which each can be reached.
 *
 *     deno task reference
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import { join } from "node:path";
import { readCommandLine, runTask, UsageError } from "./cli.ts";
import { publicModules } from "./reference/modules.ts";

await runTask("reference", async () => {
  const { names: [unknown] } = readCommandLine(Deno.args, {});
  if (unknown !== undefined) throw new UsageError(`Unknown argument ${unknown}: there are none`);
  const folder = fileURLToPath(new URL("../dist/reference", import.meta.url));
  await Deno.remove(folder, { recursive: true }).catch(() => {}); // pages of symbols that are no more
  await Deno.mkdir(folder, { recursive: true });
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--html", "--name=Sonde", `--output=${folder}`, ...publicModules()],
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) {
    throw new Error(`Cannot write the reference to ${folder}: ${new TextDecoder().decode(stderr).trim()}`);
  }
  // Its lines of import would name modules that a user has not: the examples import from mod.ts.
  await Deno.writeTextFile(join(folder, "page.css"), "\n.usageContent { display: none }\n", {
    append: true,
  });
  console.log(`dist/reference/index.html; every symbol: ${pathToFileURL(join(folder, "all_symbols.html"))}`);
});
