/** Finds a WebGPU adapter and opens a device with the limits the backend needs. */
import { NoDeviceError } from "../errors.ts";
import { findGpu, INSTALL_HINT } from "./gpu.ts";

/** What {@linkcode probeAdapter} found. */
export interface AdapterProbe {
  readonly adapter: GPUAdapter;
  /** Whether it runs on the CPU (software Vulkan): right, but slow. */
  readonly software: boolean;
  /** Model name, for people. */
  readonly description: string;
}

/** The best adapter of this machine, or undefined if there is none. */
export async function probeAdapter(): Promise<AdapterProbe | undefined> {
  const gpu = await findGpu();
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  return adapter ? describeAdapter(adapter) : undefined;
}

/** Name and kind of an adapter. */
export function describeAdapter(adapter: GPUAdapter): AdapterProbe {
  const { description, device, vendor, isFallbackAdapter: software } = adapter.info;
  return { adapter, software, description: description || device || vendor || "unnamed adapter" };
}

/** Buffers that a kernel may use: enough for all memory that kernels can count (see memory.ts). */
const MOST_BUFFERS = 32;

/**
 * A device on the adapter, with the largest buffers it allows, and as many as are of use.
 * @param leastLimits asks for nothing beyond what every WebGPU has
 * @throws {NoDeviceError} if the adapter refuses.
 */
export async function openDevice({ adapter, description }: AdapterProbe, leastLimits = false): Promise<GPUDevice> {
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const maxStorageBuffersPerShaderStage = Math.min(MOST_BUFFERS, adapter.limits.maxStorageBuffersPerShaderStage);
  try {
    return await adapter.requestDevice({
      label: "sonde",
      requiredLimits: leastLimits
        ? {}
        : { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NoDeviceError(`Cannot open the WebGPU adapter ${description}: ${reason}. ${INSTALL_HINT}`);
  }
}
