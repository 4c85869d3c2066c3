/**
 * Trials that are killed go on from their checkpoints, and nobody can use those to get at anything else.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Checkpoints } from "../../lib/sweep/checkpoints.ts";
import type { TrialCheckpoint } from "../../lib/sweep/checkpoint.ts";
import type { SweepResults } from "../../lib/sweep/results.ts";
import { readSweep } from "../../lib/sweep/read_sweep.ts";
import { freePort, Keeper, noServer, plan, startTask, until, withFolder } from "./helpers.ts";

const text = new TextDecoder();

/** A sweep's task with all that it says. */
class Running {
  err = "";
  readonly #process: Deno.ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(readonly out: string, readonly keeper: Keeper, more: readonly string[] = []) {
    const process = this.#process = startTask("sweep", [
      plan("resumes"),
      "--device",
      "cpu",
      "--workers",
      "1",
      "--out",
      out,
      "--json",
      ...more,
    ]);
    const read = async () => {
      for await (const chunk of process.stderr) this.err += text.decode(chunk);
    };
    this.#ended = Promise.all([read(), process.stdout.pipeTo(new WritableStream()), process.status]);
  }

  /** Waits until it has said something so often. */
  async says(what: RegExp, times: number): Promise<void> {
    const all = new RegExp(what.source, "g");
    try {
      await until(`${what}, ${times} times`, () => [...this.err.matchAll(all)].length >= times);
    } catch (error) {
      throw new Error(`${(error as Error).message}: ${this.err}`);
    }
  }

  /** Kills the process that runs trials. */
  async killWorker(): Promise<void> {
    const pids = await this.keeper.workersOf(this.#process);
    assert.equal(pids.length, 1);
    await this.keeper.kill(pids[0]!);
  }

  /** Kills the coordinator, and its worker with it. */
  async kill(): Promise<void> {
    await this.keeper.kill((await this.keeper.mainOf(this.#process))!);
    await this.#ended;
  }

  /** Waits for its end. */
  async ended(): Promise<void> {
    await this.#ended;
    const { code } = await this.#process.status;
    assert.equal(code, 0, this.err);
  }
}

/** What the trials came to, but for the time that they took. */
function outcomes({ trials, curves, kept }: SweepResults) {
  return trials.map(({ id, params, metrics }) => ({
    at: params.at,
    metrics,
    curves: curves.filter(({ trial }) => trial === id).map(({ trial: _, ...curve }) => curve),
    kept: kept.filter(({ trial }) => trial === id).map(({ name }) => name).sort(),
  }));
}

Deno.test({
  name: "ctx.fit(): a trial whose worker or coordinator is killed goes on, and ends with the same losses to the bit",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withFolder(async (out) => {
      await using keeper = new Keeper();
      const folder = join(out, "checkpoints"), files = () => [...Deno.readDirSync(folder)].map(({ name }) => name);
      const kept = () => files().filter((name) => name.endsWith(".checkpoint"));
      const first = new Running(out, keeper);
      await first.says(/waits to be killed/, 1);
      await until("a checkpoint", () => kept().length === 1);
      await first.killWorker();
      // Its turn comes again after the others'.
      await first.says(/waits to be killed/, 2);
      await until("another checkpoint", () => kept().length === 2);
      await first.kill();

      // What was damaged in between is of no use, which is said: that trial runs from its beginning, and waits once more.
      const lock = files().find((name) => name.endsWith(".lock"))!;
      const path = join(folder, lock.replace(".lock", ".checkpoint")), bytes = await Deno.readFile(path);
      bytes[bytes.length >> 1]! ^= 1;
      await Deno.writeFile(path, bytes);
      const second = new Running(out, keeper);
      await second.says(/begins anew: what an earlier attempt kept cannot be used: it is damaged/, 1);
      for (const times of [1, 2, 3]) {
        await second.says(/waits to be killed/, times);
        await second.killWorker();
      }
      await second.ended();
      const goneOn = [...second.err.matchAll(/goes on in epoch (\d) with (batch (\d)|its validation), counted from 0/g)]
        .map(([, epoch, , batch = 6]) => 6 * Number(epoch) + Number(batch));
      const ran = [...second.err.matchAll(/ran (\d+) of 36 batches/g)].map(([, count]) => Number(count));
      // Those that wait at batch 5 of the first fit, none, 3, 12 and 21 of the second, which are 12 and 24 long. A worker that is killed may not have
      // handed over its last checkpoint.
      assert.equal(goneOn.length, 4);
      assert.deepEqual([ran.length, ran[1]], [5, 36]);
      for (const [i, at] of [5, 3, 12, 21].entries()) {
        assert.ok(goneOn[i]! <= at && goneOn[i]! >= at - 2, `${goneOn}`);
        assert.equal(ran.toSpliced(1, 1)[i], 36 - goneOn[i]!, `${ran}`);
      }
      const found = outcomes(await readSweep(out)), undisturbed = found.find(({ at }) => at === 0)!;
      assert.equal(Object.keys(undisturbed.metrics).length, 36);
      assert.equal(new Set(Object.values(undisturbed.metrics)).size, 36);
      assert.equal(undisturbed.curves.length, 1);
      assert.deepEqual(undisturbed.kept, ["begun.txt", "losses-0.json", "losses-1.json"]);
      for (const trial of found) assert.deepEqual({ ...trial, at: 0 }, undisturbed);
      assert.throws(() => Deno.statSync(folder), Deno.errors.NotFound, "checkpoints of trials that are recorded go");
    }),
});

Deno.test({
  name: `ctx.fit() over NATS: a trial whose worker is killed goes on${noServer}`,
  ignore: Deno.build.os !== "linux" || noServer !== "",
  fn: () =>
    withFolder(async (folder) => {
      await using keeper = new Keeper();
      const port = freePort(), out = join(folder, "out");
      await keeper.startServer(port, join(folder, "server"));
      const sweep = new Running(out, keeper, ["--nats", `nats://127.0.0.1:${port}`]);
      for (const times of [1, 2, 3, 4]) {
        await sweep.says(/waits to be killed/, times);
        await until("a checkpoint", () => [...Deno.readDirSync(join(out, "checkpoints"))].length > 0);
        await sweep.killWorker();
      }
      await sweep.ended();
      assert.equal([...sweep.err.matchAll(/goes on in epoch/g)].length, 4, sweep.err);
      const found = outcomes(await readSweep(out)), undisturbed = found.find(({ at }) => at === 0)!;
      for (const trial of found) assert.deepEqual({ ...trial, at: 0 }, undisturbed);
      assert.throws(() => Deno.statSync(join(out, "checkpoints")), Deno.errors.NotFound);
    }),
});

const TRIAL = "0123456789abcdef0123456789abcdef";
const CHECKPOINT: TrialCheckpoint = {
  fit: 0,
  learner: btoa("a Learner"),
  steps: [[0, "loss", 0.5]],
  artefacts: [],
  data: {},
  environment: { device: "cpu", description: "cpu", threads: 1, system: "linux", versions: {} },
  began: new Date(0).toISOString(),
  seconds: 1,
};

/** A sweep's folder with checkpoints of a trial, and what was said of them. */
function checkpoints(out: string, code = "c0de") {
  const said: string[] = [], folder = new Checkpoints(out, code, (line) => said.push(line));
  return { said, folder, of: () => folder.of(TRIAL) };
}

Deno.test("Checkpoints: one attempt at a time has a trial's, and other code or a changed file is of no use", () =>
  withFolder(async (out) => {
    const { said, folder, of } = checkpoints(out), here = of(), there = of();
    assert.equal(await here.read(), null);
    assert.deepEqual([...Deno.readDirSync(out)], [], "nothing is made before the first");
    here.keep(CHECKPOINT);
    here.keep({ ...CHECKPOINT, fit: 1 });
    here.keep({ ...CHECKPOINT, fit: 2 });
    await until(
      "a checkpoint",
      () => Deno.stat(join(out, "checkpoints", `${TRIAL}.checkpoint`)).then(() => true, () => false),
    );
    assert.equal(await there.read(), null);
    assert.match(said.join(), /^keeps no checkpoint: another worker is running this trial, and keeps one$/);
    const before = Deno.readTextFileSync(join(out, "checkpoints", `${TRIAL}.checkpoint`));
    there.keep({ ...CHECKPOINT, fit: 7 });
    await there.end(true);
    await folder.keepOnly(new Set()); // what is in another's hands stays
    await here.end(false);
    assert.ok(before.includes(CHECKPOINT.learner));
    const last = of();
    assert.deepEqual(await last.read(), { ...CHECKPOINT, fit: 2 });
    await last.end(false);

    const other = checkpoints(out, "0ther"), stranger = other.of();
    assert.equal(await stranger.read(), null);
    assert.match(other.said.join(), /begins anew: .*it is damaged, or other code left it/);
    await stranger.end(false);
    await folder.keepOnly(new Set([TRIAL]));
    assert.equal([...Deno.readDirSync(join(out, "checkpoints"))].length, 1);
    await folder.keepOnly(new Set());
    assert.deepEqual([...Deno.readDirSync(out)], []);
    for (const trial of ["../../owned", "", `${TRIAL}/..`]) {
      assert.throws(() => folder.of(trial), /expected a trial's identity/);
    }
  }));

Deno.test({
  name: "Checkpoints: links in a folder from somebody else lead nowhere",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (root) => {
      const out = join(root, "out"), outside = join(root, "outside"), folder = join(out, "checkpoints");
      await Deno.mkdir(out);
      await Deno.mkdir(outside);
      const attempt = async () => {
        const { said, of } = checkpoints(out), kept = of();
        const read = await kept.read();
        kept.keep(CHECKPOINT);
        await kept.end(false);
        return { read, said: said.join("\n") };
      };
      await Deno.symlink(outside, folder);
      const linked = await attempt();
      assert.equal(linked.read, null);
      assert.match(linked.said, /keeps no checkpoint: .*checkpoints is a link, and no folder/);
      assert.deepEqual([...Deno.readDirSync(outside)], []);
      await Deno.remove(folder);
      await Deno.mkdir(folder);
      await Deno.symlink(join(outside, "lock"), join(folder, `${TRIAL}.lock`));
      assert.match((await attempt()).said, /keeps no checkpoint: .*\.lock is no file/);
      await Deno.remove(join(folder, `${TRIAL}.lock`));
      await Deno.writeTextFile(join(outside, "secret"), "secret");
      await Deno.symlink(join(outside, "secret"), join(folder, `${TRIAL}.checkpoint`));
      assert.match((await attempt()).said, /begins anew: .*it is no file, or too long/);
      assert.equal(await Deno.readTextFile(join(outside, "secret")), "secret");
      assert.deepEqual([...Deno.readDirSync(outside)].map(({ name }) => name), ["secret"]);
    }),
});
