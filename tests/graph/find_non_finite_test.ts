import assert from "node:assert/strict";
import { ancestorsOf, inputsOf, nearestModule, nodeAt, pathToOrigin, viewed } from "../../lib/graph/find_non_finite.ts";
import type { Node } from "../../lib/graph/node.ts";
import { withModule } from "../../lib/graph/context.ts";
import { tensor } from "../../lib/tensor/create.ts";

const record = () => {
  const x = tensor([[1, -2], [3, 4]], { requiresGrad: true });
  const logs = withModule("0.log", () => x.t().log());
  const loss = logs.view(-1).narrow(0, 1, 2).mul(2).sum();
  return { x: x.node(), logs: logs.node(), loss: loss.node() };
};

Deno.test("viewed() looks through views, up to one that has a value", () => {
  const { logs, loss } = record();
  const product = loss.inputs[0]!;
  assert.equal(product.op.name, "mul");
  assert.notEqual(product.inputs[0], logs);
  assert.equal(viewed(product.inputs[0]!), logs);
  assert.equal(viewed(logs), logs);
  assert.ok(inputsOf(product).includes(logs));
  const shown = tensor([[1, 2]]).exp().t().node();
  assert.ok(shown.op.isView);
  assert.notEqual(viewed(shown), shown);
  shown.value = { memory: tensor([1]).node().value!.memory, strides: [1] }; // as a flush leaves it
  assert.equal(viewed(shown), shown);
});

Deno.test("ancestorsOf() has every node once, with its inputs, and stops at values", () => {
  const { x, logs, loss } = record();
  const found = ancestorsOf([loss, logs]);
  for (const node of [x, logs, loss, loss.inputs[0]!]) assert.ok(found.has(node), node.describe());
  assert.deepEqual(found.get(logs), [x]);
  assert.deepEqual(found.get(x), []);
  assert.ok(![...found.keys()].some((node) => node.op.isView && !node.value), "views are looked through");
});

Deno.test("pathToOrigin() ends at a bad node without bad inputs, and nodeAt() finds it in another recording", () => {
  const first = record(), again = record();
  const path = (bad: Node[], results = [first.loss]) => pathToOrigin(results, ancestorsOf(results), new Set(bad));
  assert.equal(path([]), undefined);
  assert.equal(path([first.logs]), undefined, "only what leads from a bad result counts");
  const product = first.loss.inputs[0]!;
  const found = path([first.loss, product, first.logs])!;
  assert.equal(found.result, 0);
  assert.equal(nodeAt([first.loss], found), first.logs);
  assert.equal(nodeAt([again.loss], found), again.logs);
  assert.deepEqual(path([first.loss]), { result: 0, inputs: [] });
});

Deno.test("pathToOrigin() begins at the loss, else at the gradient that was recorded first", () => {
  const { x, logs, loss } = record();
  const late = tensor([1]).log().node();
  const results = [loss, late, logs];
  const start = (bad: Node[]) => pathToOrigin(results, ancestorsOf(results), new Set(bad))?.result;
  assert.equal(start([late, logs]), 2);
  assert.equal(start([late, logs, loss]), 0);
  assert.equal(start([late, x]), 1);
});

Deno.test("nearestModule() is that of the nearest ancestor in a module", () => {
  const { loss, logs, x } = record();
  assert.equal(logs.module, "0.log");
  assert.equal(nearestModule(loss), "0.log");
  assert.equal(nearestModule(x), "");
});
