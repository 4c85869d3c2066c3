/** A forgotten await is an error that says so, also where nothing checks types, as in a notebook. */
import assert from "node:assert/strict";
import { device, tensor } from "../../lib/tensor/mod.ts";

const t = tensor([1, 2], { device: device("reference") });
// deno-lint-ignore no-explicit-any
const forgotten = (): any => t.array();

Deno.test("a read that is not awaited throws wherever it is used as the value", async () => {
  const uses: Record<string, () => unknown> = {
    arithmetic: () => forgotten() + 1,
    negation: () => -forgotten(),
    comparison: () => forgotten() > 1,
    template: () => `${forgotten()}`,
    JSON: () => JSON.stringify({ values: forgotten() }),
    iteration: () => [...forgotten()],
    length: () => forgotten().length,
    element: () => forgotten()[0],
    map: () => forgotten().map(String),
    digits: () => (t.sum().item() as unknown as number).toFixed(2),
    cell: () => forgotten()[Symbol.for("Jupyter.display")](),
  };
  for (const [what, use] of Object.entries(uses)) {
    assert.throws(use, /TypeError: Cannot use a value before it was read from the device: write await t\./, what);
  }
  assert.match(Deno.inspect(forgotten()), /not awaited: write await t\.array\(\)/);
  await t.array();
});

Deno.test("a read that is awaited is an ordinary promise", async () => {
  assert.ok(t.array() instanceof Promise);
  assert.deepEqual(await t.array(), [1, 2]);
  assert.deepEqual(await Promise.all([t.sum().item(), t.max().item()]), [3, 2]);
  assert.equal(await t.sum().item().then((sum) => sum + 1).finally(() => {}), 4);
});
