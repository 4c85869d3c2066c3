import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import { findRun, lessons } from "../../lib/lessons/catalogue.ts";
import { ConvLayer } from "../../lib/lessons/conv_layer.ts";
import { makeModel, watchedModules } from "../../lib/lessons/make_model.ts";
import { Conv2d } from "../../lib/nn/conv2d.ts";
import { zeros } from "../../lib/tensor/create.ts";
import { setSeed } from "../../lib/tensor/random.ts";

const all = lessons.flatMap(({ runs }) => runs);

const reference = device("reference");

Deno.test("makeModel(): norm before activation in A, after it in C; none without; ConvLayers in B", () => {
  const block = (id: string) => {
    const model = makeModel(findRun(id)!.setup, reference);
    const [first] = [...model.children()];
    return [...first!.children()].map(({ typeName }) => typeName);
  };
  assert.deepEqual(block("A4"), ["Conv2d", "GeneralReLU"]);
  assert.deepEqual(block("A6"), ["Conv2d", "LayerNorm", "GeneralReLU"]);
  assert.deepEqual(block("A8"), ["Conv2d", "BatchNorm2d", "GeneralReLU"]);
  assert.deepEqual(block("C1"), ["Conv2d", "ReLU"]);
  assert.deepEqual(block("C3"), ["Conv2d", "ReLU", "BatchNorm"]);
  assert.deepEqual(block("C8"), ["Conv2d", "ReLU", "RunningBatchNorm"]);
  assert.deepEqual(block("D4"), ["Conv2d", "BatchNorm2d"]);
  assert.deepEqual(block("D8b"), ["Conv2d", "ReLU", "GroupNorm"]);
  assert.ok([...makeModel(findRun("B1")!.setup, reference).children()][0] instanceof ConvLayer);
});

Deno.test("makeModel(): a network needs what its set-up leaves out, and says so", () => {
  const { setup } = findRun("A1")!;
  assert.throws(
    () => makeModel({ ...setup, activation: { kind: "none" } }, reference),
    /strided network without activations/,
  );
  const grouped = { ...findRun("D8b")!.setup, norm: { kind: "groupNorm", groups: 3 } as const };
  assert.throws(() => makeModel(grouped, reference), /8 channels .* 3 groups|3 groups .* 8 channels/);
});

Deno.test("makeModel(): biases as the documents have them", async () => {
  const biases = async (id: string) => {
    const model = makeModel(findRun(id)!.setup, reference);
    const convolutions = [...model.modules()].filter((module) => module instanceof Conv2d);
    return await Promise.all(convolutions.map(({ bias }) => bias && bias.abs().sum().item()));
  };
  assert.ok((await biases("A7")).every((sum) => sum! > 0));
  assert.deepEqual(await biases("C1"), [0, 0, 0, 0, 0]);
  assert.deepEqual(await biases("B1"), [0, 0, 0, 0, 0]);
  assert.deepEqual(await biases("C4"), [null, null, null, null, null]);
  assert.ok((await biases("E1")).every((sum) => sum! > 0));
});

Deno.test("watchedModules(): a strided network's activations, a pooled one's layers", () => {
  const watched = (id: string) => {
    const { setup } = findRun(id)!;
    const model = makeModel(setup, reference);
    const names = new Map([...model.namedModules()].map(([name, module]) => [module, name]));
    return watchedModules(model, setup).map((module) => names.get(module));
  };
  assert.deepEqual(watched("A6"), ["0.2", "1.2", "2.2", "3.2"]);
  assert.deepEqual(watched("C4"), ["0", "1", "2", "3", "4"]);
  assert.deepEqual(watched("B1"), ["0", "1", "2", "3", "4"]);
  assert.deepEqual(watched("E1"), ["0", "1", "2", "3"]);
});

Deno.test("makeModel(): every run's network takes 28×28 pictures and gives ten classes", () => {
  for (const { id, setup } of all) {
    const model = makeModel(setup, reference);
    assert.deepEqual(model.eval().call(zeros([2, 1, 28, 28], { device: reference })).shape, [2, 10], id);
  }
});

Deno.test("makeModel(): the same seed gives the same model", async () => {
  const weights = async () => {
    setSeed(5);
    const model = makeModel(findRun("A4")!.setup, reference);
    return await Promise.all([...model.parameters()].map((parameter) => parameter.array()));
  };
  assert.deepEqual(await weights(), await weights());
});
