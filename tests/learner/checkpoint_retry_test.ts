/** A checkpoint that was loaded stays until a fit has gone on from it: one that is refused, or fails first, can be asked for again. */
import assert from "node:assert/strict";
import { Callback, getBatch, Learner, MetricsCB, Recorder } from "../../lib/learner/mod.ts";
import { Adam } from "../../lib/optim/mod.ts";
import { crossEntropy, loaders, model } from "./helpers.ts";

/** Keeps the checkpoint of the second epoch's first batch. */
class Keep extends Callback {
  static override order = 1000;
  bytes: Uint8Array | undefined;
  override async afterBatch(learn: Learner): Promise<void> {
    if (learn.training && learn.epoch === 1 && learn.iter === 0) this.bytes = await learn.checkpoint();
  }
}

const make = (...cbs: Callback[]) => new Learner(model(), loaders(), crossEntropy, { lr: 0.05, optFunc: Adam, cbs });

async function whole(): Promise<{ losses: number[]; bytes: Uint8Array }> {
  const recorder = new Recorder(), keep = new Keep();
  await make(recorder, keep).fit(3);
  return { losses: recorder.losses, bytes: keep.bytes! };
}

Deno.test("a fit of too few epochs is refused with a remedy that then works", async () => {
  const { losses, bytes } = await whole(), recorder = new Recorder();
  const learn = await make(recorder, new Keep()).load(bytes);
  await assert.rejects(learn.fit(1, { resume: true }), /stands in epoch 1 of 3, .* Call fit\(3, \{ resume: true \}\)/);
  await learn.fit(3, { resume: true });
  assert.deepEqual(recorder.losses, losses);
});

Deno.test("a fit with other callbacks than were saved is refused, and with these goes on from the checkpoint", async () => {
  const { losses, bytes } = await whole(), recorder = new Recorder();
  const learn = await make(recorder).load(bytes), wrong = new MetricsCB({}, { log: null });
  await assert.rejects(
    learn.fit(3, { resume: true, cbs: [wrong] }),
    /saved with the callbacks Recorder, Keep, this fit/,
  );
  await learn.fit(3, { resume: true, cbs: [new Keep()] });
  assert.deepEqual(recorder.losses, losses);
});

Deno.test("a look at a batch, predictions and a search for a rate before the fit leave the checkpoint where it was", async () => {
  const { losses, bytes } = await whole(), recorder = new Recorder();
  const learn = await make(recorder, new Keep()).load(bytes);
  await getBatch(learn);
  await learn.getPreds();
  await learn.lrFind({ maxIter: 5 });
  await learn.fit(3, { resume: true });
  assert.deepEqual(recorder.losses, losses);
});

Deno.test("a fit that fails before its first batch has used up no checkpoint; one that does not resume drops it", async () => {
  const { losses, bytes } = await whole(), recorder = new Recorder();
  let fails = true;
  class Fails extends Keep {
    override beforeFit(): void {
      if (fails) throw new Error("not yet");
    }
    override get name(): string {
      return "Keep";
    }
  }
  const learn = await make(recorder, new Fails()).load(bytes);
  await assert.rejects(learn.fit(3, { resume: true }), /not yet/);
  fails = false;
  await learn.fit(3, { resume: true });
  assert.deepEqual(recorder.losses, losses);
  await learn.fit(1, { resume: true }); // there is no checkpoint any more: this goes on from the last fit
  await learn.load(bytes);
  await learn.fit(1);
  await learn.fit(1, { resume: true });
  assert.equal(recorder.losses.length, losses.length / 3);
});
