/**
 * Flushes and reads: from recorded nodes to work on the device.
 *
 * A flush leaves behind what was asked for (reads), what was kept, and effects; other nodes stay recipes. It never waits for the device.
 */
import type { Backend } from "../device/backend.ts";
import { defaultDevice, type Device } from "../device/device.ts";
import type { HostArray } from "../device/dtype.ts";
import { Memory } from "../device/memory.ts";
import { selfFlush } from "./build/make.ts";
import type { Node } from "./node.ts";
import { isView } from "./ops.ts";
import { type Plan, PlanCache, type PlanStatistics } from "./plan/cache.ts";
import { type Root, topologicalOrder } from "./plan/schedule.ts";
import { rowMajor, sizeOf } from "./shape.ts";
import type { Storage } from "./storage.ts";
import { type Trace, traceOf } from "./trace.ts";

const caches = new WeakMap<Device, PlanCache>();

function cacheOf(device: Device): PlanCache {
  let cache = caches.get(device);
  if (!cache) caches.set(device, cache = new PlanCache());
  return cache;
}

/**
 * What the plans of a device did so far; tests pin differences of it.
 *
 * @example
 * ```ts
 * import { device, planStatistics, tensor } from "./mod.ts";
 * const cpu = device("cpu"), x = tensor([1, 2, 3], { device: cpu });
 * await x.mul(2).sum().array();
 * const { compiled } = planStatistics(cpu);
 * await x.mul(5).sum().array(); // the same structure, another number
 * console.log(planStatistics(cpu).compiled - compiled); // 0
 * ```
 */
export function planStatistics(device: Device): Readonly<PlanStatistics> {
  return cacheOf(device).statistics;
}

/** Forgets a device's plans: each flush compiles its plan anew. */
export function forgetPlans(device: Device): void {
  caches.get(device)?.clear();
}

/**
 * Turns everything recorded on a device into work for it, and returns without waiting: effects are applied, kept tensors stored.
 *
 * The Learner calls it once a batch and `optimizer.step()` at its end; a hand-written loop that uses neither calls it once a step.
 *
 * @param device default: the default device
 *
 * @example
 * ```ts
 * import { device, flush, ones, planStatistics } from "./mod.ts";
 * const cpu = device("cpu"), w = ones([3], { device: cpu }).keep();
 * const { flushes } = planStatistics(cpu);
 * w.mul_(2);
 * flush(cpu);
 * console.log(planStatistics(cpu).flushes - flushes); // 1
 * ```
 */
export function flush(device: Device = defaultDevice()): void {
  const trace = traceOf(device);
  run(device, collectRoots(trace, []));
  endStep(trace);
}

/** Everything a step left for its own later parts is let go. */
function endStep(trace: Trace): void {
  trace.steps++;
  for (const node of trace.snapshots) {
    if (!node.snapshot) continue;
    node.snapshot = false;
    node.value?.memory.release();
    node.value = undefined;
  }
  trace.snapshots = [];
  trace.open = [];
}

selfFlush.run = (device) => {
  // Too long a trace: store what nothing has read yet (the ends of chains), so that recipes don't grow without bound.
  const trace = traceOf(device);
  const ends = trace.recorded.filter((node) => !node.used && !node.value);
  run(device, collectRoots(trace, ends));
  for (const node of ends) if (node.value && !node.requiresGrad) node.dropInputs();
};

/** Roots of a flush: effects and kept storages, then `wanted`, each node once. */
function collectRoots(trace: Trace, wanted: readonly Node[]): Root[] {
  const roots: Root[] = [];
  const seen = new Set<Node>();
  for (const storage of trace.effects) {
    trace.kept.delete(storage);
    if (storage.disposed || storage.current.value) continue;
    seen.add(storage.current);
    roots.push({ node: storage.current, target: storage.memory, replaces: storage.materialised });
  }
  for (const storage of trace.kept) {
    if (storage.disposed || storage.current.value || seen.has(storage.current)) continue;
    seen.add(storage.current);
    roots.push({ node: storage.current, target: undefined, replaces: undefined });
  }
  for (const node of wanted) {
    if (node.value || seen.has(node)) continue;
    seen.add(node);
    roots.push({ node, target: undefined, replaces: undefined });
  }
  return roots;
}

