import assert from "node:assert/strict";
import * as data from "../../../lib/data/mod.ts";
import { Device } from "../../../lib/device/device.ts";
import { planStatistics } from "../../../lib/tensor/mod.ts";
import {
  BatchTransformCB,
  Callback,
  CheckpointCB,
  EMACB,
  Learner,
  MomentumLearner,
  NonFiniteCB,
  NonFiniteError,
  Recorder,
} from "../../../lib/learner/mod.ts";
import * as nn from "../../../lib/nn/mod.ts";
import { SGD } from "../../../lib/optim/mod.ts";
import { zeros } from "../../../lib/tensor/create.ts";
import { Generator } from "../../../lib/tensor/random.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { setUp } from "../../engine/model_a.ts";
import { flat, reference } from "../../nn/helpers.ts";
import { crossEntropy, loaders, model, problem, Spy } from "../helpers.ts";

// --- not finite ------------------------------------------------------------------------------------------------------------

async function lossesWith(cbs: Callback[], kind: typeof Learner): Promise<number[]> {
  using device = new Device("cpu", { threads: 1 });
  const { model, dls } = setUp(device, { count: 160 });
  const recorder = new Recorder();
  await new kind(model, dls, crossEntropy, { lr: 0.2, momentum: 0.85, cbs: [...cbs, recorder] }).fit(2);
  return [...recorder.losses, ...recorder.validLosses];
}

/** x, and from the `bad`-th forward in training mode on, log(x − max x): minus infinity at one place. */
class Breaks extends nn.Module {
  calls = 0;
  constructor(readonly bad: number) {
    super();
  }
  forward(x: Tensor): Tensor {
    return this.training && this.calls++ >= this.bad ? x.sub(x.max()).log() : x;
  }
}

function breaking(broken: nn.Module, kind: typeof Learner = Learner, device = reference) {
  const generator = new Generator(5);
  const layers = new nn.Sequential(
    new nn.Linear(4, 8, { generator, device }),
    new nn.Sequential(new nn.ReLU(), broken),
    new nn.Linear(8, 3, { generator, device }),
  );
  const guard = new NonFiniteCB(), recorder = new Recorder();
  const learn = new kind(layers, loaders(), crossEntropy, { lr: 0.1, momentum: 0.9, cbs: [guard, recorder] });
  return { learn, recorder };
}

async function failure(fit: Promise<unknown>): Promise<NonFiniteError> {
  const error = await fit.then(() => assert.fail("the fit did not fail"), (error) => error);
  assert.ok(error.cause instanceof NonFiniteError, Deno.inspect(error));
  return error.cause;
}

const weights = async (learn: Learner) => (await Promise.all([...learn.model.parameters()].map((p) => flat(p)))).flat();

const gradients = (learn: Learner) => [...learn.model.parameters()].flatMap(({ grad }) => grad ? [grad] : []);

/** √(max x − x), whose gradient at the maximum is infinite. */
const root = () => new nn.Lambda((x) => x.max().sub(x).sqrt());

for (const kind of [Learner, MomentumLearner]) {
  Deno.test(`NonFiniteCB changes no loss of a ${kind.name} by a bit while all is well, reads in mid-step or not`, async () => {
    const expected = await lossesWith([], kind);
    assert.deepEqual(await lossesWith([new NonFiniteCB()], kind), expected);
    const reading = new Spy({
      afterBackward: async (learn) => void await learn.opt.parameters().next().value!.grad!.norm().item(),
      afterStep: async (learn) => void await learn.opt.parameters().next().value!.norm().item(),
    });
    assert.deepEqual(await lossesWith([new NonFiniteCB(), reading], kind), expected);
  });
}

Deno.test("NonFiniteCB plans no step anew once all have been seen", async () => {
  using device = new Device("cpu", { threads: 1 });
  const { model, dls } = setUp(device, { count: 160 });
  const learn = new Learner(model, dls, crossEntropy, { lr: 0.1, momentum: 0.85, cbs: [new NonFiniteCB()] });
  await learn.fit(1);
  await learn.fit(1);
  const { compiled } = planStatistics(device);
  await learn.fit(3);
  assert.equal(planStatistics(device).compiled, compiled);
});

