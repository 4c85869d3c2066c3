/** Devices and programs that several tests of the webgpu device use. */
import type { Backend, DeviceBuffer } from "../../lib/device/backend.ts";
import type { Step } from "../../lib/device/steps/mod.ts";
import { createWebGpuBackend, probeAdapter, type WebGpuBackend } from "../../lib/device/webgpu/backend.ts";
import { type Case, ProgramBuilder } from "./programs.ts";

/** What the machine has; undefined if nothing. */
export const probe = await probeAdapter();

/** A test with a device of its own, which is disposed of in the end; skipped, and said so, where there is no adapter. */
export function webgpuTest(name: string, test: (backend: WebGpuBackend) => Promise<void>): void {
  Deno.test({
    name: probe ? name : `${name} (skipped: no WebGPU adapter)`,
    ignore: !probe,
    fn: async () => {
      const backend = await createWebGpuBackend({ allowSoftware: true }) as WebGpuBackend;
      try {
        await test(backend);
      } finally {
        backend.dispose();
      }
    },
  });
}

/** `y = y + x`, elementwise over n elements. */
export function addInPlace(n: number): Case {
  const builder = new ProgramBuilder();
  const x = builder.dense("float32", [n], new Float32Array(n).fill(1));
  const y = builder.dense("float32", [n], new Float32Array(n));
  const step: Step = {
    kernel: "pointwise",
    shape: [n],
    inputs: [x, y].map((operand) => ({ kind: "tensor", operand, dtype: "float32" })),
    code: [{ op: "add", dtype: "float32", of: "float32", args: [0, 1] }],
    outputs: [{ operand: y, register: 2, dtype: "float32" }],
  };
  return builder.step(step).build("add in place");
}

/** Uploads the inputs of a case to buffers of its own. */
export function uploadAll(backend: Backend, { inputs }: Case): DeviceBuffer[] {
  return inputs.bound.map((data) => {
    const buffer = backend.allocate("float32", data.length);
    backend.upload(buffer, data);
    return buffer;
  });
}
