import assert from "node:assert/strict";
import { findLesson, findRun, lessons } from "../../lib/lessons/catalogue.ts";

// Batch, rate, epochs, and the published evaluation after the last of them.
const figuresOf: Record<string, [batch: number, lr: number, epochs: number, accuracy?: number, loss?: number]> = {
  A5: [1024, 0.2, 3, .860, .378],
  A6: [1024, 0.2, 3, .868, .362],
  A7: [1024, 0.4, 3, .868, .361],
  A8: [256, 0.2, 3, .884, .317],
  A9: [256, 0.05, 2, .900, .280],
  B1: [512, 0.5, 2, .965, .117],
  B2: [512, 0.5, 2, .971, .092],
  C1: [512, 0.4, 2, .954, .141],
  C2: [512, 1, 2, .106, 2.303],
  C3: [512, 1, 2, .973, .085],
  C4: [512, 1, 2, .979, .073],
  C5: [2, 1, 1, .153, 7e14],
  C6: [2, 0.4, 1, .184, 1.4e6],
  C7: [2, 1, 1, .099, NaN],
  C8: [2, 0.4, 1, .962, .189],
  C9b: [512, 0.8, 3],
  C9c: [512, 0.1, 3],
  D3: [512, 0.9, 1],
  D9: [512, 0.4, 1],
  E1: [512, 0.4, 1, .774, .689],
  E2: [512, 0.4, 3, .954, .158],
  E3: [512, 0.4, 3, .961, .139],
  E4: [512, 0.5, 1, .319, 2.001],
};

Deno.test("lessons: names and ids are unique, published figures fit the runs", () => {
  const names = lessons.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  const runs = lessons.flatMap((lesson) => lesson.runs);
  assert.equal(new Set(runs.map(({ id }) => id)).size, runs.length);
  for (const { id, setup, published } of runs) {
    assert.ok(published.length === 0 || published.length === setup.epochs, id);
    // A run goes on with one that comes before it, and that presents the same pictures to the same network.
    const before = setup.after === undefined ? undefined : runs[runs.findIndex((run) => run.id === id) - 1];
    if (before) {
      assert.equal(before.id, setup.after);
      const same = (
        { model, activation, norm, bias, dataset, heldOut, normalize }: typeof setup,
      ) => [model, activation, norm, bias, dataset, heldOut, normalize];
      assert.deepEqual(same(before.setup), same(setup), id);
    }
    if (typeof setup.lr !== "number" && !("kind" in setup.lr)) {
      assert.equal(setup.lr.reduce((sum, { fraction }) => sum + fraction, 0), 1, id);
    }
    for (const { train, eval: evaluation } of published) {
      for (const { accuracy } of [train, evaluation]) assert.ok(accuracy > 0 && accuracy < 1, id);
    }
  }
});

Deno.test("lessons: A1 to A4 are set up as their document says", () => {
  const [a1, a2, a3, a4] = ["A1", "A2", "A3", "A4"].map((id) => findRun(id)!.setup);
  for (const setup of [a1!, a2!, a3!, a4!]) {
    assert.deepEqual([setup.dataset, setup.batchSize, setup.lr, setup.momentum], ["fashion-mnist", 1024, 0.2, 0.85]);
  }
  assert.deepEqual([a1!.epochs, a2!.epochs, a3!.epochs, a4!.epochs], [1, 3, 3, 3]);
  assert.deepEqual(a1!.init, { kind: "default" });
  assert.deepEqual(a2!.init, { kind: "kaimingNormal", leak: 0 });
  assert.deepEqual([a1!.normalize, a2!.normalize, a3!.normalize, a4!.normalize], [
    "none",
    "none",
    "callback",
    "dataset",
  ]);
  assert.deepEqual(a4!.activation, { kind: "generalRelu", leak: 0.1, sub: 0.4 });
  assert.deepEqual(a4!.init, { kind: "kaimingNormal", leak: 0.1 });
});

