/** When the plan cache says that plans keep missing. */
import assert from "node:assert/strict";
import { Device } from "../../../lib/device/device.ts";
import { planStatistics } from "../../../lib/engine/plan/cache.ts";
import { ones, type Tensor, zeros } from "../../../lib/tensor/mod.ts";

/** What `console.warn` is told meanwhile. */
async function warnings(work: () => Promise<void>): Promise<string[]> {
  const said: string[] = [], { warn } = console;
  console.warn = (text: string) => void said.push(text);
  try {
    await work();
  } finally {
    console.warn = warn;
  }
  return said;
}

Deno.test("the plan cache warns once when sizes vary from step to step, and names the operation", async () => {
  using device = new Device("cpu", { threads: 1 });
  const step = (n: number) => zeros([n], { device }).cos().sum().item();
  const early = await warnings(async () => {
    for (let n = 1; n < 20; n++) await step(n);
  });
  assert.deepEqual(early, []);
  const said = await warnings(async () => {
    for (let n = 20; n < 60; n++) await step(n);
  });
  assert.equal(said.length, 1);
  assert.match(
    said[0]!,
    /^Sonde compiled 20 plans for the same operations in 100 flushes: .* first at \w+ \[20\]\. Sizes that vary/,
  );
});

Deno.test("the plan cache warns of work that grows by an operation a step", async () => {
  using device = new Device("cpu", { threads: 1 });
  const x = ones([4], { device });
  let grown: Tensor = x;
  const said = await warnings(async () => {
    for (let n = 0; n < 24; n++) await (grown = grown.mul(x)).sum().item();
  });
  assert.equal(said.length, 1);
});

Deno.test("the plan cache does not warn of plans that are replayed, nor of those for different work", async () => {
  using device = new Device("cpu", { threads: 1 });
  const x = ones([3], { device });
  const { compiled } = planStatistics(device);
  const count = () => planStatistics(device).compiled - compiled;
  const replayed = await warnings(async () => {
    for (let n = 1; n <= 30; n++) for (let round = 0; round < 2; round++) await zeros([n], { device }).sum().item();
  });
  assert.deepEqual([replayed, count()], [[], 30]);
  const steps: ((t: Tensor) => Tensor)[] = [(t) => t.sin(), (t) => t.exp(), (t) => t.sqrt(), (t) => t.neg()];
  const ends: ((t: Tensor) => Tensor)[] = [(t) => t.sum(), (t) => t.mean(), (t) => t.max()];
  const different = await warnings(async () => {
    for (const one of steps) for (const two of steps) for (const end of ends) await end(two(one(x))).item();
  });
  assert.deepEqual([different, count()], [[], 30 + 48]);
});
