/**
 * Flushes: from recorded nodes to work on the device. A flush leaves behind what was asked for (reads), what was kept, and effects; other
 * nodes stay recipes. It never waits for the device.
 *
 * {@linkcode flush} is the one verb: a step's end (the Learner, `optimizer.step()`, a hand-written loop), a read, and a trace that grew too long
 * all come through {@linkcode run}.
 */
import type { Backend } from "../device/backend.ts";
import type { BufferSlot } from "../device/buffer_slot.ts";
import { type Device, deviceOr } from "../device/device.ts";
import { OperationError } from "../device/errors.ts";
import { Memory } from "../device/memory.ts";
import { checkCounts } from "../device/program.ts";
import { SNAPSHOT, USED } from "../graph/marks.ts";
import { freshVisit, type Node } from "../graph/node.ts";
import { sizeOf } from "../graph/shape.ts";
import { overflow, traceOf } from "../graph/trace.ts";
import { cacheOf, type Plan } from "./plan/cache.ts";
import { type Root, topologicalOrder } from "./plan/schedule.ts";
import { pendingOf } from "./storage.ts";

/** Nodes that were materialised in mid-step for the rest of the step only, by device. */
const snapshots = new WeakMap<Device, Node[]>();

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
export function flush(device?: Device): void {
  device = deviceOr(device);
  run(device, collectRoots(device, []));
  endStep(device);
}

/** Everything a step left for its own later parts is let go. */
function endStep(device: Device): void {
  for (const node of snapshots.get(device) ?? []) {
    if (!(node.marks & SNAPSHOT)) continue;
    node.marks &= ~SNAPSHOT;
    node.value?.memory.release();
    node.value = undefined;
  }
  snapshots.delete(device);
  const trace = traceOf(device);
  trace.steps++;
  trace.open = [];
}

overflow.handle = (device) => {
  // Store what nothing has read yet (the ends of chains), so that recipes don't grow without bound.
  const ends = traceOf(device).recorded.filter((node) => !(node.marks & USED) && !node.value);
  run(device, collectRoots(device, ends));
  for (const node of ends) if (node.value && !node.requiresGrad) node.dropInputs();
};

/** Roots of a flush: effects, kept storages and single elements, then `wanted`, each node once. */
export function collectRoots(device: Device, wanted: readonly Node[]): Root[] {
  const owed = pendingOf(device), roots: Root[] = [], visit = freshVisit();
  const add = (node: Node, target: Memory | undefined, replaces: Node | undefined, optional: boolean): void => {
    if (node.value || node.visit === visit) return;
    node.visit = visit;
    roots.push({ node, target, replaces, optional });
  };
  for (const storage of owed.effects) {
    if (!storage.disposed) add(storage.current, storage.memory, storage.materialised, false);
  }
  for (const { disposed, current } of owed.kept) if (!disposed) add(current, undefined, undefined, false);
  for (const { disposed, current } of owed.singles) if (!disposed) add(current, undefined, undefined, true);
  for (const node of wanted) add(node, undefined, undefined, false);
  return roots;
}

/**
 * Runs what `roots` need.
 *
 * @param snapshot roots that are stored only until the step ends
 */
export function run(device: Device, roots: readonly Root[], snapshot: readonly Node[] = []): void {
  const owed = pendingOf(device);
  const touched = owed.settle();
  owed.epoch++;
  traceOf(device).recorded.length = 0;
  let failure: Error | undefined;
  if (roots.length) {
    let sound = roots, nodes: Node[];
    try {
      nodes = topologicalOrder(roots);
    } catch {
      // Some roots can't be computed; the others can, and must not be lost with them.
      sound = roots.filter((root) => {
        const reason = whyNot(root);
        if (!root.optional) failure ??= reason;
        return !reason;
      });
      nodes = topologicalOrder(sound);
    }
    let error = attempt(device, nodes, sound);
    const asked = sound.filter(({ optional }) => !optional);
    // What nobody asked for must not take the rest with it. A user's operation may have failed half-way: effects are not applied twice.
    if (error && asked.length < sound.length && !(error instanceof OperationError)) {
      for (const { node, optional } of sound) if (optional) node.failure = error;
      sound = asked;
      error = attempt(device, topologicalOrder(sound), sound);
    }
    if (error) {
      for (const { node } of sound) node.failure = error;
      failure = error;
    }
  }
  for (const storage of touched) if (!storage.disposed) storage.stored();
  if (snapshot.length) {
    for (const node of snapshot) node.marks |= SNAPSHOT;
    snapshots.set(device, [...snapshots.get(device) ?? [], ...snapshot]);
  }
  if (failure) throw failure;
}

/** Computes roots that can be computed; returns what came in the way. */
function attempt(device: Device, nodes: readonly Node[], roots: readonly Root[]): Error | undefined {
  if (roots.length === 0) return undefined;
  try {
    const cache = cacheOf(device), plan = cache.find(nodes, roots);
    if (!plan.executable) checkCounts(plan.lowered.program);
    cache.statistics.kernels += plan.lowered.program.steps.length;
    cache.statistics.watching += plan.watching;
    cache.statistics.bytesRead += plan.traffic.read;
    cache.statistics.bytesWritten += plan.traffic.written;
    execute(device, plan, nodes, roots);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** Why a root cannot be computed, if so; its node is marked with the reason. */
export function whyNot(root: Root): Error | undefined {
  try {
    topologicalOrder([root]);
    return undefined;
  } catch (error) {
    return root.node.failure = error as Error;
  }
}

function execute(device: Device, plan: Plan, nodes: readonly Node[], roots: readonly Root[]): void {
  const { program, sources, outputs, offsets } = plan.lowered;
  const slots: BufferSlot[] = [], memories: Memory[] = [];
  for (let i = 0; i < sources.length; i++) slots.push(nodes[sources[i]!]!.value!.memory.slot);
  for (let i = 0; i < roots.length; i++) {
    const { node, target } = roots[i]!;
    const memory = target ?? Memory.of(device, node.dtype, Math.max(1, sizeOf(node.shape)));
    memories.push(memory);
    slots.push(memory.slot);
  }
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
    const terms = offsets[i]!;
    for (let k = 0; k < terms.length; k++) start += scalars[terms[k]![0]]! * terms[k]![1];
    starts[i] = start;
  }
  const work = (backend: Backend): Promise<void> | void => {
    const executable = plan.executable ??= backend.compile(program);
    if (executable.unready) return executable.unready;
    backend.run(executable, slots.map((slot) => slot.buffer!), scalars, starts);
    device.faults.ran(backend, program, slots, sources.length);
  };
  device.enqueue(work, (error) => {
    for (const { slot } of memories) slot.failure = error;
  });
  for (let i = 0; i < roots.length; i++) {
    const { node } = roots[i]!;
    node.value = { memory: memories[i]!, strides: outputs[i]!.strides };
  }
}
