/** A run that was stopped at any step and goes on in another runner ends as one that was not, to the bit. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { LearnerCore } from "../../lib/learner/core.ts";
import { toJson } from "../../lib/learner/json.ts";
import { findRun, lessons } from "../../lib/lessons/catalogue.ts";
import { KeptRuns } from "../../lib/lessons/kept.ts";
import type { PhaseResult, SeedResult } from "../../lib/lessons/result.ts";
import { LessonRunner } from "../../lib/lessons/run.ts";
import type { Run } from "../../lib/lessons/types.ts";
import { testDevices } from "../oracle/golden.ts";
import { inFolder } from "../in_folder.ts";

const BATCHES = 3, EPOCHS = 2, SEED = 3;

/** A run in small, with a last batch that is not full. */
const small = (run: Run): Run => ({ ...run, setup: { ...run.setup, batchSize: 4, epochs: EPOCHS } });

/** Everything but wall-clock time; as JSON, since a NaN of a typed array has bits of its own. */
const timeless = ({ seconds: _, phases, ...rest }: SeedResult) =>
  JSON.parse(toJson({ ...rest, phases: phases.map(({ seconds: _, ...row }) => row) }));

/** Runs `body` in which the training dies at its n-th step, as a process does that is killed there. */
async function dyingAt(n: number, body: () => Promise<unknown>): Promise<void> {
  const { step } = LearnerCore.prototype;
  let left = n;
  LearnerCore.prototype.step = function () {
    if (left-- === 0) throw new Error("killed");
    step.call(this);
  };
  try {
    await assert.rejects(body, /killed/);
  } finally {
    LearnerCore.prototype.step = step;
  }
}

const options = { dataset: "garments", seed: SEED, epochs: EPOCHS } as const;
/** A checkpoint after every batch. */
const keptIn = (folder: string) => ({ ...options, kept: new KeptRuns(folder, 1e-9) });
const all = lessons.flatMap(({ runs }) => runs);
/** One of each kind: no norm, normalised by a callback, LSUV in both forms, by hand, running, schedules, NaN, another's model. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  // Residual networks are large, and nothing about their training is new.
  cpu: all.filter(({ setup }) => setup.model.kind !== "residual" && setup.model.kind !== "resnet18d").map(({ id }) =>
    id
  ),
  webgpu: ["A3", "A5", "A9", "B2", "C9a", "C9d"],
};

for (const kind of testDevices().filter((name) => name in KINDS)) {
  Deno.test(`every run goes on where it was stopped, and ends as if it had not been (${kind})`, async (t) => {
    using device = await new Device(kind).ready;
    const fresh = () => new LessonRunner({ device, limit: 4 * BATCHES - 1 }), first = fresh();
    for (const id of KINDS[kind]!) {
      const run = small(findRun(id)!);
      // Pictures are drawn once; of trained models, one runner knows nothing of another.
      const runner = () => run.setup.after ? fresh() : first;
      // A8's own setup comes before A9's, with batches of its own: one each epoch here.
      const before = run.setup.after ? EPOCHS : 0;
      const stops = kind === "cpu" && !before ? [1, 2, BATCHES, BATCHES + 2] : [BATCHES + 1];
      await t.step(id, () =>
        inFolder(async (folder) => {
          const expected = timeless(await runner().train(run, options));
          for (const [i, stop] of [...before ? [1] : [], ...stops.map((n) => n + before)].entries()) {
            const kept = keptIn(`${folder}/${i}`);
            await dyingAt(stop, () => runner().train(run, kept));
            const told: PhaseResult[] = [];
            const result = await runner().train(run, { ...kept, onPhase: (row) => told.push(row) });
            assert.deepEqual(timeless(result), expected, `stopped at step ${stop}`);
            assert.deepEqual(told, result.phases);
            const again: PhaseResult[] = [];
            const ended = await dyingNever(() => runner().train(run, { ...kept, onPhase: (row) => again.push(row) }));
            assert.deepEqual(timeless(ended), expected, "what has ended is read");
            assert.deepEqual(again, result.phases);
          }
        }));
    }
  });
}

/** Runs `body` without a training step. */
async function dyingNever<T>(body: () => Promise<T>): Promise<T> {
  const { step } = LearnerCore.prototype;
  LearnerCore.prototype.step = () => {
    throw new Error("trained again");
  };
  try {
    return await body();
  } finally {
    LearnerCore.prototype.step = step;
  }
}

