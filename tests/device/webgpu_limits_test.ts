/** WebGPU's least limits are enough, and where one buffer is not enough for what is on the device, there are several. */
import assert from "node:assert/strict";
import { createWebGpuBackend, probeAdapter, type WebGpuBackend } from "../../lib/device/webgpu/backend.ts";
import { acrossBuffers } from "../../lib/device/webgpu/across.ts";
import { OutOfDeviceMemoryError } from "../../lib/device/errors.ts";
import { assertSameBits, checkAgainstReference, runOnce } from "./conformance.ts";
import { PROGRAM_KINDS, randomProgram } from "./random_programs.ts";

const probe = await probeAdapter();
const ignore = !probe, note = probe ? "" : " (skipped: no WebGPU adapter)";

/** The least that WebGPU promises, as far as Sonde is near it. */
const LEAST = {
  maxStorageBufferBindingSize: 128 << 20,
  maxBufferSize: 256 << 20,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16384,
} as const;

Deno.test({
  name: `programs of every kind run within WebGPU's least limits${note}`,
  ignore,
  fn: async () => {
    const backend = await createWebGpuBackend({ allowSoftware: true, leastLimits: true }) as WebGpuBackend;
    try {
      for (const [name, limit] of Object.entries(LEAST)) {
        assert.equal(backend.device.limits[name as keyof typeof LEAST], limit, name);
      }
      for (const kind of PROGRAM_KINDS) {
        for (let seed = 1; seed <= 2; seed++) {
          const { label, program, inputs, exact } = randomProgram(kind, seed);
          await checkAgainstReference(backend, program, inputs, { label, exact });
        }
      }
    } finally {
      backend.dispose();
    }
  },
});

/** Kinds that read and write in every way, as compiling many buffers' worth of all of them would take half a minute. */
const KINDS = [
  "pointwise",
  "matmul",
  "conv2d",
  "softmax",
  "gather",
  "scatterAdd",
  "dequantizeGather",
  "cumsum",
] as const;

Deno.test({
  name: `a heap of many small buffers computes what one large one does, to the bit${note}`,
  ignore,
  fn: async () => {
    const bufferBytes = 16 << 10, { createShaderModule } = GPUDevice.prototype;
    let across = 0;
    GPUDevice.prototype.createShaderModule = function (descriptor) {
      if (descriptor.code.includes("fn heapLoad(")) across++;
      return createShaderModule.call(this, descriptor);
    };
    const whole = await createWebGpuBackend({ allowSoftware: true });
    const spread = await createWebGpuBackend({ allowSoftware: true, bufferBytes }) as WebGpuBackend;
    try {
      let tried = 0;
      for (const kind of KINDS) {
        for (const seed of [1]) {
          const { label, program, inputs } = randomProgram(kind, seed);
          const bytes = inputs.bound.reduce((sum, { length }) => sum + 4 * length, program.arenaBytes);
          if (bytes > 8 * bufferBytes) continue; // more buffers take long to compile
          const found = await runOnce(spread, program, inputs);
          assertSameBits(found, await runOnce(whole, program, inputs), label);
          tried++;
        }
      }
      assert.ok(tried >= 6 && across >= 3, `${tried} programs, ${across} modules over several buffers`);
    } finally {
      GPUDevice.prototype.createShaderModule = createShaderModule;
      whole.dispose();
      spread.dispose();
    }
  },
});

Deno.test({
  name: `what is larger than one buffer goes up, down and into sums; memory ends with figures${note}`,
  ignore,
  fn: async () => {
    const backend = await createWebGpuBackend({ allowSoftware: true, bufferBytes: 4096 });
    try {
      const data = Float32Array.from({ length: 5000 }, (_, i) => i), small = backend.allocate("float32", 10);
      const large = backend.allocate("float32", data.length);
      backend.upload(large, data);
      backend.upload(small, data.subarray(0, 10));
      backend.upload(large, Float32Array.of(-1, -2), 1023); // across an edge
      const [found, ten] = await backend.download([large, small]);
      data.set([-1, -2], 1023);
      assert.deepEqual(found, data);
      assert.deepEqual(ten, data.slice(0, 10));
      assert.throws(() => backend.allocate("float32", 1 << 20), OutOfDeviceMemoryError);
    } finally {
      backend.dispose();
    }
  },
});

Deno.test("acrossBuffers() turns reads, writes and nested places into calls", () => {
  const code = [
    "@group(0) @binding(0) var<storage, read_write> heap: array<u32>;",
    "heap[p.out + i] = bitcast<u32>(f32(heap[p.x + heap[i]]) + g(heap[1u], 2));",
    "if (heap[i] == 3u) {}",
  ].join("\n");
  const lines = acrossBuffers(code, 2, 1024).split("\n").slice(-2);
  assert.deepEqual(lines, [
    "heapStore(u32(p.out + i), bitcast<u32>(f32(heapLoad(u32(p.x + heapLoad(u32(i))))) + g(heapLoad(u32(1u)), 2)));",
    "if (heapLoad(u32(i)) == 3u) {}",
  ]);
});
