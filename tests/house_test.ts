/**
 * Rules of the house that no linter knows: what reaches `mod.ts`, and what may stand in no file.
 *
 * @module
 */
import assert from "node:assert/strict";
import { extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { exportsOf, publicModules } from "../tasks/reference/modules.ts";
import { run } from "./tasks/command.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SKIPPED = new Set([".git", "out", "dist", "node_modules", ".gpu"]);
const TEXT = new Set([".ts", ".js", ".json", ".md", ".wgsl", ".py", ".ipynb", ".yml", ""]);

/** All files of the project below a folder, relative to the root. */
function files(folder = ROOT): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    if (SKIPPED.has(name)) return [];
    const path = join(folder, name);
    return isDirectory ? files(path) : [relative(ROOT, path)];
  });
}

const read = (path: string) => Deno.readTextFileSync(join(ROOT, path));

Deno.test("mod.ts: every layer's public names are reachable from it", () => {
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const next of exportsOf(path)) visit(next);
  };
  visit("mod.ts");
  const layers = files().filter((path) => /^lib\/[^/]+\/mod\.ts$/.test(path));
  assert.ok(layers.length > 0);
  assert.deepEqual(layers.filter((path) => !seen.has(path)), []);
});

/** What Deno loads in a few milliseconds, or has loaded already. */
const LIGHT = ["buffer", "path", "timers", "url", "util", "worker_threads"];

Deno.test("mod.ts: what it loads leaves alone those modules of Node that take long to load", async () => {
  const { code, stdout, stderr } = await run(["info", "--json", "mod.ts"]);
  assert.equal(code, 0, stderr);
  interface Dependency {
    readonly specifier: string;
    readonly isDynamic?: boolean;
    readonly code?: { readonly specifier?: string };
  }
  const { modules } = JSON.parse(stdout) as { modules: { specifier: string; dependencies?: Dependency[] }[] };
  const dependencies = new Map(modules.map(({ specifier, dependencies = [] }) => [specifier, dependencies]));
  const loaded = new Set([new URL("../mod.ts", import.meta.url).href]), heavy: string[] = [];
  for (const from of loaded) {
    for (const { specifier, isDynamic, code } of dependencies.get(from) ?? []) {
      if (isDynamic || code?.specifier === undefined) continue;
      loaded.add(code.specifier);
      if (specifier.startsWith("node:") && !LIGHT.includes(specifier.slice(5))) heavy.push(`${specifier} by ${from}`);
    }
  }
  assert.ok(loaded.size > 300, String(loaded.size));
  assert.deepEqual(heavy, [], "these are loaded late, see lib/device/builtins.ts");
});

