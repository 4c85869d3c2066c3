import assert from "node:assert/strict";
import "./helpers.ts"; // the reference device
import * as nn from "../../lib/nn/mod.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { parameterNames } from "../../lib/nn/names.ts";

const names = (model: nn.Module) => [...nn.moduleNames(model).values()];
const block = (...more: nn.Module[]) => new nn.Sequential(new nn.Linear(4, 4), new nn.ReLU(), ...more);

Deno.test("moduleNames(): the place in the model and the class; a path of numbers is never a name", () => {
  assert.deepEqual(names(new nn.Sequential(block(), block(), new nn.Linear(4, 2))), [
    "Sequential",
    "0 Sequential",
    "0 Linear",
    "0 ReLU",
    "1 Sequential",
    "1 Linear",
    "1 ReLU",
    "2 Linear",
  ]);
  assert.deepEqual(names(new nn.ReLU()), ["ReLU"]);
});

Deno.test("moduleNames(): two of a class in one place have more of their paths; words stay paths", () => {
  const inner = new nn.Sequential(block(new nn.Linear(4, 4)), new nn.ReLU());
  assert.deepEqual(names(new nn.Sequential(inner)), [
    "Sequential",
    "0 Sequential",
    "0[0] Sequential",
    "0[0][0] Linear",
    "0[0] ReLU",
    "0[0][2] Linear",
    "0[1] ReLU",
  ]);
  class Net extends nn.Module {
    body = block(new nn.Linear(4, 4));
    head = new nn.Linear(4, 2);
    forward(x: Tensor) {
      return this.head.call(this.body.call(x));
    }
  }
  assert.deepEqual(names(new Net()), [
    "Net",
    "body Sequential",
    "body.0 Linear",
    "body ReLU",
    "body.2 Linear",
    "head Linear",
  ]);
  assert.deepEqual([...parameterNames(new Net()).values()].slice(0, 2), ["body.0 Linear weight", "body.0 Linear bias"]);
});

Deno.test("moduleNames(): all names of a model differ, however it is nested", () => {
  let model = block();
  for (let depth = 0; depth < 4; depth++) {
    model = new nn.Sequential(model, block(model.at(0) as nn.Module), new nn.ReLU());
  }
  const all = names(model);
  assert.equal(new Set(all).size, all.length);
  assert.equal(all.length, [...model.modules()].length);
  for (const name of all) assert.doesNotMatch(name, /^\d*\.\d/);
});

Deno.test("parameterNames(): a model's own parameter has its field's name", () => {
  assert.deepEqual([...parameterNames(new nn.Linear(2, 2)).values()], ["weight", "bias"]);
});
