import assert from "node:assert/strict";
import type { Profile } from "../../tasks/bench/profile.ts";
import { testDevices } from "../oracle/golden.ts";
import { task } from "./command.ts";

Deno.test("bench --json: an object a workload", async () => {
  const { code, lines, stderr } = await task("bench", [
    "plain-64",
    "--device",
    "cpu",
    "--threads",
    "1",
    "--seconds",
    "1",
    "--json",
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(lines.length, 1);
  const row = JSON.parse(lines[0]!);
  const keys = ["workload", "device", "threads", "batchSize", "stepsPerSecond", "secondsPerEpoch", "samplesPerSecond"];
  assert.deepEqual(Object.keys(row), keys);
  assert.deepEqual([row.workload, row.device, row.threads, row.batchSize], ["plain-64", "cpu", 1, 64]);
  assert.ok(row.stepsPerSecond > 1);
  assert.ok(Math.abs(row.secondsPerEpoch * row.stepsPerSecond - 938) < 1);
  assert.ok(Math.abs(row.samplesPerSecond * row.secondsPerEpoch - 60_000) < 1);
});

/** What `bench --profile --json` says of a workload: see tasks/bench/profile.ts. */
async function profiled(device: string, workload: string): Promise<Profile> {
  const { code, lines, stderr } = await task("bench", [
    workload,
    "--device",
    device,
    "--threads",
    "1",
    "--profile",
    "--json",
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(lines.length, 1);
  return JSON.parse(lines[0]!);
}

for (const name of testDevices()) {
  if (name === "reference") continue;
  Deno.test(`bench --profile lists every launch of a step with its work and its time on ${name}`, async () => {
    const { workload, launches, stepMicroseconds, hostMicroseconds } = await profiled(name, "plain-2");
    assert.equal(workload, "plain-2");
    assert.ok(stepMicroseconds >= hostMicroseconds && hostMicroseconds > 0);
    assert.ok(launches.length >= 15, `${launches.length} launches`);
    for (const launch of launches) {
      assert.deepEqual(Object.keys(launch), ["name", "groups", "bytes", "flops", "microseconds"], launch.name);
      assert.ok(
        launch.groups >= 1 && launch.bytes > 0 && launch.bytes < 1e6 && launch.flops >= 0,
        JSON.stringify(launch),
      );
      assert.ok((launch.microseconds ?? 0) > 0 || name === "webgpu", launch.name); // not all adapters have a clock
    }
    // Five convolutions of 3 × 3 and stride 2, from [2, 1, 28, 28] to 8, 16, 32, 64 and 10 channels: two operations for each element of the output,
    // and of what it is a sum of; in the gradients as many, but for the images, which need none.
    const sizes = [[1, 8, 14], [8, 16, 7], [16, 32, 4], [32, 64, 2], [64, 10, 1]] as const;
    const each = sizes.map(([from, to, side]) => 2 * 2 * to * side ** 2 * 9 * from);
    const all = (list: readonly number[]) => list.reduce((sum, flops) => sum + flops, 0);
    const found = (kernel: RegExp) => all(launches.filter(({ name }) => kernel.test(name)).map(({ flops }) => flops));
    assert.ok(found(/conv2dWeightGrad/) >= all(each) && found(/conv2dWeightGrad/) < 1.1 * all(each));
    assert.ok(found(/conv2dInputGrad/) >= all(each.slice(1)) && found(/conv2dInputGrad/) < 1.1 * all(each.slice(1)));
    assert.ok(found(/conv2d(?!.*Grad)/) >= all(each) && found(/conv2d(?!.*Grad)/) < 1.1 * all(each));
  });
}

Deno.test("bench: a bad command line ends with code 2 and one line that names it", async () => {
  const mistakes: [string[], RegExp][] = [
    [["plain-3"], /^bench: Unknown workload "plain-3": allowed are plain-1024, plain-64, plain-2, watched-1024$/],
    [["--device", "tpu"], /^bench: --device must be one of auto, cpu, webgpu, found "tpu"$/],
    [["--fast"], /^bench: Unknown option --fast: allowed are /],
    [["--seconds", "0"], /^bench: --seconds must be a whole number from 1 to 3600, found "0"$/],
  ];
  for (const [args, line] of mistakes) {
    const { code, stdout, stderr } = await task("bench", args);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr.trimEnd(), line);
  }
});
