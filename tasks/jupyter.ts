/**
 * `deno task jupyter`: installs a kernel for Jupyter that runs notebooks under V8's fast flags.
 *
 * A notebook's cells hold all of Deno's permissions already, so that unchecked WebAssembly gives them nothing that they have not.
 *
 * @module
 */
import { readCommandLine, runTask, UsageError } from "./cli.ts";
import { dataFolder, kernelFolder } from "./jupyter/folder.ts";
import { checkFolder } from "./named_folder.ts";
import { checkFlags } from "./v8_check.ts";

const USAGE = `Usage: deno task jupyter [--remove]

Installs the kernel "Deno (Sonde)" for Jupyter, in which Sonde computes faster on the cpu than in the kernel "Deno".

  --remove          takes it away again`;

await runTask("jupyter", async () => {
  const { values, names } = readCommandLine(Deno.args, { remove: "flag", help: "flag" });
  if (values.help) return console.log(USAGE);
  if (names.length > 0) throw new UsageError(`it takes no argument, found ${names.join(" ")}`);
  const [{ startAgain, v8Flags }, { jupyterPermissions }] = await Promise.all([
    import("./start.ts"),
    import("./permissions.ts"),
  ]);
  const folder = kernelFolder(), remove = values.remove ?? false, v8 = v8Flags(true);
  checkFolder({ ...dataFolder(), path: folder, remedy: "Set JUPYTER_DATA_DIR to what jupyter --data-dir prints" });
  if (!remove) await checkFlags(v8);
  const request = JSON.stringify({ folder, remove, deno: Deno.execPath(), v8 });
  const main = new URL("./jupyter/main.ts", import.meta.url);
  return await startAgain(main, jupyterPermissions(folder), [request]);
});
