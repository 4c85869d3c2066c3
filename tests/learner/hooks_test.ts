import assert from "node:assert/strict";
import { findModules, Hook, Hooks, isInstance } from "../../lib/learner/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { assertClose, flat } from "../nn/helpers.ts";
import { hooked, net } from "./helpers.ts";

Deno.test("findModules() and isInstance()", () => {
  const model = net();
  assert.equal(findModules(model, isInstance(nn.Linear)).length, 3);
  assert.deepEqual(findModules(model, isInstance(nn.Sequential)), [model, model[1]]);
  assert.equal(findModules(model, isInstance(nn.Linear, nn.ReLU)).length, 5);
  assert.throws(() => isInstance("ReLU" as never), /Cannot test modules for string: give classes/);
});

Deno.test("Hook sees each forward, keeps a value, may replace the output, and ends with its scope", async () => {
  const layer = new nn.ReLU();
  {
    using hook = new Hook<number>(layer, (hook, module, inputs, output) => {
      assert.deepEqual([module, inputs.length], [layer, 1]);
      hook.value = (hook.value ?? 0) + 1;
      return output.mul(2);
    });
    assertClose(await flat(layer.call(tensor([-1, 3]))), [0, 6]);
    layer.call(tensor([1]));
    assert.deepEqual([hook.value, String(hook)], [2, "Hook(ReLU)"]);
  }
  assertClose(await flat(layer.call(tensor([-1, 3]))), [0, 3]);
});

Deno.test("Hooks is a container: index, slice, list, mask, iteration, text", () => {
  const model = net();
  using hooks = new Hooks(findModules(model, isInstance(nn.Linear, nn.ReLU)), () => {});
  assert.equal(hooks.length, 5);
  const all = [...hooks];
  assert.equal(hooks.at(0).module, model[0]);
  assert.equal(hooks.at(-1), all[4]);
  assert.deepEqual(hooks.slice(1, 3), [all[1], all[2]]);
  assert.deepEqual(hooks.at([3, 0]), [all[3], all[0]]);
  assert.deepEqual(hooks.at([false, true, false, false, true]), [all[1], all[4]]);
  assert.equal(String(hooks), "Hooks(5) [Hook(Linear), Hook(ReLU), Hook(Linear), Hook(ReLU), Hook(Linear)]");
  assert.equal(Deno.inspect(hooks), String(hooks));
  using many = new Hooks(Array.from({ length: 12 }, () => new nn.ReLU()), () => {});
  assert.match(String(many), /^Hooks\(12\) \[(Hook\(ReLU\), ){10}…\]$/);
  assert.throws(() => hooks.at(5), /Cannot take hook 5: there are 5/);
  assert.throws(() => hooks.at([true]), /by a mask of 1: there are 5 hooks/);
});

Deno.test("Hooks removes what it drops, and the rest at the end of its scope", () => {
  const model = net(), count = { runs: 0 };
  {
    using hooks = new Hooks(model.modules(), () => void count.runs++);
    assert.equal(hooked(model, count), 7);
    hooks.remove(0);
    hooks.remove([-1, 0]);
    assert.deepEqual([hooked(model, count), hooks.length], [4, 4]);
    hooks.remove([true, false, false, false]);
    assert.deepEqual([hooked(model, count), hooks.length], [3, 3]);
  }
  assert.equal(hooked(model, count), 0);
  assert.throws(() => new Hooks([model, 3 as unknown as nn.Module], () => void count.runs++), /Cannot hook number/);
  assert.equal(hooked(model, count), 0);
});
