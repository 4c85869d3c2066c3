/** The traced part of a flush: which nodes a set of roots needs, in order, and the key under which their plan is cached. */
import { type DType, DTYPES } from "../../device/dtype.ts";
import { OperationError } from "../../device/errors.ts";
import type { Memory } from "../../device/memory.ts";
import { OverwrittenError, showShape } from "../../graph/errors.ts";
import { freshVisit, type Node } from "../../graph/node.ts";

/** Something a flush must leave behind: a node's value, in new memory or (an effect) in memory that exists. */
export interface Root {
  readonly node: Node;
  /** Memory to store into; undefined for new memory. */
  readonly target: Memory | undefined;
  /** The node whose value `target` holds now. */
  readonly replaces: Node | undefined;
  /** Nobody asked for it: if it cannot be computed, that is told where it is read. */
  readonly optional?: boolean;
}

/** Each type's number. */
const DTYPE_CODE: Readonly<Record<DType, number>> = { float32: 0, int32: 1, bool: 2, uint8: 3, float16: 4 };

// What begins with a negative number in a key: a value on the device (−1 − its type), strides that are not row-major, the list of roots.
const STRIDES_FOLLOW = -1 - DTYPES.length;
const ROOTS_FOLLOW = STRIDES_FOLLOW - 1;

/** Nodes that `roots` need, inputs before users; values on the device are leaves. Sets `node.index`. */
export function topologicalOrder(roots: readonly Root[]): Node[] {
  const visit = freshVisit();
  const order: Node[] = [];
  const stack: Node[] = [];
  for (const { node: root } of roots) {
    if (root.visit === visit) continue;
    stack.push(root);
    while (stack.length) {
      const node = stack[stack.length - 1]!;
      if (node.visit === visit) {
        stack.pop();
        continue;
      }
      let ready = true;
      if (!node.value) {
        checkComputable(node);
        const { inputs } = node;
        for (let i = Math.min(inputs.length, node.op.computedInputs) - 1; i >= 0; i--) {
          const input = inputs[i]!;
          if (input.visit !== visit) {
            stack.push(input);
            ready = false;
          }
        }
      } else if (node.value.memory.released) {
        throw new ReferenceError(`Cannot use a tensor after dispose(): ${node.describe()}`);
      } else if (node.value.memory.slot.failure instanceof OperationError) {
        // (What an index out of range spoilt is computed with: devices find out at different times, and reads say so.)
        throw node.value.memory.slot.failure;
      }
      if (!ready) continue;
      stack.pop();
      node.visit = visit;
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
      "Cannot compute a value",
      `it was not stored when its step ended, and ${node.overwrittenBy} has since overwritten a tensor of shape ${
        showShape(node.shape)
      } that it is computed from. Call keep() on it before the step ends, or read it before that write`,
    );
  }
}

/** A growing list of integers that identifies a plan's structure. */
export class PlanKey {
  ints = new Int32Array(4096);
  length = 0;

  /** Makes room for `count` more integers. */
  reserve(count: number): void {
    if (this.length + count <= this.ints.length) return;
    const wider = new Int32Array(2 * (this.length + count));
    wider.set(this.ints);
    this.ints = wider;
  }

  /** 32-bit FNV-1a over whole integers. */
  hash(): number {
    let h = 0x811c9dc5;
    const { ints, length } = this;
    for (let i = 0; i < length; i++) h = Math.imul(h ^ ints[i]!, 0x01000193) ^ (h >>> 15);
    return h;
  }

  equals(other: Int32Array): boolean {
    const { ints, length } = this;
    if (other.length !== length) return false;
    for (let i = 0; i < length; i++) if (other[i] !== ints[i]) return false;
    return true;
  }
}

/** Writes `values` with their count in front from `at` on. @returns where the next integer goes */
function put(ints: Int32Array, at: number, values: readonly number[]): number {
  const { length } = values;
  ints[at++] = length;
  for (let i = 0; i < length; i++) ints[at++] = values[i]!;
  return at;
}

/** Writes the structure of a traced flush into `key`: operations, types, shapes, layouts, edges and roots, and no run-time number. */
export function writeKey(key: PlanKey, nodes: readonly Node[], roots: readonly Root[]): void {
  key.length = 0;
  for (let n = 0; n < nodes.length; n++) {
    const { op, dtype, shape, inputs, attributes: { key: own }, value } = nodes[n]!;
    key.reserve(8 + 2 * shape.length + inputs.length + own.length);
    const { ints } = key;
    let at = key.length;
    if (value) {
      ints[at++] = -1 - DTYPE_CODE[dtype];
      at = put(ints, at, shape);
      const { strides } = value;
      let dense = 1;
      for (let i = shape.length - 1; i >= 0; i--) {
        if (strides[i] !== dense && shape[i] !== 1) {
          ints[at++] = STRIDES_FOLLOW;
          at = put(ints, at, strides);
          break;
        }
        dense *= shape[i]!;
      }
    } else {
      ints[at++] = op.code * DTYPES.length + DTYPE_CODE[dtype];
      at = put(ints, at, shape);
      // An input that is not read for the value was not traversed: its index would be stale.
      for (let i = 0; i < inputs.length; i++) ints[at++] = i < op.computedInputs ? inputs[i]!.index : -1;
      at = put(ints, at, own);
    }
    key.length = at;
  }
  key.reserve(1 + 2 * roots.length);
  const { ints } = key;
  ints[key.length++] = ROOTS_FOLLOW;
  for (const { node, target, replaces } of roots) {
    ints[key.length++] = node.index;
    ints[key.length++] = target === undefined
      ? -1
      : replaces && nodes[replaces.index] === replaces
      ? replaces.index
      : -2;
  }
}
