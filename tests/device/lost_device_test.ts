/** A device that is lost: the next of its name is another, and training goes on there. */
import assert from "node:assert/strict";
import { defaultDevice, Device, device, setDefaultDevice } from "../../lib/device/device.ts";
import { probeAdapter } from "../../lib/device/webgpu/adapter.ts";
import { Callback, Learner, type LearnerCore, MetricsCB, Recorder } from "../../lib/learner/mod.ts";
import { DataLoaders, TensorDataset } from "../../lib/data/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { Adam } from "../../lib/optim/mod.ts";
import { ones } from "../../lib/tensor/create.ts";
import { rand } from "../../lib/tensor/create_random.ts";
import { setSeed } from "../../lib/tensor/random.ts";

const probe = await probeAdapter();
const ignore = !probe, note = probe ? "" : " (skipped: no WebGPU adapter)";

Deno.test("device() gives another device once one was disposed of; a device of one's own stays what it is", async () => {
  const before = defaultDevice();
  try {
    const first = setDefaultDevice(device("reference", { threads: 3 }));
    assert.equal(device("reference", { threads: 3 }), first);
    first.dispose();
    assert.equal(first.isGone, true);
    const second = device("reference", { threads: 3 });
    assert.notEqual(second, first);
    assert.equal(defaultDevice(), second);
    assert.equal(await ones([3]).sum().item(), 3);
    const own = setDefaultDevice(new Device("reference"));
    own.dispose();
    assert.equal(defaultDevice(), own);
    await assert.rejects(async () => await ones([1]).add(1).array(), /it was disposed/);
    second.dispose();
  } finally {
    setDefaultDevice(before);
  }
});

/** The devices that are opened, until it is disposed. */
function watchDevices(): { readonly opened: GPUDevice[] } & Disposable {
  const { requestDevice } = GPUAdapter.prototype, opened: GPUDevice[] = [];
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    const made = await requestDevice.call(this, descriptor);
    opened.push(made);
    return made;
  };
  return { opened, [Symbol.dispose]: () => void (GPUAdapter.prototype.requestDevice = requestDevice) };
}

/** Does something after so many batches of training. */
class After extends Callback {
  #left: number;

  constructor(batches: number, readonly act: (learn: LearnerCore) => void | Promise<void>) {
    super();
    this.#left = batches;
  }

  override async afterBatch(learn: LearnerCore): Promise<void> {
    if (learn.training && --this.#left === 0) await this.act(learn);
  }
}

/** A training on that device, always the same; each of its callbacks has its place whatever it does. */
function make(on: Device, { keep, then }: { keep?: After; then?: After } = {}) {
  setSeed(5);
  const model = new nn.Sequential(
    new nn.Linear(6, 8, { device: on }),
    new nn.ReLU(),
    new nn.Linear(8, 1, { device: on }),
  );
  const set = new TensorDataset(rand([64, 6], { device: on }), rand([64, 1], { device: on }));
  const dls = DataLoaders.of(set, set, { batchSize: 16 }), recorder = new Recorder();
  const nothing = () => new After(0, () => {});
  const cbs = [new MetricsCB(), recorder, keep ?? nothing(), then ?? nothing()];
  const learn = Learner.of(model, dls).loss(nn.functional.mseLoss).optimizer(Adam).lr(0.01).callbacks(cbs);
  return { learn, recorder };
}

Deno.test({
  name: `a device lost in the middle of a fit: training goes on with a new one, from weights kept in memory${note}`,
  ignore,
  fn: async () => {
    using watch = watchDevices();
    const whole = make(await device("webgpu").ready);
    await whole.learn.fit(3);
    device("webgpu").dispose();

    const first = await device("webgpu").ready;
    let kept: Uint8Array | undefined;
    const { learn } = make(first, {
      keep: new After(6, async (learn) => void (kept = await learn.checkpoint())),
      then: new After(8, () => watch.opened.at(-1)!.destroy()),
    });
    await assert.rejects(learn.fit(3), { name: "DeviceLostError" });
    assert.equal(first.isGone, true);
    await assert.rejects(async () => await ones([1], { device: first }).add(1).array(), /Lost the webgpu/);

    const second = await device("webgpu").ready;
    assert.notEqual(second, first);
    const again = make(second);
    await again.learn.load(kept!);
    await again.learn.fit(3, { resume: true });
    assert.deepEqual(again.recorder.losses, whole.recorder.losses);
    assert.equal(watch.opened.length, 3);
    second.dispose();
  },
});
