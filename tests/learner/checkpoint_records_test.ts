/** Checkpoints whose records do not have the form that they should have are refused in words, and nothing is gone on with. */
import assert from "node:assert/strict";
import { DataLoaders } from "../../lib/data/dataloaders.ts";
import { TensorDataset } from "../../lib/data/dataset.ts";
import { Device } from "../../lib/device/device.ts";
import { Callback } from "../../lib/learner/callback.ts";
import { CheckpointCB } from "../../lib/learner/callbacks/checkpoint.ts";
import { DiagnoseCB } from "../../lib/learner/callbacks/diagnose.ts";
import { CancelFitException } from "../../lib/learner/exceptions.ts";
import { fromJson, toJson } from "../../lib/learner/json.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { BatchNorm1d } from "../../lib/nn/batch_norm.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import { Sequential } from "../../lib/nn/sequential.ts";
import { Tanh } from "../../lib/nn/smooth.ts";
import { zeros } from "../../lib/tensor/create.ts";
import { randint, randn } from "../../lib/tensor/create_random.ts";
import { setSeed } from "../../lib/tensor/random.ts";
import { encodeSafetensors, loadSafetensors, safetensorsMetadata } from "../../lib/tensor/safetensors.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";

const device = new Device("cpu", { threads: 1 });