Deno.test("lessons: every run of the documents is there", () => {
  const ids = lessons.map(({ name, runs }) => `${name}: ${runs.map(({ id }) => id).join(" ")}`);
  assert.deepEqual(ids, [
    "initialization: A1 A2 A3 A4 A5 A6 A7 A8 A9",
    "lsuv: B1 B2",
    "batchnorm: C1 C2 C3 C4 C5 C6 C7 C8 C9a C9b C9c C9d",
    "questions: D3 D4 D5 D6 D7 D8a D8b D8c D9",
    "inside: E1 E2 E3 E4",
    "accelerated: F1 F2 F3 F4 F5 F6 F7",
    "residual: G1 G2 G3",
    "wider: H1 H2 H3 H4 H5 H6 H7 H8",
  ]);
});

Deno.test("lessons: A5 to A9 change what their document changes", () => {
  const a4 = findRun("A4")!.setup;
  const set = (id: string) => findRun(id)!.setup;
  assert.deepEqual(set("A5"), { ...a4, init: { kind: "default" }, lsuv: "pair" });
  assert.deepEqual(set("A6"), { ...a4, norm: { kind: "layerNorm" } });
  assert.deepEqual(set("A7"), { ...a4, norm: { kind: "batchNorm", by: "hand" }, lr: 0.4 });
  assert.deepEqual(set("A8"), { ...a4, norm: { kind: "batchNorm", by: "library" }, batchSize: 256 });
  assert.deepEqual(set("A9"), { ...set("A8"), lr: 0.05, epochs: 2, after: "A8" });
  for (const id of ["A1", "A5", "A7", "A9"]) assert.equal(set(id).bias, true);
});

Deno.test("lessons: B, C, D and E train on 50,000 images of MNIST with plain SGD", () => {
  for (const { id, setup } of lessons.slice(1, 5).flatMap(({ runs }) => runs)) {
    const { dataset, heldOut, normalize, momentum, model } = setup;
    assert.deepEqual([dataset, heldOut, normalize, momentum], ["mnist", 10_000, "training", 0], id);
    const channels = id.startsWith("E") ? [8, 16, 32, 32] : [8, 16, 32, 64, 64];
    assert.deepEqual(model, { kind: "pooled", channels }, id);
    // Bias off under BatchNorm and RunningBatchNorm, on without norm and under the others.
    assert.equal(setup.bias, !/atchNorm/.test(setup.norm.kind), id);
    const init = id.startsWith("E") ? { kind: "default" } : { kind: "kaimingNormal", leak: 0.1, zeroBias: true };
    assert.deepEqual(setup.init, init, id);
  }
});

Deno.test("lessons: batches, rates, epochs and figures are those of the documents", () => {
  for (const [id, [batch, lr, epochs, accuracy, loss]] of Object.entries(figuresOf)) {
    const { setup, published } = findRun(id)!;
    assert.deepEqual([setup.batchSize, setup.lr, setup.epochs], [batch, lr, epochs], id);
    assert.deepEqual(published.at(-1)?.eval, accuracy === undefined ? undefined : { accuracy, loss }, id);
  }
  const up = [{ fraction: 0.3, from: 0.6, to: 2 }, { fraction: 0.7, from: 2, to: 0.1 }];
  assert.deepEqual([findRun("C9a")!.setup.lr, findRun("C9a")!.setup.epochs], [up, 8]);
  assert.deepEqual([findRun("C9d")!.setup.lr, findRun("C9d")!.setup.batchSize], [
    [{ fraction: 1, from: 1, to: 0.2 }],
    32,
  ]);
  assert.deepEqual(findRun("C9c")!.setup.norm, { kind: "instanceNorm", eps: 1 });
  assert.equal(findRun("C9d")!.course!.eval.accuracy, .982);
});

// Epochs, and accuracy and loss of the last: training, then evaluation.
const courseOf: Record<string, [epochs: number, ...figures: [number, number, number, number]]> = {
  F1: [3, .863, .376, .852, .406],
  F2: [3, .886, .311, .876, .343],
  F3: [3, .864, .368, .853, .407],
  F4: [3, .884, .315, .871, .349],
  F5: [3, .898, .280, .883, .317],
  F6: [3, .899, .275, .887, .307],
  F7: [5, .924, .210, .906, .267],
  G1: [5, .940, .170, .917, .232],
  G2: [5, .950, .149, .928, .211],
  G3: [5, .945, .150, .920, .223],
  H1: [5, .961, .145, .934, .219],
  H2: [5, .959, .150, .929, .223],
  H3: [5, .957, .158, .930, .230],
  H4: [5, .956, .161, .928, .236],
  H5: [20, .972, .089, .943, .173],
  H6: [50, .976, .070, .949, .163],
  H7: [25, .954, .132, .944, .163],
  H8: [5, .956, .157, .932, .223],
};

