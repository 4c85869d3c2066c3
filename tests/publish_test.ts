/**
 * The package for a registry of Deno's: every check that publishing makes but the registry's own, and what goes along. That the package has
 * all that Sonde needs is tested in `url_test.ts`, which serves nothing else.
 *
 * @module
 */
import assert from "node:assert/strict";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { isPublished } from "./published.ts";
import { ROOT, run } from "./tasks/command.ts";

/** As `deno publish` writes them: `file:///…/mod.ts (1.19KB)`. */
const FILE = /^\s*(file:\S+) \(([\d.]+)(B|KB|MB)\)$/gm;
const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB: 1024 ** 2 };

Deno.test("deno publish --dry-run passes, asks nobody, and would publish the library alone", async () => {
  const nobody = "http://127.0.0.1:9";
  const { code, stdout, stderr } = await run(
    ["publish", "--dry-run", "--allow-dirty", "--frozen", "--lock=deno.lock"],
    { env: { JSR_URL: nobody, DENO_NO_UPDATE_CHECK: "1" } },
  );
  const text = stdout + stderr;
  assert.equal(code, 0, text);

  const files = [...text.matchAll(FILE)].map(([, url, size, unit]) => ({
    path: relative(ROOT, fileURLToPath(url!)),
    bytes: Number(size) * UNITS[unit!]!,
  }));
  const paths = files.map(({ path }) => path);
  for (const needed of ["mod.ts", "deno.json", "README.md", "kernels/cpu/kernels.wasm", "lib/device/cpu/helper.js"]) {
    assert.ok(paths.includes(needed), `${needed} is missing`);
  }
  assert.deepEqual(paths.filter((path) => !isPublished(path)), []);
  const bytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  assert.ok(bytes < 4 * 1024 ** 2, `the package has ${(bytes / 1024 ** 2).toFixed(1)} MB`);
});
