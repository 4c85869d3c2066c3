/**
 * Circles of imports, types included: files none of which can be understood, tested or moved without all the others.
 *
 * @module
 */
import { dirname, join, relative, sep } from "node:path";

/** The imports of each file, by path relative to a root, with forward slashes. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the imports of all TypeScript files at and below some paths. Imports of files beyond these are left out.
 *
 * @param root what paths are relative to
 * @param paths folders and files
 * @param importsOf the sources that a file imports from, as written in it: `../tensor/tensor.ts`
 */
export function importGraph(
  root: string,
  paths: readonly string[],
  importsOf: (file: string, text: string) => readonly string[],
): ImportGraph {
  const files = new Set(paths.flatMap((path) => filesAt(join(root, path))));
  const name = (file: string) => relative(root, file).split(sep).join("/");
  return new Map([...files].map((file) => {
    const targets = importsOf(file, Deno.readTextFileSync(file))
      .filter((source) => source.startsWith("."))
      .map((source) => join(dirname(file), source))
      .filter((target) => files.has(target));
    return [name(file), [...new Set(targets)].map(name)];
  }));
}

function filesAt(path: string): string[] {
  if (Deno.statSync(path).isFile) return [path];
  return [...Deno.readDirSync(path)].toSorted((a, b) => a.name < b.name ? -1 : 1).flatMap((entry) => {
    const inner = join(path, entry.name);
    if (entry.isDirectory) return filesAt(inner);
    return entry.name.endsWith(".ts") ? [inner] : [];
  });
}

/** Files that all import each other, directly or through others. */
export interface Circle {
  /** All of them, sorted. */
  readonly files: readonly string[];
  /** A shortest way from the first of them back to itself: its first and its last entry are the same. */
  readonly chain: readonly string[];
}

/** All circles of a graph, largest first. A file that imports itself is one, too. */
export function circles(graph: ImportGraph): Circle[] {
  const reached = new Map([...graph.keys()].map((file) => [file, reachableFrom(graph, file)]));
  const found: Circle[] = [];
  const done = new Set<string>();
  for (const file of [...graph.keys()].toSorted()) {
    if (done.has(file) || !reached.get(file)?.has(file)) continue;
    const files = [...reached.get(file) ?? []].filter((other) => reached.get(other)?.has(file)).toSorted();
    for (const one of files) done.add(one);
    found.push({ files, chain: shortestWayBack(graph, file) });
  }
  return found.toSorted((a, b) => b.files.length - a.files.length);
}

/** The files that `start` imports, directly or through others; `start` itself only if it is in a circle. */
function reachableFrom(graph: ImportGraph, start: string): Set<string> {
  const seen = new Set<string>();
  const open = [start];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    for (const next of graph.get(file) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return seen;
}

/** Breadth first from `start` to itself, which there must be a way to. */
function shortestWayBack(graph: ImportGraph, start: string): string[] {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const file of queue) { // grows while it is gone through
    for (const next of graph.get(file) ?? []) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, file);
      queue.push(next);
    }
  }
  const chain = [start];
  let file = start;
  do {
    file = cameFrom.get(file)!;
    chain.unshift(file);
  } while (file !== start);
  return chain;
}

/** A circle in a sentence: `a.ts → b.ts → a.ts (2 files: a.ts, b.ts)`. */
export function describeCircle({ files, chain }: Circle): string {
  return `${chain.join(" → ")} (${files.length} ${files.length === 1 ? "file" : "files"}: ${files.join(", ")})`;
}
