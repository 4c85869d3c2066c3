/** What a fit may run on. */
import { Device } from "../device/device.ts";

/** Returns `device` if it is one; its name is the usual mistake. */
export function checkDevice(device: unknown): Device {
  if (device instanceof Device) return device;
  const found = typeof device === "string"
    ? JSON.stringify(device)
    : typeof device === "number"
    ? device
    : typeof device;
  throw new TypeError(`Cannot train on ${found}: give a device, such as device("cpu")`);
}
