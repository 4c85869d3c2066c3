/** docs/pytorch.md keeps its word: its example runs, and its table is that of the tests with PyTorch's own inputs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { exceptions } from "./opinfo/exceptions.ts";
import { run } from "./tasks/command.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const page = Deno.readTextFileSync(join(ROOT, "docs/pytorch.md"));

Deno.test("docs/pytorch.md: its example runs without a permission", async () => {
  const [, code] = page.match(/```ts\n([\s\S]*?)```/)!;
  const folder = await Deno.makeTempDir({ prefix: "sonde-pytorch-" });
  try {
    const file = join(folder, "try.ts");
    await Deno.writeTextFile(file, code!.replace("./mod.ts", pathToFileURL(join(ROOT, "mod.ts")).href));
    const args = ["run", "--no-prompt", "--check", "--config", join(ROOT, "deno.json"), file];
    const { code: status, stdout, stderr } = await run(args);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^[01]\.\d+ \[ 16, 1 \]\n$/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("docs/pytorch.md: each row of the table is a difference that tests see, and each of those has its row", () => {
  const rows = page.split("\n").filter((line) => /^\| (?!what |---)/.test(line));
  const cells = rows.map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim()));
  for (const row of cells) assert.ok(row.length === 4 && row.every(Boolean), `four cells: ${row}`);
  const names = cells.map(([what]) => what);
  assert.deepEqual(names.toSorted(), [...new Set(exceptions.map(({ row }) => row))].toSorted());
});
