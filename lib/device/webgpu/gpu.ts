/** Where WebGPU is found: here in Deno. Bundles for browsers and for Node have a module of their own in its place (tasks/bundle/). */

/** WebGPU, or undefined where there is none. */
// deno-lint-ignore require-await -- elsewhere it has to be loaded
export async function findGpu(): Promise<GPU | undefined> {
  return navigator.gpu;
}

/** What to do where WebGPU is missing. */
export const INSTALL_HINT = "Install a GPU driver with Vulkan (or Metal, or Direct3D 12); " +
  "without a GPU, Debian's mesa-vulkan-drivers offers software Vulkan. Or use the cpu device";
