/** What a registry of Deno's would be given: the files that `publish` in deno.json names. */

const { publish: { include } } = JSON.parse(await Deno.readTextFile(new URL("../deno.json", import.meta.url))) as {
  publish: { include: readonly string[] };
};

/** Whether a file, by its path from the root, belongs to the package. A folder's name ends with a slash; there are no patterns. */
export function isPublished(path: string): boolean {
  return path === "deno.json" || include.some((name) => name.endsWith("/") ? path.startsWith(name) : path === name);
}
