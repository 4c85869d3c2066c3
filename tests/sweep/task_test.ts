/**
 * `deno task sweep` and `deno task report` as a user meets them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { SweepLiveEvent } from "../../lib/sweep/live/events.ts";
import type { TrialLine } from "../../lib/sweep/record.ts";
import { readSweep } from "../../lib/sweep/read_sweep.ts";
import { Listener } from "../live/stream.ts";
import { Keeper, plan, runTask, startTask, until as waitFor, withFolder } from "./helpers.ts";

const CPU = ["--device", "cpu"];

// Each bad command line, and the one line that must explain it.
const mistakes: [task: string, args: string[], line: RegExp][] = [
  ["sweep", [], /^sweep: PLAN\.ts is missing: name the file of a plan/],
  ["sweep", ["no/such.ts"], /^sweep: No plan at no\/such\.ts: name the file/],
  ["sweep", [plan("chaos"), plan("bad")], /^sweep: Only one plan is run at a time/],
  ["sweep", [plan("chaos"), "--worker", "2"], /^sweep: Unknown option --worker: allowed are --out, --workers/],
  ["sweep", [plan("chaos"), "--workers", "0"], /^sweep: --workers must be a whole number from 1 to 1024, found "0"$/],
  [
    "sweep",
    [plan("chaos"), "--device", "tpu"],
    /^sweep: --device must be one of auto, cpu, webgpu, reference, found "tpu"$/,
  ],
  [
    "sweep",
    [plan("chaos"), "--nats", "http://x"],
    /^sweep: --nats must be an address: expected nats:\/\/host:4222, or several such .*; found http:\/\/…$/,
  ],
  [
    "sweep",
    [plan("chaos"), "--threads", "2", "--device", "webgpu"],
    /^sweep: --threads is for the cpu device, found --d.*gpu/,
  ],
  [
    "sweep",
    [plan("chaos"), "--out", "deno.json"],
    /^sweep: --out must name a folder, found "deno.json", which is a file\. N/,
  ],
  [
    "sweep",
    [plan("chaos"), "--out", "deno.json/a"],
    /^sweep: --out must .* "deno.json\/a": \S+deno.json is a file\. Name/,
  ],
  ["sweep", [plan("chaos"), "--out="], /^sweep: --out must name a folder, found ""$/],
  ["sweep", [plan("chaos"), "--live=x"], /^sweep: --live must be a whole number from 0 to 65535, found "x"$/],
  [
    "sweep",
    [plan("chaos"), "--live", "70000"],
    /^sweep: --live must be a whole number from 0 to 65535, found "70000"$/,
  ],
  ["sweep", [plan("chaos"), "--keep", "--fresh"], /^sweep: --keep and --fresh exclude each other/],
  [
    "sweep",
    [plan("bad"), ...CPU],
    /^sweep: tests\/sweep\/plans\/bad\.ts: grid\.lr is empty: expected at least one value$/,
  ],
  [
    "sweep",
    [plan("none"), ...CPU],
    /^sweep: tests\/sweep\/plans\/none\.ts: the file must export a sweep as its default/,
  ],
  ["worker", [plan("chaos")], /^worker: --nats is missing: name the server/],
  ["report", [], /^report: DIR is missing/],
];

for (const [task, args, line] of mistakes) {
  Deno.test(`${[task, ...args].join(" ")}: code 2, and one line that names the mistake`, async () => {
    const { code, stdout, stderr } = await runTask(task, args);
    assert.equal(stdout, "");
    assert.match(stderr.trimEnd(), line);
    assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
    assert.equal(code, 2);
  });
}

Deno.test("sweep: a plan that cannot be loaded is a failure, with its own error", async () => {
  const { code, stderr } = await runTask("sweep", [plan("broken"), ...CPU]);
  assert.equal(code, 1);
  assert.match(stderr, /this file cannot be loaded/);
});

Deno.test("report: of a folder without a sweep is a failure", async () => {
  const { code, stderr } = await runTask("report", ["tests/sweep"]);
  assert.equal(code, 1);
  assert.match(stderr, /^report: Cannot find a sweep in tests\/sweep: expected the file sweep\.db, found none\n$/);
});

Deno.test("sweep: whatever goes wrong in a trial is recorded with what it was, and the others go on", () =>
  withFolder(async (out) => {
    const { code, lines, stderr } = await runTask("sweep", [
      plan("troubles"),
      ...CPU,
      "--workers",
      "2",
      "--out",
      out,
      "--json",
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /sweep: 13 of 16 trials failed; --retry runs them again/);
    assert.match(stderr, /this is no message of the protocol/);
    assert.match(stderr, /\\x1b\]0;owned\\x07\\x1b\[2J the screen/, "control characters are shown harmless");
    // deno-lint-ignore no-control-regex -- that is the point
    assert.doesNotMatch(stderr, /\x1b|\x07/);
    const rows = new Map(lines.map((line) => JSON.parse(line) as TrialLine).map((row) => [row.params.what, row]));
    assert.equal(rows.size, 16);
    const errors: Record<string, RegExp> = {
      "throws": /^Error: the layer is missing\n\s+at .*troubles\.ts/,
      "nan": /^trial returned accuracy: expected a finite number, found NaN\. .*diverging: \["accuracy"\]$/,
      "nothing": /^trial must return metrics, an object of numbers by name, found nothing$/,
      "text": /^trial returned accuracy: expected a number, found "0\.5"$/,
      "twice": /^Duplicate name what: trial returned a metric named as a parameter/,
      "kept-twice": /Duplicate name note: it was kept already/,
      "waits": /^Given up after 2 attempts\. The last: The trial did not end within 4 s \(timeout\)$/,
      "spins": /^Given up after 2 attempts\. The last: .*(\(stall\)|\(timeout\))$/,
      "exits": /^The trial ended its own worker: Deno\.exit\(3\)$/,
      "closes": /^The trial ended its own worker: self\.close\(\)$/,
      "unshowable": /^something of type object that cannot be shown$/,
      "odd-name": /^trial returned a metric named "accuracy\\u0000": expected a name of 1 to 200 characters/,
      // deno-lint-ignore no-control-regex -- in the store the error is as it was
      "escapes": /^Error: \x1b\]0;owned\x07\x1b\[2J the screen/,
    };
    for (const [what, message] of Object.entries(errors)) {
      const row = rows.get(what)!;
      assert.equal(row.status, "failed", what);
      assert.match(row.error!, message);
      assert.deepEqual(row.metrics, {});
      assert.equal(row.attempts, ["waits", "spins"].includes(what) ? 2 : 1, what);
    }
    assert.deepEqual(rows.get("well")!.metrics, { accuracy: 0.5 });
    assert.deepEqual(rows.get("forgets")!.metrics, { accuracy: 0.25 });
    assert.deepEqual(rows.get("diverges")!.metrics, { accuracy: 0.1, loss: null });
    // The report has the failures, the exports have everything.
    const page = await Deno.readTextFile(join(out, "index.html"));
    assert.match(page, /Failed trials[\s\S]*the layer is missing/);
    assert.equal((await Deno.readTextFile(join(out, "trials.jsonl"))).trim().split("\n").length, 16);
    assert.match(
      await Deno.readTextFile(join(out, "trials.csv")),
      /^trial,what,seed,status,accuracy,loss,attempts,seconds,error\n/,
    );
  }));

/** The first line on a process's output, and then the rest. */
async function firstLine(process: Deno.ChildProcess): Promise<{ rest: Promise<string> }> {
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) text += (await reader.read()).value ?? "\n";
  const rest = async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text;
      text += value;
    }
  };
  return { rest: rest() };
}

