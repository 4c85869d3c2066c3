/** The figure that callbacks go by: whichever MetricsCB measures it, and told if there was none. */
import assert from "node:assert/strict";
import {
  accuracy,
  BestWeightsCB,
  type Callback,
  CheckpointCB,
  EarlyStoppingCB,
  Learner,
  MetricsCB,
  ReduceOnPlateauCB,
} from "../../lib/learner/mod.ts";
import { inFolder } from "../in_folder.ts";
import { crossEntropy, loaders, model } from "./helpers.ts";

const quiet = { log: null };
const make = (cbs: Callback[]) => new Learner(model(), loaders(), crossEntropy, { cbs });

const kinds: Record<string, (options: { monitor: string }) => Callback> = {
  "stop early": (options) => new EarlyStoppingCB({ ...options, patience: 9 }),
  "keep the best weights": (options) => new BestWeightsCB(options),
  "lower the rate": (options) => new ReduceOnPlateauCB(options),
};

for (const [what, kind] of Object.entries(kinds)) {
  Deno.test(`the figure of any MetricsCB will do, and none of "epoch" or "train", to ${what}`, async () => {
    const two = () => [new MetricsCB({}, quiet), new MetricsCB({ accuracy }, quiet)];
    await make([...two(), kind({ monitor: "accuracy" })]).fit(1);
    for (const monitor of ["epoch", "train", "error"]) {
      await assert.rejects(
        make([...two(), kind({ monitor })]).fit(1),
        (error: Error) => error.message.endsWith(`Cannot ${what} by "${monitor}": MetricsCB measures loss, accuracy`),
      );
    }
  });

  Deno.test(`a fit that had no figures to ${what} by says so`, async () => {
    const learn = make([new MetricsCB({}, quiet), kind({ monitor: "loss" })]);
    await assert.rejects(
      learn.fit(1, { valid: false }),
      (error: Error) => error.message.endsWith(`Cannot ${what}: the fit had no eval figures. Use { phase: "train" }`),
    );
  });
}

Deno.test("CheckpointCB keeps the best by the figure of whichever MetricsCB measures it", () =>
  inFolder(async (folder) => {
    const cbs = [
      new MetricsCB({}, quiet),
      new MetricsCB({ accuracy }, quiet),
      new CheckpointCB(folder, { best: "accuracy" }),
    ];
    await make(cbs).fit(1);
    assert.ok([...Deno.readDirSync(folder)].some(({ name }) => name === "best.safetensors"));
  }));