Deno.test("lessons: from F on, epochs and figures are those of the course", () => {
  const later = lessons.slice(5).flatMap(({ runs }) => runs);
  assert.deepEqual(later.map(({ id }) => id), Object.keys(courseOf));
  for (const { id, setup, course } of later) {
    const { train, eval: evaluation } = course!;
    const found = [setup.epochs, train.accuracy, train.loss, evaluation.accuracy, evaluation.loss];
    assert.deepEqual(found, courseOf[id], id);
    assert.deepEqual([setup.dataset, setup.batchSize, setup.normalize], ["fashion-mnist", 1024, "constants"], id);
  }
});

Deno.test("lessons: F is A8's network, with another optimiser or rate in each run", () => {
  const own = (id: string) => {
    const { lr, optimizer, momentum, ...rest } = findRun(id)!.setup;
    return { lr, optimizer: optimizer?.kind, momentum, rest };
  };
  const a8 = { ...findRun("A8")!.setup, normalize: "constants", batchSize: 1024 };
  const { lr: _lr, momentum: _momentum, ...network } = a8;
  for (let i = 1; i <= 7; i++) {
    assert.deepEqual(own(`F${i}`).rest, i === 7 ? { ...network, epochs: 5 } : network, `F${i}`);
    assert.equal(own(`F${i}`).momentum, 0);
  }
  assert.deepEqual(["F1", "F2", "F3", "F4"].map((id) => own(id).lr), [0.4, 1.5, 3e-3, 6e-3]);
  assert.deepEqual(own("F5").lr, { kind: "cosine", from: 2e-2, by: "batch" });
  assert.deepEqual(own("F6").lr, { kind: "cosine", from: 2e-2, by: "epoch" });
  assert.deepEqual(own("F7").lr, { kind: "oneCycle", max: 6e-2 });
  assert.deepEqual(
    ["F1", "F2", "F3", "F4", "F5", "F6", "F7"].map((id) => own(id).optimizer),
    [undefined, "averagedMomentum", "rmsProp", "adam", "adamW", "adamW", "adamW"],
  );
});

Deno.test("lessons: G and H are AdamW in one cycle, with another network or other images in each run", () => {
  const most: Record<string, number> = { G1: 6e-2, G2: 2e-2, G3: 2e-2, H6: 2e-2 };
  for (const { id, setup } of lessons.slice(6).flatMap(({ runs }) => runs)) {
    assert.deepEqual([setup.optimizer, setup.lr], [{ kind: "adamW" }, { kind: "oneCycle", max: most[id] ?? 1e-2 }], id);
    const plain = id === "G3" ? { kind: "relu" } : { kind: "generalRelu", leak: 0.1, sub: 0.4 };
    assert.deepEqual(setup.activation, plain, id);
  }
  const set = (id: string) => findRun(id)!.setup;
  assert.deepEqual(["H4", "H5", "H6", "H7"].map((id) => set(id).augment), [
    undefined,
    ["crop", "flip"],
    ["crop", "flip", "erase"],
    ["crop", "flip", "copy"],
  ]);
  for (const id of ["H5", "H6", "H7"]) assert.deepEqual(set(id).model, set("H4").model, id);
  assert.deepEqual(set("H8").model, { ...set("H4").model, dropout: 0.1 });
});

Deno.test("findLesson(), findRun(): nothing for an unknown name", () => {
  assert.equal(findLesson("initialization")?.name, "initialization");
  assert.equal(findLesson("nothing"), undefined);
  assert.equal(findRun("Z9"), undefined);
});

Deno.test("the catalogue of lessons loads none of the engine", async () => {
  const url = new URL("../../lib/lessons/catalogue.ts", import.meta.url);
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", url.href] }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: { specifier: string }[] };
  for (const { specifier } of modules) assert.match(specifier, /\/lib\/lessons\//);
});
