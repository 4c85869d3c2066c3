/** The sources of the cpu's kernels as they are checked in. */

const FOLDER = new URL("../../../kernels/cpu/", import.meta.url);

/** Texts by file name. */
export function sourcesOfKernels(): Map<string, string> {
  const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.endsWith(".ts")).sort();
  return new Map(names.map((name) => [name, Deno.readTextFileSync(new URL(name, FOLDER))]));
}
