/** Fits with PyTorch's random numbers: stopped and gone on with to the bit, and the same whatever looks at them. */
import assert from "node:assert/strict";
import * as data from "../../lib/data/mod.ts";
import { Device } from "../../lib/device/device.ts";
import { Callback } from "../../lib/learner/callback.ts";
import { CancelFitException, CheckpointCB, Learner, NonFiniteCB, Recorder } from "../../lib/learner/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import { randint, randn } from "../../lib/tensor/create_random.ts";
import { Generator, setSeed } from "../../lib/tensor/random.ts";
import { testDevices } from "../oracle/golden.ts";

const BATCHES = 4, EPOCHS = 2, like = "torch";

/** Ends a fit after so many training batches. */
class StopAfter extends Callback {
  static override order = CheckpointCB.order + 1;
  #left: number;
  constructor(batches: number) {
    super();
    this.#left = batches;
  }
  override afterBatch(learn: Learner): void {
    if (learn.training && --this.#left <= 0) throw new CancelFitException();
  }
}

/** Draws a normal number a batch, so that every second checkpoint has a spare one. */
class OneNormal extends Callback {
  override beforeBatch(): void {
    randn([]);
  }
}

function make(device: Device, own: boolean, extra: readonly Callback[] = []) {
  setSeed(11, { like });
  const set = (n: number) => new data.TensorDataset(randn([n, 6], { device }), randint(0, 3, [n], { device }));
  const dls = data.DataLoaders.of(set(4 * BATCHES - 1), set(8), {
    batchSize: 4,
    ...own ? { generator: new Generator(5, { like }) } : {},
  });
  const model = new nn.Sequential(
    new nn.Linear(6, 5, { device }),
    new nn.Dropout(0.3),
    new nn.Linear(5, 3, { device }),
  );
  const recorder = new Recorder();
  const learn = new Learner(model, dls, crossEntropy, { lr: 0.1, cbs: [recorder, new OneNormal(), ...extra] });
  return { learn, recorder };
}

async function outcome({ learn, recorder }: ReturnType<typeof make>) {
  const weights = await Promise.all([...learn.model.parameters()].map((p) => p.array()));
  return JSON.stringify([recorder.losses, recorder.validLosses, weights, await randn([3]).array()]);
}

for (const kind of testDevices()) {
  for (const own of [false, true]) {
    Deno.test(`like PyTorch: resumed is equal to uninterrupted${own ? ", with a loader's own generator" : ""} (${kind})`, async () => {
      using device = await new Device(kind).ready;
      const folder = await Deno.makeTempDir();
      try {
        const whole = make(device, own);
        await whole.learn.fit(EPOCHS);
        const expected = await outcome(whole);
        for (const stop of [1, 2, BATCHES, BATCHES + 1]) {
          const cut = make(device, own, [new CheckpointCB(folder, { batches: 1 }), new StopAfter(stop)]);
          await cut.learn.fit(EPOCHS);
          const later = make(device, own, [new CheckpointCB(folder, { batches: 100 }), new StopAfter(Infinity)]);
          setSeed(999);
          await later.learn.load(folder);
          await later.learn.fit(EPOCHS, { resume: true });
          assert.equal(await outcome(later), expected, `stopped after batch ${stop}`);
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
        setSeed(0);
      }
    });
  }
}

Deno.test("like PyTorch: a search for a rate, a look at a batch and a guard against NaN change nothing of the fit after them", async () => {
  using device = new Device("cpu", { threads: 1 });
  const plain = make(device, false);
  await plain.learn.fit(1);
  const expected = await outcome(plain);
  const watched = make(device, false, [new NonFiniteCB()]);
  await watched.learn.lrFind({ maxEpochs: 2 });
  await watched.learn.summary();
  watched.recorder.losses.length = 0;
  await watched.learn.fit(1);
  assert.equal(await outcome(watched), expected);
  setSeed(0);
});
