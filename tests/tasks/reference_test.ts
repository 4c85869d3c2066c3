/** The API reference as a site. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { publicModules } from "../../tasks/reference/modules.ts";
import { ROOT, run, task } from "./command.ts";

Deno.test("deno task reference: one page leads to every public symbol, and each has a page that says what it is", async () => {
  const { code, stdout, stderr } = await task("reference");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /all_symbols\.html/);
  const site = join(ROOT, "dist/reference");
  const page = (await Deno.readTextFile(join(site, "all_symbols.html"))).replaceAll("&#x2F;", "/");
  const links = [...page.matchAll(/href="([^"#]+)"/g)].map(([, link]) => link!);
  const pages = new Set(links.filter((link) => link.includes("~/")).map((link) => join(site, link)));
  for (const path of pages) assert.ok((await Deno.stat(path)).isFile, path);

  const { stdout: json } = await run(["doc", "--json", ...publicModules()]);
  const { nodes } = JSON.parse(json) as { nodes: Record<string, { symbols: { name: string }[] }> };
  const names = new Set(Object.values(nodes).flatMap(({ symbols }) => symbols.map(({ name }) => name)));
  const reached = new Set([...pages].map((path) => path.split("/").at(-1)!.replace(/\.html$/, "")));
  // A namespace's page is that of its module.
  const spaces = [
    "F",
    "nn",
    "optim",
    "data",
    "plot",
    "learner",
    "lessons",
    "sweep",
    "functional",
    "init",
    "foundations",
  ];
  assert.ok(names.size > 500, `${names.size} names`);
  assert.deepEqual([...names].filter((name) => !reached.has(name) && !spaces.includes(name)), []);
  // Nothing of it is fetched from elsewhere.
  assert.doesNotMatch(page, /<(script|img|link)[^>]+"https?:/);
});

Deno.test("deno task reference: an unknown option is an error", async () => {
  const { code, stderr } = await task("reference", ["--html"]);
  assert.equal(code, 2);
  assert.match(stderr, /Unknown option --html/);
});
