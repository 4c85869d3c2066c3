/** Finds a WebGPU adapter and opens a device with the limits the backend needs. */
import { NoDeviceError } from "../errors.ts";
import { findGpu, INSTALL_HINT } from "./gpu.ts";
import { subgroupOf } from "./subgroups.ts";

/** How to open the webgpu device. */
export interface WebGpuOptions {
  /** The adapter to use. Default: the machine's best. */
  adapter?: GPUAdapter;
  /** Whether an adapter that runs on the CPU will do. Default: false, unless the adapter is given. */
  allowSoftware?: boolean;
  /** Whether to do with the limits that every WebGPU has. Default: false, as much as the adapter offers. */
  leastLimits?: boolean;
  /** Whether to use subgroups, if the adapter has them. Default: true. */
  subgroups?: boolean;
  /** Whether products move single words alone, where they could move four at once. Default: false. */
  inWords?: boolean;
  /** Bytes of one buffer of the heap, a power of two from 256 on, for tests that would have little memory. Default: what can be bound at once. */
  bufferBytes?: number;
}

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

/** A device, and what it can do. */
export interface OpenedDevice {
  readonly device: GPUDevice;
  /** How many invocations in a row exchange registers; 1 without subgroups. */
  readonly subgroup: number;
}

/**
 * A device on the adapter, with the largest buffers it allows, and as many as are of use, and with subgroups if it has them.
 * @throws {NoDeviceError} if the adapter refuses.
 */
export async function openDevice(
  { adapter, description }: AdapterProbe,
  { leastLimits = false, subgroups = true }: WebGpuOptions = {},
): Promise<OpenedDevice> {
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const maxStorageBuffersPerShaderStage = Math.min(MOST_BUFFERS, adapter.limits.maxStorageBuffersPerShaderStage);
  try {
    const device = await adapter.requestDevice({
      label: "sonde",
      requiredFeatures: subgroups && adapter.features.has("subgroups") ? ["subgroups"] : [],
      requiredLimits: leastLimits
        ? {}
        : { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage },
    });
    return { device, subgroup: subgroups ? await subgroupOf(device) : 1 };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NoDeviceError(`Cannot open the WebGPU adapter ${description}: ${reason}. ${INSTALL_HINT}`);
  }
}
