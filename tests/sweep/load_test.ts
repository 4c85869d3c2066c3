/**
 * Much of everything. By default a little of it; all of it with SONDE_SWEEP_LOAD=1.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describePlan } from "../../lib/sweep/expand.ts";
import { runLocally } from "../../lib/sweep/local.ts";
import { defineSweep } from "../../lib/sweep/plan.ts";
import { readSweep } from "../../lib/sweep/read_sweep.ts";
import { failure, type TrialRecord } from "../../lib/sweep/record.ts";
import { Store } from "../../lib/sweep/store.ts";
import { LostError } from "../../lib/sweep/worker/child.ts";
import type { Pool, Source } from "../../lib/sweep/worker/pool.ts";
import { Mulberry32 } from "../../tasks/mulberry32.ts";
import { ROOT, run } from "../tasks/command.ts";
import { freePort, Keeper, noServer, plan, runTask, withFolder } from "./helpers.ts";

const all = Deno.env.get("SONDE_SWEEP_LOAD") === "1";
const CPU = ["--device", "cpu"];

const trials = all ? 100_000 : 10_000;
Deno.test(`a store of ${trials} trials is opened, listed and reported`, () =>
  withFolder(async (folder) => {
    const script = new URL("./measure_store.ts", import.meta.url).href, lock = join(ROOT, "deno.lock");
    const measure = async (action: string) => {
      // How much memory it has had is told in a place that a process needs every permission for: what is evaluated has it.
      const code = `await import(${JSON.stringify(script)})`, flags = ["--no-check", "--frozen", `--lock=${lock}`];
      const ran = await run(["eval", ...flags, code, folder, String(trials), action]);
      assert.equal(ran.code, 0, ran.stderr);
      console.log(ran.stdout.trim());
      return JSON.parse(ran.stdout) as { seconds: number; megabytes: number };
    };
    await measure("make");
    const both = [await measure("open"), await measure("report")];
    for (const { megabytes } of both) assert.ok(megabytes < 500, `${megabytes} MB`);
    if (all) assert.ok(both.reduce((sum, { seconds }) => sum + seconds, 0) < 10);
  }));

/** One sweep of a day: eight workers, trials of about a minute, one worker in fifty lost. The clock is turned on, not waited for. */
Deno.test("a sweep of a day: every trial is recorded once, and the store holds no more than that", () =>
  withFolder(async (folder) => {
    const workers = 8, minutes = all ? 24 * 60 : 60, size = workers * minutes;
    const sweep = describePlan(defineSweep({
      name: "day",
      grid: { i: Array.from({ length: size }, (_, i) => i) },
      attempts: 3,
      trial: () => ({ accuracy: 1 }),
    }));
    const code = { id: "c0de", version: "1", files: {} };
    using store = await Store.open(folder, sweep, code);
    const random = new Mulberry32(1),
      record: TrialRecord = { ...failure(""), status: "done", error: null, metrics: { accuracy: 1 } };
    let clock = 0, lost = 0, recorded = 0, held = 0;
    /** Runs a source's trials by the clock: whichever ends first is settled first. */
    const pool = {
      async run(source: Source, count: number) {
        const running: { end: number; finish: () => Promise<void> }[] = [];
        const begin = async () => {
          const job = await source.next();
          if (!job) return;
          const gone = random.next() < 0.02;
          const finish = async () => await source.settle(job, gone ? new LostError("it was lost (stall)") : record);
          running.push({ end: clock + (gone ? 120 : 30 + 60 * random.next()), finish });
        };
        for (let i = 0; i < count; i++) await begin();
        while (running.length > 0) {
          running.sort((a, b) => a.end - b.end);
          const [next] = running.splice(0, 1);
          clock = next!.end;
          await next!.finish();
          await begin();
          held = Math.max(held, running.length);
        }
      },
    } as Pick<Pool, "run"> as Pool;
    const events = { recorded: () => recorded++, lost: () => lost++ };
    await runLocally(store, pool, { workers, attempts: 3, signal: new AbortController().signal, events });
    const hours = clock / 3600;
    console.log(`${size} trials in ${hours.toFixed(1)} h by the clock, ${lost} lost and run again`);
    assert.ok(Math.abs(hours - minutes / 60) < 0.15 * minutes / 60);
    assert.equal(recorded, size);
    assert.equal(held, workers);
    const { trials } = await readSweep(folder);
    assert.equal(trials.length, size);
    assert.equal(trials.reduce((sum, { attempts }) => sum + attempts, 0), size + lost);
    assert.ok(trials.every(({ status, attempts }) => attempts <= 3 && (status === "done" || attempts === 3)));
  }));

/** Runs something beside a server. */
async function withServer(body: (url: string, folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    await using keeper = new Keeper();
    const port = freePort();
    await keeper.startServer(port, join(folder, "server"));
    await body(`nats://127.0.0.1:${port}`, folder);
  });
}

const workers = all ? 32 : 4;
Deno.test({
  name: `sweep over NATS: ${workers} workers, 30 trials, each recorded once${noServer}`,
  ignore: noServer !== "",
  fn: () =>
    withServer(async (url, folder) => {
      const out = join(folder, "out"), args = [plan("chaos_small"), ...CPU, "--nats", url];
      const [sweep, worker] = await Promise.all([
        runTask("sweep", [...args, "--out", out, "--json"]),
        runTask("worker", [...args, "--workers", String(workers)]),
      ]);
      assert.equal(sweep.code, 0, sweep.stderr);
      assert.equal(worker.code, 0, worker.stderr);
      const told = sweep.lines.map((line) => JSON.parse(line).trial);
      assert.equal(told.length, 30);
      assert.equal(new Set(told).size, 30);
      assert.ok((await readSweep(out)).trials.every(({ status }) => status === "done"));
    }),
});

for (const nats of [false, true]) {
  Deno.test({
    name: `sweep${nats ? " over NATS" : ""}: records of 50 MB arrive whole${nats ? noServer : ""}`,
    ignore: !all || (nats && noServer !== ""),
    fn: async () => {
      const check = async (url: string | undefined, folder: string) => {
        const out = join(folder, "out"), start = performance.now();
        const args = [plan("fifty_megabytes"), ...CPU, "--out", out, "--json", ...(url ? ["--nats", url] : [])];
        const { code, stderr } = await runTask("sweep", [...args, "--workers", "1"]);
        assert.equal(code, 0, stderr);
        console.log(`${((performance.now() - start) / 1000).toFixed(1)} s`);
        const results = await readSweep(out);
        const last = results.trials.map(({ metrics }) => metrics.last);
        const kept = [...results.artefacts()].map(({ bytes }) => {
          assert.equal(bytes.length, 50_000_000);
          return new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
        });
        assert.deepEqual(kept.sort(), last.sort());
      };
      if (nats) await withServer(check);
      else await withFolder((folder) => check(undefined, folder));
    },
  });
}
