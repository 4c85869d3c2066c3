/** The traced part of a flush: which nodes a set of roots needs, in order, and the key under which their plan is cached. */
import type { DType } from "../../device/dtype.ts";
import type { Memory } from "../../device/memory.ts";
import { OverwrittenError } from "../errors.ts";
import { freshMark, type Node } from "../node.ts";
import { OP_CODE } from "../ops.ts";

/** Something a flush must leave behind: a node's value, in new memory or (an effect) in memory that exists. */
export interface Root {
  readonly node: Node;
  /** Memory to store into; undefined for new memory. */
  readonly target: Memory | undefined;
  /** The node whose value `target` holds now. */
  readonly replaces: Node | undefined;
}

const DTYPE_CODE: Readonly<Record<DType, number>> = { float32: 0, int32: 1, bool: 2, uint8: 3 };

/** Nodes that `roots` need, inputs before users; values on the device are leaves. Sets `node.index`. */
export function topologicalOrder(roots: readonly Root[]): Node[] {
  const mark = freshMark();
  const order: Node[] = [];
  const stack: Node[] = [];
  for (const { node: root } of roots) {
    if (root.mark === mark) continue;
    stack.push(root);
    while (stack.length) {
      const node = stack[stack.length - 1]!;
      if (node.mark === mark) {
        stack.pop();
        continue;
      }
      let ready = true;
      if (!node.value) {
        checkComputable(node);
        const inputs = node.inputs;
        for (let i = inputs.length - 1; i >= 0; i--) {
          const input = inputs[i]!;
          if (input.mark !== mark && !(node.op === "graft" && i === 1)) {
            stack.push(input);
            ready = false;
          }
        }
      } else if (node.value.memory.released) {
        throw new ReferenceError(`Cannot use a tensor after dispose(): ${node.describe()}`);
      }
      if (!ready) continue;
      stack.pop();
      node.mark = mark;
      node.index = order.length;
      order.push(node);
    }
  }
  return order;
}

function checkComputable(node: Node): void {
  if (node.failure) throw node.failure;
  if (node.overwrittenBy !== undefined) {
    throw new OverwrittenError(
      `Cannot compute a value from ${node.describe()}: it was not stored at the last flush, and ${node.overwrittenBy} has since ` +
        `overwritten what it reads. Call keep() on the tensor before the flush, or read it before the write`,
    );
  }
}

/** A growing list of integers that identifies a plan's structure. */
export class PlanKey {
  ints = new Int32Array(4096);
  length = 0;

  push(value: number): void {
    if (this.length === this.ints.length) {
      const wider = new Int32Array(this.length * 2);
      wider.set(this.ints);
      this.ints = wider;
    }
    this.ints[this.length++] = value;
  }

  pushAll(values: readonly number[]): void {
    this.push(values.length);
    for (let i = 0; i < values.length; i++) this.push(values[i]!);
  }

  /** 32-bit FNV-1a over whole integers. */
  hash(): number {
    let h = 0x811c9dc5;
    const { ints, length } = this;
    for (let i = 0; i < length; i++) h = Math.imul(h ^ ints[i]!, 0x01000193) ^ (h >>> 15);
    return h;
  }

  equals(other: Int32Array): boolean {
    if (other.length !== this.length) return false;
    for (let i = 0; i < other.length; i++) if (other[i] !== this.ints[i]) return false;
    return true;
  }
}

/** Writes the structure of a traced flush into `key`: operations, types, shapes, layouts, edges and roots, and no run-time number. */
export function writeKey(key: PlanKey, nodes: readonly Node[], roots: readonly Root[]): void {
  key.length = 0;
  for (let n = 0; n < nodes.length; n++) {
    const node = nodes[n]!;
    if (node.value) {
      key.push(-1 - DTYPE_CODE[node.dtype]);
      key.pushAll(node.shape);
      const { shape, value: { strides } } = node;
      let dense = 1;
      for (let i = shape.length - 1; i >= 0; i--) {
        if (strides[i] !== dense && shape[i] !== 1) {
          key.push(-9);
          key.pushAll(strides);
          break;
        }
        dense *= shape[i]!;
      }
    } else {
      key.push(OP_CODE[node.op] * 4 + DTYPE_CODE[node.dtype]);
      key.pushAll(node.shape);
      for (let i = 0; i < node.inputs.length; i++) {
        // A graft's history is not computed; its index would be stale.
        key.push(node.op === "graft" && i === 1 ? -1 : node.inputs[i]!.index);
      }
      key.pushAll(node.ints);
    }
  }
  key.push(-99);
  for (const { node, target, replaces } of roots) {
    key.push(node.index);
    key.push(target === undefined ? -1 : replaces && nodes[replaces.index] === replaces ? replaces.index : -2);
  }
}
