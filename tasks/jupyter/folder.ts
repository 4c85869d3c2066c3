/**
 * Where Jupyter looks for a user's kernels.
 *
 * @module
 */
import { join } from "node:path";
import { environmentVariable } from "../../lib/device/environment.ts";
import { UsageError } from "../cli.ts";

/** The folder of the kernel's own, by Jupyter's rules for each system (docs.jupyter.org, "Common Directories and File Locations"). */
export function kernelFolder(
  variable: (name: string) => string | undefined = environmentVariable,
  os: typeof Deno.build.os = Deno.build.os,
): string {
  const home = variable("HOME");
  const data = variable("JUPYTER_DATA_DIR") ??
    (os === "windows"
      ? under(variable("APPDATA"), "jupyter")
      : os === "darwin"
      ? under(home, "Library", "Jupyter")
      : under(variable("XDG_DATA_HOME"), "jupyter") ?? under(home, ".local", "share", "jupyter"));
  if (data === undefined) {
    throw new UsageError("Jupyter's folder is not known: set JUPYTER_DATA_DIR to what jupyter --data-dir prints");
  }
  return join(data, "kernels", "sonde");
}

function under(folder: string | undefined, ...names: readonly string[]): string | undefined {
  return folder === undefined ? undefined : join(folder, ...names);
}
