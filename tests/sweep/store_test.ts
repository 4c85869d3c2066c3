import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type CodeIdentity, codeIdentity } from "../../lib/sweep/code.ts";
import { ChangedError, StoreError } from "../../lib/sweep/errors.ts";
import { describePlan, type PlanDescription } from "../../lib/sweep/expand.ts";
import { defineSweep } from "../../lib/sweep/plan.ts";
import { failure, type TrialRecord } from "../../lib/sweep/record.ts";
import { readSweep } from "../../lib/sweep/read_sweep.ts";
import { STORE } from "../../lib/sweep/schema.ts";
import { Store } from "../../lib/sweep/store.ts";
import { withFolder } from "./helpers.ts";

const described = (lr: readonly number[], seeds = 1) =>
  describePlan(defineSweep({ name: "store", grid: { lr }, seeds, trial: () => ({ accuracy: 1 }) }));
const plan = described([0.1, 0.2, 0.3]);
const code: CodeIdentity = { id: "c0de", version: "1", files: { "plan.ts": "a", "lib.ts": "b" } };

const done = (accuracy: number, more: Partial<TrialRecord> = {}): TrialRecord => ({
  ...failure("", 2),
  status: "done",
  error: null,
  metrics: { accuracy, loss: null },
  steps: [[1, "accuracy", accuracy / 2], [2, "accuracy", accuracy], [2, "loss", null]],
  artefacts: [{ name: "note.txt", type: "text/plain", data: btoa("hello") }],
  data: { garments: "d1" },
  ...more,
});

Deno.test("Store: a record is written whole, and once", () =>
  withFolder(async (folder) => {
    const [first, second, third] = plan.trials.map(({ id }) => id) as [string, string, string];
    {
      using store = await Store.open(folder, plan, code);
      assert.deepEqual(store.counts(), { pending: 3, running: 0, done: 0, failed: 0 });
      store.start(first);
      assert.ok(store.settle(first, done(0.8)));
      assert.ok(!store.settle(first, done(0.1)), "the second record of a trial is not taken");
      assert.ok(!store.settle("0".repeat(32), done(0.1)), "nor that of a stranger");
      store.start(second);
      store.start(third);
      assert.ok(store.settle(third, failure("it broke"), 4));
    }
    // What was running when the store was left is pending again, and that attempt does not count.
    using store = await Store.open(folder, plan, code);
    assert.deepEqual(store.pending().map((row) => ({ ...row })), [{ id: second, attempts: 0 }]);
    const results = await readSweep(folder);
    const [a, b, c] = results.trials;
    assert.deepEqual([a!.status, a!.metrics, a!.attempts, a!.code], ["done", { accuracy: 0.8, loss: NaN }, 1, "c0de"]);
    assert.deepEqual([b!.status, c!.status, c!.error, c!.attempts], ["pending", "failed", "it broke", 4]);
    assert.deepEqual(results.curves.map(({ name, points }) => [name, points]), [
      ["accuracy", [[1, 0.4], [2, 0.8]]],
      ["loss", [[2, NaN]]],
    ]);
    assert.deepEqual([...results.artefacts()].map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)]), [
      ["note.txt", "hello"],
    ]);
    assert.equal(store.retryFailed(), 1);
    assert.deepEqual(store.pending().map(({ id }) => id), [second, third]);
  }));

Deno.test("Store: a record that breaks off in the middle leaves nothing", () =>
  withFolder(async (folder) => {
    using store = await Store.open(folder, plan, code);
    const { id } = plan.trials[0]!;
    const twice = { name: "same", type: "text/plain", data: "" };
    assert.throws(() => store.settle(id, done(1, { artefacts: [twice, twice] })), /Cannot record trial .*UNIQUE/);
    assert.equal(store.counts().pending, 3);
    const { trials, curves } = await readSweep(folder);
    assert.deepEqual([trials[0]!.metrics, curves], [{}, []]);
    assert.ok(store.settle(id, done(1)));
  }));

Deno.test("Store: a second coordinator is turned away, and comes in when the first has ended", () =>
  withFolder(async (folder) => {
    {
      using _first = await Store.open(folder, plan, code);
      await assert.rejects(Store.open(folder, plan, code), /another sweep is writing to it. Wait for it, end it, or/);
    }
    (await Store.open(folder, plan, code))[Symbol.dispose]();
  }));

