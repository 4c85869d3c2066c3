/** WebGPU of Node: the npm package `webgpu`, if its user has installed it. Bun gets it from there too; others may have their own. */

/** The part of the package that is used. */
interface Dawn {
  create(flags: readonly string[]): GPU;
  readonly globals: Readonly<Record<string, unknown>>;
}

const PACKAGE: string = "webgpu"; // not a literal, so that no bundler looks for it

const DRIVER = "It needs a GPU driver with Vulkan (or Metal, or Direct3D 12). Or use the cpu device";

/** What to do where WebGPU is missing; more exact once it was looked for. */
export let INSTALL_HINT = `Outside Deno, WebGPU is a package of its own: npm install webgpu. ${DRIVER}`;

let loading: Promise<GPU | undefined> | undefined;

async function load(): Promise<GPU | undefined> {
  if (navigator.gpu) return navigator.gpu;
  try {
    const { create, globals } = await import(PACKAGE) as Dawn;
    Object.assign(globalThis, globals); // GPUBufferUsage and the like
    const gpu = create([]);
    INSTALL_HINT = `The package webgpu is there, and found no driver that it can use. ${DRIVER}`;
    return gpu;
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (code !== "ERR_MODULE_NOT_FOUND") INSTALL_HINT = `The package webgpu does not load: ${message}. ${DRIVER}`;
    return undefined;
  }
}

export function findGpu(): Promise<GPU | undefined> {
  return loading ??= load();
}
