import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { BatchTransformCB, normalize, viewTfm } from "../../lib/learner/callbacks/batch_transform.ts";
import { Recorder } from "../../lib/learner/callbacks/recorder.ts";
import { modelGraph, summarize, summary } from "../../lib/learner/summary.ts";
import * as data from "../../lib/data/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { tensor, zeros } from "../../lib/tensor/create.ts";
import { defaultGenerator } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { setUp } from "../engine/model_a.ts";
import { foldRepeats } from "../../lib/plot/fold_repeats.ts";
import { assertSnapshot } from "../plot/snapshot.ts";
import { crossEntropy, loaders, model as small, Spy } from "./helpers.ts";

function problemSet(): data.TensorDataset {
  const x = Float32Array.from({ length: 96 }, (_, i) => Math.sin(i));
  return new data.TensorDataset(
    tensor(x, { shape: [24, 4] }),
    tensor(Int32Array.from({ length: 24 }, (_, i) => i % 3)),
  );
}

Deno.test("summary(): shapes, parameters and work of model A", async () => {
  using cpu = new Device("cpu", { threads: 1 });
  const { model, dls } = setUp(cpu, { count: 16, batchSize: 8 });
  const found = await summary(new Learner(model, dls, crossEntropy));
  assert.deepEqual(String(found).split("\n"), [
    "module     path  output           parameters     MACs",
    "input            n × 1 × 28 × 28",
    "0 Conv2d   0.0   n × 8 × 14 × 14          80   14,112",
    "0 ReLU     0.1   n × 8 × 14 × 14           0",
    "1 Conv2d   1.0   n × 16 × 7 × 7        1,168   56,448",
    "1 ReLU     1.1   n × 16 × 7 × 7            0",
    "2 Conv2d   2.0   n × 32 × 4 × 4        4,640   73,728",
    "2 ReLU     2.1   n × 32 × 4 × 4            0",
    "3 Conv2d   3.0   n × 64 × 2 × 2       18,496   73,728",
    "3 ReLU     3.1   n × 64 × 2 × 2            0",
    "4 Conv2d   4.0   n × 10 × 1 × 1        5,770    5,760",
    "5 Flatten  5     n × 10                    0",
    "total                                 30,154  223,776",
  ]);
  const graph = modelGraph(model, await dls.oneBatch(), { title: "Model A" });
  assert.deepEqual(graph.nodes.map(({ name, from }) => [...from!, name].join(" → ")), [
    "input → 0 Conv2d",
    "0 Conv2d → 0 ReLU",
    "0 ReLU → 1 Conv2d",
    "1 Conv2d → 1 ReLU",
    "1 ReLU → 2 Conv2d",
    "2 Conv2d → 2 ReLU",
    "2 ReLU → 3 Conv2d",
    "3 Conv2d → 3 ReLU",
    "3 ReLU → 4 Conv2d",
    "4 Conv2d → 5 Flatten",
  ]);
  await assertSnapshot("model_a", { nodes: graph.nodes, dot: graph.dot.split("\n") });
  assert.match(await graph.svg(), /18,496 parameters/);
});

Deno.test("summary() changes nothing: modes, generators, records, hooks, and a fit that follows", async () => {
  const fit = async (look: boolean) => {
    const model = small();
    const recorder = new Recorder();
    const learn = new Learner(
      model,
      { train: data.DataLoaders.of(problemSet(), problemSet(), { batchSize: 8 }).train },
      crossEntropy,
      {
        cbs: [recorder, normalize()],
      },
    );
    defaultGenerator.state = { seed: [1, 2], counter: 3 };
    model.at(0).eval();
    if (look) {
      await summary(learn);
      assert.equal(defaultGenerator.state.counter, 3);
      assert.deepEqual([model.training, model.at(0).training, learn.training], [true, false, false]);
      assert.deepEqual(learn.batch, []);
    }
    await learn.fit(2);
    return recorder.losses;
  };
  assert.deepEqual(await fit(true), await fit(false));
});

