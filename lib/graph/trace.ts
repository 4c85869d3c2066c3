/** What was recorded on a device since its last flush. */
import type { Device } from "../device/device.ts";
import { WATCHING } from "./marks.ts";
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

/** Runs `fn`, and marks what it records on `device` as work that only watches: what it costs is counted apart. Returns what `fn` returns. */
export function watching<T>(device: Device, fn: () => T): T {
  const { recorded } = traceOf(device), from = recorded.length;
  const result = fn();
  // Marked afterwards, so that recording asks nothing.
  for (let i = from; i < recorded.length; i++) recorded[i]!.marks |= WATCHING;
  return result;
}

/** What happens when a trace grows past its limit. The engine, which is above, says so: it flushes. */
export const overflow: { handle: (device: Device) => void } = { handle: () => {} };
