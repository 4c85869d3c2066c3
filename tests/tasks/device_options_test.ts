/** The options --device and --threads. */
import assert from "node:assert/strict";
import { checkThreads, readDevice } from "../../tasks/device_options.ts";
import { readSweepRequest, readWorkerRequest } from "../../tasks/sweep/request.ts";

Deno.test("--threads beside a GPU that was found is refused, and by none is left alone", () => {
  assert.throws(() => checkThreads(2, "webgpu"), {
    name: "UsageError",
    message: "--threads is for the cpu device, found a GPU: add --device cpu, or leave out --threads",
  });
  assert.throws(() => checkThreads(1, "reference"), /found the device reference/);
  checkThreads(2, "cpu");
  checkThreads(undefined, "webgpu");
});

Deno.test("--threads: what was not said is told from 1, so that a GPU may be found", () => {
  const nats = ["--nats", "nats://127.0.0.1:4222"];
  for (const read of [readSweepRequest, readWorkerRequest]) {
    assert.equal(read(["plan.ts", ...nats])!.threads, undefined);
    assert.equal(read(["plan.ts", ...nats, "--threads", "1"])!.threads, 1);
  }
  assert.throws(() => readDevice({ device: "webgpu", threads: "2" }), /found --device webgpu: leave one of them out/);
});