Deno.test("summary() sees batches as the model does; it is refused during a fit and without data", async () => {
  const model = new nn.Sequential(new nn.Conv2d(1, 2, 2), new nn.Flatten(), new nn.Linear(2, 3));
  const asImages = new BatchTransformCB(viewTfm(1, 2, 2));
  const learn = new Learner(model, loaders(), crossEntropy, { cbs: [asImages] });
  assert.deepEqual((await summary(learn)).rows.map(({ shape }) => shape), [["n", 2, 1, 1], ["n", 2], ["n", 3]]);
  let failure: unknown;
  const during = new Spy({ beforeEpoch: async () => void (failure ??= await summary(learn).catch((error) => error)) });
  await learn.fit(1, { cbs: [during] });
  assert.match(String(failure), /during a fit/);
  await assert.rejects(summary(new Learner(model, {}, crossEntropy)), /dls has neither valid nor train/);
});

Deno.test("summarize(): side ways, a module that runs twice, one that hands its input on", async () => {
  class Net extends nn.Module {
    a = new nn.Linear(4, 4);
    act = new nn.ReLU();
    same = new nn.Identity();
    out = new nn.Linear(4, 2);
    forward(x: Tensor): Tensor {
      const left = this.act.call(this.a.call(x));
      const right = this.act.call(this.a.call(left).add(x));
      return this.out.call(this.same.call(left.add(right)));
    }
  }
  const net = new Net();
  const { rows, parameters } = summarize(net, zeros([5, 4]));
  assert.deepEqual(rows.map(({ name, from, parameters }) => `${[...from].sort()} → ${name} ${parameters}`), [
    "input → a Linear 20",
    "a Linear → act ReLU 0",
    "act ReLU → a Linear (2) 0",
    "a Linear (2),input → act ReLU (2) 0",
    "act ReLU,act ReLU (2) → same Identity 0",
    "same Identity → out Linear 10",
  ]);
  assert.equal(parameters, 30);
  assert.match(await modelGraph(net, zeros([5, 4])).svg(), /act ReLU \(2\)/);
});

/** x + f(x), of one size. */
class Residual extends nn.Module {
  readonly a = new nn.Linear(6, 6);
  readonly act = new nn.ReLU();
  readonly b = new nn.Linear(6, 6);
  forward(x: Tensor): Tensor {
    return this.b.call(this.act.call(this.a.call(x))).add(x);
  }
}

Deno.test("modelGraph() draws alike blocks once, with their sums, and says what memory they take", async () => {
  const model = new nn.Sequential(
    new nn.Linear(4, 6),
    new Residual(),
    new Residual(),
    new Residual(),
    new nn.Linear(6, 2),
  );
  const graph = modelGraph(model, zeros([5, 4])), whole = modelGraph(model, zeros([5, 4]), { fold: false });
  assert.equal(graph.nodes.length, 14);
  const edges = (dot: string) => [...dot.matchAll(/"(.*)" -> "(.*)"/g)].map(([, from, to]) => `${from} → ${to}`).sort();
  assert.deepEqual(edges(graph.dot), [
    "0 Linear → 1 Residual",
    "0 Linear → 1.a Linear",
    "1 ReLU → 1.b Linear",
    "1 Residual → 4 Linear",
    "1.a Linear → 1 ReLU",
    "1.b Linear → 1 Residual",
    "input → 0 Linear",
  ]);
  assert.equal(edges(whole.dot).length, 17);
  const svg = await graph.svg();
  for (const text of ["× 3", "to 3 Residual", "n × 6, 24 B a sample", "42 parameters, 168 B"]) {
    assert.ok(svg.includes(text), text);
  }
  assert.ok(!(await whole.svg()).includes("× 3"));
  // Only what is alike: another size keeps blocks apart.
  const sizes = [[6, 6], [6, 5], [5, 6]] as const;
  const odd = new nn.Sequential(...sizes.flatMap(([n, m]) => [new nn.Linear(n, m), new nn.ReLU()]));
  assert.doesNotMatch(modelGraph(odd, zeros([2, 6])).dot, /cluster/);
});

