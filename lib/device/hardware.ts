/** Whether the machine has a GPU. */
import { probeAdapter } from "./webgpu/adapter.ts";

/** The adapter of a GPU, if there is one. Software Vulkan is none: it serves to check correctness. */
export async function hardwareAdapter(): Promise<GPUAdapter | undefined> {
  const probe = await probeAdapter();
  return probe?.software ? undefined : probe?.adapter;
}
