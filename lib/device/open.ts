/** Finds and opens the backend behind a device name. */
import type { Backend } from "./backend.ts";
import { createCpuBackend } from "./cpu/backend.ts";
import type { DeviceName, DeviceOptions } from "./names.ts";
import { createReferenceBackend } from "./reference/backend.ts";

/** Opens a backend; at once for cpu and reference, which need nothing from outside. */
export function openBackend(name: DeviceName, options: DeviceOptions): Backend | Promise<Backend> {
  switch (name) {
    case "cpu":
      return createCpuBackend(options);
    case "reference":
      return createReferenceBackend();
    case "webgpu":
      return openWebGpu();
    case "auto":
      return openBest(options);
  }
}

async function openWebGpu(): Promise<Backend> {
  const { createWebGpuBackend } = await import("./webgpu/backend.ts");
  return createWebGpuBackend({ allowSoftware: true });
}

/** A GPU if there is one, else the cpu. */
async function openBest(options: DeviceOptions): Promise<Backend> {
  const { hardwareAdapter } = await import("./hardware.ts");
  const adapter = await hardwareAdapter();
  if (!adapter) return createCpuBackend(options);
  const { createWebGpuBackend } = await import("./webgpu/backend.ts");
  return createWebGpuBackend({ adapter });
}
