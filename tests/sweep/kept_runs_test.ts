/** Runs that are kept: what is in the store, who may write to it, and what a kill leaves. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { Callback, Learner, MetricsCB } from "../../lib/learner/mod.ts";
import { KeepRunCB } from "../../lib/sweep/keep_run.ts";
import { keepRuns } from "../../lib/sweep/kept_runs.ts";
import { readSweep } from "../../lib/sweep/read_sweep.ts";
import { compareRuns, differenceText, listRuns, matches, meanCurve } from "../../lib/sweep/runs.ts";
import { STORE } from "../../lib/sweep/schema.ts";
import { crossEntropy, loaders, model } from "../learner/helpers.ts";
import { inFolder } from "../in_folder.ts";

const KEEPER = fileURLToPath(new URL("./keeper_run.ts", import.meta.url));

/** A run of which only this is said. */
const run = (name: string, seed: number, loss: number, params = {}) => ({
  params: { run: name, ...params },
  seed,
  record: {
    status: "done" as const,
    metrics: { "eval loss": loss },
    steps: [[0, "eval loss", loss + 1], [1, "eval loss", loss]] as const,
    error: null,
    environment: null,
    began: new Date(1e12 + 1000 * seed).toISOString(),
    seconds: 1,
  },
});

const writer = (folder: string, count: number, name: string) =>
  new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "--quiet",
      "--no-prompt",
      `--allow-read=${folder}`,
      `--allow-write=${folder}`,
      KEEPER,
      folder,
      String(count),
      name,
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();

Deno.test("KeepRunCB keeps a fit's configuration, curves and last figures, and one that fails as failed", () =>
  inFolder(async (folder) => {
    const metrics = new MetricsCB({}, { log: null }),
      keep = new KeepRunCB({ name: "first", params: { width: 3 }, seed: 7, folder });
    const learn = Learner.of(model(), loaders()).loss(crossEntropy).lr(0.2).callbacks([metrics, keep]);
    await learn.fit(2);
    const { id } = keep;
    class Fails extends Callback {
      override afterEpoch(): void {
        throw new Error("no");
      }
    }
    await assert.rejects(learn.fit(1, { cbs: [new Fails()] }));
    const { trials, curves } = await readSweep(folder), [first, second] = trials;
    assert.deepEqual(first!.params, {
      run: "first",
      model: "Sequential",
      parameters: 15,
      loss: "crossEntropy",
      optimizer: "SGD",
      lr: 0.2,
      epochs: 2,
      batches: 3,
      width: 3,
    });
    assert.deepEqual([first!.id, first!.seed, first!.status], [id, 7, "done"]);
    const own = (name: string) => curves.find((curve) => curve.trial === id && curve.name === name)!.points;
    assert.equal(own("batch loss").length, 6);
    assert.deepEqual(own("eval loss").map(([epoch]) => epoch), [0, 1]);
    assert.equal(first!.metrics["eval loss"], own("eval loss")[1]![1]);
    assert.deepEqual([second!.status, second!.metrics], ["failed", {}]);
    assert.match(second!.error!, /did not come to its end/);
  }));

Deno.test("KeepRunCB refuses names and values that a store cannot hold", () => {
  assert.throws(() => new KeepRunCB({ params: { "a b": 1 } }), RangeError);
  assert.throws(() => new KeepRunCB({ params: { a: NaN } }), TypeError);
  assert.throws(() => new KeepRunCB({ seed: -1 }), RangeError);
  const long = "x".repeat(10_001);
  assert.throws(
    () => new KeepRunCB({ params: { a: long } }),
    /the parameter a: .* at most 10000 characters, found 10001/,
  );
  assert.throws(() => new KeepRunCB({ name: long }), /a run whose name has 10001 characters/);
});

Deno.test("several programs keep runs in one folder at the same time, from its making on: none is lost", () =>
  inFolder(async (folder) => {
    const results = await Promise.all(["a", "b", "c"].map((name) => writer(folder, 8, name).output()));
    assert.ok(results.every(({ success }) => success));
    const { trials } = await readSweep(folder);
    assert.deepEqual(Map.groupBy(trials, ({ params }) => params.run).size, 3);
    assert.equal(trials.length, 24);
  }));

Deno.test("a program that is killed leaves whole runs alone, and the next one may write", () =>
  inFolder(async (folder) => {
    const child = writer(folder, 1e6, "killed"), reader = child.stdout.getReader();
    await reader.read();
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    await keepRuns(folder, [run("after", 0, 1)]);
    const { trials, curves } = await readSweep(folder);
    assert.equal(trials.at(-1)!.params.run, "after");
    for (const { id, params } of trials.slice(0, -1)) {
      assert.equal(params.run, "killed");
      assert.equal(curves.find(({ trial }) => trial === id)!.points.length, 200);
    }
  }));

Deno.test("a sweep's folder, another version's store, and one that somebody holds are refused, with what to do", () =>
  inFolder(async (folder) => {
    await keepRuns(folder, [run("a", 0, 1)]);
    const change = (sql: string) => {
      const db = new DatabaseSync(join(folder, STORE));
      db.exec(sql);
      db.close();
    };
    using held = await Deno.open(join(folder, "sweep.lock"), { read: true, write: true });
    await held.lock(true);
    await assert.rejects(keepRuns(folder, [run("b", 0, 1)], { patience: 30 }), /another program is writing to it/);
    await held.unlock();
    change(`UPDATE meta SET value = replace(value, 'kept-runs', 'norms') WHERE key = 'plan'`);
    await assert.rejects(keepRuns(folder, [run("b", 0, 1)]), /it is the folder of the sweep norms. Choose another/);
    change("PRAGMA user_version = 9");
    await assert.rejects(keepRuns(folder, [run("b", 0, 1)]), /it has format 9, and this version of Sonde reads 1/);
    await assert.rejects(readSweep(folder), /it has format 9/);
  }));

