/** Fusion: which pointwise nodes run as one kernel. */
import type { Node } from "../../graph/node.ts";
import { sameShape } from "../../graph/shape.ts";

/** Longest chain that becomes one kernel; a bound on registers, not a matter of correctness. */
const MAX_MEMBERS = 48;

/** Pointwise nodes that run as one kernel, over the shape of the last one. */
export interface Group {
  /** In an order in which each comes after its inputs; the last, the seed, was recorded last, and its place is the kernel's. */
  readonly members: Node[];
  /** Members that are read from outside, the seed among them. */
  readonly read: Set<Node>;
}

/** Where a node is first read: by a kernel with that place, which may be a group's. */
interface FirstUse {
  readonly place: number;
  readonly group: Group | undefined;
}

const NEVER: FirstUse = { place: Infinity, group: undefined };

/**
 * Groups pointwise nodes, from the users back to the makers: a node joins the group that reads it first, if that has its shape. Later
 * readers find it as a further output of the group. Kernels run by the place of their seed, so that no reader comes too early, nothing is
 * computed twice, and no cycle can arise.
 *
 * @returns the group of each node, by node index; undefined for nodes that are not pointwise or already on the device
 */
export function fuse(nodes: readonly Node[]): (Group | undefined)[] {
  const users: Node[][] = nodes.map(() => []);
  for (const node of nodes) {
    if (node.value) continue;
    const count = Math.min(node.inputs.length, node.op.computedInputs);
    for (let i = 0; i < count; i++) users[node.inputs[i]!.index]!.push(node);
  }
  const groups: (Group | undefined)[] = new Array(nodes.length);
  const uses: FirstUse[] = new Array(nodes.length);
  for (let n = nodes.length - 1; n >= 0; n--) {
    const node = nodes[n]!;
    const use = uses[n] = firstUse(users[n]!, groups, uses);
    if (node.value || !node.op.isFusible) continue;
    const { group } = use;
    if (group && joins(node, group)) {
      group.members.unshift(node);
      if (users[n]!.some((user) => groups[user.index] !== group)) group.read.add(node);
      groups[n] = group;
    } else groups[n] = { members: [node], read: new Set([node]) };
  }
  return groups;
}

/** The earliest of a node's readers; views are looked through, and what is read through one joins no group. */
function firstUse(users: readonly Node[], groups: readonly (Group | undefined)[], uses: readonly FirstUse[]): FirstUse {
  let first = NEVER;
  for (const user of users) {
    const group = groups[user.index];
    const place = group ? group.members.at(-1)!.id : user.op.isView ? uses[user.index]!.place : user.id;
    if (place < first.place || (place === first.place && !group)) first = { place, group };
  }
  return first;
}

function joins(node: Node, { members }: Group): boolean {
  return members.length < MAX_MEMBERS && sameShape(members.at(-1)!.shape, node.shape);
}
