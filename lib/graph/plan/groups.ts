/** Fusion: which pointwise nodes run as one kernel. */
import type { Node } from "../node.ts";
import { isFusible } from "../ops.ts";
import { sameShape } from "../shape.ts";

/** Longest chain that becomes one kernel; a bound on registers, not a matter of correctness. */
const MAX_MEMBERS = 48;

/** Pointwise nodes that run as one kernel, over the shape of the last one. */
export interface Group {
  /** In the order of recording; the last is the seed, the only one that others may read. */
  readonly members: Node[];
}

/**
 * Groups pointwise nodes, from the users back to the makers: a node joins the group of its users if *all* of them are in that one
 * group and have its shape. So nothing is computed twice, no cycle can arise, and of a group's members only the seed is read by other
 * kernels (roots among the others become extra outputs).
 *
 * @returns the group of each node, by node index; undefined for nodes that are not pointwise or already on the device
 */
export function fuse(nodes: readonly Node[]): (Group | undefined)[] {
  const users: Node[][] = nodes.map(() => []);
  for (const node of nodes) {
    if (node.value) continue;
    for (let i = 0; i < node.inputs.length; i++) {
      if (node.op === "graft" && i === 1) continue;
      users[node.inputs[i]!.index]!.push(node);
    }
  }
  const groups: (Group | undefined)[] = new Array(nodes.length);
  for (let n = nodes.length - 1; n >= 0; n--) {
    const node = nodes[n]!;
    if (node.value || !isFusible(node.op)) continue;
    const shared = sharedGroup(node, users[n]!, groups);
    if (shared) shared.members.unshift(node);
    groups[n] = shared ?? { members: [node] };
  }
  return groups;
}

function sharedGroup(node: Node, users: readonly Node[], groups: readonly (Group | undefined)[]): Group | undefined {
  const first = users[0];
  if (!first) return undefined;
  const group = groups[first.index];
  if (!group || group.members.length >= MAX_MEMBERS || !sameShape(group.members.at(-1)!.shape, node.shape)) {
    return undefined;
  }
  return users.every((user) => groups[user.index] === group) ? group : undefined;
}
