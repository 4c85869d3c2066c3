/**
 * Runs every example of the docstrings, of README.md and of pages in docs, and compares what it prints with what its comments say.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Example, examplesOf, keeps, promises } from "./examples.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
// Examples import by paths from the root.
const HOME = pathToFileURL(ROOT);

function sources(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    return isDirectory ? sources(path) : path.endsWith(".ts") ? [path] : [];
  });
}

const examples: Example[] = [
  ...sources(join(ROOT, "lib")),
  join(ROOT, "mod.ts"),
  join(ROOT, "README.md"),
  join(ROOT, "docs/sweeps.md"),
  join(ROOT, "docs/custom_operations.md"),
  join(ROOT, "docs/diagnosis.md"),
  join(ROOT, "docs/saving.md"),
  join(ROOT, "docs/torch_random.md"),
  ...["your_data", "your_model", "watching", "devices"].map((page) => join(ROOT, "docs/guide", `${page}.md`)),
]
  .flatMap((path) => examplesOf(relative(ROOT, path), Deno.readTextFileSync(path)));

Deno.test("examples: there are some", () => assert.ok(examples.length > 0));

/** Collects what the code logs instead of printing it. */
async function capture(run: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const log = console.log;
  console.log = (...values: unknown[]) =>
    lines.push(
      values.map((value) => typeof value === "string" ? value : Deno.inspect(value, { colors: false })).join(" "),
    );
  try {
    await run();
  } finally {
    console.log = log;
  }
  return lines;
}

const folder = Deno.makeTempDirSync({ prefix: "sonde-examples-" });

// Examples share devices with each other, so resources outlive a single one.
const shared = { sanitizeOps: false, sanitizeResources: false } as const;

for (const { name, code } of examples) {
  Deno.test({
    name: `example ${name}`,
    ...shared,
    async fn() {
      const file = join(folder, `${name.replace(/[^\w]+/g, "_")}.ts`);
      await Deno.writeTextFile(
        file,
        code.replace(/ from "(\.\/[^"]+)"/g, (_, path: string) => ` from "${new URL(path, HOME)}"`),
      );
      const lines = await capture(() => import(pathToFileURL(file).href));
      const wanted = promises(code);
      // Loops print a line once a turn, so only examples with as many lines as promises are compared.
      if (wanted.length !== lines.length) return;
      for (const [i, promise] of wanted.entries()) {
        assert.ok(keeps(lines[i]!, promise), `printed: ${lines[i]}\npromised: ${promise}`);
      }
    },
  });
}

Deno.test("examples: all of them pass the type check", async () => {
  const args = [
    "check",
    "--quiet",
    "--config",
    join(ROOT, "deno.json"),
    ...[...Deno.readDirSync(folder)].map(({ name }) => join(folder, name)),
  ];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" } }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  await Deno.remove(folder, { recursive: true });
});
