/**
 * Locks of packages: the checkout's is frozen, a sweep's trials have their own.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readSweep } from "../../lib/sweep/read_sweep.ts";
import { TrialsLock } from "../../tasks/sweep/lock.ts";
import { ROOT, run } from "../tasks/command.ts";
import { runTask, withFolder } from "./helpers.ts";

const CHECKOUT = join(ROOT, "deno.lock");

Deno.test("sweep: a plan that imports a package has a lock beside its store, and does not change the checkout's", () =>
  withFolder(async (folder) => {
    const before = await Deno.readTextFile(CHECKOUT), out = join(folder, "out"), plan = join(folder, "plan.ts");
    await Deno.writeTextFile(
      plan,
      `import { defineSweep } from "${pathToFileURL(join(ROOT, "lib/sweep/plan.ts"))}";
       import mitt from "npm:mitt@3.0.1";
       export default defineSweep({ name: "packages", grid: { i: [1, 2] }, trial: () => ({ packages: mitt().all.size + 1 }) });`,
    );
    const args = [plan, "--device", "cpu", "--workers", "2", "--out", out, "--json"];
    const { code, stderr } = await runTask("sweep", args);
    assert.equal(code, 0, stderr);
    assert.deepEqual((await readSweep(out)).trials.map(({ metrics }) => metrics.packages), [1, 1]);
    const own = JSON.parse(await Deno.readTextFile(join(out, "deno.lock")));
    assert.equal(own.specifiers["npm:mitt@3.0.1"], "3.0.1");
    // It begins as the checkout's: what the library itself loads has the same versions.
    for (const [name, version] of Object.entries(JSON.parse(before).specifiers)) {
      assert.equal(own.specifiers[name], version);
    }
    assert.equal(await Deno.readTextFile(CHECKOUT), before);
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(names, ["out", "plan.ts"]);
    assert.deepEqual(
      [...Deno.readDirSync(out)].filter(({ name }) => name.endsWith(".lock")).map(({ name }) => name).sort(),
      [
        "deno.lock",
        "sweep.lock",
      ],
    );
  }));

Deno.test("TrialsLock: the one that a store has stays; a provisional one becomes it, or goes", () =>
  withFolder(async (folder) => {
    const parent = join(folder, "out"), store = join(parent, "sweep-a");
    await Deno.mkdir(store, { recursive: true });
    const first = await TrialsLock.make(undefined, parent);
    assert.equal(await Deno.readTextFile(first.path), await Deno.readTextFile(CHECKOUT));
    assert.equal(await first.moveTo(store), false);
    await first.remove();
    assert.equal(first.path, join(store, "deno.lock"));
    const same = await TrialsLock.make(undefined, parent);
    assert.equal(await same.moveTo(store), false, "it is the same");
    await Deno.writeTextFile(join(store, "deno.lock"), `{ "version": "5" }`);
    const other = await TrialsLock.make(undefined, parent);
    assert.equal(await other.moveTo(store), true, "workers that began with another are to begin again");
    assert.equal(other.path, join(store, "deno.lock"));
    assert.equal((await TrialsLock.make(store, parent)).path, join(store, "deno.lock"));
    const left = await TrialsLock.make(undefined, parent);
    await left.remove();
    assert.deepEqual([...Deno.readDirSync(parent)].map(({ name }) => name), ["sweep-a"]);
  }));

Deno.test("a frozen lock refuses a package that it does not have, and stays as it is", () =>
  withFolder(async (folder) => {
    const before = await Deno.readTextFile(CHECKOUT), script = join(folder, "script.ts");
    await Deno.writeTextFile(script, `import "npm:mitt@3.0.1";`);
    const { code, stderr } = await run(["run", "--frozen", `--lock=${CHECKOUT}`, "--no-prompt", script]);
    assert.equal(code, 1);
    assert.match(stderr, /lockfile is out of date/);
    assert.equal(await Deno.readTextFile(CHECKOUT), before);
  }));

Deno.test("mod.ts: whoever imports the library and runs no sweep loads no package", async () => {
  const { code, stdout, stderr } = await run(["info", "--json", "mod.ts"]);
  assert.equal(code, 0, stderr);
  const { modules } = JSON.parse(stdout) as { modules: { specifier: string; npmPackage?: string }[] };
  assert.ok(modules.length > 100);
  assert.deepEqual(modules.flatMap(({ npmPackage }) => npmPackage ?? []), []);
  assert.deepEqual(modules.filter(({ specifier }) => /boundary\/(?!patterns)/.test(specifier)), []);
});
