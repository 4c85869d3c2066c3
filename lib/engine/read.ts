/** Reads: the values of nodes, through a flush that stores them. */
import type { Device } from "../device/device.ts";
import { type HostArray, isFloat } from "../device/dtype.ts";
import { userPlace } from "../graph/caller.ts";
import { OverwrittenError, showShape } from "../graph/errors.ts";
import { CONSUMED, SNAPSHOT } from "../graph/marks.ts";
import { viewed } from "../graph/find_non_finite.ts";
import type { Node } from "../graph/node.ts";
import { rowMajor, sizeOf } from "../graph/shape.ts";
import { traceOf } from "../graph/trace.ts";
import { collectRoots, run, whyNot } from "./flush.ts";
import { cacheOf } from "./plan/cache.ts";
import { type Root, topologicalOrder } from "./plan/schedule.ts";
import { pendingOf, type Storage } from "./storage.ts";

interface PendingRead {
  readonly node: Node;
  readonly storage: Storage;
  readonly resolve: (data: HostArray) => void;
  readonly reject: (error: unknown) => void;
  /** Made where a value that is not there was asked for: its stack tells the user's line. */
  readonly asked: Error | undefined;
}

/** Reads that were asked for in one tick, and go together. */
interface Batch extends Reading {
  readonly requests: PendingRead[];
}

/** What is asked of a device in one tick. */
export interface Reading {
  /** Resolves when the device was asked: work that is enqueued from then on comes after it. */
  readonly sent: Promise<void>;
  /** Resolves when all values are there, or have failed. */
  readonly done: Promise<void>;
}

const pending = new Map<Device, Batch>();

/** The reads that were asked for in this tick; undefined if there are none. */
export function readingNow(device: Device): Reading | undefined {
  return pending.get(device);
}

/**
 * The elements of `node` in row-major order. Reads asked for in one tick share one flush, one copy and one wait.
 *
 * @param storage the storage that `node` is (a view of); it stays materialised
 */
export function read(node: Node, storage: Storage): Promise<HostArray> {
  const { device } = node;
  return new Promise((resolve, reject) => {
    const asked = node.value ? undefined : new Error();
    const request = { node, storage, resolve, reject, asked };
    const batch = pending.get(device);
    if (batch) batch.requests.push(request);
    else pending.set(device, begin(device, request));
  });
}

/** Reads that go when this tick has ended. */
function begin(device: Device, request: PendingRead): Batch {
  const requests = [request], sent = Promise.withResolvers<void>(), done = Promise.withResolvers<void>();
  queueMicrotask(() => {
    pending.delete(device);
    serve(device, requests, sent.resolve)
      .catch((error) => requests.forEach(({ reject }) => reject(error)))
      .finally(() => {
        sent.resolve();
        done.resolve();
      });
  });
  return { requests, sent: sent.promise, done: done.promise };
}

async function serve(device: Device, requests: readonly PendingRead[], sent: () => void): Promise<void> {
  const wanted: Node[] = [];
  requests = requests.filter(({ node, reject, asked }) => {
    try {
      topologicalOrder([{ node, target: undefined, replaces: undefined }]);
      return true;
    } catch (error) {
      reject(error instanceof OverwrittenError ? lost(node, error, asked) : error);
      return false;
    }
  });
  for (const { node, storage } of requests) {
    // What was read survives: a storage's own contents stay; a view's base stays, and the view's copy is let go below.
    storage.current.marks &= ~SNAPSHOT;
    if (!storage.current.value && !storage.disposed) pendingOf(device).kept.add(storage);
    if (!node.value && node !== storage.current) wanted.push(node);
  }
  const roots = collectRoots(device, wanted);
  let snapshot: Node[];
  try {
    snapshot = openNodes(device, roots);
  } catch {
    snapshot = openNodes(device, roots.filter((root) => !whyNot(root))); // the flush says what is wrong with the others
  }
  try {
    run(device, [...roots, ...snapshot.map((node) => ({ node, target: undefined, replaces: undefined }))], snapshot);
  } catch (error) {
    // What else was to be stored may have failed alone.
    requests = requests.filter(({ node, reject }) => {
      if (node.value) return true;
      reject(node.failure ?? error);
      return false;
    });
  }
  const copies = [...new Set(requests.map(({ node }) => node))].filter((node) => sizeOf(node.shape) > 0);
  const values = copies.map((node) => node.value!);
  const backend = await device.backend();
  let data: HostArray[];
  try {
    const download = copies.length ? backend.download(values.map(({ memory }) => memory.slot.buffer!)) : [];
    sent();
    data = await download;
  } finally {
    for (const node of wanted) {
      if (node.marks & SNAPSHOT || !node.value) continue;
      node.value.memory.release();
      node.value = undefined;
    }
  }
  device.faults.settle(backend);
  const byNode = new Map(copies.map((node, i) => [node, { data: data[i]!, ...values[i]! }]));
  for (const { node, resolve, reject } of requests) {
    const found = byNode.get(node), failure = found?.memory.slot.failure;
    if (failure) {
      device.faults.takeUnreported();
      reject(failure);
    } else resolve(found ? rowMajorData(found.data, node.shape, found.strides) : emptyOf(node));
  }
}

/** The error of a read whose value is gone: which tensor, read where. */
function lost({ shape, dtype }: Node, { reason }: OverwrittenError, asked: Error | undefined): OverwrittenError {
  const place = userPlace(asked?.stack);
  return new OverwrittenError(
    `Cannot read this tensor of shape ${showShape(shape)} and type ${dtype}${place ? ` at ${place}` : ""}`,
    reason,
  );
}

function emptyOf(node: Node): HostArray {
  return isFloat(node.dtype) ? new Float32Array(0) : node.dtype === "int32" ? new Int32Array(0) : new Uint8Array(0);
}

/**
 * A read between forward and backward splits the step. Whatever `backward` may still ask for among the nodes this part computes is
 * stored until the step ends, so that nothing is computed twice.
 */
function openNodes(device: Device, roots: readonly Root[]): Node[] {
  const trace = traceOf(device);
  const open = trace.open.filter((node) => !(node.marks & CONSUMED) && !node.value);
  trace.open = open;
  if (!open.length || !roots.length) return [];
  const reached = new Set(topologicalOrder(roots));
  const asRoot = new Set(roots.map((root) => root.node));
  const replaced = new Set(roots.map((root) => root.replaces));
  const stored = new Set<Node>();
  const store = (node: Node) => {
    if (replaced.has(node)) stored.add(node); // an effect is about to overwrite what backward still reads
    else if (!node.value && !node.op.isView && !node.op.isNumber && !asRoot.has(node) && sizeOf(node.shape) > 0) {
      stored.add(node);
    }
  };
  // What open views show was found with them already: inputs come before their readers.
  const shown = new Map<Node, Node>();
  for (const node of open) {
    if (!reached.has(node)) continue;
    store(node);
    for (const input of node.inputs) {
      const base = shown.get(input) ?? viewed(input);
      if (node.op.isView && !node.value) shown.set(node, base);
      store(base);
    }
  }
  if (stored.size) cacheOf(device).statistics.readsMidStep++;
  trace.open = open.filter((node) => !reached.has(node));
  return [...stored];
}

/** Elements that lie in `strides` order, in row-major order. */
function rowMajorData(data: HostArray, shape: readonly number[], strides: readonly number[]): HostArray {
  const plain = rowMajor(shape);
  if (shape.every((size, i) => size === 1 || strides[i] === plain[i])) {
    const size = sizeOf(shape);
    return data.length === size ? data : data.slice(0, size);
  }
  const out = data.slice();
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}
