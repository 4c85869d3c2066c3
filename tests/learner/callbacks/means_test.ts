/** Means over batches: by samples, with cancelled batches. */
import assert from "node:assert/strict";
import {
  Callback,
  CancelBatchException,
  Learner,
  type Loaders,
  MetricsCB,
  ProgressCB,
  Recorder,
} from "../../../lib/learner/mod.ts";
import type { Batch } from "../../../lib/data/dataset.ts";
import * as nn from "../../../lib/nn/mod.ts";
import { tensor, zeros } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { assertClose } from "../../nn/helpers.ts";
import { reference } from "../../nn/helpers.ts";

/** The mean of the targets, whatever the model says. */
const loss = (p: Tensor, t: Tensor) => t.mean().add(p.mean().mul(0));

/** Batches of 4, 1 and 3 samples with targets of 0, 10 and 2: a mean of 2 over samples, of 4 over batches. */
const uneven: Batch[] = ([[4, 0], [1, 10], [3, 2]] as const).map((
  [n, target],
) => [zeros([n, 2]).keep(), tensor(Array(n).fill(target)).keep()]);

const learner = (dls: Loaders, ...cbs: Callback[]) =>
  new Learner(new nn.Linear(2, 1, { device: reference }), dls, loss, { lr: 0, cbs });

/** Accumulates gradients over `n` batches, as fastai's GradientAccumulation does. */
class Accumulate extends Callback {
  steps = 0;
  constructor(readonly n: number, readonly event: "afterLoss" | "afterBackward" = "afterBackward", order = 0) {
    super();
    this.order = order;
    this[event] = (learn: Learner) => {
      if (learn.training && (learn.iter + 1) % this.n) throw new CancelBatchException();
    };
  }
  override afterStep(): void {
    this.steps++;
  }
}

const drawn = (recorder: Recorder): number[] => {
  const spec = recorder.plotLoss().spec as { layer: { data: { values: { y: number }[] } }[] };
  return spec.layer[1]!.data.values.map(({ y }) => y);
};

Deno.test("validation is one number in MetricsCB, in the chart of Recorder, and in that of ProgressCB: the mean over samples", async () => {
  const recorder = new Recorder(), metrics = new MetricsCB({ target: (_p, t) => t.mean() }, { log: null });
  await learner({ train: uneven, valid: uneven }, recorder, metrics).fit(2);
  for (const row of metrics.rows) assertClose([row.loss, Number(row.target)], [2, 2], 1e-6);
  assertClose(drawn(recorder), [2, 2], 1e-5);
});

for (const order of [-1000, 0, 1000]) {
  Deno.test(`batches that gradient accumulation cancels count in every mean, with its callback at ${order}`, async () => {
    const recorder = new Recorder(), metrics = new MetricsCB({ target: (_p, t) => t.mean() }, { log: null });
    const accumulate = new Accumulate(3, "afterBackward", order);
    await learner({ train: uneven, valid: uneven }, metrics, recorder, accumulate, new ProgressCB({ bar: false })).fit(
      2,
    );
    assert.equal(accumulate.steps, 2);
    for (const row of metrics.rows) assertClose([row.loss, Number(row.target)], [2, 2], 1e-6);
    assert.deepEqual(metrics.rows.map(({ train }) => train), ["train", "eval", "train", "eval"]);
    assert.equal(recorder.losses.length, 6);
  });
}

Deno.test("a batch that is cancelled after its loss counts, and one that is cancelled before it does not", async () => {
  const metrics = new MetricsCB({}, { log: null });
  await learner({ train: uneven }, metrics, new Accumulate(2, "afterLoss")).fit(1); // 0 and 2 are cancelled
  assertClose([metrics.rows[0]!.loss], [2], 1e-6);
  class Skip extends Callback {
    override afterPredict(learn: Learner): void {
      if (learn.iter === 1) throw new CancelBatchException();
    }
  }
  for (const skip of [new Skip(), Object.assign(new Skip(), { order: -1000 })]) {
    await learner({ train: uneven }, metrics, skip).fit(2);
    assertClose(metrics.rows.map((row) => row.loss), [6 / 7, 6 / 7], 1e-6);
  }
});

Deno.test("accumulated gradients are those of the batches together", async () => {
  const one: Batch[] = [[tensor([[1, 2], [3, 4], [5, 7]]).keep(), tensor([[1], [0], [2]]).keep()]];
  const three = [0, 1, 2].map((i): Batch => one[0]!.map((t) => t.narrow(0, i, 1).clone().keep()));
  const train = async (batches: Batch[], scale: number, cbs: Callback[]) => {
    const model = new nn.Linear(2, 1, { device: reference });
    nn.init.zeros_(model.weight);
    nn.init.zeros_(model.bias!);
    const sum = (p: Tensor, t: Tensor) => nn.functional.mseLoss(p, t).mul(scale);
    await new Learner(model, { train: batches }, sum, { lr: 0.1, cbs }).fit(1);
    return (await model.weight.array() as number[][]).flat();
  };
  assertClose(await train(three, 1 / 3, [new Accumulate(3)]), await train(one, 1, []), 1e-6);
});

Deno.test("an error in a batch is told once, and not with what its metrics make of it", async () => {
  class Failing extends Callback {
    override afterBackward(): void {
      throw new Error("no more");
    }
  }
  let measured = 0;
  const metrics = new MetricsCB({ seen: (_p, t) => (measured++, t.mean()) }, { log: null });
  await assert.rejects(
    learner({ train: uneven }, metrics, new Failing()).fit(1),
    (error: Error) => error.message === "Callback Failing failed in afterBackward: no more",
  );
  assert.equal(measured, 0);
});