Deno.test("Store: held by another program it says so, and has lost nothing when that has gone", () =>
  withFolder(async (folder) => {
    using store = await Store.open(folder, plan, code, { patience: 50 });
    const [a, b] = plan.trials.map(({ id }) => id) as [string, string];
    store.settle(a, done(0.5));
    const other = new DatabaseSync(join(folder, STORE));
    other.exec("BEGIN IMMEDIATE");
    assert.throws(
      () => store.settle(b, done(0.6)),
      (error) =>
        error instanceof StoreError &&
        /Cannot record trial .* in .*sweep\.db: database is locked – another program holds it: close that program/.test(
          error.message,
        ),
    );
    other.exec("ROLLBACK");
    other.close();
    assert.ok(store.settle(b, done(0.6)));
    assert.deepEqual((await readSweep(folder)).trials.map(({ metrics }) => metrics.accuracy), [0.5, 0.6, undefined]);
  }));

Deno.test("Store: a full disk is an error with a remedy, and what was recorded stays", () =>
  withFolder(async (folder) => {
    const [a, b] = plan.trials.map(({ id }) => id) as [string, string];
    {
      using store = await Store.open(folder, plan, code, { maxPages: 40 });
      store.settle(a, done(0.5));
      const artefacts = [{ name: "large.bin", type: "application/octet-stream", data: btoa("x".repeat(400_000)) }];
      assert.throws(
        () => store.settle(b, done(0.6, { artefacts })),
        /database or disk is full – the disk is full: make room, and start again. Trials that were recorded before are safe/,
      );
    }
    using store = await Store.open(folder, plan, code);
    assert.deepEqual(store.counts(), { pending: 2, running: 0, done: 1, failed: 0 });
    assert.deepEqual((await readSweep(folder)).kept.length, 1);
  }));

Deno.test("Store: another plan or other code is named and refused, until somebody says what to do", () =>
  withFolder(async (folder) => {
    const [a] = plan.trials.map(({ id }) => id) as [string];
    {
      using store = await Store.open(folder, plan, code);
      store.settle(a, done(0.5));
    }
    const refusal = async (...now: [PlanDescription, CodeIdentity]) => {
      const error = await Store.open(folder, ...now).then(() => assert.fail("was not refused"), (error) => error);
      assert.ok(error instanceof ChangedError);
      assert.match(error.message, /Say --keep to go on and keep the finished trials, or --fresh to begin anew$/);
      return error.message;
    };
    assert.match(
      await refusal(plan, { ...code, id: "d", files: { "plan.ts": "a", "lib.ts": "z", "new.ts": "n" } }),
      /: changed files: lib\.ts, new\.ts\. /,
    );
    assert.match(await refusal(plan, { ...code, id: "d", version: "2" }), /: Sonde was 1, and is 2\. /);
    const wider = described([0.1, 0.3, 0.4]);
    assert.match(
      await refusal(wider, code),
      /: lr was 0\.1, 0\.2, 0\.3, and is 0\.1, 0\.3, 0\.4; 1 trials are new, 1 are gone\. /,
    );
    assert.match(
      await refusal(described([0.1, 0.2, 0.3], 2), code),
      /: seeds were 1, and are 1, 2; 3 trials are new, 0 are gone/,
    );
    {
      using store = await Store.open(folder, wider, code, { onChange: "keep" });
      assert.deepEqual(store.counts(), { pending: 2, running: 0, done: 1, failed: 0 });
    }
    using store = await Store.open(folder, wider, code, { onChange: "fresh" });
    assert.deepEqual(store.counts(), { pending: 3, running: 0, done: 0, failed: 0 });
  }));

Deno.test("Store: other data under the same name fails the trial", () =>
  withFolder(async (folder) => {
    using store = await Store.open(folder, plan, code);
    const [a, b] = plan.trials.map(({ id }) => id) as [string, string];
    store.settle(a, done(0.5));
    store.settle(b, done(0.5, { data: { garments: "d2" } }));
    const { trials } = await readSweep(folder);
    assert.deepEqual([trials[1]!.status, trials[1]!.metrics], ["failed", {}]);
    assert.match(trials[1]!.error!, /The data set garments was another \(d2\) than earlier trials had \(d1\)/);
  }));

Deno.test("Store: a file that is no store, or of another format, is refused", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(
      join(folder, STORE),
      "not a database, but longer than SQLite's header of a hundred bytes ".repeat(20),
    );
    await assert.rejects(
      Store.open(folder, plan, code),
      /the file is no SQLite database: choose another folder, or take the file away, as a sweep does with --fresh$/,
    );
    await Deno.remove(join(folder, STORE));
    const other = new DatabaseSync(join(folder, STORE));
    other.exec("PRAGMA user_version = 99");
    other.close();
    await assert.rejects(Store.open(folder, plan, code), /it has format 99, and this version of Sonde reads 1/);
    await assert.rejects(readSweep(join(folder, "nowhere")), /Cannot find a sweep in .*: expected the file sweep\.db/);
  }));