Deno.test("mod.ts: holds export lines and nothing else", () => {
  const code = read("mod.ts").replace(/\/\*[\s\S]*?\*\//g, "").trim();
  for (const statement of code.split(";").map((text) => text.trim()).filter(Boolean)) {
    assert.match(statement, /^export (type )?(\*|\{)/);
  }
});

Deno.test("mod.ts: everything public has a docstring, a type where none can be read off, and no type that is not public", async () => {
  const modules = publicModules();
  assert.ok(modules.includes("lib/nn/mod.ts") && modules.includes("lib/nn/functional.ts"), String(modules));
  // What is marked @internal is for the library itself, and may have types that users cannot name.
  const { code, stderr } = await run(["doc", "--lint", ...modules]);
  assert.equal(code, 0, stderr);
});

/** A symbol in the JSON of `deno doc`, as far as it is looked at here. */
interface Documented {
  readonly name: string;
  readonly declarations: readonly {
    readonly kind: string;
    readonly location: { readonly filename: string; readonly line: number };
    readonly jsDoc?: { readonly tags?: readonly { readonly kind: string; readonly doc?: string }[] };
  }[];
}

Deno.test("mod.ts: every public function and class has an example, which examples_test.ts runs", async () => {
  // The rule: what is called, made or extended is shown at work. For the rest a docstring does: types, options and constants; methods,
  // which the example of their class shows; and errors, which the library makes. Of overloads, one has the example.
  const { code, stdout, stderr } = await run(["doc", "--json", ...publicModules()]);
  assert.equal(code, 0, stderr);
  const { nodes } = JSON.parse(stdout) as { nodes: Record<string, { symbols: Documented[] }> };
  let looked = 0;
  const bare = new Set<string>();
  for (const { name, declarations } of Object.values(nodes).flatMap(({ symbols }) => symbols)) {
    const shown = declarations.filter(({ kind }) => kind === "function" || kind === "class" && !name.endsWith("Error"));
    if (shown.length === 0) continue;
    looked++;
    const runs = shown.some(({ jsDoc }) =>
      jsDoc?.tags?.some(({ kind, doc }) => kind === "example" && doc?.includes("```ts\n"))
    );
    const { filename, line } = shown[0]!.location;
    if (!runs) bare.add(`${relative(ROOT, fileURLToPath(filename))}:${line}: ${name}`);
  }
  assert.ok(looked > 200, `looked at ${looked}`);
  assert.deepEqual([...bare], []);
});

Deno.test("deno.json: every export exists, and every layer is one", () => {
  const { exports } = JSON.parse(read("deno.json")) as { exports: Record<string, string> };
  for (const path of Object.values(exports)) assert.ok(Deno.statSync(join(ROOT, path)).isFile, path);
  const layers = files().filter((path) => /^lib\/[^/]+\/mod\.ts$/.test(path)).map((path) => `./${path}`);
  assert.deepEqual(layers.filter((path) => !Object.values(exports).includes(path)), []);
});

Deno.test("no file needs a registry other than npm, or every permission", () => {
  // Written in pieces, so that this file does not find itself.
  const forbidden: [what: string, pattern: RegExp][] = [
    ["a module from JSR", new RegExp("[\"'`(]js" + "r:")],
    ["a module from deno.land", new RegExp("[\"'`]https://deno" + "\\.land/")],
    ["all permissions", new RegExp("deno (run|test|eval|bench)[^\\n]* -" + "A\\b|--allow" + "-all")],
  ];
  const found = files().filter((path) => TEXT.has(extname(path)) && path !== "deno.lock").flatMap((path) => {
    const text = read(path);
    return forbidden.filter(([, pattern]) => pattern.test(text)).map(([what]) => `${path}: ${what}`);
  });
  assert.deepEqual(found, []);
});

Deno.test("lib: imports from outside name a package and its major version in full", () => {
  // A module imported by URL does not see deno.json's import map.
  const odd = files().filter((path) => /^(lib\/.*|mod)\.ts$/.test(path)).flatMap((path) =>
    [...read(path).matchAll(/^(?:import|export) (?:[^;]*? from )?"([^"]+)"|import\("([^"]+)"\)/gms)]
      .map((match) => match[1] ?? match[2]!)
      .filter((source) => !/^\.\.?\/|^node:|^npm:(@[^/]+\/)?[^@/]+@\d/.test(source))
      .map((source) => `${path}: ${source}`)
  );
  assert.deepEqual(odd, []);
});

Deno.test("lock files: hold every package that the library and the tasks name", () => {
  for (const [folder, lock] of [["lib/", "deno.lock"], ["tasks/", "tasks/deno.lock"]] as const) {
    const { specifiers } = JSON.parse(read(lock)) as { specifiers: Record<string, string> };
    const locked = new Set(Object.keys(specifiers).map((name) => name.replace(/(?<!:)@.*/, "")));
    const named = files().filter((path) => path.startsWith(folder) && path.endsWith(".ts")).flatMap((path) =>
      [...read(path).matchAll(/^[^*]*"(npm:(?:@[^/"]+\/)?[^@/"]+)@\d|^[^*]*"(npm:(?:@[^/"]+\/)?[^@/"]+)@\^/gm)]
        .map((match) => match[1] ?? match[2]!)
    );
    assert.ok(named.length > 0);
    assert.deepEqual(named.filter((name) => !locked.has(name)), [], lock);
  }
});
