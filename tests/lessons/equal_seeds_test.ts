import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import { findRun } from "../../lib/lessons/catalogue.ts";
import { LessonRunner } from "../../lib/lessons/run.ts";
import { setSeed } from "../../lib/tensor/random.ts";
import { compare } from "../../tasks/equal_seeds/compare.ts";
import { addLines, type Recorded } from "../../tasks/equal_seeds/lines.ts";

Deno.test({
  name: "a lesson's run from a seed of PyTorch's is PyTorch's run, as docs/equal_seeds.md says",
  ignore: !Deno.env.get("SONDE_DATA"),
  async fn() {
    const known: Recorded = new Map();
    addLines(
      known,
      await Deno.readTextFile(new URL("../goldens/equal_seeds_torch.jsonl", import.meta.url)),
      "PyTorch's",
    );
    using cpu = device("cpu");
    const run = findRun("A4")!, runner = new LessonRunner({ device: cpu });
    const random = { like: "torch" } as const;
    const { losses, phases } = await runner.train(run, {
      dataset: "fashion-mnist",
      seed: 0,
      random,
      epochs: 1,
      watch: false,
    });
    const seeds = known.get("A4")!;
    seeds.set(0, { ...seeds.get(0), sonde: { losses: Array.from(losses).slice(0, 20), epoch: phases[0]!.loss } });
    const { parted, steps, epochSeeds, epochsParted } = compare(seeds);
    assert.ok(steps.sonde! > 0 && steps.sonde! < 2e-3, `${steps.sonde}`);
    assert.deepEqual([parted, epochSeeds, epochsParted], [[], 1, []]);
    setSeed(0);
  },
});
