/** The backends that can be tested on this machine. */
import type { Backend } from "../../lib/device/backend.ts";
import { createReferenceBackend } from "../../lib/device/reference/backend.ts";

/** Names that {@linkcode openBackend} knows. */
export type BackendName = Backend["kind"];

/** A backend, or why there is none. */
export type Opened = { readonly backend: Backend } | { readonly missing: string };

/** Imports and creates a backend; `missing` if its file is not there or the machine has no such device. */
export async function openBackend(name: BackendName, options: { readonly threads?: number } = {}): Promise<Opened> {
  if (name === "reference") return { backend: createReferenceBackend() };
  // Named at run time, so that type checking this file asks for neither.
  const url = new URL(`../../lib/device/${name}/backend.ts`, import.meta.url).href;
  try {
    await Deno.lstat(new URL(url));
  } catch {
    return { missing: `lib/device/${name}/backend.ts does not exist` };
  }
  const module = await import(url);
  try {
    return {
      backend: name === "cpu"
        ? await module.createCpuBackend(options)
        : await module.createWebGpuBackend({ allowSoftware: true }),
    };
  } catch (error) {
    if (error instanceof Error && error.name === "NoDeviceError") return { missing: error.message };
    throw error;
  }
}