Deno.test("runs are compared by seed: configurations that differ, means, and the interval of Student's t", () =>
  inFolder(async (folder) => {
    // Differences of 1, 2 and 3: a mean of 2 ± 4.303 · 1/√3, R's t.test(c(1, 2, 3))$conf.int
    await keepRuns(folder, [
      ...[1, 2, 3].map((seed) => run("narrow", seed, 10 * seed, { width: 8, lr: 0.1 })),
      ...[1, 2, 3].map((seed) => run("wide", seed, 11 * seed, { width: 64, lr: 0.1 })),
      run("wide", 9, 5, { width: 64, lr: 0.1 }),
    ]);
    const runs = listRuns([await readSweep(folder)]);
    assert.deepEqual(runs.map(({ seed }) => seed), [9, 3, 3, 2, 2, 1, 1]);
    const found = (label: string) => ({ label, runs: runs.filter((one) => matches(one, label)) });
    const { params, metrics, curves } = compareRuns([found("narrow"), found("width=64")]);
    assert.deepEqual(params, [{ name: "run", values: ["narrow", "wide"] }, { name: "width", values: ["8", "64"] }]);
    const [{ metric, means, differences: [difference] }] = metrics as [typeof metrics[number]];
    assert.deepEqual([metric, means, difference!.k, difference!.mean], [
      "eval loss",
      [20, (11 + 22 + 33 + 5) / 4],
      3,
      2,
    ]);
    assert.deepEqual(difference!.interval!.map((x) => x.toFixed(4)), ["-0.4841", "4.4841"]);
    assert.equal(differenceText(difference), "+2.000 [-0.484, 4.484] of 3 seeds");
    assert.deepEqual(curves, ["eval loss"]);
    assert.deepEqual(meanCurve(found("narrow"), "eval loss"), [[0, 21], [1, 20]]);
    assert.equal(found("seed=9").runs.length, 1);
    assert.deepEqual(["lr=0.1", "lr=1e-1", "lr=.1", "lr=", "lr=0.10x"].map((label) => found(label).runs.length), [
      7,
      7,
      7,
      0,
      0,
    ]);
    assert.equal(found(runs[0]!.id.slice(0, 8)).runs.length, 1);
    assert.equal(found("abc").runs.length, 0);
    const apart = compareRuns([found("seed=1"), found("seed=2")]).metrics[0]!;
    assert.deepEqual([apart.differences, differenceText(apart.differences[0])], [[undefined], "–"]);
  }));

Deno.test("KeepRunCB: a folder that will not do is told before anything is trained", () =>
  inFolder(async (folder) => {
    const file = join(folder, "file"), damaged = join(folder, "damaged");
    await Deno.writeTextFile(file, "");
    await Deno.mkdir(damaged);
    await Deno.writeTextFile(join(damaged, STORE), "not a database, but longer than a header ".repeat(20));
    for (
      const [place, message] of [
        [
          damaged,
          /the file is no SQLite database: choose another folder, or take the file away, as a sweep does with --fresh$/,
        ],
        [file, /Cannot make the folder .*file/],
      ] as const
    ) {
      let steps = 0;
      class Count extends Callback {
        override beforeBatch(): void {
          steps++;
        }
      }
      const learn = Learner.of(await model(), await loaders()).loss(crossEntropy).lr(0.1);
      await assert.rejects(learn.fit(1, { cbs: [new Count(), new KeepRunCB({ folder: place })] }), (error: Error) => {
        assert.match(`${(error.cause as Error | undefined)?.message ?? error.message}`, message);
        return true;
      });
      assert.equal(steps, 0);
    }
  }));

Deno.test("several configurations on one side are all counted; of one that was run again, the last run", () =>
  inFolder(async (folder) => {
    const of = (lr: number, act: string, seed: number, loss: number, began = 0) => {
      const { record, ...rest } = run("r", seed, loss, { lr, act });
      return { ...rest, record: { ...record, began: new Date(1e12 + 1e6 * began).toISOString() } };
    };
    await keepRuns(folder, [
      ...[1, 2, 3].flatMap((seed) => [of(0.1, "relu", seed, 10), of(0.1, "tanh", seed, 30)]),
      ...[1, 2, 3].flatMap((seed) => [of(0.2, "relu", seed, 10 + seed), of(0.2, "tanh", seed, 30 + seed)]),
      of(0.2, "tanh", 3, 43, 1),
    ]);
    const runs = listRuns([await readSweep(folder)]);
    const groups = ["lr=0.1", "lr=0.2"].map((label) => ({ label, runs: runs.filter((one) => matches(one, label)) }));
    const { means, differences: [difference] } = compareRuns(groups).metrics[0]!;
    // Of lr 0.1: 10 and 30 on each seed. Of 0.2: 11, 12, 13 and 31, 32, 43: by seed 21, 22, 28.
    assert.deepEqual(means, [20, (11 + 12 + 13 + 31 + 32 + 43) / 6]);
    assert.deepEqual([difference!.k, difference!.mean], [3, (1 + 2 + 8) / 3]);
    assert.deepEqual(meanCurve(groups[1]!, "eval loss").at(-1), [1, means[1]]);
  }));
