import assert from "node:assert/strict";
import type { HostArray } from "../../../lib/device/dtype.ts";
import { createReferenceBackend } from "../../../lib/device/reference/backend.ts";
import { runOnce } from "../conformance.ts";
import { ProgramBuilder } from "../programs.ts";
import { PLAIN } from "./helpers.ts";

Deno.test("a fault says its run and step, and is given once", async () => {
  const backend = createReferenceBackend(), builder = new ProgramBuilder();
  builder.step({
    kernel: "crossEntropy",
    inputs: {
      logits: builder.dense("float32", [2, 3], [0, 0, 0, 0, 0, 0]),
      labels: builder.dense("int32", [2], [1, 3]),
    },
    output: builder.dense("float32", [2], [0, 0]),
    ...PLAIN,
  });
  const { program, inputs } = builder.build("fault");
  await runOnce(backend, program, inputs);
  assert.deepEqual(backend.takeFaults(), [
    { run: 1, step: 0, fault: { kernel: "crossEntropy", index: 3, size: 3 } },
  ]);
  assert.deepEqual(backend.takeFaults(), []);
});

Deno.test("the reference device counts, copies, and refuses what is gone", async () => {
  const backend = createReferenceBackend();
  const buffer = backend.allocate("float32", 3),
    bytes = backend.allocate("uint8", 5),
    flags = backend.allocate("bool", 2);
  assert.equal(backend.counters.liveBytes, 12 + 8 + 8);
  const data: HostArray = Float64Array.of(0.1, 2, 3);
  backend.upload(buffer, data);
  backend.upload(flags, Uint8Array.of(0, 1));
  data[0] = 7;
  const [floats, truths] = await backend.download([buffer, flags]);
  assert.deepEqual(floats, Float64Array.of(0.1, 2, 3));
  assert.deepEqual(truths, Uint8Array.of(0, 1));
  assert.equal(backend.counters.downloads, 1);
  floats![0] = 8;
  assert.equal((await backend.download([buffer]))[0]![0], 0.1);
  backend.free(bytes);
  backend.free(buffer);
  assert.equal(backend.counters.liveBytes, 8);
  assert.throws(() => backend.free(buffer), /freed/);
  assert.throws(() => backend.upload(flags, Uint8Array.of(1)), RangeError);
  assert.throws(() => backend.allocate("float32", 2 ** 30), /Cannot allocate 4096.0 MiB/);
  backend.dispose();
  assert.throws(() => backend.allocate("float32", 1), /disposed/);
  await assert.rejects(backend.synchronize(), /disposed/);
});
