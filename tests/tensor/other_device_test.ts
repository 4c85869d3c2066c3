/** A tensor keeps its device: what would write another device's tensor into it is refused, and leaves it as it was. */
import assert from "node:assert/strict";
import { Device, nn, noGrad, ones, tensor } from "../../mod.ts";

const here = new Device("cpu", { threads: 1 }), there = new Device("reference");

Deno.test("copy_: a tensor of another device is refused, and the tensor stays what it was", async () => {
  const t = tensor([1, 2], { device: here });
  const other = tensor([3, 4], { device: there });
  const message = /Cannot copy_ a tensor on cpu with one on reference: .*await t\.toDevice\(device\("cpu"\)\)/;
  assert.throws(() => t.copy_(other), { name: "TypeError", message });
  assert.throws(() => t.at(0).copy_(other.at(1)), { name: "TypeError" });
  assert.equal(t.device, here);
  assert.deepEqual(await t.array(), [1, 2]);
  assert.deepEqual(await t.copy_(await other.toDevice(here)).array(), [3, 4]);
});

Deno.test("loadStateDict: tensors of another device are refused, and none is loaded", async () => {
  const model = new nn.Linear(2, 1, { device: here, bias: true });
  noGrad(() => model.weight.fill_(7));
  const state = { bias: ones([1], { device: here }), weight: ones([1, 2], { device: there }) };
  assert.throws(
    () => model.loadStateDict(state),
    /Cannot load this state into Linear: mismatched: "weight" is on reference, the model's on cpu: move it with/,
  );
  assert.deepEqual(await model.weight.array(), [[7, 7]]);
});
