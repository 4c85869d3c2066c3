/**
 * Rules of the house that no linter knows: what reaches `mod.ts`, and what may stand in no file.
 *
 * @module
 */
import assert from "node:assert/strict";
import { extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./tasks/command.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SKIPPED = new Set([".git", "out", "node_modules", ".gpu"]);
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

/** The paths that a module exports from, relative to the root. */
function exportsOf(path: string): string[] {
  const folder = new URL(".", new URL(path, "file:///"));
  return [...read(path).matchAll(/^export [^;]*? from "(\.[^"]+)"/gms)]
    .map(([, source]) => new URL(source!, folder).pathname.slice(1));
}

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

Deno.test("mod.ts: holds export lines and nothing else", () => {
  const code = read("mod.ts").replace(/\/\*[\s\S]*?\*\//g, "").trim();
  for (const statement of code.split(";").map((text) => text.trim()).filter(Boolean)) {
    assert.match(statement, /^export (type )?(\*|\{)/);
  }
});

Deno.test("mod.ts: every name that it exports itself has a docstring, and a type where none can be read off", async () => {
  // Other kinds are let be: private-type-ref asks to export types that signatures only mention, and they need not be.
  // Deno does not look into `export * as`, such as `nn`.
  const kinds = /^error\[(missing-jsdoc|missing-explicit-type)\]: .*\n *--> (.+):(\d+):\d+$/gm;
  const { code, stderr } = await run(["doc", "--lint", "mod.ts"]);
  assert.ok(code === 0 || /Found \d+ documentation lint error/.test(stderr), stderr); // it looked, and did not fail otherwise
  assert.deepEqual(
    [...stderr.matchAll(kinds)].map(([, kind, path, line]) => `${relative(ROOT, path!)}:${line}: ${kind}`),
    [],
  );
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
