/**
 * Writes the kernel's folder, or takes it away: `deno task jupyter` starts this with the permission for that folder alone.
 *
 * @module
 */
import { join } from "node:path";
import { saveText } from "../../lib/plot/save.ts";
import { runTask } from "../cli.ts";
import { endWithParent } from "../start.ts";

/** What the first process found out. */
interface Request {
  readonly folder: string;
  readonly remove: boolean;
  readonly deno: string;
  readonly v8: string;
}

endWithParent();
await runTask("jupyter", async () => {
  const { folder, remove, deno, v8 } = JSON.parse(Deno.args[0] ?? "null") as Request;
  if (remove) {
    try {
      await Deno.remove(folder, { recursive: true });
      console.log(`Removed ${folder}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      console.log(`There is no kernel at ${folder}`);
    }
    return;
  }
  const spec = {
    argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno (Sonde)",
    language: "typescript",
    env: { DENO_V8_FLAGS: v8 },
  };
  await saveText(join(folder, "kernel.json"), JSON.stringify(spec, undefined, 2) + "\n");
  console.log(`Installed the kernel "Deno (Sonde)" at ${folder}. Choose it in Jupyter's list of kernels`);
});
Deno.exit();
