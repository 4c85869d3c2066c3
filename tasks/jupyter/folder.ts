/**
 * Where Jupyter looks for a user's kernels.
 *
 * @module
 */
import { join } from "node:path";
import { environmentVariable } from "../../lib/device/environment.ts";
import { UsageError } from "../cli.ts";

/**
 * Jupyter's folder for a user's data, by its rules for each system (docs.jupyter.org, "Common Directories and File Locations"), with the
 * variable that says so and its value.
 *
 * @throws {UsageError} if no variable does
 */
export function dataFolder(
  variable: (name: string) => string | undefined = environmentVariable,
  os: typeof Deno.build.os = Deno.build.os,
): { readonly name: string; readonly value: string; readonly path: string } {
  const places: readonly (readonly [name: string, ...below: string[]])[] = [
    ["JUPYTER_DATA_DIR"],
    ...os === "windows"
      ? [["APPDATA", "jupyter"] as const]
      : os === "darwin"
      ? [["HOME", "Library", "Jupyter"] as const]
      : [["XDG_DATA_HOME", "jupyter"] as const, ["HOME", ".local", "share", "jupyter"] as const],
  ];
  for (const [name, ...below] of places) {
    const value = variable(name);
    if (value !== undefined) return { name, value, path: join(value, ...below) };
  }
  throw new UsageError("Jupyter's folder is not known: set JUPYTER_DATA_DIR to what jupyter --data-dir prints");
}

/** The folder of the kernel's own, below Jupyter's. */
export function kernelFolder(...from: Parameters<typeof dataFolder>): string {
  return join(dataFolder(...from).path, "kernels", "sonde");
}
