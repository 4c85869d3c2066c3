/**
 * The public modules: all that users can name is a symbol of one of these.
 *
 * @module
 */
const ROOT = new URL("../../", import.meta.url);

/** The paths that a module exports from, relative to the root. */
export function exportsOf(path: string): string[] {
  const folder = new URL(".", new URL(path, "file:///"));
  return [...Deno.readTextFileSync(new URL(path, ROOT)).matchAll(/^export [^;]*? from "(\.[^"]+)"/gms)]
    .map(([, source]) => new URL(source!, folder).pathname.slice(1));
}

/** The modules that a module exports as namespaces, relative to the root. */
function namespacesOf(path: string): string[] {
  const folder = new URL(".", new URL(path, "file:///"));
  return [...Deno.readTextFileSync(new URL(path, ROOT)).matchAll(/^export \* as \w+ from "(\.[^"]+)"/gm)]
    .map(([, source]) => new URL(source!, folder).pathname.slice(1));
}

/** `mod.ts` and every module that it exports as a namespace, also within one. */
export function publicModules(): string[] {
  const found = ["mod.ts"];
  for (const path of found) {
    const modules = [path, ...exportsOf(path)].flatMap(namespacesOf);
    found.push(...modules.filter((module) => !found.includes(module)));
  }
  return found;
}
