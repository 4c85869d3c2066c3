/** What `bench --profile` lists of a step on the cpu, where commands of one step do not stand together. */
import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import { workload } from "../../tasks/bench/networks.ts";
import { CpuProfiler } from "../../tasks/bench/profile_cpu.ts";
import type { CpuLaunch } from "../../tasks/bench/profile_launch.ts";
import { syntheticImages, Training } from "../../tasks/bench/training.ts";

Deno.test("bench --profile: each kernel stands once, with its own arithmetic, however its commands are spread over the step", async () => {
  const target = device("cpu", { threads: 1 }), profiler = new CpuProfiler(await target.backend());
  const dataset = syntheticImages(target);
  const launches = async (batch: number): Promise<readonly CpuLaunch[]> => {
    const training = new Training(workload(`watched-${batch}`), dataset);
    for (let i = 0; i < 3; i++) await training.step();
    return await profiler.launches(() => training.step());
  };
  // At 16, commands run one after the other; at 512 they go through the images in groups, and what packs weights comes before them all.
  const small = await launches(16), large = await launches(512);
  profiler.stop();
  const names = (all: readonly CpuLaunch[]) => all.map(({ name }) => name);
  const products = (all: readonly CpuLaunch[]) => all.filter(({ product }) => product !== undefined);
  assert.equal(products(large).length, 5 + 4 + 5);
  assert.deepEqual(names(products(large)), names(products(small)));
  for (const [i, { name, product, flops }] of products(large).entries()) {
    const { product: one, flops: some } = products(small)[i]!;
    assert.equal(product!.what, one!.what, name);
    assert.equal(flops, 32 * some, name);
  }
  const counting = names(large).filter((name) => name.includes("statistics"));
  assert.deepEqual(counting, ["statistics", ...Array(3).fill("conv2d + add relu, statistics")]);
  assert.deepEqual(names(large).filter((name) => name.startsWith("crossEntropy")), ["crossEntropy, crossEntropyGrad"]);
  target.dispose();
});
