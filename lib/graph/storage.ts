/**
 * A storage: what views and detached handles of one tensor share. Its contents are a node, a new one after each write in place; readers
 * recorded earlier keep the node they saw.
 */
import type { Memory } from "../device/memory.ts";
import { isGradEnabled } from "./context.ts";
import { build } from "./build.ts";
import type { Node } from "./node.ts";
import { traceOf } from "./trace.ts";

/** Shared contents of a tensor and its views. */
export class Storage {
  /** The node that computes, or holds, the contents now. */
  current: Node;
  /** Number of writes in place so far. */
  version = 0;
  readonly epoch: number;
  disposed = false;
  #kept = false;
  /** The node whose value the storage's memory holds, when a later write is still pending. */
  #replaced: Node | undefined;

  constructor(node: Node) {
    this.current = claim(node);
    this.epoch = traceOf(node.device).epoch;
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
    this.keepForGood();
    this.current.snapshot = false;
    if (!this.current.value) traceOf(this.current.device).kept.add(this);
  }

  /**
   * Keeps the contents until the next call for another storage of this device: what `backward` does with its root, so that a loss can be
   * read after the step without memory growing by a number a step.
   */
  keepForNow(): void {
    const trace = traceOf(this.current.device);
    const last = trace.lastRoot;
    if (last === this) return;
    if (last) {
      trace.lastRoot = undefined;
      last.abandon();
      const { current } = last;
      if (current.value && current.consumed) {
        current.value.memory.release();
        current.value = undefined;
        current.overwrittenBy = "a later backward()";
      }
    }
    if (this.#kept || this.current.value) return;
    this.keep();
    trace.lastRoot = this;
  }

  /** Makes what {@linkcode Storage.keepForNow} keeps last: someone reads it. */
  keepForGood(): void {
    const trace = traceOf(this.current.device);
    if (trace.lastRoot === this) trace.lastRoot = undefined;
  }

  /** Takes back {@linkcode Storage.keep} and pending effects: nobody wants the contents any more. */
  abandon(): void {
    this.#kept = false;
    const trace = traceOf(this.current.device);
    trace.kept.delete(this);
    trace.effects.delete(this);
  }

  /**
   * Replaces the contents. `next` has the storage's shape and dtype.
   *
   * Under noGrad (or through a detached handle) the write is invisible to gradients: a leaf stays that leaf, and any other node keeps its
   * history (`graft`), as in PyTorch.
   */
  write(next: Node, hidden: boolean): void {
    const before = this.current;
    next = claim(next);
    if ((hidden || !isGradEnabled()) && before.requiresGrad) {
      if (before.leaf) {
        if (next.requiresGrad) next = claim(build.detach(next));
        next.requiresGrad = true;
        next.leaf = before.leaf;
      } else {
        next = claim(build.graft(next, before));
      }
    }
    // A snapshot is stored for this step alone and goes with it: nobody asked for it, so nothing is overwritten.
    if (before.value && !before.snapshot) this.#replaced = before;
    this.current = next;
    this.version++;
    const trace = traceOf(next.device);
    if (this.#kept || this.#replaced || this.epoch < trace.epoch) trace.effects.add(this);
  }

  /** After a flush stored the current version: says so to whatever still reads the one before. */
  settle(): void {
    const before = this.#replaced, { current } = this;
    if (!current.value) return;
    if (before) {
      before.overwrittenBy = `an in-place ${current.operation}${current.module ? ` in ${current.module}` : ""}`;
      if (before.value?.memory === current.value.memory) before.value = undefined;
    }
    this.#replaced = undefined;
    if (!current.requiresGrad || current.leaf || current.consumed) current.dropInputs();
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
  if (node.claimed) node = build.alias(node);
  node.claimed = true;
  return node;
}
