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
    export { flush } from "../graph/flush.ts";
    export * from "./module.ts";
    import kernel from "../../kernels/webgpu/gemm.wgsl" with { type: "text" };
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

Deno.test("layers: every layer refuses every layer above it", () => {
  const fileIn = (layer: string) => /^(kernels|tasks|notebooks)$/.test(layer) ? `${layer}/x.ts` : `lib/${layer}/x.ts`;
  for (const [low, names] of STEPS.entries()) {
    for (const [high, others] of STEPS.entries()) {
      for (const name of names) {
        for (const other of others) {
          const refused = objection(fileIn(name), fileIn(other)) !== undefined;
          assert.equal(refused, high > low || (high === low && name !== other), `${name} imports ${other}`);
        }
      }
    }
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
