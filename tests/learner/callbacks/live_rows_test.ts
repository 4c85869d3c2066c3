import assert from "node:assert/strict";
import { Callback, CancelEpochException, Learner, LiveCB, MetricsCB } from "../../../lib/learner/mod.ts";
import type { LiveEvent } from "../../../lib/live/events.ts";
import { crossEntropy, loaders, model } from "../helpers.ts";

Deno.test("LiveCB: the validation of an epoch whose training was cut short stands at the steps before it", async () => {
  /** Ends the first epoch's training after two of its three batches. */
  class Cut extends Callback {
    override beforeBatch(learn: Learner): void {
      if (learn.training && learn.epoch === 0 && learn.iter === 2) throw new CancelEpochException();
    }
  }
  const events: LiveEvent[] = [], live = new LiveCB({ to: (told) => void events.push(...told) });
  const cbs = [new MetricsCB({}, { log: null }), new Cut(), live];
  await new Learner(model(), loaders(), crossEntropy, { cbs }).fit(2);
  const rows = events.filter((event) => event.kind === "row");
  assert.deepEqual(rows.map(({ step, epoch, phase }) => [step, epoch, phase]), [[2, 0, "valid"], [5, 1, "train"], [
    5,
    1,
    "valid",
  ]]);
});
