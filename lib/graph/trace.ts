/** What a device's next flush has to do: recorded nodes, kept storages, effects. */
import type { Device } from "../device/device.ts";
import type { Node } from "./node.ts";
import type { Storage } from "./storage.ts";

/** The open record of one device. */
export class Trace {
  /** Counts flushes: a storage made in an earlier epoch is state, and writing to it is an effect. */
  epoch = 0;
  /** Counts steps: explicit flushes, not those that a read causes. */
  steps = 0;
  /** Nodes recorded since the last flush. */
  readonly recorded: Node[] = [];
  /** Nodes that `backward` may still come through; see rule 3 of docs/design.md. */
  open: Node[] = [];
  /** Nodes materialised in mid-step for the rest of the step only. */
  snapshots: Node[] = [];
  // The next two are new sets after each flush, and not cleared: a cleared set's old table points to its new one, so that once one table
  // has outlived a collection, all tables after it, and each step's nodes in them, live until the next full collection.
  /** Storages whose last version must be stored at the next flush. */
  effects = new Set<Storage>();
  /** Storages to materialise at the next flush. */
  kept = new Set<Storage>();
  /** The root of the last backward, kept until the next one; see `Storage.keepForNow`. */
  lastRoot: Storage | undefined;
  /** Told to flush by itself when this many nodes are recorded. */
  limit = 10_000;
}

const traces = new WeakMap<Device, Trace>();

/** The trace of a device. */
export function traceOf(device: Device): Trace {
  let trace = traces.get(device);
  if (!trace) traces.set(device, trace = new Trace());
  return trace;
}
