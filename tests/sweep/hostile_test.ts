/**
 * What a hostile plan, queue or store can do to whoever runs it: nothing but fail its own trials.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { TrialLine } from "../../lib/sweep/record.ts";
import { ROOT } from "../tasks/command.ts";
import { plan, runTask, withFolder } from "./helpers.ts";

const CPU = ["--device", "cpu"];

/** Every file below a folder. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(join(folder, name)).map((path) => join(name, path)) : [name]
  ).sort();
}

Deno.test("sweep: a hostile plan reads, writes, runs and reaches nothing, and its forged records fail their own trials", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "secret.ts"), "export default 1;");
    await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => {
      reached++;
      return new Response("export default 1", { headers: { "content-type": "application/typescript" } });
    });
    let reached = 0;
    // A plan of its own, outside the checkout, that names where to try.
    const file = join(folder, "plan.ts");
    const source = await Deno.readTextFile(join(ROOT, plan("hostile")));
    await Deno.writeTextFile(
      file,
      source.replace("../../../lib/sweep/plan.ts", `file://${join(ROOT, "lib/sweep/plan.ts")}`)
        .replace(/const \[folder = .*;/, `const folder = ${JSON.stringify(folder)}, port = "${server.addr.port}";`),
    );
    const out = join(folder, "out");
    const lock = await Deno.readTextFile(join(ROOT, "deno.lock"));
    const { code, lines, stderr } = await runTask("sweep", [file, ...CPU, "--workers", "2", "--out", out, "--json"], {
      env: { NATS_PASSWORD: "s3cret", SONDE_DATA: join(folder, "data") },
    });
    assert.equal(code, 1, stderr);
    const rows = new Map(
      lines.map((line) => JSON.parse(line) as TrialLine).map((row) => [String(row.params.what), row]),
    );
    const through = [...rows.values()].filter(({ metrics }) => metrics.through === 1).map(({ params }) => params.what);
    assert.deepEqual(through, [], "these got through");
    const failed = [...rows.values()].filter(({ status }) => status === "failed").map(({ params }) =>
      String(params.what)
    );
    const forged = [...rows.keys()].filter((what) => /^(post|write-line)-|^no-json$|^renames/.test(what));
    assert.deepEqual(failed.sort(), forged.sort(), stderr);
    assert.ok(forged.length > 20);
    for (const what of forged) assert.match(rows.get(what)!.error!, /^Cannot use a worker's message: /, what);
    assert.match(
      rows.get("post-climbs")!.error!,
      /record\.artefacts\.0\.name: expected .*, found "\.\.\/\.\.\/\.\.\/\.\.\/owned"/,
    );
    assert.match(rows.get("post-object-metric")!.error!, /record\.metrics\.through: expected/);
    assert.match(rows.get("post-checkpoint-long")!.error!, /checkpoint\.learner: expected at most \d+ characters/);
    assert.equal(rows.get("another-checkpoint")!.status, "done");
    assert.match(stderr, /sent a checkpoint of trial 0+, which it does not run/);
    assert.equal(rows.get("own-checkpoint")!.status, "done");
    assert.equal(rows.get("another-trial")!.status, "done");
    assert.match(stderr, /sent a record of trial 0+, which it does not run/);
    assert.equal(rows.get("half-a-line")!.status, "done"); // its record follows on the same line
    assert.match(stderr, /^no end of line$/m);
    assert.equal(reached, 0, "the network was reached");
    // Nothing was written but what the task itself writes.
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["out", "plan.ts", "secret.ts"]);
    const written = filesIn(out).filter((name) => !name.startsWith("charts"));
    assert.deepEqual(
      written.filter((name) => !/-(wal|shm)$/.test(name)),
      ["deno.lock", "index.html", "sweep.db", "sweep.lock", "trials.csv", "trials.jsonl"],
    );
    assert.doesNotMatch(await Deno.readTextFile(join(out, "index.html")), /^owned/);
    assert.equal(await Deno.readTextFile(join(ROOT, "deno.lock")), lock);
  }));
