import assert from "node:assert/strict";
import plugin, { layerOf, objection, STEPS } from "../../../tasks/lint/layers.ts";

const ROOT = new URL("../../..", import.meta.url).pathname;

/** The plugin's complaints about `source`, were it the file at `path`. */
function complaints(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, ROOT + path, source).map((diagnostic) => diagnostic.message);
}

Deno.test("layers: an import of a lower layer passes, in every form", () => {
  const source = `
    import { Tensor } from "../tensor/tensor.ts";
    import type { Device } from "../device/device.ts";
    export { flush } from "../tensor/graph.ts";
    export * from "./module.ts";
    import assert from "node:assert/strict";
    const later = await import("../device/device.ts");
    type T = typeof import("../tensor/mod.ts");
    const vega = await import("npm:vega@6");
  `;
  assert.deepEqual(complaints("lib/nn/conv.ts", source), []);
});

for (
  const [form, source] of [
    ["import", `import { Learner } from "../learner/learner.ts";`],
    ["import for its effect", `import "../learner/learner.ts";`],
    ["import type", `import type { Learner } from "../learner/learner.ts";`],
    ["export from", `export { Learner } from "../learner/learner.ts";`],
    ["export *", `export * from "../learner/learner.ts";`],
    ["export * as", `export * as learner from "../learner/learner.ts";`],
    ["dynamic import", `const { Learner } = await import("../learner/learner.ts");`],
    ["type import in an expression", `type L = import("../learner/learner.ts").Learner;`],
  ] as const
) {
  Deno.test(`layers: plot never imports learner (${form})`, () => {
    const found = complaints("lib/plot/curves.ts", source);
    assert.equal(found.length, 1);
    assert.match(found[0]!, /^plot may not import learner: imports run one way, tasks, notebooks → lessons/);
  });
}

/** A file in a layer. */
const fileIn = (layer: string) => /^(kernels|tasks|notebooks)$/.test(layer) ? `${layer}/x.ts` : `lib/${layer}/x.ts`;

/** All pairs of a layer and another, with their steps. */
const pairs = STEPS.flatMap((names, step) =>
  names.flatMap((name) =>
    STEPS.flatMap((others, otherStep) => others.map((other) => ({ name, step, other, otherStep })))
  )
);
const tensorStep = STEPS.findIndex((names) => names.includes("tensor"));

Deno.test("layers: every layer refuses every layer above it", () => {
  for (const { name, step, other, otherStep } of pairs) {
    if (otherStep < step) continue;
    const refused = objection(fileIn(name), fileIn(other)) !== undefined;
    assert.equal(refused, name !== other, `${name} imports ${other}`);
  }
});

Deno.test("layers: what lies below tensor is imported by tensor and below, by others through doors", () => {
  let closed = 0;
  for (const { name, step, other, otherStep } of pairs) {
    if (otherStep >= step) continue;
    const refused = objection(fileIn(name), fileIn(other)) !== undefined;
    assert.equal(refused, step > tensorStep && otherStep < tensorStep, `${name} imports ${other}`);
    if (refused) closed++;
  }
  assert.ok(closed > 0);
  assert.match(
    complaints("lib/nn/conv.ts", `import type { Node } from "../graph/node.ts";`)[0]!,
    /^nn may not import lib\/graph\/node.ts: what it needs of the engine comes through lib\/tensor\/graph.ts, or lib\/dev/,
  );
  assert.equal(complaints("tasks/bench.ts", `import { Memory } from "../lib/device/memory.ts";`).length, 1);
  assert.deepEqual(complaints("tasks/bench.ts", `import { device } from "../lib/device/device.ts";`), []);
});

Deno.test("layers: what makes the kernels, or takes apart what runs, may look into devices", () => {
  for (const file of ["tasks/kernels.ts", "tasks/kernels/layouts.ts", "tasks/bench/profile.ts"]) {
    const up = file === "tasks/kernels.ts" ? ".." : "../..";
    assert.deepEqual(complaints(file, `import { LAYOUT } from "${up}/lib/device/cpu/layout.ts";`), []);
  }
});

Deno.test("layers: neighbours on one step do not import each other", () => {
  assert.match(complaints("lib/optim/sgd.ts", `import "../nn/module.ts";`)[0]!, /^optim may not import nn/);
});

Deno.test("layers: nothing inside imports mod.ts, and nothing in lib imports a test", () => {
  assert.match(complaints("lib/nn/conv.ts", `import "../../mod.ts";`)[0]!, /mod.ts, which is for users only/);
  assert.deepEqual(complaints("notebooks/setup.ts", `export * from "../mod.ts";`), []); // written as users write
  assert.match(complaints("lib/nn/conv.ts", `import "../../tests/helpers.ts";`)[0]!, /^nn imports from tests/);
});

Deno.test("layers: a new folder has to be given its place", () => {
  assert.match(complaints("lib/extras/a.ts", `import "../nn/module.ts";`)[0]!, /lib\/extras is not in the order/);
  assert.match(complaints("lib/learner/a.ts", `import "../extras/a.ts";`)[0]!, /lib\/extras is not in the order/);
});

Deno.test("layers: tests and mod.ts may import what they like", () => {
  assert.deepEqual(complaints("tests/nn/conv_test.ts", `import "../../lib/learner/mod.ts";`), []);
  assert.deepEqual(complaints("mod.ts", `export * from "./lib/learner/mod.ts";`), []);
});

Deno.test("layers: layerOf() tells a file's layer from its path", () => {
  assert.equal(layerOf("lib/nn/conv.ts"), "nn");
  assert.equal(layerOf("lib/data/garments/draw.ts"), "data");
  assert.equal(layerOf("kernels/webgpu/gemm.wgsl"), "kernels");
  assert.equal(layerOf("tasks/lesson.ts"), "tasks");
  assert.equal(layerOf("mod.ts"), "");
  assert.equal(layerOf("tests/nn/conv_test.ts"), undefined);
});