/** Ends a fit after three batches of training. */
class Stop extends Callback {
  static override order = CheckpointCB.order + 1;
  #left = 3;
  override afterBatch(learn: Learner): void {
    if (learn.training && --this.#left === 0) throw new CancelFitException();
  }
}

function make(keep?: (bytes: Uint8Array) => void, every = 1): Learner {
  setSeed(5);
  const set = new TensorDataset(randn([20, 3], { device }), randint(0, 2, [20], { device }));
  const model = new Sequential(
    new Linear(3, 4, { device }),
    new BatchNorm1d(4, { device }),
    new Tanh(),
    new Linear(4, 2, { device }),
  );
  class Keep extends CheckpointCB {
    protected override async write(learn: Learner): Promise<void> {
      keep?.(await learn.checkpoint());
    }
    protected override async clear(): Promise<void> {}
  }
  const cbs = [new DiagnoseCB({ every }), new Keep("none", { batches: 1 }), new Stop()];
  return new Learner(model, DataLoaders.of(set, set, { batchSize: 4 }), crossEntropy, { cbs });
}

/** What DiagnoseCB remembered, as it stands in the file; tests change it. */
// deno-lint-ignore no-explicit-any -- any value may stand anywhere
type Values = any;

/** Something changed in it, or in its tensors, and what must be said of it. */
const CASES: readonly [
  what: string,
  change: (values: Values, tensors: Record<string, Tensor>) => void,
  said: RegExp,
][] = [
  ["no object", (values) => delete values.parameters, /what DiagnoseCB remembered: parameters: expected an object/],
  ["a text for a count", (values) => values.count = "3", /count: expected a whole number of at least 0, found "3"/],
  ["another every", (values) => values.every = 2, /it recorded one batch out of 2, and now of 1/],
  ["fewer losses", (values) => values.losses.pop(), /of 3 batches it has 2 losses and 3 rates/],
  ["more rates", (values) => values.lrs.push(1), /of 3 batches it has 3 losses and 4 rates/],
  ["a batch to come", (values) => values.batches = [0, 1, 9], /and recorded others \(0, 1, 9\)/],
  ["batches in another order", (values) => values.batches = [2, 1, 0], /and recorded others \(2, 1, 0\)/],
  ["other modules", (values) => values.modes[0].name = "x", /modules with a mode: it is of x, not of .*BatchNorm1d/],
  ["no modules", (values) => values.modes = [], /modules with a mode: it is of none/],
  ["fewer parameters", (values) => values.parameters.reached.pop(), /3 updates, and 5 counts of gradients .* for 6/],
  ["too many gradients", (values) => values.parameters.reached[0] = 4, /of 3 batches it has 3 updates/],
  ["left without figures", (values) => values.parameters.leftAt = [1], /left in 1 batches, and 0 have figures/],
  ["activations of nothing", (values) => values.activations = null, /what ActivationStats remembered: expected an/],
  [
    "activations of other layers",
    (values) => values.activations.layers.pop(),
    /record of activations: it has 3 layers and \d+ bins, not 4/,
  ],
  [
    "gradients of another width",
    (_, tensors) => tensors["parameters.gradients"] = zeros([3, 5], { device }),
    /parameters' gradients: expected rows of 6 numbers, found float32 \[3, 5\]/,
  ],
  [
    "updates of another type",
    (_, tensors) => tensors["parameters.updates"] = zeros([3, 6], { dtype: "int32", device }),
    /parameters' updates: expected rows of 6 numbers, found int32/,
  ],
  [
    "more updates than gradients",
    (_, tensors) => tensors["parameters.updates"] = zeros([4, 6], { device }),
    /of 3 batches it has 4 updates/,
  ],
  [
    "inputs of one axis",
    (_, tensors) => tensors["batches.inputs"] = zeros([9], { device }),
    /record of the inputs: expected rows of 3 numbers, found float32 \[9\]/,
  ],
  [
    "first outputs of more classes",
    (_, tensors) => tensors["batches.outputs"] = zeros([1, 5], { device }),
    /first outputs: expected rows of 3 numbers, found float32 \[1, 5\]/,
  ],
  [
    "first outputs twice",
    (_, tensors) => tensors["batches.outputs"] = zeros([2, 3], { device }),
    /record of the classes: it has 3 batches, of 2 classes, and first outputs of 2/,
  ],
  [
    "classes without first outputs",
    (_, tensors) => delete tensors["batches.outputs"],
    /record of the classes: it has 3 batches, of 2 classes, and first outputs of 0/,
  ],
  [
    "other classes than the model's",
    (_, tensors) => {
      tensors["batches.classes"] = zeros([3, 6], { device });
      tensors["batches.outputs"] = zeros([1, 5], { device });
    },
    /Cannot go on with a record whose rows have 6 numbers: this batch's has 4/,
  ],
  [
    "a bounded module without its share",
    (_, tensors) => tensors["modules.2"] = zeros([3, 1], { device }),
    /record of .*Tanh.*: expected rows of 2 numbers, found float32 \[3, 1\]/,
  ],
];

Deno.test("DiagnoseCB goes on with nothing that is not as it was saved, and says what it is", async () => {
  let file = new Uint8Array();
  await make((bytes) => file = bytes as Uint8Array<ArrayBuffer>).fit(2);
  const { sonde } = await safetensorsMetadata(file), prefix = "callbacks.0.";
  const resume = async (change: (values: Values, tensors: Record<string, Tensor>) => void) => {
    // deno-lint-ignore no-explicit-any -- as it stands in the file
    const head = fromJson(sonde!) as any;
    assert.equal(head.callbacks[0].name, "DiagnoseCB");
    const all = await loadSafetensors(file, { device }), own: Record<string, Tensor> = {};
    for (const [name, t] of Object.entries(all)) {
      if (!name.startsWith(prefix)) continue;
      own[name.slice(prefix.length)] = t;
      delete all[name];
    }
    change(head.callbacks[0].values, own);
    for (const [name, t] of Object.entries(own)) all[prefix + name] = t;
    const learn = await make().load(await encodeSafetensors(all, { metadata: { sonde: toJson(head) } }));
    await learn.fit(2, { resume: true });
  };
  await resume(() => {});
  for (const [what, change, said] of CASES) await assert.rejects(() => resume(change), said, what);
});

Deno.test("a checkpoint says how tensors lay in memory, and of no tensor that there is not, in no order that is none", async () => {
  let file = new Uint8Array();
  await make((bytes) => file = bytes as Uint8Array<ArrayBuffer>).fit(2);
  const { sonde } = await safetensorsMetadata(file), all = await loadSafetensors(file, { device });
  const { orders } = JSON.parse(sonde!);
  assert.deepEqual(orders["model.0.weight"], [1, 0], "a weight whose gradient came transposed");
  const cases: [unknown, RegExp][] = [
    [{ "model.9.weight": [1, 0] }, /orders\.model\.9\.weight: there is no such tensor/],
    [{ __proto__: null, constructor: [0] }, /orders\.constructor: there is no such tensor/],
    [{ "model.0.weight": [0, 0] }, /Cannot load a tensor \[4, 3\] in the order 0, 0 of its axes/],
    [{ "model.0.weight": [1, 0, 2] }, /Cannot load a tensor \[4, 3\] in the order 1, 0, 2 of its axes/],
    [{ "model.0.weight": [0.5, 1] }, /orders\.model\.0\.weight\.0: expected a whole number/],
    [[[0, 1]], /orders: expected an object/],
  ];
  for (const [wrong, said] of cases) {
    const head = { ...fromJson(sonde!) as object, orders: wrong };
    const bytes = await encodeSafetensors(all, { metadata: { sonde: toJson(head) } });
    await assert.rejects(() => make().load(bytes), said);
  }
  // Earlier versions did not say.
  const { orders: _, ...head } = fromJson(sonde!) as Record<string, unknown>;
  await make().load(await encodeSafetensors(all, { metadata: { sonde: toJson(head) } }));
});