Deno.test("codeIdentity(): of the plan and its local modules, wherever they lie", () =>
  withFolder(async (folder) => {
    const write = async (root: string, helper: string) => {
      await Deno.mkdir(join(folder, root, "lib"), { recursive: true });
      await Deno.writeTextFile(
        join(folder, root, "plan.ts"),
        `import { a } from "./lib/a.ts";\nimport text from "./t.txt" with { type: "text" };\nimport "npm:x@1";\n`,
      );
      await Deno.writeTextFile(join(folder, root, "t.txt"), "text");
      await Deno.writeTextFile(join(folder, root, "unused.ts"), "export {}");
      await Deno.writeTextFile(
        join(folder, root, "lib", "a.ts"),
        `export * from "./b.ts";\n// import "./missing.ts"\n`,
      );
      await Deno.writeTextFile(join(folder, root, "lib", "b.ts"), helper);
      return await codeIdentity(new URL(`file://${join(folder, root, "plan.ts")}`), "1");
    };
    const one = await write("one", "export const a = 1;"), same = await write("two", "export const a = 1;");
    assert.deepEqual(Object.keys(one.files), ["lib/a.ts", "lib/b.ts", "plan.ts", "t.txt"]);
    assert.equal(one.id, same.id);
    assert.notEqual((await write("two", "export const a = 2;")).id, one.id);
  }));

Deno.test("codeIdentity(): a plan of 200 kB of spaces does not take a time that grows with their square", () =>
  withFolder(async (folder) => {
    const plan = join(folder, "plan.ts");
    const spaces = " ".repeat(200_000);
    await Deno.writeTextFile(plan, `import${spaces}from${spaces}(${spaces}new URL(${spaces}"./a"${spaces},${spaces}`);
    const start = performance.now();
    await codeIdentity(pathToFileURL(plan), "1");
    const seconds = (performance.now() - start) / 1000;
    assert.ok(seconds < 5, `${seconds} s`); // their square would be steps for many times that
  }));

Deno.test({
  name: "readSweep(): on a read-only disk",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withFolder(async (folder) => {
      {
        using store = await Store.open(folder, plan, code);
        store.settle(plan.trials[0]!.id, done(0.5));
      }
      const module = new URL("../../lib/sweep/read_sweep.ts", import.meta.url).href;
      const script = join(await Deno.realPath(join(folder, "..")), `${basename(folder)}.ts`);
      await Deno.writeTextFile(
        script,
        `import { readSweep } from ${JSON.stringify(module)};
         console.log((await readSweep(Deno.args[0])).trials.map(({ status }) => status).join());`,
      );
      try {
        const { code, stdout, stderr } = await new Deno.Command("python3", {
          args: [
            fileURLToPath(new URL("./read_only.py", import.meta.url)),
            folder,
            Deno.execPath(),
            ...[
              "run",
              "--no-check",
              `--lock=${fileURLToPath(new URL("../../deno.lock", import.meta.url))}`,
              "--frozen",
            ],
            ...["--no-prompt", "--allow-read", script, folder],
          ],
        }).output();
        if (code === 77) return console.log("left out: this user may not mount");
        assert.equal(new TextDecoder().decode(stdout).trim(), "done,pending,pending", new TextDecoder().decode(stderr));
      } finally {
        await Deno.remove(script);
      }
    }),
});

Deno.test("Store: what an earlier plan left stands behind the plan's own trials, and is not tried again", () =>
  withFolder(async (folder) => {
    const [first, second, third] = plan.trials.map(({ id }) => id) as [string, string, string];
    {
      using store = await Store.open(folder, plan, code);
      store.settle(first, done(0.5));
      store.settle(second, failure("it broke"));
      store.settle(third, failure("it broke, too"));
    }
    for (const lr of [[0.4, 0.3], [0.5, 0.3, 0.6], [0.6]]) {
      const now = described(lr), ids = now.trials.map(({ id }) => id);
      using store = await Store.open(folder, now, code, { onChange: "keep" });
      const { trials } = await readSweep(folder), read = trials.map(({ id }) => id);
      assert.deepEqual(read.slice(0, ids.length), ids);
      assert.deepEqual(read.filter((id) => id === first || id === second), [first, second]);
      if (lr.length === 1) {
        assert.equal(store.retryFailed(), 0);
        assert.deepEqual(store.pending().map(({ id }) => id), ids);
        assert.deepEqual(store.counts(), { pending: 1, running: 0, done: 1, failed: 2 });
      }
    }
  }));
