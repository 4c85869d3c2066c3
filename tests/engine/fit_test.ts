/** The engine under a whole fit: plans, kernels, memory, determinism, and that observing changes nothing. */
import assert from "node:assert/strict";
import type { Device } from "../../lib/device/device.ts";
import { flush } from "../../lib/engine/flush.ts";
import { planStatistics } from "../../lib/engine/plan/cache.ts";
import { accuracy } from "../../lib/learner/metrics.ts";
import { Callback, type Handled } from "../../lib/learner/callback.ts";
import { MetricsCB } from "../../lib/learner/callbacks/metrics.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import { SGD } from "../../lib/optim/sgd.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { cpu, setUp } from "./model_a.ts";

/** Keeps every training loss. */
class Losses extends Callback {
  readonly kept: Tensor[] = [];
  override afterLoss(learn: Learner): Handled {
    if (learn.training) this.kept.push(learn.batchLoss.detach().clone().keep());
  }
  async values(): Promise<number[]> {
    return await Promise.all(this.kept.map((loss) => loss.item()));
  }
}

async function fitLosses(device: Device, observers: Callback[] = [], epochs = 2, onDemand = false): Promise<number[]> {
  const { model, dls } = setUp(device, { onDemand });
  const losses = new Losses();
  const learn = new Learner(model, dls, crossEntropy, { lr: 0.2, momentum: 0.85, cbs: [losses, ...observers] });
  await learn.fit(epochs);
  return await losses.values();
}

Deno.test("fit() gives the same losses to the bit for the same seed, and for 1 and 2 threads", async () => {
  using one = cpu(1), again = cpu(1), two = cpu(2);
  const first = await fitLosses(one);
  assert.equal(first.length, 10);
  assert.ok(first.at(-1)! < first[0]!, `the loss falls: ${first}`);
  assert.deepEqual(await fitLosses(again), first);
  assert.deepEqual(await fitLosses(two), first);
});

Deno.test("reads, kept activations and forward hooks at any point change no loss by a bit", async () => {
  using plain = cpu(1), watched = cpu(1), read = cpu(2);
  const expected = await fitLosses(plain);

  class Hooked extends Callback {
    readonly kept: Tensor[] = [];
    #handles: { remove(): void }[] = [];
    override beforeFit(learn: Learner): Handled {
      for (const module of learn.model.modules()) {
        this.#handles.push(module.registerForwardHook((_m, _input, output) => {
          this.kept.push(
            (output as Tensor).detach().std().keep(),
            (output as Tensor).detach().abs().histc(40, 0, 10).keep(),
          );
        }));
      }
    }
    override cleanupFit(): Handled {
      for (const handle of this.#handles) handle.remove();
    }
  }
  const hooked = new Hooked();
  assert.deepEqual(await fitLosses(watched, [hooked]), expected);
  assert.ok(Number.isFinite(await hooked.kept[0]!.item()));

  let seed = 5;
  const chance = () => (seed = (Math.imul(seed, 1103515245) + 12345) | 0) % 3 === 0;
  class Reader extends Callback {
    override async afterPredict(learn: Learner): Promise<void> {
      if (chance()) await learn.preds.mean().item();
    }
    override async afterLoss(learn: Learner): Promise<void> {
      if (chance()) await learn.batchLoss.item();
    }
    override async afterBackward(learn: Learner): Promise<void> {
      if (chance()) { for (const p of learn.model.parameters()) await p.grad?.norm().item(); }
    }
    override async afterStep(learn: Learner): Promise<void> {
      if (chance()) await learn.preds.array();
    }
  }
  assert.deepEqual(await fitLosses(read, [new Reader()]), expected);
  assert.ok(planStatistics(read).readsMidStep > 0, "some reads fell between forward and backward");
});

Deno.test("images that are drawn while a fit begins give the losses of images that are there", async () => {
  using whole = cpu(2), drawing = cpu(2);
  assert.deepEqual(await fitLosses(drawing, [], 2, true), await fitLosses(whole));
});

for (const onDemand of [false, true]) {
  const images = onDemand ? "images still being drawn" : "images that are there";
  Deno.test(`a three-epoch fit on ${images} compiles its plans in the first epoch: full and short batch, train and eval`, () =>
    plans(onDemand));
}

async function plans(onDemand: boolean): Promise<void> {
  using device = cpu(2);
  const { model, dls } = setUp(device, { onDemand });
  const compiled: number[] = [];
  class Count extends Callback {
    override afterEpoch(): Handled {
      compiled.push(planStatistics(device).compiled);
    }
  }
  const learn = new Learner(model, dls, crossEntropy, {
    lr: 0.2,
    momentum: 0.85,
    cbs: [new MetricsCB({ accuracy }, { log: null }), new Count()],
  });
  await learn.fit(3);
  // 300 = 4 × 64 + 44 images to train on: two plans, one more for the first step (parameters not stored yet); 100 in one batch to validate.
  assert.deepEqual(compiled.map((n) => n - compiled[0]!), [
    0,
    compiled[1]! - compiled[0]!,
    ...Array(4).fill(compiled[1]! - compiled[0]!),
  ]);
  assert.ok(compiled[5]! <= 6, `plans: ${compiled}`);
}

Deno.test("a training step of model A takes a pinned number of kernels", async () => {
  using device = cpu(1);
  const { model, dls } = setUp(device);
  const opt = new SGD(model.parameters(), { lr: 0.1, momentum: 0.85 });
  const [x, y] = await dls.oneBatch();
  const step = () => {
    crossEntropy(model.call(x!), y!).backward();
    opt.flushes = false;
    opt.step();
    opt.zeroGrad();
    flush(device);
  };
  step();
  step();
  const before = { ...planStatistics(device) };
  step();
  const after = planStatistics(device);
  assert.equal(after.compiled, before.compiled);
  assert.equal(after.flushes, before.flushes + 1);
  // Batch and labels 2; forward 5 convolutions with bias and activation; loss 3 with its mean; backward 2 to begin with, then 5 weight and 5
  // bias gradients, 4 input gradients with the activation's; 10 parameter updates, velocity and all.
  assert.equal(after.kernels - before.kernels, 36);
  assert.deepEqual([after.bytesRead - before.bytesRead, after.bytesWritten - before.bytesWritten], [
    5_645_080,
    2_165_636,
  ]);
});

Deno.test("live bytes stay flat over 2,000 steps of a hand-written loop, and 25,000 kept scalars are one read", async () => {
  using device = cpu(1);
  const { model, dls } = setUp(device, { batchSize: 4 });
  const opt = new SGD(model.parameters(), { lr: 0.01, momentum: 0.85 });
  const [x, y] = await dls.oneBatch();
  x!.keep();
  y!.keep();
  let loss: Tensor | undefined;
  const step = () => {
    loss = crossEntropy(model.call(x!), y!);
    loss.backward();
    opt.step();
    opt.zeroGrad();
  };
  for (let i = 0; i < 20; i++) step();
  const start = device.liveBytes;
  for (let i = 0; i < 2000; i++) step();
  assert.ok(device.liveBytes - start <= 2000 * 4 + 256, "a loss is one number, until the garbage collector runs");
  assert.ok(Number.isFinite(await loss!.item()), "the last loss can be read after its step");

  const scalars = Array.from({ length: 25_000 }, (_, i) => loss!.detach().mul(0).add(i).keep());
  const downloads = device.counters.downloads;
  const values = await Promise.all(scalars.map((t) => t.item()));
  assert.equal(values[24_999], 24_999);
  assert.equal(device.counters.downloads, downloads + 1);
});
