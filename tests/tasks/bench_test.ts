import assert from "node:assert/strict";
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
