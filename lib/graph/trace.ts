/** What was recorded on a device since its last flush. */
import type { Device } from "../device/device.ts";
import type { Node } from "./node.ts";

/** The open record of one device. */
export class Trace {
  /** Counts steps: explicit flushes, not those that a read causes. */
  steps = 0;
  /** Nodes recorded since the last flush, views left out. */
  readonly recorded: Node[] = [];
  /** Nodes that `backward` may still come through. */
  open: Node[] = [];
  /** How many recorded nodes are too many: {@linkcode overflow} is told. */
  limit = 10_000;
}

const traces = new WeakMap<Device, Trace>();

/** The trace of a device. */
export function traceOf(device: Device): Trace {
  let trace = traces.get(device);
  if (!trace) traces.set(device, trace = new Trace());
  return trace;
}

/** What happens when a trace grows past its limit. The engine, which is above, says so: it flushes. */
export const overflow: { handle: (device: Device) => void } = { handle: () => {} };