Deno.test("layers whose output goes past the next block are not folded", () => {
  const layer = (name: string, from: string[]) => ({ name, kind: "Linear", shape: ["n", 3], parameters: 12, from });
  const chain = Array.from({ length: 5 }, (_, i) => layer(String(i), [i === 0 ? "input" : String(i - 1)]));
  const parts = (layers: typeof chain) =>
    foldRepeats(layers, true).map(({ shown, times }) => `${shown[0]!.name} × ${times}`);
  assert.deepEqual(parts(chain), ["0 × 5"]);
  assert.deepEqual(parts([...chain, layer("far", ["4", "4"])]), ["0 × 5", "far × 1"]);
  assert.deepEqual(parts([...chain, layer("far", ["4", "0"])]), ["0 × 1", "1 × 4", "far × 1"]);
  assert.deepEqual(parts(chain.slice(0, 3)), ["0 × 1", "1 × 1", "2 × 1"]); // it would save two boxes
});

/** Adds what does not fit. */
class Unfit extends nn.Module {
  readonly a = new nn.Linear(6, 6);
  forward(x: Tensor): Tensor {
    return this.a.call(x).add(zeros([4]));
  }
}

Deno.test("modelGraph() draws up to the module that cannot take what it gets, and says why there", async () => {
  const layers = [new nn.Conv2d(1, 2, 3), new nn.Flatten(), new nn.Linear(7, 3), new nn.ReLU()];
  const model = new nn.Sequential(...layers), graph = modelGraph(model, zeros([2, 1, 6, 6]));
  assert.match(graph.error!, /^Cannot matmul \[2, 32\] with \[7, 3\]/);
  assert.deepEqual(graph.nodes.map(({ name, from }) => `${from} → ${name}`), [
    "input → 0 Conv2d",
    "0 Conv2d → 1 Flatten",
    "1 Flatten → 2 Linear",
  ]);
  assert.match(await graph.svg(), /Cannot matmul \[2, 32\]/);
  assert.match(graph.alt, /there it fails: Cannot matmul/);
  assert.throws(() => summarize(model, zeros([2, 1, 6, 6])), /Cannot matmul/);
  assert.ok(layers.every((layer) => !Object.hasOwn(layer, "call")));
  // One with modules inside fails at what it does with their outputs.
  const unfit = modelGraph(new nn.Sequential(new nn.Linear(4, 6), new Unfit()), zeros([2, 4]));
  assert.deepEqual(unfit.nodes.at(-1)!.from, ["1 Linear"]);
  assert.deepEqual([unfit.nodes.at(-1)!.name, unfit.nodes.length], ["1 Unfit", 3]);
  assert.match(unfit.error!, /^Cannot add/);
});

Deno.test("summarize() counts work and bytes of a sample, also where a module gets several rows of each", () => {
  /** Every one of t tokens [n, t, 8] by itself. */
  class Tokens extends nn.Module {
    into = new nn.Linear(8, 16);
    out = new nn.Linear(16, 4);
    forward(x: Tensor): Tensor {
      const [n, t, size] = x.shape as [number, number, number];
      return this.out.call(this.into.call(x.view(-1, size))).view(n, t, 4);
    }
  }
  for (const [n, t] of [[2, 5], [10, 3], [1, 7]] as const) {
    const found = summarize(new Tokens(), zeros([n, t, 8]));
    assert.equal(found.macs, t * (8 * 16 + 16 * 4), `${n} samples of ${t}`);
    assert.deepEqual(found.rows.map(({ bytes }) => bytes), [4 * t * 16, 4 * t * 4]);
  }
});
