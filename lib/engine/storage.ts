/**
 * A storage: what views and detached handles of one tensor share. Its contents are a node, a new one after each write in place; readers
 * recorded earlier keep the node they saw. And what the next flush of a device owes its storages.
 */
import type { Device } from "../device/device.ts";
import type { Memory } from "../device/memory.ts";
import { isGradEnabled } from "../graph/context.ts";
import { CLAIMED, CONSUMED, SNAPSHOT, USED } from "../graph/marks.ts";
import type { Leaf, Node } from "../graph/node.ts";
import { sizeOf } from "../graph/shape.ts";
import { alias, detach, straightThrough } from "../ops/views.ts";

/** What the next flush of a device has to do for storages. */
export class Pending {
  /** Counts flushes: a storage made in an earlier epoch is state, and writing to it is an effect. */
  epoch = 0;
  // These are new sets after each flush, and not cleared: a cleared set's old table points to its new one, so that once one table
  // has outlived a collection, all tables after it, and each step's nodes in them, live until the next full collection.
  /** Storages whose last version must be stored. */
  effects = new Set<Storage>();
  /** Storages to materialise. */
  kept = new Set<Storage>();
  /** Storages of one element that were made since the last flush: losses, their summands, metrics. They are stored whether asked for or not. */
  singles = new Set<Storage>();

  /** All of these storages, once a flush takes them over: nothing is owed then. */
  settle(): Storage[] {
    const touched: Storage[] = [];
    for (const storage of this.effects) touched.push(storage);
    for (const storage of this.kept) touched.push(storage);
    for (const storage of this.singles) touched.push(storage);
    this.effects = new Set();
    this.kept = new Set();
    this.singles = new Set();
    return touched;
  }
}

const pending = new WeakMap<Device, Pending>();

/** What the next flush of `device` has to do. */
export function pendingOf(device: Device): Pending {
  let found = pending.get(device);
  if (!found) pending.set(device, found = new Pending());
  return found;
}

/** Who all writes are by now, rather than the methods called. */
let writer: string | undefined;

/** Runs `fn`; what it writes is said to be written by `who`, such as `SGD.step()`, whose methods users did not call. */
export function writingAs(who: string, fn: () => void): void {
  const before = writer;
  writer = who;
  try {
    fn();
  } finally {
    writer = before;
  }
}

/** Shared contents of a tensor and its views. */
export class Storage {
  /** The node that computes, or holds, the contents now. */
  current: Node;
  /** Number of writes in place so far. */
  version = 0;
  readonly epoch: number;
  disposed = false;
  /** Whether a view or a detached handle of it was made a leaf of its own. */
  hasOwnLeaves = false;
  #kept = false;
  /** The node whose value the storage's memory holds, when a later write is still pending. */
  #replaced: Node | undefined;

  constructor(node: Node) {
    this.current = claim(node);
    const owed = pendingOf(node.device);
    this.epoch = owed.epoch;
    if (!node.value && !node.op.isNumber && sizeOf(node.shape) === 1) owed.singles.add(this);
  }

  /** The node of the last materialised version, if there is one. */
  get materialised(): Node | undefined {
    return this.current.value ? this.current : this.#replaced;
  }

  /** Device memory of the last materialised version. */
  get memory(): Memory | undefined {
    return this.materialised?.value?.memory;
  }

  /** Asks that the contents survive the next flush. */
  keep(): void {
    this.#kept = true;
    this.current.marks &= ~SNAPSHOT;
    if (!this.current.value) pendingOf(this.current.device).kept.add(this);
  }

  /** Takes back {@linkcode Storage.keep} and pending effects: nobody wants the contents any more. */
  abandon(): void {
    this.#kept = false;
    const owed = pendingOf(this.current.device);
    owed.kept.delete(this);
    owed.effects.delete(this);
    owed.singles.delete(this);
  }

  /**
   * Replaces the contents. `next` has the storage's shape and dtype.
   *
   * Under noGrad (or through a detached handle) the write is invisible to gradients: a leaf stays that leaf, and any other node keeps its
   * history ({@linkcode straightThrough}), as in PyTorch.
   *
   * @param by what writes, in a user's words
   */
  write(next: Node, hidden: boolean, by: string): void {
    const before = this.current;
    next = claim(next);
    if ((hidden || !isGradEnabled()) && before.requiresGrad) {
      if (before.leaf) {
        if (next.requiresGrad) next = claim(detach(next));
        next.requiresGrad = true;
        next.leaf = before.leaf;
      } else {
        next = claim(straightThrough(next, before));
      }
    } else if (hidden && next.requiresGrad) next = claim(detach(next));
    // A snapshot is stored for this step alone and goes with it: nobody asked for it, so nothing is overwritten.
    if (before.value && !(before.marks & SNAPSHOT)) {
      this.#replaced = before;
      before.overwrittenBy = writer ?? by;
    }
    this.current = next;
    this.version++;
    const owed = pendingOf(next.device);
    if (this.#kept || this.#replaced || this.epoch < owed.epoch) owed.effects.add(this);
    else if (sizeOf(next.shape) === 1) owed.singles.add(this);
  }

  /** After a flush has stored the current version: says so to whatever still reads the one before. */
  stored(): void {
    const before = this.#replaced, { current } = this;
    if (!current.value) return;
    if (before?.value?.memory === current.value.memory) before.value = undefined;
    this.#replaced = undefined;
    if (!current.requiresGrad || current.leaf || current.marks & CONSUMED) current.dropInputs();
  }

  /** Makes the contents a leaf that gradients end in, or (without one) a value that requires none. */
  become(leaf: Leaf | undefined): void {
    // Nodes recorded so far read the value without gradients, and go on doing so.
    if (leaf && !this.current.value && this.current.marks & USED) this.current = claim(detach(this.current));
    this.current.requiresGrad = leaf !== undefined;
    this.current.leaf = leaf;
  }

  /** Lets go of the memory after pending flushes. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.abandon();
    this.memory?.release();
  }
}

/** `node` for one storage alone: a node that another storage has gets an alias, lest effects on the one show in the other. */
function claim(node: Node): Node {
  if (node.marks & CLAIMED) node = alias(node);
  node.marks |= CLAIMED;
  return node;
}
