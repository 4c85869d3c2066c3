import assert from "node:assert/strict";
import { NONE } from "../../lib/device/attributes.ts";
import type { DeviceBuffer } from "../../lib/device/backend.ts";
import {
  DeviceLostError,
  DeviceValidationError,
  NoDeviceError,
  OutOfDeviceMemoryError,
} from "../../lib/device/errors.ts";
import { reduction } from "../../lib/device/steps/reductions.ts";
import { range } from "../../lib/device/steps/sources.ts";
import { createWebGpuBackend } from "../../lib/device/webgpu/backend.ts";
import { grid } from "../../lib/device/webgpu/executable.ts";
import { Health } from "../../lib/device/webgpu/health.ts";
import { DeviceMemory } from "../../lib/device/webgpu/memory.ts";
import { Pipelines } from "../../lib/device/webgpu/pipelines.ts";
import { Submissions } from "../../lib/device/webgpu/submissions.ts";
import { checkAgainstReference, runOnce } from "./conformance.ts";
import { type Case, ProgramBuilder } from "./programs.ts";
import { addInPlace, probe, uploadAll, webgpuTest } from "./webgpu_cases.ts";

const NO_NUMBERS = { scalars: new Float64Array(), offsets: new Int32Array() };

Deno.test({
  name: "createWebGpuBackend() refuses a software adapter that was not asked for, and says what to install",
  ignore: !probe?.software,
  fn: async () => {
    await assert.rejects(createWebGpuBackend(), (error) => {
      assert.ok(error instanceof NoDeviceError);
      assert.match(error.message, /software adapter .*mesa-vulkan-drivers.*cpu device/);
      return true;
    });
  },
});

Deno.test("grid() keeps rows within WebGPU's limit and covers every workgroup", () => {
  for (const n of [1, 65535, 65536, 65537, 131071, 5_000_000]) {
    const { x, y } = grid(n);
    assert.ok(x <= 65535 && y <= 65535 && x * y >= n && x * y - n < x, `${n}: ${x} × ${y}`);
  }
});

/** start, start + step, … in the arena, reduced to one number. */
function reducedRange(op: "max" | "sum", dtype: "int32" | "float32", n: number, start: number, step: number): Case {
  const builder = new ProgramBuilder();
  const input = builder.operand(builder.arena(dtype, n), [n]), total = builder.dense(dtype, [1], [0]);
  builder.step({
    kernel: "arange",
    inputs: {},
    output: input,
    attributes: range({ dtype }),
    numbers: { start: builder.scalar(start), step: builder.scalar(step) },
  });
  builder.step({
    kernel: "reduce",
    inputs: { input },
    output: { ...total, shape: [] },
    attributes: reduction({ op, dtype, kept: 0 }),
    numbers: {},
  });
  return builder.build(`${op} of ${n} numbers`);
}

webgpuTest("a run of more than 65535 workgroups reaches every element", async (backend) => {
  const n = 65535 * 256 + 1000;
  const { program, inputs } = reducedRange("max", "int32", n, 0, 1);
  const [result] = await runOnce(backend, program, inputs);
  assert.equal(result![0], n - 1);
});

webgpuTest("the heap grows, and what it holds survives", async (backend) => {
  const n = 1 << 20;
  const buffers: DeviceBuffer[] = [];
  for (let i = 0; i < 10; i++) {
    const buffer = backend.allocate("float32", n);
    backend.upload(buffer, new Float32Array(n).fill(i));
    buffers.push(buffer);
  }
  assert.equal(backend.counters.liveBytes, 40 << 20);
  const { program } = addInPlace(n);
  const executable = backend.compile(program);
  backend.run(executable, [buffers[3]!, buffers[9]!], NO_NUMBERS.scalars, NO_NUMBERS.offsets);
  const contents = await backend.download(buffers);
  assert.equal(backend.counters.downloads, 1);
  contents.forEach((array, i) => {
    assert.equal(array[0], i === 9 ? 12 : i);
    assert.equal(array[n - 1], i === 9 ? 12 : i);
  });
  buffers.forEach((buffer) => backend.free(buffer));
  assert.equal(backend.counters.liveBytes, 0);
});