for (const kind of [Learner, MomentumLearner]) {
  Deno.test(`NonFiniteCB stops a ${kind.name} at the first bad batch, names it, and the state is the one before it`, async () => {
    const { learn, recorder } = breaking(new Breaks(4), kind);
    const error = await failure(learn.fit(3));
    assert.deepEqual([error.epoch, error.iter], [1, 1]);
    const { module, operation, part, output, input } = error.place;
    assert.deepEqual([module, operation, part], ["1.1", "log", "forward"]);
    assert.ok(output!.nonFinite > 0.5 && input!.nonFinite === 0);
    assert.match(
      error.message,
      /from epoch 1, batch 1 on: log in 1 Breaks gives \d+(\.\d+)?% values that are not finite/,
    );
    assert.match(
      error.message,
      /from an input of mean -?[\d.]+, std [\d.]+\. The model is as it was before that batch/,
    );
    // Records end with the bad step.
    assert.deepEqual([recorder.losses.length, recorder.lrs.length], [5, 5]);
    assert.ok(recorder.losses.slice(0, 4).every(Number.isFinite) && !Number.isFinite(recorder.losses[4]!));
    assert.equal(learn.batch[0]!.shape[0], 16);

    // The same four steps with nothing that breaks; then the fifth is left out.
    const { learn: plain } = breaking(new Breaks(Infinity), kind);
    let before: number[] = [];
    await plain.fit(3, {
      cbs: [
        new Spy({
          beforeBatch: async (learn) => {
            if (learn.training && learn.epoch === 1 && learn.iter === 1) before = await weights(learn);
          },
        }),
      ],
    });
    assert.deepEqual(await weights(learn), before);
  });
}

Deno.test("NonFiniteCB keeps what is not finite from averages of weights and from checkpoints", async () => {
  const folder = await Deno.makeTempDir();
  for (const kind of [Learner, MomentumLearner]) {
    const { learn } = breaking(new Breaks(4), kind);
    await failure(learn.fit(3, { cbs: [new EMACB(), new CheckpointCB(folder, { batches: 1, keep: 20 })] }));
    const averages = await weights(learn);
    assert.ok(averages.every(Number.isFinite), `${kind.name}: ${averages.slice(0, 3)}`);
    let files = 0;
    for await (const { name } of Deno.readDir(folder)) {
      const { learn: other } = breaking(new Breaks(4), kind);
      await other.load(`${folder}/${name}`);
      const held = [...await weights(other), ...(await Promise.all(gradients(other).map((g) => flat(g)))).flat()];
      assert.ok(held.every(Number.isFinite), `${kind.name}: ${name}`);
      files++;
    }
    assert.ok(files > 5, `${files} files`);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("NonFiniteCB finds what goes wrong in the backward pass", async () => {
  const error = await failure(breaking(root()).learn.fit(1));
  assert.deepEqual([error.epoch, error.iter, error.place.part, error.place.module], [0, 0, "backward", "1.1"]);
  assert.match(error.message, /in the backward pass of 1 Lambda gives/);
});

Deno.test("NonFiniteCB finds what is wrong with a batch, a parameter, the loss or the step", async () => {
  const rows = problem(40);
  const guard = () => [new NonFiniteCB()];
  const spoilt = new BatchTransformCB(([x, y]) => [x!.div(x!.sub(x!.min())), y!]);
  const fit = (
    options: { lr?: number } = {},
    lossFunc: typeof crossEntropy = crossEntropy,
    cbs: Callback[] = [],
    layers = model(),
  ) => {
    const dls = data.DataLoaders.of(rows, rows, { batchSize: 16, generator: new Generator(3) });
    return failure(new Learner(layers, dls, lossFunc, { ...options, cbs: [...cbs, ...guard()] }).fit(2));
  };
  const batch = await fit({}, crossEntropy, [spoilt]);
  assert.deepEqual([batch.place.part, batch.place.operation], ["batch", "div"]);
  assert.match(batch.message, /epoch 0, batch 0 on: the batch itself holds/);

  const ill = model();
  ill[0]!.parameters().next().value!.detach().mul_(NaN);
  const parameter = await fit({}, crossEntropy, [], ill);
  assert.deepEqual([parameter.place.part, parameter.place.module], ["parameters", "0"]);
  assert.match(parameter.message, /parameter 0\.weight holds, before the step,/);

  const loss = await fit({}, ((preds: Tensor) => preds.sub(preds).log().mean()) as typeof crossEntropy);
  assert.deepEqual([loss.place.part, loss.place.operation, loss.place.module], ["loss", "log", ""]);

  class Overflowing extends SGD {
    protected override update(param: Tensor, grad: Tensor): void {
      param.sub_(grad.mul(1e300).mul(1e300));
    }
  }
  const dls = data.DataLoaders.of(rows, rows, { batchSize: 16 });
  const step = await failure(new Learner(model(), dls, crossEntropy, { optFunc: Overflowing, cbs: guard() }).fit(1));
  assert.equal(step.place.part, "step");
  assert.match(step.message, /the step of Overflowing at rate 0\.1 overflows/);
});

Deno.test("NonFiniteCB runs the batch again with the same random numbers", async () => {
  const generator = new Generator(6);
  // Not finite in 1 of 20 draws; a replay with other numbers would mostly find nothing.
  const rare = new nn.Lambda((x) => x.add(zeros([1]).uniform_(0, 1, { generator }).lt(0.95).float().log()));
  const { learn } = breaking(rare);
  learn.watch(
    new class extends Callback {
      readonly generators = [generator];
    }(),
  );
  const error = await failure(learn.fit(40));
  assert.deepEqual([error.place.operation, error.place.module], ["log", "1.1"]);
});
