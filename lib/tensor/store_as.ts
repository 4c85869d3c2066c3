/** Storing tensors in another type: the same handles, in memory of another size. */
import type { Device } from "../device/device.ts";
import { flush } from "../engine/flush.ts";
import type { Storage } from "../engine/storage.ts";
import type { TensorHandle } from "./handle.ts";

/**
 * Stores tensors as float32 or float16, in memory of their own, and gives their old memory back. They stay the same handles; views of them and detached
 * handles that were made before are of no more use. What required gradients does so again when it is float32 again.
 *
 * @param tensors float32 or float16, no views
 */
export function storeAs(dtype: "float32" | "float16", tensors: Iterable<TensorHandle>): void {
  const old: Storage[] = [], devices = new Set<Device>();
  for (const tensor of tensors) {
    const before = tensor.storeAs(dtype);
    if (!before) continue;
    old.push(before);
    devices.add(tensor.device);
  }
  for (const device of devices) flush(device);
  for (const storage of old) storage.dispose();
}
