import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { findRun, lessons } from "../../lib/lessons/catalogue.ts";
import type { PhaseResult } from "../../lib/lessons/result.ts";
import { LessonRunner, watchEvery } from "../../lib/lessons/run.ts";
import type { Run } from "../../lib/lessons/types.ts";
import { loadRaw } from "../../lib/data/catalogue.ts";
import { DataLoader } from "../../lib/data/loader.ts";
import { Callback } from "../../lib/learner/callback.ts";
import type { LearnerCore } from "../../lib/learner/core.ts";
import { Pictures } from "../../lib/lessons/pictures.ts";
import type { Module } from "../../lib/nn/module.ts";
import { noGrad } from "../../lib/tensor/graph.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";

const all = lessons.flatMap(({ runs }) => runs);

/** A run in small. */
const small = (run: Run, batchSize: number): Run => ({ ...run, setup: { ...run.setup, batchSize } });

/** InstanceNorm's are NaN from the first forward. */
const NAN = ["C9c", "D7"];

/** Parameters as PyTorch counts those of the same networks; of H2 to H4 the course gives them, too. */
const RESIDUAL: Readonly<Record<string, number>> = {
  G1: 110_286,
  G2: 1_228_908,
  G3: 11_200_298,
  H1: 4_907_588,
  H2: 4_907_588,
  H3: 1_231_428,
  H4: 1_224_948,
  H5: 1_224_948,
  H6: 1_224_948,
  H7: 1_224_948,
  H8: 1_224_948,
};

/** Whether the reference device, which is slow, trains it in a moment. */
const isSmall = ({ setup: { model: { kind } } }: Run) => kind !== "residual" && kind !== "resnet18d";

/** How many layers are watched. */
function layersOf({ setup: { model } }: Run): number {
  switch (model.kind) {
    case "strided":
      return 4;
    case "pooled":
      return model.channels.length;
    case "deep":
      return 5;
    case "residual":
      return model.channels.length + (model.last === undefined ? 0 : 1);
    case "resnet18d":
      return 9; // the stem, and two blocks of each stage
  }
}

/** Weights, biases, and what norms train, counted by hand. */
function parametersOf({ id, setup: { model, norm, bias } }: Run): number {
  if (model.kind === "deep" || model.kind === "residual" || model.kind === "resnet18d") return RESIDUAL[id]!;
  const channels = model.kind === "strided" ? [1, 8, 16, 32, 64, 10] : [1, ...model.channels];
  let count = model.kind === "strided" ? 0 : channels.at(-1)! * 10 + 10;
  for (let i = 1; i < channels.length; i++) {
    const kernel = model.kind === "pooled" && i === 1 ? 25 : 9;
    count += channels[i - 1]! * channels[i]! * kernel + (bias ? channels[i]! : 0);
    const bare = model.kind === "strided" && i === channels.length - 1;
    if (!bare && norm.kind !== "none") count += norm.kind === "layerNorm" ? 2 : 2 * channels[i]!;
  }
  return count;
}

for (const name of ["reference", "cpu"] as const) {
  Deno.test(`every run trains two batches, and is told of (${name})`, async (t) => {
    using on = await new Device(name).ready;
    const runner = new LessonRunner({ device: on, limit: 4 });
    for (const run of name === "cpu" ? all : all.filter(isSmall)) {
      await t.step(run.id, async () => {
        const told: PhaseResult[] = [];
        const result = await runner.train(small(run, 2), {
          dataset: "garments",
          seed: 3,
          epochs: 1,
          onPhase: (row) => told.push(row),
        });
        assert.deepEqual(told.map(({ epoch, phase }) => `${epoch} ${phase}`), ["0 train", "0 eval"]);
        assert.deepEqual(result.phases, told);
        assert.equal(result.losses.length, 2);
        const bad = NAN.includes(run.id);
        for (const { loss, accuracy } of told) {
          assert.equal(Number.isNaN(loss), bad);
          assert.ok(accuracy >= 0 && accuracy <= 1);
        }
        assert.equal(result.diverged !== undefined, bad, result.diverged);
        const layers = layersOf(run);
        assert.deepEqual(result.activations!.map(({ mean }) => mean.length), Array(layers).fill(2));
        const { trainSize, evalSize, parameters } = await runner.sizes(run, "garments");
        assert.deepEqual([trainSize, evalSize, parameters], [4, 4, parametersOf(run)]);
      });
    }
  });
}

Deno.test("train(): LSUV leaves activations of mean 0 and deviation 1 at the first batch", async () => {
  using on = await new Device("cpu").ready;
  const runner = new LessonRunner({ device: on, limit: 64 });
  for (const id of ["A5", "B2"]) {
    const run = { ...findRun(id)!, setup: { ...findRun(id)!.setup, batchSize: 64 } };
    const { activations } = await runner.train(run, { dataset: "garments", seed: 1, epochs: 1 });
    for (const { mean, std } of activations!) {
      assert.ok(Math.abs(mean[0]!) < 2e-3 && Math.abs(std[0]! - 1) < 2e-3, `${id}: ${mean[0]}, ${std[0]}`);
    }
  }
  const { activations } = await runner.train(findRun("B1")!, { dataset: "garments", seed: 1, epochs: 1 });
  assert.ok(activations!.some(({ std }) => std[0]! < 0.9));
});

