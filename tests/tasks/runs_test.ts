/** `deno task runs`, on what `deno task lesson --keep` and others left. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { keepRuns } from "../../lib/sweep/kept_runs.ts";
import { inFolder } from "../in_folder.ts";
import { task } from "./command.ts";

Deno.test("runs: a file in place of a folder is named", () =>
  inFolder(async (folder) => {
    const file = join(folder, "file");
    await Deno.writeTextFile(file, "");
    const { code, stderr } = await task("runs", [file]);
    assert.equal(
      stderr.trimEnd(),
      `runs: Cannot look for runs in ${file}: it is a file. Name a folder of runs, or one that has such folders in it`,
    );
    assert.equal(code, 1);
    await keepRuns(join(folder, "empty"), []);
    assert.equal((await task("runs", [folder])).stdout, `No run in ${folder} yet\n`);
  }));

Deno.test("runs of a lesson are kept, listed, filtered and compared: in words, as JSON, and as a page", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sonde-runs-task-" }), kept = join(folder, "runs");
  try {
    const args = ["--runs", "A1,A4", "--limit", "256", "--epochs", "2", "--device", "cpu", "--json", "--keep", kept];
    const lesson = await task("lesson", ["initialization", ...args]);
    assert.equal(lesson.code, 0, lesson.stderr);
    const listed = await task("runs", [folder]);
    assert.match(
      listed.lines[0]!,
      /^ *id +run +seed +status +title +train loss +train accuracy +eval loss +eval accuracy +took +began/,
    );
    assert.deepEqual(listed.lines.slice(1).map((line) => line.trim().split(/ +/)[1]), ["A4", "A1"]);
    const [one, ...others] = (await task("runs", [folder, "--json", "--where", "run=A1,status=done"])).lines;
    assert.equal(others.length, 0);
    const { id, params, metrics } = JSON.parse(one!);
    assert.deepEqual([params.lesson, params.dataset, params.epochs, params.limit], [
      "initialization",
      "garments",
      2,
      256,
    ]);
    // What the lesson told is what is kept.
    const told = lesson.lines.map((line) => JSON.parse(line)).find(({ run, phase, epoch }) =>
      run === "A1" && phase === "eval" && epoch === 1
    );
    assert.deepEqual([metrics["eval loss"], metrics["eval accuracy"]], [told.loss, told.accuracy]);
    const page = join(folder, "pages", "a.html");
    await Deno.mkdir(join(folder, "pages"));
    const compared = await task("runs", [folder, "--compare", `A4,${id.slice(0, 8)}`, "--html", page]);
    assert.equal(compared.code, 0, compared.stderr);
    assert.match(compared.stdout, /^parameter +A4 \(1\) +.*\nrun +A4 +A1\n/);
    assert.match(
      compared.stdout,
      /eval loss +mean +difference from the first, by seed\nA4 \(1\) +[\d.]+\n[0-9a-f]{8} \(1\) +[\d.]+ +[+-]?[\d.]+ of 1 seed/,
    );
    const html = await Deno.readTextFile(page);
    assert.equal(html.match(/<svg/g)!.length, 5); // loss and accuracy of both phases, and of batches
    assert.match(html, /Content-Security-Policy/);
    assert.deepEqual(["epoch", "batch", "step"].map((x) => html.split(`>${x}<`).length - 1), [4, 1, 0]); // axes
    const json = JSON.parse(
      (await task("runs", [folder, "--compare", "A4,A1", "--json", "--metric", "eval loss"])).stdout,
    );
    assert.deepEqual([json.metrics.length, Object.keys(json.curves), json.curves["eval loss"][0].length], [1, [
      "eval loss",
    ], 2]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("runs says what is wrong with its arguments, and names a store that it cannot read beside those that it can", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sonde-runs-task-" });
  try {
    const bad = async (args: string[], message: RegExp, code = 2) => {
      const found = await task("runs", args);
      assert.match(found.stderr, message);
      assert.equal(found.code, code);
    };
    await bad([folder], /^runs: Cannot find runs in .*: expected sweep\.db there, or in a folder below/, 1);
    const record = {
      status: "done" as const,
      metrics: {},
      steps: [],
      error: null,
      environment: null,
      began: new Date(0).toISOString(),
      seconds: 1,
    };
    await keepRuns(join(folder, "a"), [{ params: { run: "one\x1b[31m" }, seed: 1, record }]);
    await Deno.mkdir(join(folder, "b"));
    await Deno.writeTextFile(join(folder, "b", "sweep.db"), "no database at all, and long enough to be looked at");
    const { code, stdout, stderr } = await task("runs", [folder]);
    assert.deepEqual([code, stdout.includes("\x1b"), stdout.includes("one\\x1b[31m")], [0, false, true]);
    assert.match(stderr, /^runs: Cannot .*b.sweep\.db.*not a database/m);
    const none = await task("runs", [folder, "--where", "rum=one"]);
    assert.match(none.stdout, /^No run in .* is so: rum=one\. Their parameters: run\n$/);
    await bad([folder, "--compare", "one"], /needs two runs or more/);
    await bad([folder, "--compare", "one,two"], /no run in .* is one/);
    await bad([folder, "--html", "a.html"], /--html needs --compare/);
    await bad([folder, "--where", "a=1,,b=2"], /an empty part/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