webgpuTest("the arena grows with the largest program, and is shared", async (backend) => {
  for (const n of [100, 3_000_000, 1000]) {
    const { program, inputs } = reducedRange("sum", "float32", n, 1, 0);
    assert.equal((await runOnce(backend, program, inputs))[0]![0], n);
  }
  assert.ok(backend.counters.arenaBytes >= 12_000_000 && backend.counters.arenaBytes < 13_000_000);
});

webgpuTest("too little memory throws with figures, and the device goes on", async (backend) => {
  const limit = 2 ** 33; // more than kernels can count
  const small = backend.allocate("float32", 1000);
  backend.upload(small, new Float32Array(1000).fill(7));
  assert.throws(() => backend.allocate("float32", limit / 4), (error) => {
    assert.ok(error instanceof OutOfDeviceMemoryError);
    assert.ok(error.requestedBytes >= limit - 4 && error.usedBytes === 4096 && error.limitBytes <= limit);
    return true;
  });
  assert.equal((await backend.download([small]))[0]![999], 7);
});

webgpuTest("a kernel that does not compile is an exception with label, line and caret", async (backend) => {
  const health = new Health(backend.device, backend.description);
  const pipelines = new Pipelines(health, new DeviceMemory(health, new Submissions(health)));
  pipelines.get("broken kernel", "@compute @workgroup_size(64)\nfn main() {\n  let x: u32 = 1.5;\n}\n");
  await assert.rejects(health.settled(), (error) => {
    assert.ok(error instanceof DeviceValidationError);
    assert.match(error.message, /^Cannot compile the kernel broken kernel: /);
    assert.match(error.message, /wgsl:3:/);
    assert.match(error.message, /\^/);
    return true;
  });
  health.dispose();
});

webgpuTest("a validation error nobody expected is an exception at the next wait, and stays", async (backend) => {
  backend.device.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
  await new Promise((resolve) => setTimeout(resolve, 50)); // Deno dispatches the event from a timer
  await assert.rejects(backend.synchronize(), DeviceValidationError);
  assert.throws(() => backend.allocate("float32", 1), DeviceValidationError);
  assert.throws(() => backend.throttle(), DeviceValidationError);
});

webgpuTest("a failed run is an exception at the next read", async (backend) => {
  const test = addInPlace(64);
  const buffers = uploadAll(backend, test), executable = backend.compile(test.program);
  const submit = GPUQueue.prototype.submit;
  // A command buffer that was already submitted is refused.
  GPUQueue.prototype.submit = function (commands) {
    const list = [...commands];
    submit.call(this, list);
    submit.call(this, list);
    GPUQueue.prototype.submit = submit;
  };
  backend.run(executable, buffers, test.inputs.scalars, test.inputs.offsets);
  await assert.rejects(backend.download(buffers), (error) => {
    assert.ok(error instanceof DeviceValidationError);
    assert.match(error.message, /^Cannot run a program: /);
    return true;
  });
});

webgpuTest("a lost device is an exception at the next call", async (backend) => {
  const test = addInPlace(64);
  const buffers = uploadAll(backend, test), executable = backend.compile(test.program);
  backend.run(executable, buffers, test.inputs.scalars, test.inputs.offsets);
  backend.device.destroy();
  await assert.rejects(backend.download(buffers), DeviceLostError);
  assert.throws(() => backend.run(executable, buffers, test.inputs.scalars, test.inputs.offsets), DeviceLostError);
  await assert.rejects(backend.synchronize(), DeviceLostError);
});

webgpuTest("a fault is known with the first read after it, and given once", async (backend) => {
  const builder = new ProgramBuilder();
  const logits = builder.dense("float32", [2, 3], [1, 2, 3, 4, 5, 6]), labels = builder.dense("int32", [2], [0, 3]);
  const output = builder.dense("float32", [2], [0, 0]);
  const { program, inputs } = builder.step({
    kernel: "crossEntropy",
    inputs: { logits, labels },
    output,
    attributes: NONE,
    numbers: {},
  }).build("label 3 of 3");
  await runOnce(backend, program, inputs);
  const { runs } = backend.counters;
  assert.deepEqual(backend.takeFaults(), [
    { run: runs, step: 0, fault: { kernel: "crossEntropy", index: 3, size: 3 } },
  ]);
  assert.deepEqual([backend.takeFaults(), backend.checkedRuns], [[], runs]);
});

