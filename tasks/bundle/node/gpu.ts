/** WebGPU of Node: the npm package `webgpu`, if its user has installed it. Bun and others may have their own. */

/** The part of the package that is used. */
interface Dawn {
  create(flags: readonly string[]): GPU;
  readonly globals: Readonly<Record<string, unknown>>;
}

const PACKAGE: string = "webgpu"; // not a literal, so that no bundler looks for it

let loading: Promise<GPU | undefined> | undefined;

async function load(): Promise<GPU | undefined> {
  if (navigator.gpu) return navigator.gpu;
  try {
    const { create, globals } = await import(PACKAGE) as Dawn;
    Object.assign(globalThis, globals); // GPUBufferUsage and the like
    return create([]);
  } catch {
    return undefined;
  }
}

export function findGpu(): Promise<GPU | undefined> {
  return loading ??= load();
}

export const INSTALL_HINT =
  "In Node, WebGPU is a package of its own: npm install webgpu. It needs a GPU driver with Vulkan " +
  "(or Metal, or Direct3D 12). Or use the cpu device";