Deno.test("a run that was kept is gone on with by another: its model and gradients are read, whatever trained them", () =>
  inFolder(async (folder) => {
    using device = await new Device("cpu").ready;
    const runner = () => new LessonRunner({ device, limit: 11 }), a9 = small(findRun("A9")!);
    const expected = timeless(await runner().train(a9, options));
    await runner().train(findRun("A8")!, keptIn(folder));
    const result = await runner().train(a9, keptIn(folder));
    assert.deepEqual(timeless(result), expected);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["A8-seed-3", "A9-seed-3"]);
    assert.deepEqual(
      [...Deno.readDirSync(`${folder}/A9-seed-3`)].map(({ name }) => name).sort(),
      ["result.json", "trained.safetensors"],
    );
  }));

Deno.test("a run that the user stops is not kept as one that has ended, nor gone on with by another", () =>
  inFolder(async (folder) => {
    using device = await new Device("cpu").ready;
    const runner = () => new LessonRunner({ device, limit: 11 }), a9 = small(findRun("A9")!);
    let stopped = false;
    const { step } = LearnerCore.prototype;
    LearnerCore.prototype.step = function () {
      step.call(this);
      stopped = true;
      this.stop(); // as Ctrl-C does
    };
    try {
      const result = await runner().train(a9, { ...keptIn(folder), isInterrupted: () => stopped });
      assert.deepEqual([result.phases, result.losses], [[], []], "A9 was not begun with half a model of A8");
    } finally {
      LearnerCore.prototype.step = step;
    }
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["A8-seed-3"]);
    const expected = timeless(await runner().train(a9, options));
    assert.deepEqual(timeless(await runner().train(a9, keptIn(folder))), expected);
  }));

Deno.test("a result that is damaged is named, with what to do", () =>
  inFolder(async (folder) => {
    using device = await new Device("cpu").ready;
    const runner = new LessonRunner({ device, limit: 11 }), run = small(findRun("A4")!);
    await runner.train(run, keptIn(folder));
    const path = `${folder}/A4-seed-3/result.json`, text = await Deno.readTextFile(path);
    for (
      const [changed, message] of [
        ["{", /result\.json: it is no JSON\. Remove it/],
        ["[]", /result\.json: .*Remove it/],
        [text.replace('"phase":"eval"', '"phase":"test"'), /phases\.1\.phase: .*Remove it/],
        [text.replace('"losses":[', '"losses":["x",'), /losses: expected numbers, .*Remove it/],
        [text.replace('"mean":', '"mean2":'), /activations\.0\.mean: .*Remove it/],
      ] as const
    ) {
      assert.notEqual(changed, text);
      await Deno.writeTextFile(path, changed);
      await assert.rejects(runner.train(run, keptIn(folder)), message);
    }
  }));

Deno.test("a network that another process has trained counts in the average of two", () =>
  inFolder(async (folder) => {
    using device = await new Device("cpu").ready;
    const runner = () => new LessonRunner({ device, limit: 40 });
    const own = small(findRun("A8")!), pair = { ...own, setup: { ...own.setup, average: "pair" } } as const;
    const alone = runner();
    await alone.train(pair, options);
    const { averaged } = await alone.train(pair, { ...options, seed: SEED + 1 });
    await runner().train(pair, keptIn(folder));
    const later = await runner().train(pair, { ...keptIn(folder), seed: SEED + 1 });
    assert.equal(later.averaged, averaged!);
    const again = await runner().train(pair, { ...keptIn(folder), seed: SEED + 1 });
    assert.equal(again.averaged, averaged, "read from the file");
  }));
