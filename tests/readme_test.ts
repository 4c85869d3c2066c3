/**
 * README.md keeps its word: its example prints what it says, and the tasks and files that it names exist.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { run } from "./tasks/command.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const readme = Deno.readTextFileSync(join(ROOT, "README.md"));
const contributing = Deno.readTextFileSync(join(ROOT, "CONTRIBUTING.md"));

Deno.test("README: its example runs without a permission and prints what it says", async () => {
  const [, code, output] = readme.match(/```ts\n([\s\S]*?)```[\s\S]*?```text\n([\s\S]*?)```/)!;
  const folder = await Deno.makeTempDir({ prefix: "sonde-readme-" });
  try {
    const file = join(folder, "try.ts");
    await Deno.writeTextFile(file, code!.replace("./mod.ts", pathToFileURL(join(ROOT, "mod.ts")).href));
    const { code: status, stdout, stderr } = await run([
      "run",
      "--no-prompt",
      "--config",
      join(ROOT, "deno.json"),
      file,
    ]);
    assert.equal(status, 0, stderr);
    const cells = (text: string) => text.trimEnd().split("\n").map((line) => line.trim().split(/ +/));
    const [found, wanted] = [cells(stdout), cells(output!)];
    assert.equal(found.length, wanted.length, stdout);
    // Another type of CPU may round otherwise, and a training makes much of little.
    for (const [i, line] of wanted.entries()) {
      for (const [j, cell] of line.entries()) {
        const close = Math.abs(Number(found[i]![j]) - Number(cell)) < 0.1;
        assert.ok(
          found[i]![j] === cell || close,
          `line ${i + 1}: printed ${found[i]!.join(" ")}, promised ${line.join(" ")}`,
        );
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("README, CONTRIBUTING: every task they name is in deno.json", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json"))) as { tasks: Record<string, unknown> };
  for (const [, name] of (readme + contributing).matchAll(/(?:deno|deno@[\d.]+) task ([a-z-]+)/g)) {
    assert.ok(name! in tasks, `deno task ${name}`);
  }
});

Deno.test("README, CONTRIBUTING, docs: their links lead somewhere", () => {
  const pages = [
    "README.md",
    "CONTRIBUTING.md",
    ...[...Deno.readDirSync(join(ROOT, "docs"))].map(({ name }) => `docs/${name}`),
  ];
  for (const page of pages.filter((path) => path.endsWith(".md"))) {
    const text = Deno.readTextFileSync(join(ROOT, page));
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)) {
      const path = fileURLToPath(new URL(target!, pathToFileURL(join(ROOT, page))));
      assert.ok(Deno.statSync(path), `${page}: ${target}`);
    }
  }
});

Deno.test("README, CONTRIBUTING, docs: the files that they name are there", () => {
  const pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md"];
  for (const { name } of Deno.readDirSync(join(ROOT, "docs"))) if (name.endsWith(".md")) pages.push(`docs/${name}`);
  const absent: string[] = [];
  for (const page of pages) {
    const prose = Deno.readTextFileSync(join(ROOT, page)).replace(/```[\s\S]*?```/g, "");
    for (const [, name] of prose.matchAll(/`((?:lib|kernels|tasks|tests|docs|notebooks)\/[\w./-]+\.\w+)`/g)) {
      try {
        Deno.statSync(join(ROOT, name!));
      } catch {
        absent.push(`${page}: ${name}`);
      }
    }
  }
  assert.deepEqual(absent, []);
});

Deno.test("README: the version of Deno that it names is the one it is tested with", () => {
  const versions = new Set(
    [...(readme + contributing).matchAll(/deno@(\d+\.\d+\.\d+)|Deno (\d+\.\d+\.\d+)/g)].map((m) => m[1] ?? m[2]),
  );
  assert.deepEqual([...versions], [Deno.version.deno]);
});