webgpuTest("buffers are checked: freed, foreign, of another length, and too few", async (backend) => {
  const test = addInPlace(8);
  const buffers = uploadAll(backend, test), executable = backend.compile(test.program);
  assert.throws(() => backend.upload(buffers[0]!, new Float32Array(7)), /7 elements: the buffer has 8/);
  assert.throws(
    () => backend.run(executable, [buffers[0]!], NO_NUMBERS.scalars, NO_NUMBERS.offsets),
    /binds 2 buffers, found 1/,
  );
  assert.throws(() => backend.free({ dtype: "float32", elements: 8, bytes: 32 }), /another device/);
  backend.free(buffers[0]!);
  assert.throws(() => backend.free(buffers[0]!), /freed/);
  assert.throws(() => backend.run(executable, buffers, NO_NUMBERS.scalars, NO_NUMBERS.offsets), /freed/);
  await assert.rejects(backend.download(buffers), /freed/);
});

webgpuTest("every element type makes the round trip, empty buffers too", async (backend) => {
  const floats = backend.allocate("float32", 3), integers = backend.allocate("int32", 2);
  const truths = backend.allocate("bool", 3),
    bytes = backend.allocate("uint8", 5),
    none = backend.allocate("float32", 0);
  backend.upload(floats, Float64Array.of(0.5, NaN, -Infinity));
  backend.upload(integers, Int32Array.of(-(2 ** 31), 2 ** 31 - 1));
  backend.upload(truths, Uint8Array.of(0, 1, 7));
  backend.upload(bytes, new Uint8Array(new SharedArrayBuffer(5)).fill(255));
  backend.upload(none, new Float32Array());
  assert.deepEqual(await backend.download([floats, integers, truths, bytes, none]), [
    Float32Array.of(0.5, NaN, -Infinity),
    Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
    Uint8Array.of(0, 1, 1),
    Uint8Array.of(255, 255, 255, 255, 255),
    new Float32Array(),
  ]);
});

webgpuTest("throttle() holds back a host that is 512 runs ahead, and no other", async (backend) => {
  const test = addInPlace(1024);
  const buffers = uploadAll(backend, test), executable = backend.compile(test.program);
  const run = () => backend.run(executable, buffers, test.inputs.scalars, test.inputs.offsets);
  run();
  assert.equal(backend.throttle(), undefined);
  for (let i = 1; i < 520; i++) run();
  assert.equal(backend.counters.questions, 4); // one every 128 runs: in Deno each of them waits until the queue is empty
  const wait = backend.throttle();
  assert.ok(wait);
  await wait;
  assert.equal(backend.throttle(), undefined);
  assert.equal((await backend.download([buffers[1]!]))[0]![0], 520);
  assert.deepEqual([backend.counters.runs, backend.counters.launches, backend.counters.compiled], [520, 520, 1]);
});

webgpuTest("throttle() holds back a host whose writes wait in memory", async (backend) => {
  const test = addInPlace(1 << 22);
  const buffers = uploadAll(backend, test), executable = backend.compile(test.program); // 2 × 16 MiB
  const batch = new Float32Array(1 << 22).fill(1);
  const held: boolean[] = [];
  for (let i = 0; i < 8; i++) {
    backend.upload(buffers[0]!, batch);
    backend.run(executable, buffers, test.inputs.scalars, test.inputs.offsets);
    const wait = backend.throttle();
    held.push(wait !== undefined);
    await wait;
  }
  assert.deepEqual(held, [...new Array<boolean>(5).fill(false), true, false, false]); // (2 + 6) · 16 MiB
  assert.equal((await backend.download([buffers[1]!]))[0]![0], 8);
});

webgpuTest("a program without steps runs, and does nothing", async (backend) => {
  const builder = new ProgramBuilder();
  builder.dense("float32", [2], [1, 2]);
  const { program, inputs } = builder.build("nothing");
  assert.deepEqual(await runOnce(backend, program, inputs), [Float32Array.of(1, 2)]);
  assert.deepEqual([backend.counters.runs, backend.counters.launches], [1, 0]);
});

webgpuTest("programs of equal form and other sizes share their kernels", async (backend) => {
  let modules = 0;
  const create = backend.device.createShaderModule;
  backend.device.createShaderModule = function (descriptor) {
    modules++;
    return create.call(this, descriptor);
  };
  for (const n of [256, 512, 1000]) {
    const { program, inputs } = addInPlace(n);
    await checkAgainstReference(backend, program, inputs);
  }
  assert.equal(modules, 1);
});