function run(device: Device, roots: readonly Root[], snapshot: readonly Node[] = []): void {
  const trace = traceOf(device);
  const touched = [...trace.effects, ...trace.kept].filter((storage) => !storage.disposed);
  trace.effects = new Set();
  trace.kept = new Set();
  trace.recorded.length = 0;
  trace.epoch++;
  let failure: Error | undefined;
  if (roots.length) {
    let sound = roots, nodes: Node[];
    try {
      nodes = topologicalOrder(roots);
    } catch (error) {
      // Some roots can't be computed; the others can, and must not be lost with them.
      failure = error as Error;
      sound = roots.filter(computable);
      nodes = topologicalOrder(sound);
    }
    if (sound.length) {
      try {
        const cache = cacheOf(device), plan = cache.find(nodes, sound);
        cache.statistics.kernels += plan.lowered.program.steps.length;
        execute(device, plan, nodes, sound);
      } catch (error) {
        for (const { node } of sound) node.failure = error as Error;
        failure = error as Error;
      }
    }
  }
  for (const storage of touched) storage.settle();
  for (const node of snapshot) {
    node.snapshot = true;
    trace.snapshots.push(node);
  }
  if (failure) throw failure;
}

/** Whether a root can be computed; if not, its node is marked with the reason. */
function computable(root: Root): boolean {
  try {
    topologicalOrder([root]);
    return true;
  } catch (error) {
    root.node.failure = error as Error;
    return false;
  }
}

function execute(device: Device, plan: Plan, nodes: readonly Node[], roots: readonly Root[]): void {
  const { program, sources, outputs, offsets } = plan.lowered;
  const slots = sources.map((index) => nodes[index]!.value!.memory.slot);
  const memories = roots.map(({ node, target }) =>
    target ?? new Memory(device, node.dtype, Math.max(1, sizeOf(node.shape)))
  );
  for (const memory of memories) slots.push(memory.slot);

  const scalars = new Float64Array(program.scalars);
  let at = 0;
  for (let n = 0; n < nodes.length; n++) {
    const node = nodes[n]!;
    if (node.value) continue;
    const own = node.scalars;
    for (let i = 0; i < own.length; i++) scalars[at++] = own[i]!;
  }
  const starts = new Int32Array(offsets.length);
  for (let i = 0; i < offsets.length; i++) {
    let start = 0;
    for (const [slot, times] of offsets[i]!) start += scalars[slot]! * times;
    starts[i] = start;
  }
  const work = (backend: Backend): Promise<void> | void => {
    for (let i = 0; i < sources.length; i++) if (slots[i]!.failure) throw slots[i]!.failure;
    const executable = plan.executable ??= backend.compile(program);
    if (executable.unready) return executable.unready;
    backend.run(executable, slots.map((slot) => slot.buffer!), scalars, starts);
    for (const { slot } of memories) slot.failure = undefined;
  };
  device.enqueue(work, (error) => {
    for (const { slot } of memories) slot.failure = error;
  });
  for (let i = 0; i < roots.length; i++) {
    const { node } = roots[i]!;
    node.value = { memory: memories[i]!, strides: outputs[i]!.strides };
  }
}

// --- reads ---------------------------------------------------------------------------------------------------------------

interface PendingRead {
  readonly node: Node;
  readonly storage: Storage;
  readonly resolve: (data: HostArray) => void;
  readonly reject: (error: unknown) => void;
}

const pending = new Map<Device, PendingRead[]>();

