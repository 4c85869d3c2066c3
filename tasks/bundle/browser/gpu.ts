/** WebGPU of a browser. */

// deno-lint-ignore require-await -- as in lib/device/webgpu/gpu.ts
export async function findGpu(): Promise<GPU | undefined> {
  return navigator.gpu;
}

export const INSTALL_HINT =
  "WebGPU needs a browser that has it, a page from https: or from localhost, and a GPU with a driver. " +
  "Or use the cpu device";