Deno.test("sweep --live: a page has each trial and what it reports, and in the end the report that was written", () =>
  withFolder(async (folder) => {
    // Where no number follows, it is a free port.
    const task = startTask("sweep", ["--live", plan("chaos_small"), ...CPU, "--workers", "2", "--out", folder]);
    const stdout = new Response(task.stdout).text(),
      stderr = task.stderr.pipeThrough(new TextDecoderStream()).getReader();
    let said = "";
    const address = () => /^live on (http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(said)?.[1];
    while (!address()) {
      const { value, done } = await stderr.read();
      assert.ok(!done, said);
      said += value;
    }
    const page = new Listener<SweepLiveEvent>(address()!);
    await page.until((events) => events.some(({ kind }) => kind === "end"));
    await page.close();
    await stderr.cancel();
    assert.equal((await task.status).code, 0, await stdout);
    const { events } = page, last = new Map<string, string>(), early = new Set<string>();
    for (const event of events) {
      if (event.kind === "trial") last.set(event.id, event.status);
      // A curve of a trial that runs: the store has none of it yet.
      if (event.kind === "curve" && last.get(event.trial) === "running") early.add(event.name);
    }
    assert.equal(last.size, 30);
    assert.deepEqual(new Set(last.values()), new Set(["done"]));
    assert.deepEqual([...early], ["norm"]);
    const end = events.find((event) => event.kind === "end")!;
    assert.equal(end.how, "done");
    assert.equal(end.report, await Deno.readTextFile(join(folder, "index.html")));
    assert.ok(page.messages.length >= 3, String(page.messages.length));
  }));

Deno.test("sweep: Ctrl-C finishes what is running, and the same command goes on to the same results", () =>
  withFolder(async (folder) => {
    const out = join(folder, "out");
    const args = [plan("chaos_medium"), ...CPU, "--workers", "2", "--out", out, "--json"];
    const process = startTask("sweep", args);
    const errors = new Response(process.stderr).text();
    const { rest } = await firstLine(process);
    process.kill("SIGINT");
    const told = (await rest).trim().split("\n");
    assert.equal((await process.status).code, 130, await errors);
    assert.match(await errors, /sweep: stopping: the trials that are running are finished first/);
    assert.match(await errors, /sweep: interrupted; \d+ trials are left\. The same command goes on/);
    const { trials } = await readSweep(out);
    const done = trials.filter(({ status }) => status === "done");
    assert.equal(done.length, told.length);
    assert.ok(done.length < 72);
    assert.ok(trials.every(({ status }) => status === "done" || status === "pending"));

    const again = await runTask("sweep", args);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(again.lines.length, 72 - done.length, "finished trials are not run again");
    const finished = (await readSweep(out)).trials;
    assert.deepEqual(finished.filter(({ id }) => done.some((other) => other.id === id)), done);
    // A third time there is nothing to do.
    const third = await runTask("sweep", args);
    assert.deepEqual([third.code, third.stdout], [0, ""]);
  }));

/** Starts a sweep on two workers, and waits until both say something. */
async function startTalking(name: string, word: string, out: string) {
  const process = startTask("sweep", [plan(name), ...CPU, "--workers", "2", "--out", out, "--json"]);
  const reader = process.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const until = async (pattern: RegExp) => {
    while (!pattern.test(text)) {
      const { done, value } = await reader.read();
      assert.ok(!done, text);
      text += value;
    }
  };
  await until(new RegExp(`${word}[^]*${word}`));
  const end = async () => {
    while (!(await reader.read()).done);
    await process.stdout.cancel();
    return await process.status;
  };
  return { process, until, end };
}

// Those that wait would end with any process; those that spin never turn their thread's event loop.
for (const [name, word] of [["waits", "waiting"], ["spins", "spinning"]] as const) {
  Deno.test({
    name: `sweep: no worker outlives its coordinator, when its trial ${name}`,
    ignore: Deno.build.os !== "linux",
    fn: () =>
      withFolder(async (folder) => {
        await using keeper = new Keeper();
        const out = join(folder, "out");
        const { process, end } = await startTalking(name, word, out);
        const killed = await keeper.workersOf(process);
        assert.equal(killed.length, 2);
        process.kill("SIGKILL");
        await end();
        const gone = async (pids: number[]) =>
          !(await Promise.all(pids.map((pid) => keeper.alive(pid)))).includes(true);
        await waitFor("workers to end", () => gone(killed));

        // Ctrl-C twice ends at once.
        const second = await startTalking(name, word, out);
        const pids = await keeper.workersOf(second.process);
        second.process.kill("SIGINT");
        await second.until(/Ctrl-C again ends at once/);
        await new Promise((resolve) => setTimeout(resolve, 400)); // another keystroke
        second.process.kill("SIGINT");
        assert.equal((await second.end()).code, 130);
        await waitFor("workers to end", () => gone(pids));
        const { trials } = await readSweep(out);
        assert.deepEqual(trials.map(({ status }) => status).sort(), ["pending", "running", "running"]);
      }),
  });
}