/**
 * The elements of `node` in row-major order. Reads asked for in one tick share one flush, one copy and one wait.
 *
 * @param storage the storage that `node` is (a view of); it stays materialised
 */
export function read(node: Node, storage: Storage): Promise<HostArray> {
  const { device } = node;
  storage.keepForGood();
  return new Promise((resolve, reject) => {
    const request = { node, storage, resolve, reject };
    const batch = pending.get(device);
    if (batch) batch.push(request);
    else {
      pending.set(device, [request]);
      queueMicrotask(() => {
        const requests = pending.get(device)!;
        pending.delete(device);
        serve(device, requests).catch((error) => requests.forEach(({ reject }) => reject(error)));
      });
    }
  });
}

async function serve(device: Device, requests: readonly PendingRead[]): Promise<void> {
  const trace = traceOf(device);
  const wanted: Node[] = [];
  requests = requests.filter(({ node, reject }) => {
    try {
      topologicalOrder([{ node, target: undefined, replaces: undefined }]);
      return true;
    } catch (error) {
      reject(error);
      return false;
    }
  });
  for (const { node, storage } of requests) {
    // What was read survives: a storage's own contents stay; a view's base stays, and the view's copy is let go below.
    storage.current.snapshot = false;
    if (!storage.current.value && !storage.disposed) trace.kept.add(storage);
    if (!node.value && node !== storage.current) wanted.push(node);
  }
  const roots = collectRoots(trace, wanted);
  const snapshot = openNodes(trace, roots);
  run(device, [...roots, ...snapshot.map((node) => ({ node, target: undefined, replaces: undefined }))], snapshot);
  const copies = [...new Set(requests.map(({ node }) => node))].filter((node) => sizeOf(node.shape) > 0);
  const values = copies.map((node) => node.value!);
  const backend = await device.backend();
  for (const { node, reject } of requests) {
    const failure = node.value?.memory.slot.failure;
    if (failure) reject(failure);
  }
  let data: HostArray[];
  try {
    data = copies.length ? await backend.download(values.map(({ memory }) => memory.slot.buffer!)) : [];
  } finally {
    for (const node of wanted) {
      if (node.snapshot || !node.value) continue;
      node.value.memory.release();
      node.value = undefined;
    }
  }
  const byNode = new Map(copies.map((node, i) => [node, rowMajorData(data[i]!, node.shape, values[i]!.strides)]));
  for (const { node, resolve } of requests) resolve(byNode.get(node) ?? emptyOf(node));
}

function emptyOf(node: Node): HostArray {
  return node.dtype === "float32"
    ? new Float32Array(0)
    : node.dtype === "int32"
    ? new Int32Array(0)
    : new Uint8Array(0);
}

/**
 * Rule 3: a read between forward and backward splits the step. Whatever `backward` may still ask for among the nodes this part computes is
 * stored until the step ends, so that nothing is computed twice.
 */
function openNodes(trace: Trace, roots: readonly Root[]): Node[] {
  const open = trace.open.filter((node) => !node.consumed && !node.value);
  trace.open = open;
  if (!open.length || !roots.length) return [];
  const reached = new Set(topologicalOrder(roots));
  const asRoot = new Set(roots.map((root) => root.node));
  const replaced = new Set(roots.map((root) => root.replaces));
  const stored = new Set<Node>();
  const store = (node: Node) => {
    if (replaced.has(node)) stored.add(node); // an effect is about to overwrite what backward still reads
    else if (!node.value && !isView(node.op) && node.op !== "full" && !asRoot.has(node) && sizeOf(node.shape) > 0) {
      stored.add(node);
    }
  };
  const base = (node: Node): Node => isView(node.op) && !node.value ? base(node.inputs[0]!) : node;
  for (const node of open) {
    if (!reached.has(node)) continue;
    store(node);
    for (const input of node.inputs) store(base(input));
  }
  if (stored.size) cacheOf([...stored][0]!.device).statistics.readsMidStep++;
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