Deno.test("train(): a run goes on with another's model of the same seed, whether that was trained before or not", async () => {
  using on = await new Device("cpu").ready;
  const options = { dataset: "garments", epochs: 1 } as const;
  const [a8, a9] = [small(findRun("A8")!, 4), small(findRun("A9")!, 4)];
  const first = new LessonRunner({ device: on, limit: 16 });
  const before = await first.train(findRun("A8")!, { ...options, seed: 1 });
  const after = await first.train(a9, { ...options, seed: 1 });
  const alone = await new LessonRunner({ device: on, limit: 16 }).train(a9, { ...options, seed: 1 });
  assert.deepEqual(alone.losses, after.losses);
  // The same seed shows a fresh model the same first batch: another loss is another model.
  const fresh = await first.train({ ...a8, id: "fresh" }, { ...options, seed: 1 });
  assert.notEqual(after.losses[0], fresh.losses[0]);
  assert.equal(before.losses.length, 1);
  const unknown = { ...a9, setup: { ...a9.setup, after: "A99" } };
  await assert.rejects(first.train(unknown, { ...options, seed: 1 }), /Cannot go on with run A99: no lesson has it/);
});

Deno.test("train(): a diverging run goes on to its end, and the first operation that was not finite is named", async () => {
  using on = await new Device("cpu").ready;
  const runner = new LessonRunner({ device: on, limit: 64 });
  const c9c = await runner.train(findRun("C9c")!, { dataset: "garments", seed: 1, epochs: 2 });
  assert.deepEqual(c9c.phases.map(({ loss }) => loss), [NaN, NaN, NaN, NaN]);
  assert.match(c9c.diverged!, /^Not finite from epoch 0, batch 0 on: div in 4 InstanceNorm gives 100% values/);
  const c2 = findRun("C2")!;
  const hot = { ...c2, setup: { ...c2.setup, lr: 1e20, batchSize: 8 } };
  const { diverged, losses } = await runner.train(hot, { dataset: "garments", seed: 1, epochs: 1 });
  assert.equal(losses.length, 8);
  assert.match(diverged!, /^Not finite from epoch 0, batch [12] on: /);
});

Deno.test("train(): averaged predictions are those of the networks, counted by hand", async () => {
  using on = await new Device("cpu").ready;
  const limit = 96, runner = new LessonRunner({ device: on, limit }), { setup, ...more } = small(findRun("A8")!, 16);
  const { valid } = await new Pictures(loadRaw("garments"), { device: on, limit }).sets(setup);
  const [x, y] = await new DataLoader(valid, { batchSize: limit }).first();
  const labels = await y!.toTypedArray();
  /** A training, and the probabilities of its network for the images or for their mirror images. */
  const train = async (average: "mirrored" | "pair", seed: number) => {
    const run = { ...more, id: average, setup: { ...setup, average } }, models: Module[] = [];
    class Take extends Callback {
      override afterFit({ model }: LearnerCore) {
        models.push(model);
      }
    }
    const result = await runner.train(run, { dataset: "garments", seed, epochs: 2, callbacks: [new Take()] });
    const model = models[0]!.eval();
    const of = async (images: Tensor) => await noGrad(() => model.call(images)).softmax(1).array() as number[][];
    return { averaged: result.averaged, plain: await of(x!), mirrored: await of(x!.flip(3)) };
  };
  const share = (a: number[][], b: number[][]) => {
    const sums = a.map((row, i) => row.map((p, c) => p + b[i]![c]!));
    return sums.filter((row, i) => row.indexOf(Math.max(...row)) === labels[i]).length / limit;
  };
  const flips = await train("mirrored", 1);
  assert.ok(Math.abs(flips.averaged! - share(flips.plain, flips.mirrored)) < 1e-6);
  const [one, two, four] = [await train("pair", 1), await train("pair", 2), await train("pair", 4)];
  assert.deepEqual([one.averaged, four.averaged], [undefined, undefined], "there is no network of the seed before");
  assert.ok(Math.abs(two.averaged! - share(one.plain, two.plain)) < 1e-6);
  assert.notEqual(two.averaged, share(two.plain, two.plain), "the other network counts");
});

Deno.test("watchEvery(): of a long run some batches are watched, so that its record stays small", () => {
  assert.deepEqual([1, 705, 2000, 2001, 25_000].map(watchEvery), [1, 1, 1, 2, 13]);
});

Deno.test("train(): watching changes no loss", async () => {
  using on = await new Device("cpu").ready;
  const runner = new LessonRunner({ device: on, limit: 16 });
  const run = small(findRun("C8")!, 2);
  const options = { dataset: "garments", seed: 1, epochs: 1 } as const;
  const watched = await runner.train(run, options);
  const unwatched = await runner.train(run, { ...options, watch: false });
  assert.deepEqual(unwatched.losses, watched.losses);
  assert.deepEqual([watched.every, watched.activations!.length, unwatched.activations], [1, 5, undefined]);
});
