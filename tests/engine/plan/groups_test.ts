import assert from "node:assert/strict";
import { fuse, type Group } from "../../../lib/engine/plan/groups.ts";
import type { Node } from "../../../lib/graph/node.ts";
import { sameShape } from "../../../lib/graph/shape.ts";
import { add, mul, neg, unary } from "../../../lib/ops/pointwise.ts";
import { expand, permute, straightThrough, sum } from "../../../lib/ops/views.ts";
import { Choices } from "../../device/programs.ts";
import { source, traced } from "./nodes.ts";

/** The groups of what `nodes` need, each once, by seed. */
function groupsOf(...nodes: readonly Node[]): Group[] {
  const found = fuse(traced(...nodes));
  return [...new Set(found.filter((group) => group !== undefined))].sort((a, b) => seed(a).id - seed(b).id);
}

const seed = ({ members }: Group): Node => members.at(-1)!;

Deno.test("fuse() makes one group of a chain, read at its end alone", () => {
  const x = source([4]), y = unary("exp", x), z = add(y, x), end = neg(z);
  const [group, ...others] = groupsOf(end);
  assert.deepEqual(others, []);
  assert.deepEqual(group!.members, [y, z, end]);
  assert.deepEqual([...group!.read], [end]);
});

Deno.test("fuse() gives a group a further output for whoever reads a member later", () => {
  const y = unary("exp", source([4])), z = neg(y), total = sum(y, [0]);
  const [group] = groupsOf(z, total);
  assert.deepEqual(group!.members, [y, z]);
  assert.deepEqual(group!.read, new Set([z, y]));
});

Deno.test("fuse() keeps a node out of a group that would run after the node's first reader", () => {
  const y = unary("exp", source([4])), total = sum(y, [0]), z = neg(y);
  assert.deepEqual(groupsOf(total, z).map(({ members }) => members), [[y], [z]]);
});

Deno.test("fuse() joins nodes of one shape only", () => {
  const row = unary("exp", source([4])), table = add(source([3, 4]), row);
  assert.deepEqual(groupsOf(table).map(({ members }) => members), [[row], [table]]);
});

Deno.test("fuse() looks through views, and what is read through one joins no group", () => {
  const y = unary("exp", source([3, 3])), z = neg(permute(y, [1, 0]));
  assert.deepEqual(groupsOf(z).map(({ members }) => members), [[y], [z]]);
  const row = unary("exp", source([1, 3])), sums = sum(expand(row, [3, 3]), [0]), late = neg(row);
  assert.deepEqual(groupsOf(sums, late).map(({ members }) => members), [[row], [late]], "the sum comes first");
  const made = unary("exp", source([3, 3])),
    turned = permute(made, [1, 0]),
    first = neg(made),
    second = sum(turned, [0]);
  assert.deepEqual(groupsOf(first, second).map(({ members }) => members), [[made, first]], "the view is read last");
});

Deno.test("fuse() leaves out what is on the device already, and inputs that are read for the gradient alone", () => {
  const x = source([4]), history = unary("exp", x), y = neg(straightThrough(neg(x), history));
  assert.ok(!traced(y).includes(history));
  assert.equal(fuse(traced(y))[x.index], undefined);
  assert.equal(groupsOf(y).length, 2, "straightThrough() is a view");
  const early = sum(y, [0]), made = unary("exp", x), end = neg(made), nodes = traced(early, end);
  history.index = made.index; // of another traversal
  assert.deepEqual(fuse(nodes)[made.index]!.members, [made, end]);
});

Deno.test("fuse() takes a computed value as it is, and does not look at how it was made", () => {
  const x = source([4]), known = neg(source([4]));
  known.value = source([4]).value;
  const total = sum(known, [0]), made = unary("exp", x), end = add(neg(made), known), nodes = traced(total, end);
  known.inputs[0]!.index = made.index; // of another traversal
  const groups = fuse(nodes);
  assert.equal(groups[known.index], undefined);
  assert.deepEqual(groups[made.index]!.members.length, 3);
  assert.equal(groups[made.index]!.read.size, 1);
});

Deno.test("fuse() cuts chains of more than 48", () => {
  let x = source([4]);
  for (let i = 0; i < 100; i++) x = neg(x);
  assert.deepEqual(groupsOf(x).map(({ members }) => members.length), [4, 48, 48]);
});

/** A random graph over a few shapes: pointwise nodes, reductions, views. */
function randomGraph(choices: Choices): Node[] {
  const pool = [source([3, 3]), source([3, 3]), source([3])];
  for (let count = choices.int(5, 40); count > 0; count--) {
    const late = () => choices.pick(choices.chance(0.7) ? pool.slice(-4) : pool);
    const x = late(), y = late(), { length: rank } = x.shape;
    const next = choices.pick([
      () => add(x, y),
      () => mul(x, y),
      () => unary("exp", x),
      () => rank === 2 ? sum(x, [choices.int(0, 1)]) : neg(x),
      () => rank === 2 ? permute(x, [1, 0]) : expand(x, [3, 3]),
    ]);
    pool.push(next());
  }
  return choices.shuffle(pool.slice(-choices.int(1, 6)));
}

Deno.test("fuse() puts each pointwise node into one group, whose readers all run later and whose inputs all run before", () => {
  const choices = new Choices(31);
  for (let round = 0; round < 300; round++) {
    const nodes = traced(...randomGraph(choices)), groups = fuse(nodes);
    const place = (node: Node): number => seedOf(node)?.id ?? node.id;
    const seedOf = (node: Node) => groups[node.index] && seed(groups[node.index]!);
    for (const node of nodes) {
      const group = groups[node.index];
      assert.equal(group !== undefined, node.op.isFusible && !node.value);
      if (group) {
        assert.equal(group.members.filter((member) => member === node).length, 1);
        assert.ok(sameShape(seed(group).shape, node.shape));
        assert.ok(group.read.has(seed(group)));
      }
      // Kernels that an input's value comes from, views looked through.
      const makers = (input: Node): Node[] =>
        input.value ? [] : input.op.isView ? input.inputs.flatMap(makers) : [input];
      if (node.value || node.op.isView) continue;
      for (const input of node.inputs) {
        for (const maker of makers(input)) {
          if (group && groups[maker.index] === group) {
            const { members } = group;
            assert.equal(maker, input, "what is read through a view is outside");
            assert.ok(members.indexOf(maker) < members.indexOf(node), "members come after their inputs");
          } else {
            assert.ok(place(maker) < place(node), "a kernel reads what a later one writes");
            if (maker === input) assert.ok(!groups[maker.index] || groups[maker.index]!.read.has(maker));
          }
        }
      }
    }
  }
});
